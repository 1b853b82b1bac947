// The pipeline. Each stage is one function that reads what the ones before it left in `struct run`.
#include "run.h"

#include "base/file.h"
#include "base/map.h"
#include "check/pass.h"
#include "flow/flow.h"
#include "frontend/database.h"
#include "frontend/project.h"
#include "frontend/workers.h"
#include "ir/print.h"
#include "ir/save.h"
#include "model/model.h"
#include "program/program.h"
#include "reuse.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One command's unit, wherever it comes from.
struct run_unit {
    struct ir_unit ir;      // where is_loaded
    bool is_loaded;
    bool is_hit, is_kept;   // the cache has it: from an earlier run, from this one
    uint64_t checksum;      // 0: there is no unit
    const char *problem;    // of the unit, "" for none
    const char *failure;    // why there is no unit
    void *bytes;            // from the cache
};

struct run {
    const struct run_options *options;
    struct arena arena;
    struct database database;
    const char *project;            // the folder that the units' names count from; "/": all are absolute
    const char *models_folder;
    struct reuse *reuse;            // NULL: without a cache
    struct run_unit *units;         // by command
    unsigned *captured;             // the commands that the workers get, and what comes of them
    struct capture_result *results;
    unsigned result_count;
    unsigned failed;                // commands whose unit is missing or incomplete
    VEC(struct report_failure) failures;
    struct strtab shown;            // FILEs that findings must touch, as they are shown
    struct model_set *models;
    struct program program;
    struct flow *flow;
    struct diags diags;
    struct reuse_result result;
    struct stats stats;
};

static void run_done(struct run *run) {
    stats_done(&run->stats);
    reuse_result_done(&run->result);
    diags_done(&run->diags);
    if (run->flow)
        flow_free(run->flow);
    program_done(&run->program);
    model_set_free(run->models);
    strtab_done(&run->shown);
    vec_done(&run->failures);
    for (unsigned i = 0; run->units && i < run->database.command_count; i++)
        free(run->units[i].bytes);
    free(run->units);
    free(run->captured);
    capture_results_free(run->results, run->result_count);
    reuse_close(run->reuse);
    database_done(&run->database);
    arena_done(&run->arena);
}

// ---- find: which units ----

static bool files_exist(const struct run_options *options, struct err *err) {
    for (unsigned i = 0; i < options->file_count; i++) {
        const char *file = options->files[i];
        if (file_is_directory(file))
            return err_set(err, "'%s' is a directory; name files, or no file to see everything", file);
        if (access(file, F_OK) != 0)
            return err_set(err, "'%s' does not exist", file);
    }
    return true;
}

static void open_cache(struct run *run, const char *subject) {
    const struct cache_options with = {run->options->cache_folder, subject, run->options->cache_size, .wants_sources = run->options->file_count};
    bool has_worker = *workers_find_program(&run->arena, run->options->program_folder) == '/';
    if (run->options->cache_folder && has_worker) // a worker that is not known cannot be part of a key
        run->reuse = reuse_open(&with);
}

static bool find_units(struct run *run, const char **ret_folder, struct err *err) {
    const struct run_options *options = run->options;
    *ret_folder = options->directory;
    if (options->flags)
        open_cache(run, options->directory);
    if (options->flags)
        return database_from_files(options->directory, options->files, options->file_count, options->flags, options->flag_count, &run->database, err);
    if (!files_exist(options, err))
        return false;
    const char *path = database_find(&run->arena, options->database, options->directory, err);
    if (!path)
        return false;
    open_cache(run, path);
    if (!(run->reuse ? reuse_database(run->reuse, path, &run->database, err) : database_read(path, &run->database, err)))
        return false;
    const struct database *db = &run->database;
    if (options->verbose)
        fprintf(options->messages, "timeoutlint: %s: %u units; left out: %u entries that are not C, %u duplicates\n",
                path_relative(options->directory, path), db->command_count, db->other_count, db->duplicate_count);
    *ret_folder = path_directory(&run->arena, path);
    return true;
}

static bool find(struct run *run, struct err *err) {
    const char *folder;
    if (!find_units(run, &folder, err))
        return false;
    run->project = project_folder(&run->arena, &run->database, folder);
    run->units = mem_zalloc(run->database.command_count * sizeof *run->units);
    return true;
}

