// Reads the compilation database. An entry that cannot be used as it is (its file is gone, its response file is missing) stays
// in the list with its problem, so that it is counted as a failed unit; an entry that is no C is counted and left out.
// A file that is built several times with the same meaning (a static and a shared library) stays once.
#include "frontend/database.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"
#include "frontend/command.h"

#include <dirent.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char database_name[] = "compile_commands.json";
enum { DATABASE_SIZE_MAX = 1 << 30 };

// ---- finding it ----

static const char *database_in(struct arena *arena, const char *directory) {
    const char *path = path_absolute(arena, directory, database_name);
    return file_is_regular(path) ? path : NULL;
}

static const char *database_given(struct arena *arena, const char *given, const char *directory, struct err *err) {
    const char *path = path_absolute(arena, directory, given);
    if (file_is_regular(path))
        return path;
    if (!file_is_directory(path)) {
        err_set(err, "'%s' does not exist; -p takes the build folder that holds %s, or that file itself", given, database_name);
        return NULL;
    }
    const char *found = database_in(arena, path);
    if (!found)
        err_set(err, "there is no %s in '%s'; have the build system write one (cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, meson setup, bear -- make)",
                database_name, given);
    return found;
}

static bool is_build_folder(const char *name) {
    static const char *const patterns[] = {"build", "build-*", "out", "cmake-build-*"};
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (!fnmatch(patterns[i], name, 0))
            return true;
    return false;
}

// The first, by name, of the build folders in `directory` that holds a database.
static const char *database_in_build_folder(struct arena *arena, const char *directory) {
    DIR *dir = opendir(directory);
    const char *best = NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (!is_build_folder(entry->d_name))
            continue;
        const char *found = database_in(arena, path_absolute(arena, directory, entry->d_name));
        if (found && (!best || strcmp(found, best) < 0))
            best = found;
    }
    if (dir)
        closedir(dir);
    return best;
}

const char *database_find(struct arena *arena, const char *given, const char *directory, struct err *err) {
    if (given)
        return database_given(arena, given, directory, err);
    static const char *(*const finders[])(struct arena *, const char *) = {database_in, database_in_build_folder};
    for (size_t i = 0; i < ARRAY_LEN(finders); i++)
        for (const char *at = directory;; at = path_directory(arena, at)) {
            const char *found = finders[i](arena, at);
            if (found)
                return found;
            if (!at[1])
                break;
        }
    err_set(err,
            "there is no %s in '%s', its parents, or their build folders; make one with 'cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON', "
            "'meson setup' or 'bear -- make', name its folder with -p, or give files and flags: 'check FILE... -- FLAGS'",
            database_name, directory);
    return NULL;
}

// ---- reading it ----

struct reading {
    struct database *db;
    const char *path;
    const char *base; // the folder of the database
    VEC(struct compile_command) commands;
};

static bool bad_entry(const struct reading *reading, size_t index, const char *what, struct err *err) {
    return err_set(err, "%s: entry %zu %s; the build system that wrote it must be fixed, or write it again", reading->path, index + 1, what);
}

static bool entry_words(struct reading *reading, const json_t *entry, size_t index, struct words *words, const char **ret_problem, struct err *err) {
    struct arena *arena = &reading->db->arena;
    const json_t *arguments = json_object_get(entry, "arguments"), *command = json_object_get(entry, "command");
    if (!arguments && !command)
        return bad_entry(reading, index, "has neither \"arguments\" nor \"command\"", err);
    if (!arguments) {
        if (!json_is_string(command))
            return bad_entry(reading, index, "has a \"command\" that is not a string", err);
        struct err why;
        if (!command_split(arena, json_string_value(command), words, &why))
            *ret_problem = arena_strdup(arena, why.text);
        return true;
    }
    if (!json_is_array(arguments))
        return bad_entry(reading, index, "has \"arguments\" that are not a list", err);
    for (size_t i = 0; i < json_array_size(arguments); i++) {
        const json_t *word = json_array_get(arguments, i);
        if (!json_is_string(word))
            return bad_entry(reading, index, "has \"arguments\" that are not all strings", err);
        vec_push(words, arena_strdup(arena, json_string_value(word)));
    }
    return true;
}

