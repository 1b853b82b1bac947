// One table says which options there are, which commands take them, what they do and how the help describes them.
#include "options.h"

#include "base/file.h"
#include "base/nearest.h"
#include "check/rule.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MAX = 256, UNIT_LIMIT_MS = 60000, LETTER_NONE = 256 };
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

// What the options say, before it is turned into run_options.
struct parsing {
    struct options *options;
    VEC(const char *) models;
    VEC(struct run_output) outputs;
    bool *is_disabled;         // by rule
    enum severity *severities; // by rule
    enum when color, progress;
    bool wants_help, wants_version;
    bool no_cache;
    const char *cache_folder;
};

struct option_spec {
    const char *name, *value, *help; // value: NULL, it takes none; "[...": it may be left out
    char letter;                     // 0: none
    const char *commands;            // initials of the commands that take it
    bool (*set)(struct parsing *parsing, const char *value, struct err *err);
};

static const char *const command_names[] = {"check", "dump", "explain", "help"};
static const char *const severity_names[] = {"off", "note", "warning", "error"};

bool options_unknown(struct err *err, const char *what, const char *wrong, const char *const *words, size_t count) {
    const char *right = nearest_word(wrong, words, count);
    if (right)
        return err_set(err, "there is no %s '%s'; did you mean '%s'?", what, wrong, right);
    struct buf all = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&all, "%s%s", i ? ", " : "", words[i]);
    err_set(err, "there is no %s '%s'; there are: %s", what, wrong, buf_text(&all));
    buf_done(&all);
    return false;
}

// Index of `word` in the list.
static bool choose(const char *what, const char *word, const char *const *words, size_t count, unsigned *ret_index, struct err *err) {
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(words[i], word)) {
            *ret_index = i;
            return true;
        }
    return options_unknown(err, what, word, words, count);
}

// ---- rules ----

static bool unknown_rule(struct err *err, const char *id) {
    const char **ids = mem_zalloc(rule_count * sizeof *ids);
    for (unsigned i = 0; i < rule_count; i++)
        ids[i] = all_rules[i]->id;
    options_unknown(err, "rule", id, ids, rule_count);
    free(ids);
    return false;
}

static bool switch_rules(struct parsing *parsing, const char *globs, bool on, struct err *err) {
    struct arena *arena = &parsing->options->arena;
    for (size_t len; *globs; globs += len + (globs[len] == ',')) {
        len = strcspn(globs, ",");
        const char *glob = arena_strndup(arena, globs, len);
        bool is_used = false;
        for (unsigned i = 0; i < rule_count; i++) {
            if (fnmatch(glob, all_rules[i]->id, 0))
                continue;
            is_used = true;
            parsing->is_disabled[i] = !on;
            if (on && parsing->severities[i] == SEVERITY_OFF)
                parsing->severities[i] = SEVERITY_WARNING;
        }
        if (!is_used && len)
            return unknown_rule(err, glob);
    }
    return true;
}

static bool set_enable(struct parsing *parsing, const char *value, struct err *err) {
    return switch_rules(parsing, value, true, err);
}

static bool set_disable(struct parsing *parsing, const char *value, struct err *err) {
    return switch_rules(parsing, value, false, err);
}

static bool set_severity(struct parsing *parsing, const char *value, struct err *err) {
    const char *equals = strchr(value, '=');
    if (!equals)
        return err_set(err, "--severity takes RULE=LEVEL, as in 'lost-cancel=error', not '%s'", value);
    const char *id = arena_strndup(&parsing->options->arena, value, (size_t)(equals - value));
    unsigned level;
    if (!choose("severity", equals + 1, severity_names, ARRAY_LEN(severity_names), &level, err))
        return false;
    for (unsigned i = 0; i < rule_count; i++)
        if (!strcmp(all_rules[i]->id, id)) {
            parsing->severities[i] = (enum severity)level;
            return true;
        }
    return unknown_rule(err, id);
}

static bool set_policy(struct parsing *parsing, const char *value, struct err *err) {
    static const char *const names[] = {"single-deadline", "cascade"};
    unsigned policy = 0;
    if (!choose("policy", value, names, ARRAY_LEN(names), &policy, err))
        return false;
    parsing->options->run.cascade = policy == 1;
    return true;
}

static bool set_fail_on(struct parsing *parsing, const char *value, struct err *err) {
    static const char *const names[] = {"never", "note", "warning", "error"}; // in the order of enum severity
    unsigned level;
    if (!choose("level for --fail-on", value, names, ARRAY_LEN(names), &level, err))
        return false;
    parsing->options->run.fail_on = (enum severity)level;
    return true;
}