// ---- models: what the libraries' functions mean. Read before the long work, so that a mistake in one shows at once ----

static bool find_models(struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    run->models_folder = path_absolute(&run->arena, options->program_folder, "models"); // where it was built
    if (!file_is_directory(run->models_folder))
        run->models_folder = path_absolute(&run->arena, options->program_folder, "../share/timeoutlint/models");
    if (!file_is_directory(run->models_folder))
        return err_set(err, "the models that come with timeoutlint are not in '%s'; install it again", run->models_folder);
    return true;
}

static bool load_models(struct run *run, struct err *err) {
    return model_set_load(run->models_folder, run->options->models, run->options->model_count, &run->models, err);
}

// ---- look up: what earlier runs know ----

static void look_up(struct run *run) {
    const struct run_options *options = run->options;
    if (!run->reuse)
        return;
    const char **models = arena_array(&run->arena, const char *, options->model_count);
    for (unsigned i = 0; i < options->model_count; i++)
        models[i] = *options->models[i] == '/' ? options->models[i] : arena_printf(&run->arena, "%s/%s", options->directory, options->models[i]);
    const struct reuse_basis basis = {
        .project = run->project,
        .worker = workers_find_program(&run->arena, options->program_folder),
        .models_folder = run->models_folder,
        .models = models,
        .model_count = options->model_count,
        .cascade = options->cascade,
    };
    reuse_look_up(run->reuse, &basis, run->database.commands, run->database.command_count);
    for (unsigned i = 0; i < run->database.command_count; i++) {
        const struct manifest_found *found = reuse_found(run->reuse, i);
        if (found->match != MATCH_HIT)
            continue;
        run->units[i].is_hit = true;
        run->units[i].checksum = found->unit;
        run->units[i].problem = found->problem;
    }
}

// The checksums of all units there are.
static uint64_t *checksums(const struct run *run, unsigned *ret_count) {
    uint64_t *sums = mem_zalloc(run->database.command_count * sizeof *sums);
    *ret_count = 0;
    for (unsigned i = 0; i < run->database.command_count; i++)
        if (run->units[i].checksum)
            sums[(*ret_count)++] = run->units[i].checksum;
    return sums;
}

// Whether each command that can be captured has its unit.
static bool has_all_units(const struct run *run) {
    for (unsigned i = 0; i < run->database.command_count; i++)
        if (!run->units[i].checksum && !run->units[i].failure && !run->database.commands[i].problem)
            return false;
    return true;
}

// The findings, if an earlier run had the same units, models and options.
static bool reuse_findings(struct run *run) {
    unsigned count;
    if (!run->reuse || !has_all_units(run))
        return false;
    uint64_t *units = checksums(run, &count);
    run->result.diags = &run->diags;
    bool ok = reuse_find_result(run->reuse, units, count, &run->result);
    free(units);
    run->stats.result = ok ? RESULT_REUSED : RESULT_NOT_KEPT;
    return ok;
}

static void keep_findings(struct run *run) {
    unsigned count;
    if (!run->reuse)
        return;
    uint64_t *units = checksums(run, &count);
    reuse_keep_result(run->reuse, units, count, &run->result);
    free(units);
    run->stats.result = RESULT_MADE;
}

// ---- capture: one unit for each command ----

static const char *shown_name(const struct run *run, const char *file) {
    return path_relative(run->options->directory, file);
}

static void show_progress(void *user, unsigned done, unsigned total, const char *file) {
    const struct run *run = user;
    FILE *out = run->options->messages;
    bool in_place = isatty(fileno(out));
    fprintf(out, "%s[%u/%u] %s%s", in_place ? "\r\033[K" : "", done, total, shown_name(run, file), in_place ? "" : "\n");
    if (in_place && done == total)
        fputs("\r\033[K", out);
    fflush(out);
}

// Takes a unit into the run, whatever it comes from. False where the bytes are no unit.
static bool take_unit(struct run_unit *unit, const void *bytes, size_t size, struct err *err) {
    unit->is_loaded = ir_load(bytes, size, &unit->ir, err);
    unit->checksum = unit->is_loaded ? ir_checksum(bytes, size) : 0;
    unit->problem = unit->is_loaded ? ir_text(&unit->ir, unit->ir.diagnostics) : "";
    return unit->is_loaded;
}

