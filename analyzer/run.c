// The pipeline. Each stage is one function that reads what the ones before it left in `struct run`.
#include "run.h"

#include "base/file.h"
#include "base/map.h"
#include "check/pass.h"
#include "flow/flow.h"
#include "ir/print.h"
#include "model/model.h"
#include "program/program.h"
#include "units.h"

#include <stdlib.h>
#include <string.h>

struct run {
    const struct run_options *options;
    struct arena arena;
    struct units units;
    const char *models_folder;
    struct strtab shown;        // FILEs that findings must touch, as they are shown
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
    units_done(&run->units);
    arena_done(&run->arena);
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

// ---- findings that an earlier run has made ----

// The findings, if an earlier run had the same units, models and options.
static bool reuse_findings(struct run *run) {
    unsigned count;
    if (!run->units.reuse || !units_are_known(&run->units))
        return false;
    uint64_t *units = units_checksums(&run->units, &count);
    run->result.diags = &run->diags;
    bool ok = reuse_find_result(run->units.reuse, units, count, &run->result);
    free(units);
    run->stats.result = ok ? RESULT_REUSED : RESULT_NOT_KEPT;
    return ok;
}

static void keep_findings(struct run *run) {
    unsigned count;
    if (!run->units.reuse)
        return;
    uint64_t *units = units_checksums(&run->units, &count);
    reuse_keep_result(run->units.reuse, units, count, &run->result);
    free(units);
    run->stats.result = RESULT_MADE;
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
    const char *path = *name == '/' ? name : arena_printf(&run->arena, "%s/%s", run->units.project, name);
    if (!is_same_file(path, wanted, wanted_real))
        return false;
    path = path_absolute(&run->arena, "/", path); // what the cache knows is not tidied
    strtab_add(&run->shown, units_shown_name(&run->units, path));
    return true;
}

// Adds every name under which the program reads this file; false where it does not.
static bool select_file(struct run *run, const char *file) {
    const char *path = path_absolute(&run->arena, run->options->directory, file);
    char *real = realpath(path, NULL);
    const char *wanted = real ? real : path;
    struct disk *disk = run->units.reuse ? reuse_disk(run->units.reuse) : NULL;
    bool is_used = false;
    for (unsigned i = 0; i < run->units.database.command_count; i++)
        is_used |= is_same_file(run->units.database.commands[i].file, path, wanted);
    for (unsigned i = 0; i < run->units.database.command_count; i++)
        for (uint32_t j = 0; run->units.items[i].is_loaded && j < run->units.items[i].on.ir.files_count; j++)
            is_used |= select_name(run, ir_text(&run->units.items[i].on.ir, run->units.items[i].on.ir.files[j].path), path, wanted);
    for (uint32_t i = 0; disk && i < disk_count(disk); i++) // where no unit is loaded
        if (disk_is_source(disk, i))
            is_used |= select_name(run, disk_name(disk, i), path, wanted);
    free(real);
    return is_used;
}

static bool select_files(struct run *run, struct err *err) {
    if (run->options->file_count)
        units_settle(&run->units); // to keep a unit is to look at files, too
    for (unsigned i = 0; !run->options->flags && i < run->options->file_count; i++)
        if (!select_file(run, run->options->files[i]) && !run->units.failed)
            return err_set(err, "'%s' is in no unit of the compilation database: it is neither compiled nor included", run->options->files[i]);
    return true;
}

// ---- link: units to a program ----

static void link_program(struct run *run) {
    unsigned count = run->units.database.command_count;
    const struct ir_unit **units = arena_array(&run->arena, const struct ir_unit *, count);
    uint32_t loaded = 0;
    for (unsigned i = 0; i < count; i++)
        if (run->units.items[i].is_loaded)
            units[loaded++] = &run->units.items[i].on.ir;
    program_link(units, loaded, run->models, &run->program);
    for (const char *const *problem = model_program_problems(run->program.model); *problem; problem++)
        vec_push(&run->result.problems, *problem);
}

static void tell_problems(struct run *run) {
    for (size_t i = 0; i < run->result.problems.len && !run->options->quiet; i++)
        fprintf(run->options->messages, "timeoutlint: %s\n", units_shown_text(&run->units, run->result.problems.items[i]));
}

// ---- solve: facts, with what the last run knew of the functions ----

static struct flow *solve_with_memory(struct run *run) {
    struct buf memory[MEMORY_PARTS] = {0};
    reuse_find_memory(run->units.reuse, memory, MEMORY_PARTS);
    struct flow *flow = flow_solve(&run->program, memory);
    units_settle(&run->units); // nothing else may be kept before
    reuse_keep_memory(run->units.reuse, memory, MEMORY_PARTS);
    for (unsigned i = 0; i < MEMORY_PARTS; i++)
        buf_done(&memory[i]);
    return flow;
}

static void solve(struct run *run) {
    run->flow = run->units.reuse ? solve_with_memory(run) : flow_solve(&run->program, NULL);
    struct flow_stats stats = run->result.flow = run->stats.flow = flow_stats(run->flow);
    if (run->options->verbose)
        fprintf(run->options->messages, "timeoutlint: %u functions solved (%u as in the last run), %u cannot touch a context, %u too large to follow every path\n",
                stats.solved, stats.reused, stats.skipped, stats.given_up);
    if (run->options->verbose && stats.not_summed)
        fprintf(run->options->messages, "timeoutlint: %u calls below deadlines are too many to be summed up: budget-overrun may miss something\n", stats.not_summed);
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
    diags_show(&run->diags, run->units.project, run->options->directory);
    diags_finish(&run->diags);
    keep_selected(run);
}

// ---- report ----

static unsigned count_units(const struct run *run, bool (*is_one)(const struct unit *)) {
    unsigned count = 0;
    for (unsigned i = 0; i < run->units.database.command_count; i++)
        count += is_one(&run->units.items[i]);
    return count;
}

static bool is_hit(const struct unit *unit) {
    return unit->is_hit;
}

static bool is_kept(const struct unit *unit) {
    return unit->is_kept;
}

// After the run, so that the first run and the next ones say the same.
static bool is_in_cache(const struct unit *unit) {
    return unit->is_hit || unit->is_kept;
}

static bool report(const struct run *run, struct err *err) {
    const struct run_options *options = run->options;
    struct report what = {
        .diags = &run->diags,
        .version = TIMEOUTLINT_VERSION,
        .base_dir = options->directory,
        .complete = !run->units.failed,
        .units_analysed = run->units.database.command_count - run->units.failed,
        .units_failed = run->units.failed,
        .units_cached = count_units(run, is_in_cache),
        .failures = run->units.failures.items,
        .failure_count = (unsigned)run->units.failures.len,
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
    if (run->units.failed && (options->require_complete || !found))
        return RUN_INCOMPLETE;
    return found ? RUN_FINDINGS : RUN_CLEAN;
}

// ---- the ways through ----

static void stage_done(struct run *run, const char *name) {
    stats_stage(&run->stats, name);
}

static bool front_stages(struct run *run, struct err *err) {
    stats_start(&run->stats);
    if (!units_find(&run->units, err) || !find_models(run, err))
        return false;
    stage_done(run, "find");
    units_look_up(&run->units, run->models_folder);
    stage_done(run, "look up");
    return true;
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

static void say_reused(const struct run *run) {
    if (run->options->verbose)
        fprintf(run->options->messages, "timeoutlint: the findings are those of an earlier run: no unit, model or option is another than then\n");
}

// Whether the findings are known without the units: because nothing changed, or because what changed made the same units.
static bool known_stages(struct run *run, bool *ret_known, struct err *err) {
    *ret_known = reuse_findings(run);
    if (*ret_known)
        return true;
    if (!load_models(run, err) || !units_capture(&run->units, err))
        return false;
    stage_done(run, "capture");
    *ret_known = run->units.parsed && reuse_findings(run);
    if (*ret_known)
        return true;
    bool ok = units_read(&run->units, err);
    stage_done(run, "read");
    return ok;
}

static bool check_stages(struct run *run, struct err *err) {
    bool is_known;
    if (!front_stages(run, err) || !known_stages(run, &is_known, err))
        return false;
    units_tell_failures(&run->units);
    if (!select_files(run, err))
        return false;
    if (is_known)
        say_reused(run);
    else
        find_findings(run);
    units_settle(&run->units);
    tell_problems(run);
    choose(run);
    bool ok = report(run, err);
    stage_done(run, "report");
    return ok;
}

// A name that the cache knows, which may be untidy ("a/../b").
static const char *shown_input(struct run *run, const char *name) {
    return *name ? units_shown_name(&run->units, path_absolute(&run->arena, run->units.project, name)) : "";
}

static void collect_stats(struct run *run) {
    struct stats *stats = &run->stats;
    stats->units = run->units.database.command_count;
    stats->hits = count_units(run, is_hit);
    stats->kept = count_units(run, is_kept);
    stats->parsed = run->units.parsed;
    stats->workers = run->units.workers_stats;
    stats->failed = run->units.failed;
    stats->has_cache = run->units.reuse;
    for (unsigned i = 0; run->units.reuse && i < stats->units; i++) {
        const struct manifest_found *found = reuse_found(run->units.reuse, i);
        struct stats_miss miss = {units_shown_name(&run->units, run->units.database.commands[i].file), "", found->match};
        if (found->match == MATCH_HIT || run->units.database.commands[i].problem)
            continue;
        miss.what = shown_input(run, found->what);
        vec_push(&stats->misses, miss);
    }
    if (run->units.reuse)
        stats->disk = disk_counts(reuse_disk(run->units.reuse));
}

static enum run_status end(struct run *run, bool ok, const struct err *err) {
    enum run_status status = ok ? status_of(run) : RUN_ERROR;
    FILE *messages = run->options->messages;
    units_settle(&run->units);
    if (run->units.reuse && reuse_warning(run->units.reuse))
        fprintf(messages, "timeoutlint: %s\n", reuse_warning(run->units.reuse));
    if (!ok)
        fprintf(messages, "timeoutlint: %s\n", err->text);
    if (ok && run->options->stats)
        collect_stats(run);
    units_close_cache(&run->units);
    if (ok)
        stats_write(&run->stats, run->options->stats, messages);
    if (!run->options->is_last)
        run_done(run);
    return status;
}

enum run_status run_check(const struct run_options *options) {
    struct run run = {.options = options, .units.options = options};
    struct err err;
    bool ok = check_stages(&run, &err);
    return end(&run, ok, &err);
}

static void dump_ir(const struct run *run, struct buf *out) {
    bool all = run->options->flags || !run->options->file_count;
    for (unsigned i = 0; i < run->units.database.command_count; i++) {
        const struct ir_unit *unit = &run->units.items[i].on.ir;
        if (run->units.items[i].is_loaded && (all || strtab_find(&run->shown, units_shown_name(&run->units, run->units.database.commands[i].file))))
            ir_print_unit(unit, out);
    }
}

static bool dump_stages(struct run *run, enum run_stage stage, struct buf *out, struct err *err) {
    if (!front_stages(run, err) || !load_models(run, err) || !units_capture(&run->units, err) || !units_read(&run->units, err))
        return false;
    units_tell_failures(&run->units);
    if (!select_files(run, err))
        return false;
    if (stage == STAGE_IR) {
        dump_ir(run, out);
        return true;
    }
    link_program(run);
    tell_problems(run);
    if (stage == STAGE_CALLGRAPH) {
        program_print_callgraph(&run->program, run->units.project, run->options->directory, out);
        return true;
    }
    run->flow = flow_solve(&run->program, NULL); // what is taken over has other numbers
    flow_print(run->flow, out);
    return true;
}

enum run_status run_dump(const struct run_options *options, enum run_stage stage, FILE *out) {
    struct run run = {.options = options, .units.options = options};
    struct err err;
    struct buf text = {0};
    bool ok = dump_stages(&run, stage, &text, &err) && report_print(&text, out, &err);
    buf_done(&text);
    return end(&run, ok, &err);
}