// ---- input and output ----

static bool set_database(struct parsing *parsing, const char *value, struct err *err) {
    (void)err;
    parsing->options->run.database = value;
    return true;
}

static bool set_jobs(struct parsing *parsing, const char *value, struct err *err) {
    char *end;
    errno = 0;
    long jobs = strtol(value, &end, 10);
    if (errno || end == value || *end || jobs < 1)
        return err_set(err, "-j takes a number of workers from 1, not '%s'", value);
    parsing->options->run.jobs = jobs > JOBS_MAX ? JOBS_MAX : (unsigned)jobs;
    return true;
}

static bool set_model(struct parsing *parsing, const char *value, struct err *err) {
    (void)err;
    vec_push(&parsing->models, value);
    return true;
}

static bool unknown_format(const char *name, struct err *err) {
    struct buf names = {0};
    report_add_format_names(&names);
    VEC(const char *) words = {0};
    for (char *rest = names.data, *word; (word = strsep(&rest, ", "));)
        if (*word)
            vec_push(&words, word);
    options_unknown(err, "format", name, words.items, words.len);
    vec_done(&words);
    buf_done(&names);
    return false;
}

// FORMAT or FORMAT:PATH.
static bool set_format(struct parsing *parsing, const char *value, struct err *err) {
    size_t len = strcspn(value, ":");
    const char *name = arena_strndup(&parsing->options->arena, value, len);
    const char *path = value[len] ? value + len + 1 : "-";
    struct run_output output = {.writer = report_find_format(name), .stream = stdout};
    if (!output.writer)
        return unknown_format(name, err);
    if (!*path)
        return err_set(err, "--format %s names no file after the colon", value);
    if (strcmp(path, "-") && !(output.stream = fopen(path, "we")))
        return err_set(err, "cannot write to '%s': %s", path, strerror(errno));
    for (size_t i = 0; i < parsing->outputs.len; i++)
        if (output.stream == stdout && parsing->outputs.items[i].stream == stdout)
            return err_set(err, "two formats for standard output; give one of them a file, as in --format %s:FILE", name);
    vec_push(&parsing->outputs, output);
    return true;
}

static const char *const when_names[] = {"auto", "always", "never"};

static bool set_color(struct parsing *parsing, const char *value, struct err *err) {
    unsigned when;
    if (!choose("choice for --color", value, when_names, ARRAY_LEN(when_names), &when, err))
        return false;
    parsing->color = (enum when)when;
    return true;
}

static bool set_progress(struct parsing *parsing, const char *value, struct err *err) {
    unsigned when;
    if (!choose("choice for --progress", value, when_names, ARRAY_LEN(when_names), &when, err))
        return false;
    parsing->progress = (enum when)when;
    return true;
}

static bool set_no_cache(struct parsing *parsing, const char *value, struct err *err) {
    (void)value, (void)err;
    parsing->no_cache = true;
    return true;
}

static bool set_cache_dir(struct parsing *parsing, const char *value, struct err *err) {
    if (!*value)
        return err_set(err, "--cache-dir names no folder");
    parsing->cache_folder = value;
    return true;
}

static bool set_stats(struct parsing *parsing, const char *value, struct err *err) {
    static const char *const formats[] = {"text", "json"};
    unsigned format = 0;
    if (value && !choose("format for --stats", value, formats, ARRAY_LEN(formats), &format, err))
        return false;
    parsing->options->run.stats = format ? STATS_JSON : STATS_TEXT;
    return true;
}

static bool set_require_complete(struct parsing *parsing, const char *value, struct err *err) {
    (void)value, (void)err;
    parsing->options->run.require_complete = true;
    return true;
}

static bool set_verbose(struct parsing *parsing, const char *value, struct err *err) {
    (void)value, (void)err;
    parsing->options->run.verbose = true;
    return true;
}

static bool set_quiet(struct parsing *parsing, const char *value, struct err *err) {
    (void)value, (void)err;
    parsing->options->run.quiet = true;
    return true;
}

static bool set_help(struct parsing *parsing, const char *value, struct err *err) {
    (void)value, (void)err;
    parsing->wants_help = true;
    return true;
}

static bool set_version(struct parsing *parsing, const char *value, struct err *err) {
    (void)value, (void)err;
    parsing->wants_version = true;
    return true;
}