static bool has_response_file(const struct words *words) {
    for (size_t i = 0; i < words->len; i++)
        if (words->items[i][0] == '@')
            return true;
    return false;
}

static void add_command(struct reading *reading, const char *directory, const char *file, struct words *words, const char *problem) {
    struct arena *arena = &reading->db->arena;
    struct compile_command unit = {directory, file, NULL, 0, problem};
    struct words flags = {0};
    struct err why;
    reading->db->has_response_files |= has_response_file(words);
    if (!problem && !command_expand(arena, directory, words, &why))
        unit.problem = arena_strdup(arena, why.text);
    bool is_c = command_flags(arena, words, file, &flags) || (problem && !command_is_other_language(file));
    if (is_c) {
        unit.args = arena_copy(arena, flags.items, flags.len * sizeof *flags.items);
        unit.arg_count = (unsigned)flags.len;
        vec_push(&reading->commands, unit);
    } else {
        reading->db->other_count++;
    }
    vec_done(&flags);
}

static bool read_entry(struct reading *reading, const json_t *entry, size_t index, struct err *err) {
    struct arena *arena = &reading->db->arena;
    if (!json_is_object(entry))
        return bad_entry(reading, index, "is not an object", err);
    const char *directory = json_string_value(json_object_get(entry, "directory"));
    const char *file = json_string_value(json_object_get(entry, "file"));
    if (!file || !*file)
        return bad_entry(reading, index, "has no \"file\"", err);
    if (!directory)
        return bad_entry(reading, index, "has no \"directory\"", err);
    directory = path_absolute(arena, reading->base, directory);
    file = path_absolute(arena, directory, file);
    struct words words = {0};
    const char *problem = NULL;
    bool ok = entry_words(reading, entry, index, &words, &problem, err);
    if (ok)
        add_command(reading, directory, file, &words, problem);
    vec_done(&words);
    return ok;
}

// ---- order and duplicates ----

static int compare_commands(const void *left, const void *right) {
    const struct compile_command *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    if (!order)
        order = strcmp(a->directory, b->directory);
    for (unsigned i = 0; !order && i < a->arg_count && i < b->arg_count; i++)
        order = strcmp(a->args[i], b->args[i]);
    return order ? order : (a->arg_count > b->arg_count) - (a->arg_count < b->arg_count);
}

// What the command means: everything but the flags that only tell apart the libraries one file is built into.
static uint64_t meaning(const struct compile_command *unit) {
    uint64_t hash = hash_mix(hash_bytes(unit->file, strlen(unit->file)), hash_bytes(unit->directory, strlen(unit->directory)));
    for (unsigned i = 0; i < unit->arg_count; i++)
        if (!command_flag_is_packaging(unit->args[i]))
            hash = hash_mix(hash, hash_bytes(unit->args[i], strlen(unit->args[i])));
    return hash;
}

// Sorts the commands and moves them to the database, each meaning once: the first in the order of sorting.
static void finish(struct reading *reading) {
    struct database *db = reading->db;
    struct map seen = {0};
    if (reading->commands.len)
        qsort(reading->commands.items, reading->commands.len, sizeof *reading->commands.items, compare_commands);
    db->commands = arena_array(&db->arena, struct compile_command, reading->commands.len);
    for (size_t i = 0; i < reading->commands.len; i++) {
        bool is_new;
        map_put(&seen, meaning(&reading->commands.items[i]), &is_new);
        if (is_new)
            db->commands[db->command_count++] = reading->commands.items[i];
        else
            db->duplicate_count++;
    }
    map_done(&seen);
    vec_done(&reading->commands);
}