// A worker is done with it: it is kept at once, so that a run that is broken off leaves something behind.
static void unit_captured(void *user, unsigned index) {
    struct run *run = user;
    struct run_unit *unit = &run->units[run->captured[index]];
    const struct capture_result *result = &run->results[index];
    struct err why;
    if (!result->bytes)
        unit->failure = result->failure;
    else if (!take_unit(unit, result->bytes, result->size, &why))
        unit->failure = arena_strdup(&run->arena, why.text);
    else if (run->reuse)
        unit->is_kept = reuse_keep_unit(run->reuse, run->captured[index], result->bytes, result->size, result->inputs, result->inputs_size, unit->problem);
}

static struct compile_command *commands_to_capture(struct run *run, unsigned *ret_count) {
    struct compile_command *commands = mem_zalloc(run->database.command_count * sizeof *commands);
    *ret_count = 0;
    for (unsigned i = 0; i < run->database.command_count; i++)
        if (!run->units[i].checksum && !run->database.commands[i].problem) {
            run->captured[*ret_count] = i;
            commands[(*ret_count)++] = run->database.commands[i];
        }
    return commands;
}

static bool capture(struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    unsigned count;
    run->captured = mem_zalloc(run->database.command_count * sizeof *run->captured);
    struct compile_command *commands = commands_to_capture(run, &count);
    struct workers_options with = {
        .program = workers_find_program(&run->arena, options->program_folder),
        .project = run->project,
        .jobs = options->jobs < count ? options->jobs : count,
        .unit_limit_ms = options->unit_limit_ms,
        .progress = options->progress ? show_progress : NULL,
        .finished = unit_captured,
        .user = run,
    };
    struct workers *workers = workers_new(&with);
    run->results = mem_zalloc(count * sizeof *run->results);
    run->result_count = count;
    bool ok = workers_run(workers, commands, count, run->results, err);
    workers_free(workers);
    free(commands);
    return ok;
}

// Reads the units that the cache has. One that turns out to be damaged is captured like the others.
static void read_units(struct run *run) {
    for (unsigned i = 0; i < run->database.command_count; i++) {
        struct run_unit *unit = &run->units[i];
        size_t size;
        struct err why;
        if (!unit->is_hit)
            continue;
        unit->bytes = reuse_unit(run->reuse, i, &size);
        if (unit->bytes && take_unit(unit, unit->bytes, size, &why))
            continue;
        if (unit->bytes)
            reuse_distrust(run->reuse, i);
        free(unit->bytes);
        *unit = (struct run_unit){0};
    }
}

// ---- failures: what could not be analysed, or only in part ----

// Without the name of the file in front, which is shown anyway.
static const char *tidy(const struct run *run, const char *file, const char *message) {
    size_t len = strlen(file);
    if (!strncmp(message, file, len) && !strncmp(message + len, ": ", 2))
        return message + len + 2;
    return shown_name(run, message);
}

// A text of a unit, which starts with a place.
static const char *shown_text(struct run *run, const char *text) {
    static const char no_file[] = "command line:";
    bool has_file = strncmp(text, no_file, strlen(no_file)) != 0;
    return has_file ? path_shown(&run->arena, run->project, run->options->directory, text) : text;
}

static void add_failure(struct run *run, const char *file, const char *message) {
    run->failed++;
    struct report_failure failure = {shown_name(run, file), message};
    const struct report_failure *last = run->failures.len ? &run->failures.items[run->failures.len - 1] : NULL;
    if (!last || strcmp(last->file, failure.file) || strcmp(last->message, failure.message))
        vec_push(&run->failures, failure);
}

static int compare_failures(const void *left, const void *right) {
    const struct report_failure *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    return order ? order : strcmp(a->message, b->message);
}

