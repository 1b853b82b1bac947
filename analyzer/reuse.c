// The keys. A unit depends on its command and on the worker that makes it; what it read is the manifest's business. So does a prefix, but
// clang wrote the names of its sources into it, absolute: one of a project that moved is never found. A result depends on
// the units, on the program itself (its rules and engines: the whole executable counts), on every model, and on the options that the
// engines and rules see.
#include "reuse.h"

#include "base/file.h"
#include "check/diag_save.h"
#include "frontend/project.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct reuse {
    struct cache *cache;
    struct digest *keys; // by command
    struct manifest_found *found;
    struct buf unit_basis;   // what every unit depends on
    struct buf prefix_basis; // the same of prefixes
    struct buf result_basis; // of results
    struct digest memory;    // the key of what is known of the project's functions
    uint64_t remembered;     // hash of what was
    uint64_t program;    // content of the executable: rules and engines
};

// ---- keys ----

static void add_number(struct buf *key, uint64_t number) {
    buf_add(key, &number, sizeof number);
}

static void add_text(struct buf *key, const char *text) {
    buf_add(key, text, strlen(text) + 1);
}

// The content of a file; 0 where there is none.
static uint64_t content(struct reuse *reuse, const char *path) {
    struct disk *disk = cache_disk(reuse->cache);
    return disk_hash(disk, disk_id(disk, disk_key(path), path));
}

static void add_models(struct reuse *reuse, const struct reuse_basis *basis) {
    struct dirent **found;
    struct buf path = {0};
    int count = scandir(basis->models_folder, &found, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        path.len = 0;
        buf_printf(&path, "%s/%s", basis->models_folder, found[i]->d_name);
        add_text(&reuse->result_basis, found[i]->d_name);
        if (found[i]->d_name[0] != '.')
            add_number(&reuse->result_basis, content(reuse, buf_text(&path)));
        free(found[i]);
    }
    if (count >= 0)
        free(found);
    for (unsigned i = 0; i < basis->model_count; i++)
        add_number(&reuse->result_basis, content(reuse, basis->models[i]));
    buf_done(&path);
}

static void make_keys(struct reuse *reuse, const struct reuse_basis *basis, const struct compile_command *commands, unsigned count) {
    static const char *const variables[] = {"CPATH", "C_INCLUDE_PATH"}; // clang's own
    struct buf key = {0};
    add_number(&reuse->unit_basis, content(reuse, basis->worker));
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        add_text(&reuse->unit_basis, getenv(variables[i]) ? getenv(variables[i]) : "");
    buf_add(&reuse->prefix_basis, reuse->unit_basis.data, reuse->unit_basis.len);
    add_text(&reuse->prefix_basis, basis->project);
    for (unsigned i = 0; i < count; i++) {
        key.len = 0;
        buf_add(&key, reuse->unit_basis.data, reuse->unit_basis.len);
        project_describe_command(basis->project, &commands[i], &key);
        reuse->keys[i] = digest_bytes(key.data, key.len);
    }
    add_number(&reuse->result_basis, reuse->program);
    add_number(&reuse->result_basis, basis->cascade);
    add_models(reuse, basis);
    key.len = 0;
    buf_add(&key, buf_text(&reuse->result_basis), reuse->result_basis.len);
    add_text(&key, basis->project);
    reuse->memory = digest_bytes(key.data, key.len);
    buf_done(&key);
}

static struct digest result_key(const struct reuse *reuse, const uint64_t *units, unsigned count) {
    struct buf key = {0};
    buf_add(&key, buf_text(&reuse->result_basis), reuse->result_basis.len);
    buf_add(&key, units, count * sizeof *units);
    struct digest digest = digest_bytes(key.data, key.len);
    buf_done(&key);
    return digest;
}

// ---- life ----

struct reuse *reuse_open(const struct cache_options *options) {
    struct reuse *reuse = mem_zalloc(sizeof *reuse);
    reuse->cache = cache_open(options);
    reuse->program = content(reuse, "/proc/self/exe");
    return reuse;
}

// Whether the source is as the last run left it, as far as a look at its times tells.
static bool is_left_alone(struct reuse *reuse, const char *project, const struct compile_command *command) {
    struct disk *disk = cache_disk(reuse->cache);
    const char *name = path_relative(project, command->file);
    return disk_is_known(disk, disk_id(disk, disk_key(name), name));
}

