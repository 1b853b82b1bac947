// See units.h.
#include "units.h"

#include "base/file.h"
#include "frontend/project.h"
#include "ir/save.h"
#include "keeper.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void units_close_cache(struct units *units) {
    if (!reuse_close(units->reuse) && !units->options->quiet)
        fprintf(units->options->messages, "timeoutlint: the cache is too small for this program (%llu MB); set TIMEOUTLINT_CACHE_SIZE to more\n",
                (unsigned long long)(units->options->cache_size >> 20));
    units->reuse = NULL;
}

void units_settle(struct units *units) {
    keeper_end(units->keeper);
    units->keeper = NULL;
    workers_free(units->workers);
    units->workers = NULL;
}

void units_done(struct units *units) {
    units_settle(units);
    vec_done(&units->failures);
    for (unsigned i = 0; units->items && i < units->database.command_count; i++)
        shelf_drop(&units->items[i].on);
    free(units->items);
    shelf_done(&units->shelf);
    units_close_cache(units);
    database_done(&units->database);
    arena_done(&units->arena);
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

static void open_cache(struct units *units, const char *subject) {
    const struct cache_options with = {units->options->cache_folder, subject, units->options->cache_size, .wants_sources = units->options->file_count};
    bool has_worker = *workers_find_program(&units->arena, units->options->program_folder) == '/';
    if (units->options->cache_folder && has_worker) // a worker that is not known cannot be part of a key
        units->reuse = reuse_open(&with);
}

static bool find_commands(struct units *units, const char **ret_folder, struct err *err) {
    const struct run_options *options = units->options;
    *ret_folder = options->directory;
    if (options->flags)
        open_cache(units, options->directory);
    if (options->flags)
        return database_from_files(options->directory, options->files, options->file_count, options->flags, options->flag_count, &units->database, err);
    if (!files_exist(options, err))
        return false;
    const char *path = database_find(&units->arena, options->database, options->directory, err);
    if (!path)
        return false;
    open_cache(units, path);
    if (!(units->reuse ? reuse_database(units->reuse, path, &units->database, err) : database_read(path, &units->database, err)))
        return false;
    const struct database *db = &units->database;
    if (options->verbose)
        fprintf(options->messages, "timeoutlint: %s: %u units; left out: %u entries that are not C, %u duplicates\n",
                path_relative(options->directory, path), db->command_count, db->other_count, db->duplicate_count);
    *ret_folder = path_directory(&units->arena, path);
    return true;
}

bool units_find(struct units *units, struct err *err) {
    const char *folder;
    if (!find_commands(units, &folder, err))
        return false;
    units->project = project_folder(&units->arena, &units->database, folder);
    units->items = mem_zalloc(units->database.command_count * sizeof *units->items);
    shelf_init(&units->shelf, units->reuse ? units->options->cache_folder : NULL);
    return true;
}

// ---- the workers ----

static bool find_prefix(void *user, const struct buf *key, uint64_t *ret_prefix) {
    return reuse_find_prefix(((struct units *)user)->reuse, key, ret_prefix);
}

static bool read_prefix(void *user, uint64_t prefix, struct buf *ret_bytes) {
    return reuse_read_prefix(((struct units *)user)->reuse, prefix, ret_bytes);
}

static void keep_prefix(void *user, const struct pch_kept *prefix) {
    keeper_add_prefix(((struct units *)user)->keeper, prefix);
}

static void unit_captured(void *user, unsigned index);
static void show_captured(void *user, unsigned done, unsigned total, const char *file);

static struct workers *get_workers(struct units *units) {
    const struct run_options *options = units->options;
    const struct workers_options with = {
        .program = workers_find_program(&units->arena, options->program_folder),
        .project = units->project,
        .jobs = options->jobs,
        .unit_limit_ms = options->unit_limit_ms,
        .store = units->reuse ? &units->prefixes : NULL,
        .progress = options->progress ? show_captured : NULL,
        .finished = unit_captured,
        .user = units,
    };
    units->prefixes = (struct pch_store){units, units->reuse && !reuse_has_prefixes(units->reuse), find_prefix, read_prefix, keep_prefix};
    if (!units->workers)
        units->workers = workers_new(&with);
    return units->workers;
}

static void expect_one(void *user) {
    struct units *units = user;
    workers_prepare(get_workers(units), ++units->missed);
}

// ---- look up: what earlier runs know ----

void units_look_up(struct units *units, const char *models_folder) {
    const struct run_options *options = units->options;
    if (!units->reuse)
        return;
    const char **models = arena_array(&units->arena, const char *, options->model_count);
    for (unsigned i = 0; i < options->model_count; i++)
        models[i] = *options->models[i] == '/' ? options->models[i] : arena_printf(&units->arena, "%s/%s", options->directory, options->models[i]);
    const struct reuse_basis basis = {
        .project = units->project,
        .worker = workers_find_program(&units->arena, options->program_folder),
        .models_folder = models_folder,
        .models = models,
        .model_count = options->model_count,
        .cascade = options->cascade,
    };
    reuse_look_up(units->reuse, &basis, units->database.commands, units->database.command_count, expect_one, units);
    for (unsigned i = 0; i < units->database.command_count; i++) {
        const struct manifest_found *found = reuse_found(units->reuse, i);
        if (found->match != MATCH_HIT)
            continue;
        units->items[i].is_hit = true;
        units->items[i].checksum = found->unit;
        units->items[i].problem = found->problem;
    }
}

// The checksums of all units there are.
uint64_t *units_checksums(const struct units *units, unsigned *ret_count) {
    uint64_t *sums = mem_zalloc(units->database.command_count * sizeof *sums);
    *ret_count = 0;
    for (unsigned i = 0; i < units->database.command_count; i++)
        if (units->items[i].checksum)
            sums[(*ret_count)++] = units->items[i].checksum;
    return sums;
}

// Whether each command that can be captured has its unit.
bool units_are_known(const struct units *units) {
    for (unsigned i = 0; i < units->database.command_count; i++)
        if (!units->items[i].checksum && !units->items[i].failure && !units->database.commands[i].problem)
            return false;
    return true;
}

// ---- capture: one unit for each command ----

const char *units_shown_name(const struct units *units, const char *file) {
    return path_relative(units->options->directory, file);
}

static void show_progress(const struct units *units, unsigned done, unsigned total, const char *file) {
    FILE *out = units->options->messages;
    bool in_place = isatty(fileno(out));
    fprintf(out, "%s[%u/%u] %s%s", in_place ? "\r\033[K" : "", done, total, units_shown_name(units, file), in_place ? "" : "\n");
    if (in_place && done == total)
        fputs("\r\033[K", out);
    fflush(out);
}

// Takes a unit into the run, wherever it comes from. False where the bytes are no unit.
static bool take_unit(struct units *units, struct unit *unit, struct store_bytes *bytes, bool is_sound, struct err *err) {
    unit->is_loaded = shelf_take(&units->shelf, bytes, is_sound, &unit->on, err);
    unit->checksum = unit->is_loaded ? ir_checksum(unit->on.bytes.bytes, unit->on.bytes.size) : 0;
    unit->problem = unit->is_loaded ? ir_text(&unit->on.ir, unit->on.ir.diagnostics) : "";
    return unit->is_loaded;
}

// What the workers get at once, and what comes of it.
struct capturing {
    struct units *units;
    struct compile_command *commands;
    unsigned *indices; // of each command, among all
    unsigned count;
    struct capture_result *results;
};

// Gives a unit to the keeper. What was read to make it lies behind it, and goes as soon as that is kept.
static void keep_unit(const struct capturing *capturing, unsigned command, const struct buf *inputs) {
    struct unit *unit = &capturing->units->items[command];
    const struct keeper_unit kept = {command, &unit->on.ir, unit->on.bytes.bytes, unit->on.bytes.size, *inputs, unit->problem, &unit->is_kept};
    if (capturing->units->keeper && unit->is_loaded) {
        keeper_add(capturing->units->keeper, &kept);
        return;
    }
    ir_rest(&unit->on.ir);
    free(inputs->data);
}

// A worker is done with it: it is kept at once, so that a run that is broken off leaves something behind.
static void unit_captured(void *user, unsigned index) {
    struct units *units = user;
    const struct capturing *capturing = units->capturing;
    struct capture_result *result = &capturing->results[index];
    unsigned command = capturing->indices[index];
    struct unit *unit = &units->items[command];
    struct buf inputs = {0};
    struct err why;
    if (!result->bytes) {
        unit->failure = arena_strdup(&units->arena, result->failure);
        return;
    }
    buf_add(&inputs, result->inputs, result->inputs_size);
    struct store_bytes bytes = {.bytes = mem_realloc(result->bytes, result->size), .size = result->size};
    result->bytes = NULL;
    if (!take_unit(units, unit, &bytes, false, &why))
        unit->failure = arena_strdup(&units->arena, why.text);
    keep_unit(capturing, command, &inputs);
}

static void show_captured(void *user, unsigned done, unsigned total, const char *file) {
    show_progress(user, done, total, file);
}

// ---- read: units that the cache has ----

enum { READERS_MAX = 8 };

struct reading {
    struct units *units;
    atomic_uint next; // command
    pthread_t threads[READERS_MAX];
    unsigned thread_count;
};

// A unit that turns out to be damaged is no hit any more.
static void read_unit(struct units *units, unsigned command) {
    struct unit *unit = &units->items[command];
    struct store_bytes bytes;
    struct err why;
    bool is_sound;
    if (reuse_unit(units->reuse, command, &bytes, &is_sound)) {
        bool ok = take_unit(units, unit, &bytes, is_sound, &why);
        if (ok && !is_sound)
            reuse_trust(units->reuse, command, &unit->on.bytes);
        if (ok)
            return;
        reuse_distrust(units->reuse, command);
    }
    *unit = (struct unit){0};
}

// Reads what nobody else does.
static void *read_some(void *data) {
    struct reading *reading = data;
    struct units *units = reading->units;
    struct shelf_awake awake = {0};
    for (unsigned i; (i = atomic_fetch_add(&reading->next, 1)) < units->database.command_count;) {
        if (!units->items[i].is_hit || units->items[i].is_loaded)
            continue;
        read_unit(units, i);
        shelf_woke(&awake, &units->items[i].on.ir);
    }
    shelf_awake_done(&awake);
    return NULL;
}

static void start_reading(struct units *units, unsigned threads, struct reading *ret_reading) {
    *ret_reading = (struct reading){.units = units};
    for (unsigned i = 0; i < threads && i < READERS_MAX; i++)
        if (pthread_create(&ret_reading->threads[ret_reading->thread_count], NULL, read_some, ret_reading) == 0)
            ret_reading->thread_count++;
}

static void end_reading(struct reading *reading) {
    for (unsigned i = 0; i < reading->thread_count; i++)
        pthread_join(reading->threads[i], NULL);
}

// ---- capture and read ----

static void choose_commands(struct capturing *capturing) {
    const struct units *units = capturing->units;
    for (unsigned i = 0; i < units->database.command_count; i++)
        if (!units->items[i].checksum && !units->items[i].failure && !units->database.commands[i].problem) {
            capturing->indices[capturing->count] = i;
            capturing->commands[capturing->count++] = units->database.commands[i];
        }
}

// The workers are quick with few units, and leave a core free meanwhile.
static bool capture_and_read(struct capturing *capturing, struct err *err) {
    struct units *units = capturing->units;
    struct reading reading;
    bool reads = units->reuse && units->options->jobs > 1;
    start_reading(units, reads ? 1 : 0, &reading);
    if (units->reuse && !units->keeper)
        units->keeper = keeper_start(units->reuse);
    units->capturing = capturing;
    bool ok = workers_run(get_workers(units), capturing->commands, capturing->count, capturing->results, err);
    units->workers_stats = workers_stats(units->workers);
    end_reading(&reading);
    return ok;
}

// Captures every unit that is not there yet.
bool units_capture(struct units *units, struct err *err) {
    unsigned count = units->database.command_count;
    struct capturing capturing = {.units = units};
    capturing.commands = mem_zalloc(count * sizeof *capturing.commands);
    capturing.indices = mem_zalloc(count * sizeof *capturing.indices);
    capturing.results = mem_zalloc(count * sizeof *capturing.results);
    choose_commands(&capturing);
    bool ok = !capturing.count || capture_and_read(&capturing, err);
    units->parsed += capturing.count;
    capture_results_free(capturing.results, count);
    free(capturing.commands);
    free(capturing.indices);
    return ok;
}

// Those that turn out to be damaged are captured like the others.
bool units_read(struct units *units, struct err *err) {
    struct reading reading;
    start_reading(units, units->options->jobs - 1, &reading);
    read_some(&reading);
    end_reading(&reading);
    bool ok = units_capture(units, err);
    if (units->workers)
        workers_dismiss(units->workers);
    return ok;
}

// ---- failures: what could not be analysed, or only in part ----

// Without the name of the file in front, which is shown anyway.
static const char *tidy(const struct units *units, const char *file, const char *message) {
    size_t len = strlen(file);
    if (!strncmp(message, file, len) && !strncmp(message + len, ": ", 2))
        return message + len + 2;
    return units_shown_name(units, message);
}

// A text of a unit, which starts with a place.
const char *units_shown_text(struct units *units, const char *text) {
    static const char no_file[] = "command line:";
    bool has_file = strncmp(text, no_file, strlen(no_file)) != 0;
    return has_file ? path_shown(&units->arena, units->project, units->options->directory, text) : text;
}

static void add_failure(struct units *units, const char *file, const char *message) {
    units->failed++;
    struct report_failure failure = {units_shown_name(units, file), message};
    const struct report_failure *last = units->failures.len ? &units->failures.items[units->failures.len - 1] : NULL;
    if (!last || strcmp(last->file, failure.file) || strcmp(last->message, failure.message))
        vec_push(&units->failures, failure);
}

static int compare_failures(const void *left, const void *right) {
    const struct report_failure *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    return order ? order : strcmp(a->message, b->message);
}

void units_tell_failures(struct units *units) {
    for (unsigned i = 0; i < units->database.command_count; i++) {
        const struct compile_command *command = &units->database.commands[i];
        const struct unit *unit = &units->items[i];
        if (!unit->checksum)
            add_failure(units, command->file, tidy(units, command->file, command->problem ? command->problem : unit->failure));
        else if (*unit->problem)
            add_failure(units, command->file, arena_printf(&units->arena, "analysed only in part: %s", units_shown_text(units, unit->problem)));
    }
    if (units->failures.len)
        qsort(units->failures.items, units->failures.len, sizeof *units->failures.items, compare_failures);
    for (size_t i = 0; i < units->failures.len; i++)
        fprintf(units->options->messages, "timeoutlint: %s: %s\n", units->failures.items[i].file, units->failures.items[i].message);
}