static void tell_failures(struct run *run) {
    for (unsigned i = 0; i < run->database.command_count; i++) {
        const struct compile_command *command = &run->database.commands[i];
        const struct run_unit *unit = &run->units[i];
        if (!unit->checksum)
            add_failure(run, command->file, tidy(run, command->file, command->problem ? command->problem : unit->failure));
        else if (*unit->problem)
            add_failure(run, command->file, arena_printf(&run->arena, "analysed only in part: %s", shown_text(run, unit->problem)));
    }
    if (run->failures.len)
        qsort(run->failures.items, run->failures.len, sizeof *run->failures.items, compare_failures);
    for (size_t i = 0; i < run->failures.len; i++)
        fprintf(run->options->messages, "timeoutlint: %s: %s\n", run->failures.items[i].file, run->failures.items[i].message);
}

// ---- select: the FILEs, as they are shown ----

static bool is_same_file(const char *path, const char *wanted, const char *wanted_real) {
    if (!strcmp(path, wanted) || !strcmp(path, wanted_real))
        return true;
    if (strcmp(path_name(path), path_name(wanted_real)))
        return false;
    char *real = realpath(path, NULL);
    bool same = real && !strcmp(real, wanted_real);
    free(real);
    return same;
}

// Whether a file that the units read, by its name in them, is the wanted one; then it is shown.
static bool select_name(struct run *run, const char *name, const char *wanted, const char *wanted_real) {
    const char *path = *name == '/' ? name : arena_printf(&run->arena, "%s/%s", run->project, name);
    if (!is_same_file(path, wanted, wanted_real))
        return false;
    path = path_absolute(&run->arena, "/", path); // what the cache knows is not tidied
    strtab_add(&run->shown, shown_name(run, path));
    return true;
}

// Adds every name under which the program reads this file; false where it does not.
static bool select_file(struct run *run, const char *file) {
    const char *path = path_absolute(&run->arena, run->options->directory, file);
    char *real = realpath(path, NULL);
    const char *wanted = real ? real : path;
    struct disk *disk = run->reuse ? reuse_disk(run->reuse) : NULL;
    bool is_used = false;
    for (unsigned i = 0; i < run->database.command_count; i++)
        is_used |= is_same_file(run->database.commands[i].file, path, wanted);
    for (unsigned i = 0; i < run->database.command_count; i++)
        for (uint32_t j = 0; run->units[i].is_loaded && j < run->units[i].ir.files_count; j++)
            is_used |= select_name(run, ir_text(&run->units[i].ir, run->units[i].ir.files[j].path), path, wanted);
    for (uint32_t i = 0; disk && i < disk_count(disk); i++) // where no unit is loaded
        if (disk_is_source(disk, i))
            is_used |= select_name(run, disk_name(disk, i), path, wanted);
    free(real);
    return is_used;
}

static bool select_files(struct run *run, struct err *err) {
    for (unsigned i = 0; !run->options->flags && i < run->options->file_count; i++)
        if (!select_file(run, run->options->files[i]) && !run->failed)
            return err_set(err, "'%s' is in no unit of the compilation database: it is neither compiled nor included", run->options->files[i]);
    return true;
}

// ---- link: units to a program ----

static void link_program(struct run *run) {
    unsigned count = run->database.command_count;
    const struct ir_unit **units = arena_array(&run->arena, const struct ir_unit *, count);
    uint32_t loaded = 0;
    for (unsigned i = 0; i < count; i++)
        if (run->units[i].is_loaded)
            units[loaded++] = &run->units[i].ir;
    program_link(units, loaded, run->models, &run->program);
    for (const char *const *problem = model_program_problems(run->program.model); *problem; problem++)
        vec_push(&run->result.problems, *problem);
}

static void tell_problems(struct run *run) {
    for (size_t i = 0; i < run->result.problems.len && !run->options->quiet; i++)
        fprintf(run->options->messages, "timeoutlint: %s\n", shown_text(run, run->result.problems.items[i]));
}

// ---- solve: facts ----

static void solve(struct run *run) {
    run->flow = flow_solve(&run->program);
    struct flow_stats stats = run->result.flow = run->stats.flow = flow_stats(run->flow);
    if (run->options->verbose)
        fprintf(run->options->messages, "timeoutlint: %u functions solved, %u cannot touch a context, %u too large to follow every path\n",
                stats.solved, stats.skipped, stats.given_up);
}