void reuse_look_up(struct reuse *reuse, const struct reuse_basis *basis, const struct compile_command *commands, unsigned count, void (*missed)(void *user),
                   void *user) {
    cache_set_project(reuse->cache, basis->project, reuse->program);
    reuse->keys = mem_zalloc(count * sizeof *reuse->keys);
    reuse->found = mem_zalloc(count * sizeof *reuse->found);
    make_keys(reuse, basis, commands, count);
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < count; i++) {
            if (commands[i].problem) {
                reuse->found[i] = (struct manifest_found){.match = MATCH_NEW, .what = "", .problem = ""};
            } else if (is_left_alone(reuse, basis->project, &commands[i]) == (round == 1)) {
                reuse->found[i] = cache_find_unit(reuse->cache, &reuse->keys[i]);
                if (reuse->found[i].match != MATCH_HIT)
                    missed(user);
            }
        }
}

bool reuse_close(struct reuse *reuse) {
    if (!reuse)
        return true;
    bool has_room = cache_close(reuse->cache);
    free(reuse->keys);
    free(reuse->found);
    buf_done(&reuse->unit_basis);
    buf_done(&reuse->prefix_basis);
    buf_done(&reuse->result_basis);
    free(reuse);
    return has_room;
}

const char *reuse_warning(const struct reuse *reuse) {
    return cache_warning(reuse->cache);
}

struct disk *reuse_disk(struct reuse *reuse) {
    return cache_disk(reuse->cache);
}

// ---- the database ----

static struct digest database_key(const struct reuse *reuse, const char *path, const struct buf *text) {
    struct buf key = {0};
    add_number(&key, reuse->program);
    add_text(&key, path);
    buf_add(&key, buf_text(text), text->len);
    struct digest digest = digest_bytes(key.data, key.len);
    buf_done(&key);
    return digest;
}

static bool find_database(struct reuse *reuse, const struct digest *key, struct database *ret_database) {
    struct buf bytes = {0};
    bool ok = cache_find(reuse->cache, key, &bytes) && database_load(buf_text(&bytes), bytes.len, ret_database);
    buf_done(&bytes);
    return ok;
}

static void keep_database(struct reuse *reuse, const struct digest *key, const struct database *database) {
    struct buf bytes = {0};
    if (database->has_response_files)
        return;
    database_save(database, &bytes);
    cache_keep(reuse->cache, key, &bytes);
    buf_done(&bytes);
}

bool reuse_database(struct reuse *reuse, const char *path, struct database *ret_database, struct err *err) {
    struct buf text = {0};
    if (!database_text(path, &text, err))
        return false;
    struct digest key = database_key(reuse, path, &text);
    bool ok = find_database(reuse, &key, ret_database);
    if (!ok) {
        ok = database_parse(path, &text, ret_database, err);
        if (ok)
            keep_database(reuse, &key, ret_database);
    }
    if (ok)
        database_check(ret_database);
    buf_done(&text);
    return ok;
}

// ---- units ----

const struct manifest_found *reuse_found(const struct reuse *reuse, unsigned command) {
    return &reuse->found[command];
}

bool reuse_unit(struct reuse *reuse, unsigned command, struct store_bytes *ret_bytes, bool *ret_is_sound) {
    bool ok = cache_map_unit(reuse->cache, reuse->found[command].unit, ret_bytes, ret_is_sound);
    if (!ok)
        reuse->found[command].match = MATCH_MISSING;
    return ok;
}

void reuse_trust(struct reuse *reuse, unsigned command, const struct store_bytes *bytes) {
    cache_trust_unit(reuse->cache, reuse->found[command].unit, bytes);
}

void reuse_distrust(struct reuse *reuse, unsigned command) {
    reuse->found[command].match = MATCH_DAMAGED;
}

bool reuse_keep_unit(struct reuse *reuse, unsigned command, const void *unit, size_t size, const char *inputs, size_t inputs_size,
                     const char *problem) {
    return cache_keep_unit(reuse->cache, &reuse->keys[command], unit, size, inputs, inputs_size, problem);
}

// ---- prefixes ----

static struct digest prefix_key(const struct reuse *reuse, const struct buf *what) {
    struct buf key = {0};
    buf_add(&key, reuse->prefix_basis.data, reuse->prefix_basis.len);
    buf_add(&key, what->data, what->len);
    struct digest digest = digest_bytes(key.data, key.len);
    buf_done(&key);
    return digest;
}

