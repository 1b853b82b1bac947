// See cache.h. Names in the store: manifests/<command>, units/<checksum>, prefixes/<key> (a manifest) and prefixes/<checksum>,
// results/<key>, disk/<subject>, each hexadecimal with a folder for the first two digits. Manifests carry their command and units their
// checksum; results and what is known of the disk get a head that says the same.
#include "program/cache.h"

#include "base/map.h"
#include "base/mem.h"
#include "ir/save.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 64, FIRST_READ = 1 << 16, MANIFEST_MAX = 16 << 20, PREFIX_SHARE = 4 };

struct cache {
    struct store *store;
    struct manifest_project project;
    struct digest disk_key;
    char *path; // of the project
    pthread_mutex_t disk_lock; // of the disk's table, where manifests are compared with it
    uint64_t program;
    struct digest sound_key;
    pthread_mutex_t sound_lock; // of what follows
    bool is_sound_loaded;
    struct map known_sound;     // by key of a unit: index in `was_sound`
    struct buf was_sound;       // as the last run left it: `struct sound`
    VEC(struct sound) sounds;   // units of this run
    bool has_new_sounds;
    uint64_t prefix_room; // bytes left for prefixes of this run
    struct arena arena;
};

// A unit's file that was checked: whoever finds this identity need not do it again.
struct sound {
    uint64_t key; // of the unit, and the program that checked it
    uint64_t identity;
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

static const char *checksum_name(const char *kind, uint64_t checksum, char name[NAME_MAX_SIZE]) {
    char hex[20];
    snprintf(hex, sizeof hex, "%016" PRIx64, checksum);
    return name_of(kind, hex, name);
}

static const char *unit_name(uint64_t unit, char name[NAME_MAX_SIZE]) {
    return checksum_name("units", unit, name);
}

static const char *prefix_name(uint64_t prefix, char name[NAME_MAX_SIZE]) {
    return checksum_name("prefixes", prefix, name);
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

// ---- files that were checked ----

static uint64_t sound_key(const struct cache *cache, uint64_t unit) {
    return hash_mix(unit, cache->program);
}

static void load_sounds(struct cache *cache) {
    if (cache->is_sound_loaded)
        return;
    cache->is_sound_loaded = true;
    find_as(cache, "disk", &cache->sound_key, &cache->was_sound);
    const struct sound *sounds = (const void *)cache->was_sound.data;
    for (uint32_t i = 0; i < cache->was_sound.len / sizeof *sounds; i++)
        *map_put(&cache->known_sound, sounds[i].key, NULL) = i;
}

static void add_sound(struct cache *cache, uint64_t unit, uint64_t identity, bool is_new) {
    vec_push(&cache->sounds, ((struct sound){sound_key(cache, unit), identity}));
    cache->has_new_sounds |= is_new;
}

static bool is_sound(struct cache *cache, uint64_t unit, const struct store_bytes *bytes) {
    pthread_mutex_lock(&cache->sound_lock);
    load_sounds(cache);
    const uint32_t *at = map_get(&cache->known_sound, sound_key(cache, unit));
    bool sound = at && ((const struct sound *)(const void *)cache->was_sound.data)[*at].identity == bytes->identity;
    if (sound)
        add_sound(cache, unit, bytes->identity, false);
    pthread_mutex_unlock(&cache->sound_lock);
    return sound;
}

// What this run did not look at is forgotten.
static void keep_sounds(struct cache *cache) {
    const struct buf bytes = {.data = (char *)cache->sounds.items, .len = cache->sounds.len * sizeof *cache->sounds.items};
    if (cache->has_new_sounds)
        keep_as(cache, "disk", &cache->sound_key, &bytes);
}

// ---- life ----

struct cache *cache_open(const struct cache_options *options) {
    struct cache *cache = mem_zalloc(sizeof *cache);
    struct buf known = {0};
    cache->store = store_open(options->folder, options->size_max);
    cache->project.disk = disk_new();
    cache->project.wants_sources = options->wants_sources;
    cache->prefix_room = options->size_max ? options->size_max / PREFIX_SHARE : UINT64_MAX;
    pthread_mutex_init(&cache->disk_lock, NULL);
    cache->disk_key = cache->sound_key = digest_bytes(options->subject, strlen(options->subject));
    cache->sound_key.words[0] ^= 1;
    pthread_mutex_init(&cache->sound_lock, NULL);
    if (find_as(cache, "disk", &cache->disk_key, &known))
        disk_load(cache->project.disk, buf_text(&known), known.len);
    buf_done(&known);
    return cache;
}

void cache_set_project(struct cache *cache, const char *project, uint64_t program) {
    cache->program = program;
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
    keep_sounds(cache);
    bool has_room = store_close(cache->store);
    disk_free(cache->project.disk);
    pthread_mutex_destroy(&cache->disk_lock);
    pthread_mutex_destroy(&cache->sound_lock);
    map_done(&cache->known_sound);
    buf_done(&cache->was_sound);
    vec_done(&cache->sounds);
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

// ---- manifests ----

// The first entry that fits; its texts live as long as `ret_bytes`, which is to be freed.
static struct manifest_found look_up(struct cache *cache, const char *kind, const struct digest *key, void **ret_bytes, struct store_file *ret_file) {
    struct manifest_found found = {.match = MATCH_NEW, .what = "", .problem = ""};
    char name[NAME_MAX_SIZE];
    size_t limit = FIRST_READ;
    digest_name(kind, key, name);
    for (*ret_bytes = NULL; (*ret_bytes = store_read(cache->store, name, limit, ret_file)); limit = MANIFEST_MAX) {
        size_t have = ret_file->size < limit ? ret_file->size : limit;
        found = manifest_find(&cache->project, key, *ret_bytes, have); // what is cut off is no entry
        if (found.match == MATCH_HIT || have == ret_file->size || limit == MANIFEST_MAX)
            break;
        free(*ret_bytes);
    }
    return found;
}

static bool keep_entry(struct cache *cache, const char *kind, const struct digest *key, const struct buf *entry) {
    char name[NAME_MAX_SIZE];
    struct store_file old_file = {0};
    struct buf file = {0};
    digest_name(kind, key, name);
    void *old = store_read(cache->store, name, MANIFEST_MAX, &old_file);
    manifest_file(key, entry, old, old_file.size < MANIFEST_MAX ? old_file.size : 0, &file);
    free(old);
    bool ok = store_write(cache->store, name, &(struct store_part){file.data, file.len}, 1);
    buf_done(&file);
    return ok;
}

// ---- units ----

struct manifest_found cache_find_unit(struct cache *cache, const struct digest *command) {
    char name[NAME_MAX_SIZE];
    struct store_file file = {0};
    void *bytes;
    struct manifest_found found = look_up(cache, "manifests", command, &bytes, &file);
    found.problem = arena_strdup(&cache->arena, found.problem);
    free(bytes);
    if (found.match == MATCH_HIT && file.was_idle) // it is in use, even where nobody reads it because the result is known
        store_use(cache->store, unit_name(found.unit, name));
    return found;
}

bool cache_map_unit(struct cache *cache, uint64_t unit, struct store_bytes *ret_bytes, bool *ret_is_sound) {
    char name[NAME_MAX_SIZE];
    struct store_bytes bytes;
    if (!store_map(cache->store, unit_name(unit, name), &bytes))
        return false;
    bool ok = ir_checksum(bytes.bytes, bytes.size) == unit;
    if (ok) {
        *ret_bytes = bytes;
        *ret_is_sound = is_sound(cache, unit, &bytes);
    } else {
        store_give_back(&bytes);
    }
    return ok;
}

void cache_trust_unit(struct cache *cache, uint64_t unit, const struct store_bytes *bytes) {
    char name[NAME_MAX_SIZE];
    if (!bytes->is_settled || store_identity(cache->store, unit_name(unit, name)) != bytes->identity)
        return;
    pthread_mutex_lock(&cache->sound_lock);
    add_sound(cache, unit, bytes->identity, true);
    pthread_mutex_unlock(&cache->sound_lock);
}

bool cache_keep_unit(struct cache *cache, const struct digest *command, const void *unit, size_t unit_size, const char *inputs, size_t inputs_size,
                     const char *problem) {
    struct buf entry = {0};
    char name[NAME_MAX_SIZE];
    uint64_t checksum = ir_checksum(unit, unit_size);
    pthread_mutex_lock(&cache->disk_lock);
    bool ok = manifest_entry(&cache->project, inputs, inputs_size, unit, unit_size, checksum, problem, &entry);
    pthread_mutex_unlock(&cache->disk_lock);
    uint64_t identity = 0;
    ok = ok && store_write_sealed(cache->store, unit_name(checksum, name), &(struct store_part){unit, unit_size}, &identity) &&
         keep_entry(cache, "manifests", command, &entry);
    pthread_mutex_lock(&cache->sound_lock);
    if (identity)
        add_sound(cache, checksum, identity, true);
    pthread_mutex_unlock(&cache->sound_lock);
    buf_done(&entry);
    return ok;
}

// ---- prefixes ----

bool cache_has_prefixes(const struct cache *cache) {
    return store_has(cache->store, "prefixes");
}

bool cache_find_prefix(struct cache *cache, const struct digest *key, uint64_t *ret_prefix) {
    struct store_file file = {0};
    void *bytes;
    pthread_mutex_lock(&cache->disk_lock);
    struct manifest_found found = look_up(cache, "prefixes", key, &bytes, &file);
    pthread_mutex_unlock(&cache->disk_lock);
    free(bytes);
    if (found.match == MATCH_HIT)
        *ret_prefix = found.unit;
    return found.match == MATCH_HIT;
}

bool cache_read_prefix(struct cache *cache, uint64_t prefix, struct buf *ret_bytes) {
    char name[NAME_MAX_SIZE];
    struct store_file file;
    char *bytes = store_read(cache->store, prefix_name(prefix, name), SIZE_MAX, &file);
    if (bytes)
        *ret_bytes = (struct buf){.data = bytes, .len = file.size, .cap = file.size};
    return bytes;
}

bool cache_keep_prefix(struct cache *cache, const struct digest *key, uint64_t prefix, const struct buf *bytes, const struct buf *inputs) {
    struct buf entry = {0};
    char name[NAME_MAX_SIZE];
    if (bytes->len > cache->prefix_room)
        return false;
    cache->prefix_room -= bytes->len;
    pthread_mutex_lock(&cache->disk_lock);
    bool ok = manifest_entry(&cache->project, buf_text(inputs), inputs->len, "", 0, prefix, "", &entry);
    pthread_mutex_unlock(&cache->disk_lock);
    ok = ok && store_write(cache->store, prefix_name(prefix, name), &(struct store_part){bytes->data, bytes->len}, 1) && keep_entry(cache, "prefixes", key, &entry);
    buf_done(&entry);
    return ok;
}