// ---- check: every rule, on the facts that the engines solved. Levels come later, so that all findings can be kept ----

static void check(struct run *run) {
    enum severity *all = arena_array(&run->arena, enum severity, rule_count);
    for (unsigned i = 0; i < rule_count; i++)
        all[i] = SEVERITY_NOTE;
    const struct check_options options = {.severities = all, .cascade = run->options->cascade, .base_dir = "/"};
    check_run(&run->program, run->flow, &options, &run->diags);
    run->result.diags = &run->diags;
}

// ---- choose: which findings, at which level, under which names ----

static enum severity level_of(const struct run *run, const char *rule) {
    for (unsigned i = 0; i < rule_count; i++)
        if (!strcmp(all_rules[i]->id, rule))
            return run->options->severities[i];
    return SEVERITY_OFF;
}

static void set_levels(struct run *run) {
    size_t kept = 0;
    for (size_t i = 0; i < run->diags.items.len; i++) {
        struct diag diag = run->diags.items.items[i];
        diag.severity = level_of(run, diag.rule);
        if (diag.severity != SEVERITY_OFF)
            run->diags.items.items[kept++] = diag;
    }
    run->diags.items.len = kept;
}

static bool is_shown(const struct run *run, const struct diag *diag) {
    bool shown = strtab_find(&run->shown, diag->place.file);
    for (uint32_t i = 0; !shown && i < diag->path_count; i++)
        shown = strtab_find(&run->shown, diag->path[i].place.file);
    return shown;
}

// Drops the findings that touch none of the FILEs.
static void keep_selected(struct run *run) {
    size_t kept = 0;
    if (run->options->flags || !run->options->file_count)
        return;
    for (size_t i = 0; i < run->diags.items.len; i++)
        if (is_shown(run, &run->diags.items.items[i]))
            run->diags.items.items[kept++] = run->diags.items.items[i];
    run->diags.items.len = kept;
}

static void choose(struct run *run) {
    set_levels(run);
    diags_show(&run->diags, run->project, run->options->directory);
    diags_finish(&run->diags);
    keep_selected(run);
}

// ---- report ----

static unsigned count_units(const struct run *run, bool (*is_one)(const struct run_unit *)) {
    unsigned count = 0;
    for (unsigned i = 0; i < run->database.command_count; i++)
        count += is_one(&run->units[i]);
    return count;
}

static bool is_hit(const struct run_unit *unit) {
    return unit->is_hit;
}

static bool is_kept(const struct run_unit *unit) {
    return unit->is_kept;
}

// After the run, so that the first run and the next ones say the same.
static bool is_in_cache(const struct run_unit *unit) {
    return unit->is_hit || unit->is_kept;
}

static bool report(const struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    struct report what = {
        .diags = &run->diags,
        .version = TIMEOUTLINT_VERSION,
        .base_dir = options->directory,
        .complete = !run->failed,
        .units_analysed = run->database.command_count - run->failed,
        .units_failed = run->failed,
        .units_cached = count_units(run, is_in_cache),
        .failures = run->failures.items,
        .failure_count = (unsigned)run->failures.len,
        .quiet = options->quiet,
    };
    for (unsigned i = 0; i < options->output_count; i++) {
        what.color = options->outputs[i].color;
        if (!report_write(&what, options->outputs[i].writer, options->outputs[i].stream, err))
            return false;
    }
    return true;
}

static enum run_status status_of(const struct run *run) {
    const struct run_options *options = run->options;
    bool found = false;
    for (size_t i = 0; i < run->diags.items.len; i++)
        found |= options->fail_on && run->diags.items.items[i].severity >= options->fail_on;
    if (run->failed && (options->require_complete || !found))
        return RUN_INCOMPLETE;
    return found ? RUN_FINDINGS : RUN_CLEAN;
}

// ---- the ways through ----

static void stage_done(struct run *run, const char *name) {
    stats_stage(&run->stats, name);
}

static bool front_stages(struct run *run, struct err *err) {
    stats_start(&run->stats);
    if (!find(run, err) || !find_models(run, err))
        return false;
    stage_done(run, "find");
    look_up(run);
    stage_done(run, "look up");
    return true;
}