// In the order of the help.
static const struct option_spec specs[] = {
    {"build-dir", "DIR", "the folder with compile_commands.json, or that file (default: looked for here, in the parents,\nand in their build/, build-*/, out/, cmake-build-*/)", 'p', "cd", set_database},
    {"jobs", "N", "parse N units at once (default: one per core)", 'j', "cd", set_jobs},
    {"model", "FILE", "read one more model of a library (repeatable)", 0, "cd", set_model},
    {"format", "FORMAT[:FILE]", "text (default), gcc or json, to FILE or standard output (repeatable)", 0, "c", set_format},
    {"enable", "GLOB,...", "turn rules on; with --disable, from left to right", 0, "c", set_enable},
    {"disable", "GLOB,...", "turn rules off", 0, "c", set_disable},
    {"severity", "RULE=LEVEL", "report a rule as error, warning or note, or not at all (off)", 0, "c", set_severity},
    {"policy", "POLICY", "single-deadline (default): every bound below the root derives from what is left;\ncascade: fixed bounds are fine where the budget above covers them", 0, "c", set_policy},
    {"fail-on", "LEVEL", "exit with 1 for findings from this level: error, warning (default), note, never", 0, "c", set_fail_on},
    {"require-complete", NULL, "exit with 3 when a unit could not be analysed, even where there are findings", 0, "c", set_require_complete},
    {"cache-dir", "DIR", "keep parsed units and findings in DIR (default: $TIMEOUTLINT_CACHE, else timeoutlint/ in\n$XDG_CACHE_HOME or ~/.cache), at most $TIMEOUTLINT_CACHE_SIZE of them (default: 2G; 0: no limit)", 0, "cd", set_cache_dir},
    {"no-cache", NULL, "keep nothing, and parse every unit again", 0, "cd", set_no_cache},
    {"stats", "[=json]", "say on stderr what was parsed, taken from the cache and why not, and the time and memory of each\nstage; as one line of JSON, the last one on stderr", 0, "cd", set_stats},
    {"color", "WHEN", "auto (default), always, never", 0, "c", set_color},
    {"progress", "WHEN", "show on stderr what is being parsed: auto (default: on a terminal), always, never", 0, "cd", set_progress},
    {"quiet", NULL, "no closing line, no progress", 'q', "cd", set_quiet},
    {"verbose", NULL, "say which database is used and what was left out", 'v', "cd", set_verbose},
    {"help", NULL, "show this", 'h', "cdeh", set_help},
    {"version", NULL, "show the version", 0, "cdeh", set_version},
};

// ---- help ----

static void help_options(char initial, struct buf *out) {
    enum { COLUMN = 30 };
    buf_puts(out, "\nOptions:\n");
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        const struct option_spec *spec = &specs[i];
        if (!strchr(spec->commands, initial))
            continue;
        size_t start = out->len;
        buf_printf(out, spec->letter ? "  -%c, " : "      ", spec->letter);
        buf_printf(out, "--%s%s%s", spec->name, spec->value && *spec->value != '[' ? " " : "", spec->value ? spec->value : "");
        size_t column = out->len - start;
        for (const char *line = spec->help; *line; line += strcspn(line, "\n"), line += *line == '\n', column = 0)
            buf_printf(out, "%*s%.*s\n", column < COLUMN ? (int)(COLUMN - column) : 2, "", (int)strcspn(line, "\n"), line);
    }
}

static const char program_help[] =
    "timeoutlint finds misuse of deadlines, timeouts and cancellation in C programs.\n\n"
    "Usage: timeoutlint COMMAND [OPTION...] [ARGUMENT...]\n\n"
    "Commands:\n"
    "  check [FILE...]                analyse every unit of the compilation database as one program\n"
    "  check FILE... -- FLAGS         analyse these files with these compiler flags, without a database\n"
    "  explain [RULE]                 what a rule finds, why, and how to fix it; without RULE, list the rules\n"
    "  dump ir|callgraph|summaries    show a stage of the analysis in readable form\n"
    "  help [COMMAND]                 show the options of a command\n\n"
    "Options:\n"
    "  -h, --help                     show this\n"
    "      --version                  show the version\n\n"
    "Exit status: 0 no finding; 1 findings; 2 wrong usage, configuration or database;\n"
    "3 no finding, but some unit could not be analysed.\n";

static const char check_help[] =
    "Usage: timeoutlint check [OPTION...] [FILE...]\n"
    "       timeoutlint check [OPTION...] FILE... -- FLAGS\n\n"
    "Analyses every translation unit of the compilation database as one program. With FILEs (sources or headers) it shows only\n"
    "the findings that lie in them or whose path passes through them. After '--' come compiler flags, and no database is used.\n";