static bool read_entries(struct reading *reading, const json_t *root, struct err *err) {
    if (!json_is_array(root))
        return err_set(err, "%s: a compilation database is a JSON list of entries, and this is not a list", reading->path);
    if (!json_array_size(root))
        return err_set(err, "%s: it has no entries, so there is nothing to analyse; build the project with bear again, or configure it again",
                       reading->path);
    for (size_t i = 0; i < json_array_size(root); i++)
        if (!read_entry(reading, json_array_get(root, i), i, err)) {
            vec_done(&reading->commands);
            return false;
        }
    finish(reading);
    if (!reading->db->command_count)
        return err_set(err, "%s: none of its %zu entries compiles C, so there is nothing to analyse", reading->path, json_array_size(root));
    return true;
}

static bool parse(const char *path, const struct buf *text, json_t **ret_root, struct err *err) {
    json_error_t where;
    json_t *root = NULL;
    if (!text->data || strspn(text->data, " \t\r\n") == text->len)
        err_set(err, "%s: the file is empty; write the compilation database again", path);
    else if (!(root = json_loadb(text->data, text->len, 0, &where)))
        err_set(err, "%s:%d:%d: this is not JSON (%s); write the compilation database again", path, where.line, where.column, where.text);
    *ret_root = root;
    return root;
}

bool database_text(const char *path, struct buf *ret_text, struct err *err) {
    return file_read(path, DATABASE_SIZE_MAX, ret_text, err);
}

bool database_parse(const char *path, const struct buf *text, struct database *ret_database, struct err *err) {
    json_t *root;
    if (!parse(path, text, &root, err))
        return false;
    struct database db = {0};
    struct reading reading = {.db = &db, .path = path};
    const char *working = path_working_directory(&db.arena);
    reading.base = path_directory(&db.arena, path_absolute(&db.arena, working, path));
    bool ok = read_entries(&reading, root, err);
    json_decref(root);
    if (ok)
        *ret_database = db;
    else
        database_done(&db);
    return ok;
}

bool database_read(const char *path, struct database *ret_database, struct err *err) {
    struct buf text = {0};
    bool ok = database_text(path, &text, err) && database_parse(path, &text, ret_database, err);
    if (ok)
        database_check(ret_database);
    buf_done(&text);
    return ok;
}

// ---- what the disk has ----

// Why the unit cannot be parsed, as far as that shows before parsing; NULL where it can.
static const char *unit_problem(struct arena *arena, const struct compile_command *unit, const char *known_directory) {
    struct stat info;
    if (stat(unit->file, &info) != 0)
        return "the file does not exist; the compilation database is older than the sources: write it again";
    if (S_ISDIR(info.st_mode))
        return "it is a directory, not a source file";
    if (!S_ISREG(info.st_mode))
        return "it is a device or pipe, not a source file";
    if (strcmp(unit->directory, known_directory) != 0 && !file_is_directory(unit->directory))
        return arena_printf(arena, "its working directory '%s' does not exist; the compilation database is older than the sources: write it again",
                            unit->directory);
    return NULL;
}

void database_check(struct database *database) {
    const char *known_directory = ""; // often the same for all
    for (unsigned i = 0; i < database->command_count; i++) {
        struct compile_command *unit = &database->commands[i];
        const char *problem = unit_problem(&database->arena, unit, known_directory);
        if (!problem)
            known_directory = unit->directory;
        else if (!unit->problem)
            unit->problem = problem;
    }
}

// ---- without a database ----

static bool add_file(struct reading *reading, const char *directory, const char *name, const char *const *flags, unsigned flag_count, struct err *err) {
    struct arena *arena = &reading->db->arena;
    const char *file = path_absolute(arena, directory, name);
    if (file_is_directory(file))
        return err_set(err, "'%s' is a directory; name the C files in it", name);
    if (!file_is_regular(file))
        return err_set(err, access(file, F_OK) == 0 ? "'%s' is a device or pipe; name a C file" : "'%s' does not exist", name);
    if (command_is_other_language(file))
        return err_set(err, "'%s' is not C; only C files can be analysed", name);
    struct words words = {0};
    vec_push(&words, "cc");
    for (unsigned i = 0; i < flag_count; i++)
        vec_push(&words, flags[i]);
    vec_push(&words, "-xc"); // also for a header, or a name without ending
    add_command(reading, directory, file, &words, NULL);
    vec_done(&words);
    return true;
}