static bool unit_stages(struct run *run, struct err *err) {
    if (!load_models(run, err))
        return false;
    read_units(run);
    stage_done(run, "read");
    if (!capture(run, err))
        return false;
    stage_done(run, "capture");
    tell_failures(run);
    return select_files(run, err);
}

static void find_findings(struct run *run) {
    link_program(run);
    stage_done(run, "link");
    solve(run);
    stage_done(run, "solve");
    check(run);
    stage_done(run, "check");
    keep_findings(run);
}

// Parsing is left out where an earlier run had all units and knows the findings; what follows it, where parsing made the same units.
static bool check_stages(struct run *run, struct err *err) {
    if (!front_stages(run, err))
        return false;
    if (reuse_findings(run)) {
        tell_failures(run);
        if (!select_files(run, err))
            return false;
    } else if (!unit_stages(run, err)) {
        return false;
    } else if (!run->result_count || !reuse_findings(run)) {
        find_findings(run);
    }
    tell_problems(run);
    choose(run);
    bool ok = report(run, err);
    stage_done(run, "report");
    return ok;
}

// A name that the cache knows, which may be untidy ("a/../b").
static const char *shown_input(struct run *run, const char *name) {
    return *name ? shown_name(run, path_absolute(&run->arena, run->project, name)) : "";
}

static void collect_stats(struct run *run) {
    struct stats *stats = &run->stats;
    stats->units = run->database.command_count;
    stats->hits = count_units(run, is_hit);
    stats->kept = count_units(run, is_kept);
    stats->parsed = run->result_count;
    stats->failed = run->failed;
    stats->has_cache = run->reuse;
    for (unsigned i = 0; run->reuse && i < stats->units; i++) {
        const struct manifest_found *found = reuse_found(run->reuse, i);
        struct stats_miss miss = {shown_name(run, run->database.commands[i].file), "", found->match};
        if (found->match == MATCH_HIT || run->database.commands[i].problem)
            continue;
        miss.what = shown_input(run, found->what);
        vec_push(&stats->misses, miss);
    }
    if (run->reuse)
        stats->disk = disk_counts(reuse_disk(run->reuse));
}

static enum run_status end(struct run *run, bool ok, const struct err *err) {
    enum run_status status = ok ? status_of(run) : RUN_ERROR;
    FILE *messages = run->options->messages;
    if (run->reuse && reuse_warning(run->reuse))
        fprintf(messages, "timeoutlint: %s\n", reuse_warning(run->reuse));
    if (!ok)
        fprintf(messages, "timeoutlint: %s\n", err->text);
    if (ok && run->options->stats) {
        collect_stats(run);
        stats_write(&run->stats, run->options->stats, messages);
    }
    run_done(run);
    return status;
}

enum run_status run_check(const struct run_options *options) {
    struct run run = {.options = options};
    struct err err;
    bool ok = check_stages(&run, &err);
    return end(&run, ok, &err);
}

static void dump_ir(const struct run *run, struct buf *out) {
    bool all = run->options->flags || !run->options->file_count;
    for (unsigned i = 0; i < run->database.command_count; i++) {
        const struct ir_unit *unit = &run->units[i].ir;
        if (run->units[i].is_loaded && (all || strtab_find(&run->shown, shown_name(run, run->database.commands[i].file))))
            ir_print_unit(unit, out);
    }
}

static bool dump_stages(struct run *run, enum run_stage stage, struct buf *out, struct err *err) {
    if (!front_stages(run, err) || !unit_stages(run, err))
        return false;
    if (stage == STAGE_IR) {
        dump_ir(run, out);
        return true;
    }
    link_program(run);
    tell_problems(run);
    if (stage == STAGE_CALLGRAPH) {
        program_print_callgraph(&run->program, run->project, run->options->directory, out);
        return true;
    }
    solve(run);
    flow_print(run->flow, out);
    return true;
}

enum run_status run_dump(const struct run_options *options, enum run_stage stage, FILE *out) {
    struct run run = {.options = options};
    struct err err;
    struct buf text = {0};
    bool ok = dump_stages(&run, stage, &text, &err) && report_print(&text, out, &err);
    buf_done(&text);
    return end(&run, ok, &err);
}
