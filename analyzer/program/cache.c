// See cache.h. Names in the store: manifests/<command>, units/<checksum>, results/<key>, disk/<subject>, each hexadecimal with a folder
// for the first two digits. Manifests carry their command and units their checksum; results and what is known of the disk get a head
// that says the same.
#include "program/cache.h"

#include "base/map.h"
#include "base/mem.h"
#include "ir/save.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 64, FIRST_READ = 1 << 16, MANIFEST_MAX = 16 << 20 };

struct cache {
    struct store *store;
    struct manifest_project project;
    struct digest disk_key;
    char *path; // of the project
    struct arena arena;
};

// In front of what has no head of its own.
struct head {
    char magic[8];
    uint64_t checksum; // of all that follows
    struct digest key;
};

static const char magic[8] = "TLKEPT1\n";

// "units", 0xabcd... -> "units/ab/cd..."
static const char *name_of(const char *kind, const char *hex, char name[NAME_MAX_SIZE]) {
    snprintf(name, NAME_MAX_SIZE, "%s/%.2s/%s", kind, hex, hex + 2);
    return name;
}

static const char *digest_name(const char *kind, const struct digest *key, char name[NAME_MAX_SIZE]) {
    char hex[DIGEST_TEXT];
    digest_text(key, hex);
    return name_of(kind, hex, name);
}

static const char *unit_name(uint64_t unit, char name[NAME_MAX_SIZE]) {
    char hex[20];
    snprintf(hex, sizeof hex, "%016" PRIx64, unit);
    return name_of("units", hex, name);
}

// ---- bytes under a key ----

static uint64_t kept_checksum(const struct digest *key, const void *bytes, size_t size) {
    return hash_mix(hash_bytes(key, sizeof *key), hash_bytes(bytes, size));
}

static bool keep_as(struct cache *cache, const char *kind, const struct digest *key, const struct buf *bytes) {
    char name[NAME_MAX_SIZE];
    struct head head = {.checksum = kept_checksum(key, buf_text(bytes), bytes->len), .key = *key};
    memcpy(head.magic, magic, sizeof magic);
    const struct store_part parts[] = {{&head, sizeof head}, {buf_text(bytes), bytes->len}};
    return store_write(cache->store, digest_name(kind, key, name), parts, ARRAY_LEN(parts));
}

static bool find_as(struct cache *cache, const char *kind, const struct digest *key, struct buf *ret_bytes) {
    char name[NAME_MAX_SIZE];
    struct store_file file;
    char *bytes = store_read(cache->store, digest_name(kind, key, name), SIZE_MAX, &file);
    struct head head;
    size_t size = bytes ? file.size : 0;
    bool ok = size >= sizeof head;
    if (ok) {
        memcpy(&head, bytes, sizeof head);
        ok = !memcmp(head.magic, magic, sizeof magic) && !memcmp(&head.key, key, sizeof *key) &&
             head.checksum == kept_checksum(key, bytes + sizeof head, size - sizeof head);
    }
    if (ok)
        buf_add(ret_bytes, bytes + sizeof head, size - sizeof head);
    free(bytes);
    return ok;
}

bool cache_find(struct cache *cache, const struct digest *key, struct buf *ret_bytes) {
    return find_as(cache, "results", key, ret_bytes);
}

void cache_keep(struct cache *cache, const struct digest *key, const struct buf *bytes) {
    keep_as(cache, "results", key, bytes);
}

void cache_use(struct cache *cache, const struct digest *key) {
    char name[NAME_MAX_SIZE];
    store_use(cache->store, digest_name("results", key, name));
}

// ---- life ----

struct cache *cache_open(const struct cache_options *options) {
    struct cache *cache = mem_zalloc(sizeof *cache);
    struct buf known = {0};
    cache->store = store_open(options->folder, options->size_max);
    cache->project.disk = disk_new();
    cache->project.wants_sources = options->wants_sources;
    cache->disk_key = digest_bytes(options->subject, strlen(options->subject));
    if (find_as(cache, "disk", &cache->disk_key, &known))
        disk_load(cache->project.disk, buf_text(&known), known.len);
    buf_done(&known);
    return cache;
}

void cache_set_project(struct cache *cache, const char *project) {
    cache->project.path = cache->path = mem_strdup(project);
    disk_set_project(cache->project.disk, project);
}

bool cache_close(struct cache *cache) {
    if (!cache)
        return true;
    if (disk_is_changed(cache->project.disk)) {
        struct buf known = {0};
        disk_save(cache->project.disk, &known);
        keep_as(cache, "disk", &cache->disk_key, &known);
        buf_done(&known);
    }
    bool has_room = store_close(cache->store);
    disk_free(cache->project.disk);
    free(cache->path);
    arena_done(&cache->arena);
    free(cache);
    return has_room;
}

const char *cache_warning(const struct cache *cache) {
    return store_problem(cache->store);
}

struct disk *cache_disk(struct cache *cache) {
    return cache->project.disk;
}

// ---- units ----

struct manifest_found cache_find_unit(struct cache *cache, const struct digest *command) {
    struct manifest_found found = {.match = MATCH_NEW, .what = "", .problem = ""};
    char name[NAME_MAX_SIZE];
    size_t limit = FIRST_READ;
    struct store_file file = {0};
    digest_name("manifests", command, name);
    for (char *bytes; (bytes = store_read(cache->store, name, limit, &file)); limit = MANIFEST_MAX) {
        size_t have = file.size < limit ? file.size : limit;
        found = manifest_find(&cache->project, command, bytes, have); // what is cut off is no entry
        found.problem = arena_strdup(&cache->arena, found.problem);
        free(bytes);
        if (found.match == MATCH_HIT || have == file.size || limit == MANIFEST_MAX)
            break;
    }
    if (found.match == MATCH_HIT && file.was_idle) // it is in use, even where nobody reads it because the result is known
        store_use(cache->store, unit_name(found.unit, name));
    return found;
}

bool cache_map_unit(struct cache *cache, uint64_t unit, struct store_bytes *ret_bytes) {
    char name[NAME_MAX_SIZE];
    struct store_bytes bytes;
    if (!store_map(cache->store, unit_name(unit, name), &bytes))
        return false;
    bool ok = ir_checksum(bytes.bytes, bytes.size) == unit;
    if (ok)
        *ret_bytes = bytes;
    else
        store_give_back(&bytes);
    return ok;
}

bool cache_keep_unit(struct cache *cache, const struct digest *command, const void *unit, size_t unit_size, const char *inputs, size_t inputs_size,
                     const char *problem) {
    struct buf entry = {0}, file = {0};
    char name[NAME_MAX_SIZE];
    struct store_file old_file = {0};
    uint64_t checksum = ir_checksum(unit, unit_size);
    bool ok = manifest_entry(&cache->project, inputs, inputs_size, unit, unit_size, checksum, problem, &entry);
    if (ok) {
        unit_name(checksum, name);
        ok = store_write(cache->store, name, &(struct store_part){unit, unit_size}, 1);
    }
    if (ok) {
        digest_name("manifests", command, name);
        void *old = store_read(cache->store, name, MANIFEST_MAX, &old_file);
        manifest_file(command, &entry, old, old_file.size < MANIFEST_MAX ? old_file.size : 0, &file);
        free(old);
        ok = store_write(cache->store, name, &(struct store_part){file.data, file.len}, 1);
    }
    buf_done(&entry);
    buf_done(&file);
    return ok;
}