static const char dump_help[] =
    "Usage: timeoutlint dump [OPTION...] ir|callgraph|summaries [FILE...]\n"
    "       timeoutlint dump [OPTION...] ir|callgraph|summaries FILE... -- FLAGS\n\n"
    "Shows what the analyzer has after a stage: each unit's intermediate representation, the call graph of the program, or the\n"
    "summary of each function.\n";

static const char explain_help[] =
    "Usage: timeoutlint explain [RULE]\n\n"
    "Shows what a rule finds, why it matters, a bad and a good example, how to fix it, and its limits. Without RULE, lists the rules.\n";

static const char help_help[] = "Usage: timeoutlint help [COMMAND]\n";

void options_help(const char *topic, struct buf *out) {
    static const char *const texts[] = {check_help, dump_help, explain_help, help_help}; // in the order of command_names
    for (size_t i = 0; topic && i < ARRAY_LEN(texts); i++)
        if (!strcmp(topic, command_names[i])) {
            buf_puts(out, texts[i]);
            help_options(topic[0], out);
            return;
        }
    buf_puts(out, program_help);
}

// ---- parsing ----

// Everything getopt_long needs to know, made from the table.
struct getopt_tables {
    char letters[2 * ARRAY_LEN(specs) + 2];
    struct option longs[ARRAY_LEN(specs) + 1];
    const char *names[ARRAY_LEN(specs)];
    size_t count;
};

static void make_tables(char initial, struct getopt_tables *tables) {
    char *letter = tables->letters;
    *letter++ = ':';
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        if (!strchr(specs[i].commands, initial))
            continue;
        if (specs[i].letter)
            *letter++ = specs[i].letter;
        if (specs[i].letter && specs[i].value)
            *letter++ = ':';
        tables->names[tables->count] = specs[i].name;
        int argument = !specs[i].value ? no_argument : *specs[i].value == '[' ? optional_argument : required_argument;
        tables->longs[tables->count++] = (struct option){specs[i].name, argument, NULL, LETTER_NONE + (int)i};
    }
}

static const struct option_spec *spec_of(int code) {
    if (code >= LETTER_NONE)
        return &specs[code - LETTER_NONE];
    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        if (specs[i].letter == code)
            return &specs[i];
    return NULL;
}

static bool wrong_option(const char *command, const struct getopt_tables *tables, int code, const char *word, struct err *err) {
    const struct option_spec *known = optopt ? spec_of(optopt) : NULL;
    if (code == ':')
        return err_set(err, "%s needs a value: %s", word, known ? known->value : "VALUE");
    if (known && !strncmp(word, "--", 2))
        return err_set(err, "--%s takes no value", known->name);
    if (strncmp(word, "--", 2))
        return err_set(err, "%s has no option '-%c'; 'timeoutlint %s --help' lists them", command, optopt, command);
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *right = nearest_word(name, tables->names, tables->count);
    if (right)
        return err_set(err, "%s has no option '--%s'; did you mean '--%s'?", command, name, right);
    return err_set(err, "%s has no option '--%s'; 'timeoutlint %s --help' lists them", command, name, command);
}

// Reads the options of argv[0] (the command) and leaves its other words at ret_words.
static bool parse_options(struct parsing *parsing, int argc, char **argv, char ***ret_words, unsigned *ret_count, struct err *err) {
    struct getopt_tables tables = {0};
    make_tables(argv[0][0], &tables);
    optind = 0;
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1;) {
        if (code == '?' || code == ':')
            return wrong_option(argv[0], &tables, code, argv[optind - 1], err);
        if (!spec_of(code)->set(parsing, optarg, err))
            return false;
    }
    *ret_words = argv + optind;
    *ret_count = (unsigned)(argc - optind);
    return true;
}

static bool wants(enum when when, FILE *stream) {
    const char *terminal = getenv("TERM");
    return when == WHEN_ALWAYS || (when == WHEN_AUTO && isatty(fileno(stream)) && !(terminal && !strcmp(terminal, "dumb")));
}

static bool wants_color(enum when when, FILE *stream) {
    const char *no_color = getenv("NO_COLOR");
    return wants(when, stream) && (when == WHEN_ALWAYS || !no_color || !*no_color);
}

static unsigned core_count(void) {
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < 1 ? 1 : count > JOBS_MAX ? JOBS_MAX : (unsigned)count;
}