bool reuse_has_prefixes(const struct reuse *reuse) {
    return cache_has_prefixes(reuse->cache);
}

bool reuse_find_prefix(struct reuse *reuse, const struct buf *key, uint64_t *ret_prefix) {
    struct digest digest = prefix_key(reuse, key);
    return cache_find_prefix(reuse->cache, &digest, ret_prefix);
}

bool reuse_read_prefix(struct reuse *reuse, uint64_t prefix, struct buf *ret_bytes) {
    return cache_read_prefix(reuse->cache, prefix, ret_bytes);
}

void reuse_keep_prefix(struct reuse *reuse, const struct pch_kept *prefix) {
    struct digest key = prefix_key(reuse, &prefix->key);
    cache_keep_prefix(reuse->cache, &key, prefix->id, &prefix->bytes, &prefix->reads);
}

// ---- results ----

static bool load_result(const char *at, const char *end, struct reuse_result *result) {
    int64_t counts[5] = {0};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        if (!diag_load_number(&at, end, &counts[i]))
            return false;
    result->flow = (struct flow_stats){.solved = (uint32_t)counts[0], .skipped = (uint32_t)counts[1], .given_up = (uint32_t)counts[2],
                                        .reused = (uint32_t)counts[0], .not_summed = (uint32_t)counts[3]};
    for (int64_t i = 0; i < counts[4]; i++) {
        const char *text;
        if (!diag_load_text(&at, end, &result->arena, &text) || !text)
            return false;
        vec_push(&result->problems, text);
    }
    return diag_load(&at, end, result->diags) && at == end;
}

bool reuse_find_result(struct reuse *reuse, const uint64_t *units, unsigned count, struct reuse_result *ret_result) {
    struct digest key = result_key(reuse, units, count);
    struct buf bytes = {0};
    bool ok = cache_find(reuse->cache, &key, &bytes);
    if (ok && !load_result(buf_text(&bytes), buf_text(&bytes) + bytes.len, ret_result)) {
        diags_done(ret_result->diags);
        reuse_result_done(ret_result);
        ok = false;
    }
    buf_done(&bytes);
    if (ok)
        cache_use(reuse->cache, &reuse->memory); // of use again with the next edit
    return ok;
}

void reuse_keep_result(struct reuse *reuse, const uint64_t *units, unsigned count, const struct reuse_result *result) {
    struct digest key = result_key(reuse, units, count);
    struct buf bytes = {0};
    const int64_t counts[] = {result->flow.solved, result->flow.skipped, result->flow.given_up, result->flow.not_summed, (int64_t)result->problems.len};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        diag_save_number(&bytes, counts[i]);
    for (size_t i = 0; i < result->problems.len; i++)
        diag_save_text(&bytes, result->problems.items[i]);
    diag_save(result->diags, &bytes);
    cache_keep(reuse->cache, &key, &bytes);
    buf_done(&bytes);
}

void reuse_find_memory(struct reuse *reuse, struct buf *ret_parts, unsigned count) {
    struct buf bytes = {0};
    cache_find(reuse->cache, &reuse->memory, &bytes);
    reuse->remembered = hash_bytes(buf_text(&bytes), bytes.len);
    const char *at = bytes.data;
    size_t left = bytes.len;
    for (unsigned i = 0; i < count; i++) {
        uint64_t size = 0;
        if (left < sizeof size)
            break;
        memcpy(&size, at, sizeof size);
        at += sizeof size, left -= sizeof size;
        size = size < left ? size : left;
        buf_add(&ret_parts[i], at, size);
        at += size, left -= size;
    }
    buf_done(&bytes);
}

void reuse_keep_memory(struct reuse *reuse, const struct buf *parts, unsigned count) {
    struct buf bytes = {0};
    for (unsigned i = 0; i < count; i++) {
        uint64_t size = parts[i].len;
        buf_add(&bytes, &size, sizeof size);
        buf_add(&bytes, buf_text(&parts[i]), parts[i].len);
    }
    if (hash_bytes(bytes.data, bytes.len) == reuse->remembered)
        cache_use(reuse->cache, &reuse->memory);
    else
        cache_keep(reuse->cache, &reuse->memory, &bytes);
    buf_done(&bytes);
}

void reuse_result_done(struct reuse_result *result) {
    vec_done(&result->problems);
    arena_done(&result->arena);
}