bool database_from_files(const char *directory, const char *const *files, unsigned file_count, const char *const *flags, unsigned flag_count,
                         struct database *ret_database, struct err *err) {
    struct database db = {0};
    struct reading reading = {.db = &db};
    for (unsigned i = 0; i < file_count; i++)
        if (!add_file(&reading, directory, files[i], flags, flag_count, err)) {
            vec_done(&reading.commands);
            database_done(&db);
            return false;
        }
    finish(&reading);
    database_check(&db);
    *ret_database = db;
    return true;
}

// ---- as bytes: numbers of eight bytes, and texts with their NUL; a text that is the one of the command before is left empty ----

static void save_number(struct buf *out, uint64_t number) {
    buf_add(out, &number, sizeof number);
}

static void save_text(struct buf *out, const char *text) {
    buf_add(out, text, strlen(text) + 1);
}

void database_save(const struct database *database, struct buf *ret_bytes) {
    const char *directory = "";
    save_number(ret_bytes, database->command_count);
    save_number(ret_bytes, database->other_count);
    save_number(ret_bytes, database->duplicate_count);
    for (unsigned i = 0; i < database->command_count; i++) {
        const struct compile_command *unit = &database->commands[i];
        save_text(ret_bytes, strcmp(unit->directory, directory) ? unit->directory : "");
        save_text(ret_bytes, unit->file);
        save_text(ret_bytes, unit->problem ? unit->problem : "");
        save_number(ret_bytes, unit->arg_count);
        for (unsigned k = 0; k < unit->arg_count; k++)
            save_text(ret_bytes, unit->args[k]);
        directory = unit->directory;
    }
}

struct loading {
    const char *at, *end;
    bool failed;
};

static unsigned load_count(struct loading *loading) {
    uint64_t number = 0;
    loading->failed |= (size_t)(loading->end - loading->at) < sizeof number;
    if (loading->failed)
        return 0;
    memcpy(&number, loading->at, sizeof number);
    loading->at += sizeof number;
    loading->failed |= number > UINT32_MAX;
    return loading->failed ? 0 : (unsigned)number;
}

static const char *load_text(struct loading *loading) {
    const char *text = loading->at, *stop = loading->failed ? NULL : memchr(text, '\0', (size_t)(loading->end - text));
    loading->failed |= !stop;
    if (!stop)
        return "";
    loading->at = stop + 1;
    return text;
}

static void load_command(struct loading *loading, struct arena *arena, const char *directory, struct compile_command *ret_unit) {
    const char *own = load_text(loading);
    ret_unit->directory = *own ? own : directory;
    ret_unit->file = load_text(loading);
    ret_unit->problem = load_text(loading);
    if (!*ret_unit->problem)
        ret_unit->problem = NULL;
    unsigned count = load_count(loading);
    loading->failed |= count > (size_t)(loading->end - loading->at);
    ret_unit->arg_count = loading->failed ? 0 : count;
    ret_unit->args = arena_array(arena, const char *, ret_unit->arg_count);
    for (unsigned i = 0; i < ret_unit->arg_count; i++)
        ret_unit->args[i] = load_text(loading);
}

bool database_load(const void *bytes, size_t size, struct database *ret_database) {
    struct database db = {0};
    struct loading loading = {0};
    loading.at = arena_copy(&db.arena, bytes, size);
    loading.end = loading.at + size;
    unsigned count = load_count(&loading);
    db.other_count = load_count(&loading);
    db.duplicate_count = load_count(&loading);
    loading.failed |= count > (size_t)(loading.end - loading.at);
    db.commands = arena_array(&db.arena, struct compile_command, loading.failed ? 0 : count);
    for (const char *directory = ""; !loading.failed && db.command_count < count; directory = db.commands[db.command_count++].directory)
        load_command(&loading, &db.arena, directory, &db.commands[db.command_count]);
    if (loading.failed || loading.at != loading.end || !count) {
        database_done(&db);
        return false;
    }
    *ret_database = db;
    return true;
}

void database_done(struct database *database) {
    arena_done(&database->arena);
    *database = (struct database){0};
}