static char *program_folder(struct arena *arena) {
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    path[len > 0 ? len : 0] = '\0';
    return path_directory(arena, path);
}

// "500M", "2G"; a number without unit counts bytes.
static bool parse_size(const char *text, uint64_t *ret_size) {
    static const char units[] = "KMGT";
    char *end;
    errno = 0;
    unsigned long long size = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    bool is_number = end > text && isdigit((unsigned char)*text) && !errno && (!*end || (unit && !end[1]));
    if (!is_number || size > UINT64_MAX >> shift)
        return false;
    *ret_size = (uint64_t)size << shift;
    return true;
}

// --cache-dir, else $TIMEOUTLINT_CACHE, else the usual place; NULL where there is none.
static const char *cache_folder(const struct parsing *parsing) {
    struct arena *arena = &parsing->options->arena;
    const char *named = getenv("TIMEOUTLINT_CACHE"), *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (parsing->no_cache)
        return NULL;
    if (parsing->cache_folder || (named && *named))
        return path_absolute(arena, parsing->options->run.directory, parsing->cache_folder ? parsing->cache_folder : named);
    if (caches && *caches == '/') // a relative one counts as none
        return path_absolute(arena, caches, "timeoutlint");
    return home && *home == '/' ? path_absolute(arena, home, ".cache/timeoutlint") : NULL;
}

static bool set_cache(struct parsing *parsing, struct err *err) {
    struct run_options *run = &parsing->options->run;
    const char *size = getenv("TIMEOUTLINT_CACHE_SIZE");
    run->cache_folder = cache_folder(parsing);
    run->cache_size = (uint64_t)2 << 30;
    return !size || !*size || parse_size(size, &run->cache_size) ||
           err_set(err, "TIMEOUTLINT_CACHE_SIZE is a number of bytes, or one with K, M, G or T behind it, as in 500M, not '%s'", size);
}

static void start_parsing(struct parsing *parsing) {
    struct options *options = parsing->options;
    options->run = (struct run_options){
        .program_folder = program_folder(&options->arena),
        .directory = path_working_directory(&options->arena),
        .jobs = core_count(),
        .unit_limit_ms = UNIT_LIMIT_MS,
        .fail_on = SEVERITY_WARNING,
        .messages = stderr,
    };
    parsing->is_disabled = arena_array(&options->arena, bool, rule_count);
    parsing->severities = arena_array(&options->arena, enum severity, rule_count);
    for (unsigned i = 0; i < rule_count; i++)
        parsing->severities[i] = all_rules[i]->severity;
}

// Moves what was gathered to the options, also after an error: the files are open.
static void finish_parsing(struct parsing *parsing) {
    struct run_options *run = &parsing->options->run;
    struct arena *arena = &parsing->options->arena;
    for (unsigned i = 0; i < rule_count; i++)
        if (parsing->is_disabled[i])
            parsing->severities[i] = SEVERITY_OFF;
    run->severities = parsing->severities;
    if (!parsing->outputs.len)
        vec_push(&parsing->outputs, ((struct run_output){.writer = &report_text, .stream = stdout}));
    for (size_t i = 0; i < parsing->outputs.len; i++)
        parsing->outputs.items[i].color = wants_color(parsing->color, parsing->outputs.items[i].stream);
    run->outputs = arena_copy(arena, parsing->outputs.items, parsing->outputs.len * sizeof *parsing->outputs.items);
    run->output_count = (unsigned)parsing->outputs.len;
    run->models = arena_copy(arena, parsing->models.items, parsing->models.len * sizeof *parsing->models.items);
    run->model_count = (unsigned)parsing->models.len;
    run->progress = !run->quiet && wants(parsing->progress, run->messages);
    vec_done(&parsing->outputs);
    vec_done(&parsing->models);
}

static int find_double_dash(int argc, char **argv) {
    int at = 1;
    while (at < argc && strcmp(argv[at], "--"))
        at++;
    return at;
}

// FILE... [-- FLAGS], after the options.
static bool set_files(struct run_options *run, char **words, unsigned count, int argc, char **argv, int dash, struct err *err) {
    run->files = (const char *const *)words;
    run->file_count = count;
    if (dash == argc)
        return true;
    run->flags = (const char *const *)argv + dash + 1;
    run->flag_count = (unsigned)(argc - dash - 1);
    if (!count)
        return err_set(err, "'--' comes after the files to analyse with these flags, as in '%s FILE... -- FLAGS'", argv[0]);
    return !run->database || err_set(err, "-p names a compilation database, and the flags after '--' replace one; give only one of them");
}

