// The pipeline. Each stage is one function that reads what the ones before it left in `struct run`.
#include "run.h"

#include "base/file.h"
#include "base/map.h"
#include "check/pass.h"
#include "flow/flow.h"
#include "frontend/database.h"
#include "frontend/workers.h"
#include "ir/print.h"
#include "ir/save.h"
#include "model/model.h"
#include "program/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
    const struct run_options *options;
    struct arena arena;
    struct database database;
    struct capture_result *results; // by command
    struct ir_unit *units;          // the ones that could be loaded, in the order of the commands
    const struct ir_unit **unit_list;
    uint32_t unit_count;
    unsigned failed;                // commands whose unit is missing or incomplete
    VEC(struct report_failure) failures;
    struct strtab shown;            // FILEs that findings must touch, as they are shown
    struct model_set *models;
    struct program program;
    struct flow *flow;
    struct diags diags;
};

static void run_done(struct run *run) {
    diags_done(&run->diags);
    if (run->flow)
        flow_free(run->flow);
    program_done(&run->program);
    model_set_free(run->models);
    strtab_done(&run->shown);
    vec_done(&run->failures);
    free(run->unit_list);
    free(run->units);
    capture_results_free(run->results, run->database.command_count);
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

static bool find(struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    if (options->flags)
        return database_from_files(options->directory, options->files, options->file_count, options->flags, options->flag_count, &run->database, err);
    if (!files_exist(options, err))
        return false;
    const char *path = database_find(&run->arena, options->database, options->directory, err);
    if (!path || !database_read(path, &run->database, err))
        return false;
    const struct database *db = &run->database;
    if (options->verbose)
        fprintf(options->messages, "timeoutlint: %s: %u units; left out: %u entries that are not C, %u duplicates\n",
                path_relative(options->directory, path), db->command_count, db->other_count, db->duplicate_count);
    return true;
}

// ---- models: what the libraries' functions mean. Read before the long work, so that a mistake in one shows at once ----

static bool load_models(struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    const char *folder = path_absolute(&run->arena, options->program_folder, "models"); // where it was built
    if (!file_is_directory(folder))
        folder = path_absolute(&run->arena, options->program_folder, "../share/timeoutlint/models");
    if (!file_is_directory(folder))
        return err_set(err, "the models that come with timeoutlint are not in '%s'; install it again", folder);
    return model_set_load(folder, options->models, options->model_count, &run->models, err);
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

static bool capture(struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    unsigned count = run->database.command_count;
    struct workers_options with = {
        .program = workers_find_program(&run->arena, options->program_folder),
        .jobs = options->jobs < count ? options->jobs : count,
        .unit_limit_ms = options->unit_limit_ms,
        .progress = options->progress ? show_progress : NULL,
        .user = run,
    };
    struct workers *workers = workers_new(&with);
    run->results = mem_zalloc(count * sizeof *run->results);
    bool ok = workers_run(workers, run->database.commands, count, run->results, err);
    workers_free(workers);
    return ok;
}

// ---- load: what can be used of them ----

// Without the name of the file in front, which is shown anyway, and with a place in it as other places are shown.
static const char *tidy(const struct run *run, const char *file, const char *message) {
    size_t len = strlen(file);
    if (!strncmp(message, file, len) && !strncmp(message + len, ": ", 2))
        return message + len + 2;
    return shown_name(run, message);
}

static void add_failure(struct run *run, const char *file, const char *message) {
    run->failed++;
    struct report_failure failure = {shown_name(run, file), message};
    const struct report_failure *last = run->failures.len ? &run->failures.items[run->failures.len - 1] : NULL;
    if (!last || strcmp(last->file, failure.file) || strcmp(last->message, failure.message))
        vec_push(&run->failures, failure);
}

static void load_unit(struct run *run, const struct compile_command *command, const struct capture_result *result) {
    struct err why;
    struct ir_unit *unit = &run->units[run->unit_count];
    if (result->failure) {
        add_failure(run, command->file, tidy(run, command->file, result->failure));
    } else if (!ir_load(result->bytes, result->size, unit, &why)) {
        add_failure(run, command->file, arena_strdup(&run->arena, why.text));
    } else {
        run->unit_list[run->unit_count++] = unit;
        if (*ir_text(unit, unit->diagnostics))
            add_failure(run, command->file, arena_printf(&run->arena, "analysed only in part: %s",
                                                         tidy(run, command->file, ir_text(unit, unit->diagnostics))));
    }
}

static int compare_failures(const void *left, const void *right) {
    const struct report_failure *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    return order ? order : strcmp(a->message, b->message);
}

static void load(struct run *run) {
    unsigned count = run->database.command_count;
    run->units = mem_zalloc(count * sizeof *run->units);
    run->unit_list = mem_zalloc(count * sizeof *run->unit_list);
    for (unsigned i = 0; i < count; i++)
        load_unit(run, &run->database.commands[i], &run->results[i]);
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

// Adds every name under which the program reads this file; false where it does not.
static bool select_file(struct run *run, const char *file) {
    const char *path = path_absolute(&run->arena, run->options->directory, file);
    char *real = realpath(path, NULL);
    bool is_used = false;
    for (unsigned i = 0; i < run->database.command_count; i++)
        is_used |= is_same_file(run->database.commands[i].file, path, real ? real : path);
    for (uint32_t i = 0; i < run->unit_count; i++)
        for (uint32_t j = 0; j < run->units[i].files_count; j++) {
            const char *read = ir_text(&run->units[i], run->units[i].files[j].path);
            if (!is_same_file(read, path, real ? real : path))
                continue;
            strtab_add(&run->shown, shown_name(run, read));
            is_used = true;
        }
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
    program_link(run->unit_list, run->unit_count, run->models, &run->program);
    const char *const *problems = model_program_problems(run->program.model);
    for (; *problems && !run->options->quiet; problems++)
        fprintf(run->options->messages, "timeoutlint: %s\n", *problems);
}

// ---- solve: facts ----

static void solve(struct run *run) {
    run->flow = flow_solve(&run->program);
    struct flow_stats stats = flow_stats(run->flow);
    if (run->options->verbose)
        fprintf(run->options->messages, "timeoutlint: %u functions solved, %u cannot touch a context, %u too large to follow every path\n",
                stats.solved, stats.skipped, stats.given_up);
}

// ---- check: the rules, on the facts that the engines solved ----

static void check(struct run *run) {
    const struct check_options options = {
        .severities = run->options->severities,
        .cascade = run->options->cascade,
        .base_dir = run->options->directory,
    };
    check_run(&run->program, run->flow, &options, &run->diags);
    diags_finish(&run->diags);
}

// ---- report ----

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

static bool report(const struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    struct report what = {
        .diags = &run->diags,
        .version = TIMEOUTLINT_VERSION,
        .base_dir = options->directory,
        .complete = !run->failed,
        .units_analysed = run->database.command_count - run->failed,
        .units_failed = run->failed,
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

// ---- the two ways through ----

static bool front_stages(struct run *run, struct err *err) {
    if (!find(run, err) || !load_models(run, err) || !capture(run, err))
        return false;
    load(run);
    return select_files(run, err);
}

static bool check_stages(struct run *run, struct err *err) {
    if (!front_stages(run, err))
        return false;
    link_program(run);
    solve(run);
    check(run);
    keep_selected(run);
    return report(run, err);
}

static enum run_status end(struct run *run, bool ok, const struct err *err) {
    enum run_status status = ok ? status_of(run) : RUN_ERROR;
    if (!ok)
        fprintf(run->options->messages, "timeoutlint: %s\n", err->text);
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
    for (uint32_t i = 0; i < run->unit_count; i++) {
        const struct ir_unit *unit = &run->units[i];
        if (all || strtab_find(&run->shown, shown_name(run, ir_text(unit, unit->files[0].path))))
            ir_print_unit(unit, out);
    }
}

static bool dump_stages(struct run *run, enum run_stage stage, struct buf *out, struct err *err) {
    if (!front_stages(run, err))
        return false;
    if (stage == STAGE_IR) {
        dump_ir(run, out);
        return true;
    }
    link_program(run);
    if (stage == STAGE_CALLGRAPH) {
        program_print_callgraph(&run->program, run->options->directory, out);
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