static bool parse_check(struct parsing *parsing, int argc, char **argv, struct err *err) {
    char **words;
    unsigned count;
    int dash = find_double_dash(argc, argv);
    return parse_options(parsing, dash, argv, &words, &count, err) &&
           (parsing->wants_help || parsing->wants_version || set_files(&parsing->options->run, words, count, argc, argv, dash, err));
}

static bool parse_dump(struct parsing *parsing, int argc, char **argv, struct err *err) {
    static const char *const stages[] = {"ir", "callgraph", "summaries"};
    char **words;
    unsigned count, stage;
    int dash = find_double_dash(argc, argv);
    if (!parse_options(parsing, dash, argv, &words, &count, err))
        return false;
    if (parsing->wants_help || parsing->wants_version)
        return true;
    if (!count)
        return err_set(err, "dump needs the name of a stage: ir, callgraph or summaries");
    if (!choose("stage to dump", words[0], stages, ARRAY_LEN(stages), &stage, err))
        return false;
    parsing->options->stage = (enum run_stage)stage;
    return set_files(&parsing->options->run, words + 1, count - 1, argc, argv, dash, err);
}

// explain [RULE], help [COMMAND]
static bool parse_one_word(struct parsing *parsing, int argc, char **argv, const char **ret_word, struct err *err) {
    char **words;
    unsigned count;
    if (!parse_options(parsing, argc, argv, &words, &count, err))
        return false;
    if (count > 1)
        return err_set(err, "%s takes one word at most, not '%s'", argv[0], words[1]);
    *ret_word = count ? words[0] : NULL;
    return true;
}

static bool parse_explain(struct parsing *parsing, int argc, char **argv, struct err *err) {
    struct options *options = parsing->options;
    if (!parse_one_word(parsing, argc, argv, &options->rule, err))
        return false;
    return parsing->wants_help || !options->rule || rule_find(options->rule) || unknown_rule(err, options->rule);
}

static bool parse_help(struct parsing *parsing, int argc, char **argv, struct err *err) {
    unsigned index;
    const char **topic = &parsing->options->topic;
    return parse_one_word(parsing, argc, argv, topic, err) && (!*topic || choose("command", *topic, command_names, ARRAY_LEN(command_names), &index, err));
}

static bool parse_command(struct parsing *parsing, int argc, char **argv, struct err *err) {
    static bool (*const parsers[])(struct parsing *, int, char **, struct err *) = {parse_check, parse_dump, parse_explain, parse_help};
    static const enum command commands[] = {COMMAND_CHECK, COMMAND_DUMP, COMMAND_EXPLAIN, COMMAND_HELP};
    struct options *options = parsing->options;
    unsigned index;
    if (argv[0][0] == '-')
        return err_set(err, "'%s' comes after a command, as in 'timeoutlint check %s'; 'timeoutlint --help' lists the commands", argv[0], argv[0]);
    if (!choose("command", argv[0], command_names, ARRAY_LEN(command_names), &index, err) || !parsers[index](parsing, argc, argv, err))
        return false;
    options->command = commands[index];
    if (parsing->wants_version) {
        options->command = COMMAND_VERSION;
    } else if (parsing->wants_help) {
        options->command = COMMAND_HELP;
        options->topic = command_names[index];
    }
    return true;
}

static bool has_run(enum command command) {
    return command == COMMAND_CHECK || command == COMMAND_DUMP;
}

bool options_parse(int argc, char **argv, struct options *ret_options, struct err *err) {
    struct options *options = ret_options;
    *options = (struct options){.command = COMMAND_HELP};
    if (argc < 2)
        return err_set(err, "no command is given; 'timeoutlint check' analyses the program in this folder, 'timeoutlint --help' lists the commands");
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return true;
    if (!strcmp(argv[1], "--version")) {
        options->command = COMMAND_VERSION;
        return true;
    }
    struct parsing parsing = {.options = options};
    start_parsing(&parsing);
    bool ok = parse_command(&parsing, argc - 1, argv + 1, err) && (!has_run(options->command) || set_cache(&parsing, err));
    finish_parsing(&parsing);
    return ok;
}

bool options_done(struct options *options, struct err *err) {
    bool ok = true;
    for (unsigned i = 0; i < options->run.output_count; i++) {
        FILE *stream = options->run.outputs[i].stream;
        if (stream != stdout && fclose(stream) != 0)
            ok = err_set(err, "cannot write a report: %s", strerror(errno));
    }
    arena_done(&options->arena);
    return ok;
}
