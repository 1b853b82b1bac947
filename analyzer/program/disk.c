// See disk.h. Times are in ns since 1970. An item is looked at when somebody first asks for it, and never again.
#include "program/disk.h"

#include "base/digest.h"
#include "base/map.h"
#include "base/mem.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { KNOWN_MAX = 1 << 20 };
static const int64_t settle_ns = 2000000000; // the coarsest clock of a file system in use

// What shows that a file or folder was changed.
struct traits {
    uint64_t inode, size;
    int64_t modified, changed;
};

enum item_kind { KIND_NOTHING, KIND_FILE, KIND_FOLDER };

struct item {
    const char *name;
    uint64_t key;
    bool is_source, is_looked_at, is_hashed, is_listed;
    enum item_kind kind;  // once it was looked at, like what follows
    uint64_t device;
    struct traits traits;
    uint64_t hash;        // once it is hashed
    bool is_settled;      // the next run may take the hash over
    VEC(uint64_t) names;
};

// What an earlier run knew, as it is in the file.
struct known {
    uint64_t key;
    struct traits traits;
    uint64_t hash;
    uint64_t kind;
};

struct disk {
    char *project;
    int64_t start;
    VEC(struct item) items;
    struct map by_key;
    struct map by_inode; // of files that were hashed: one file may have several names
    const struct known *known;
    size_t known_count;
    struct map known_by_key;
    struct disk_counts counts;
    bool is_changed;
    struct arena arena;
};

static int64_t ns_of(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return ns_of(time);
}

struct disk *disk_new(void) {
    struct disk *disk = mem_zalloc(sizeof *disk);
    disk->start = now();
    return disk;
}

void disk_set_project(struct disk *disk, const char *project) {
    disk->project = mem_strdup(project);
}

void disk_free(struct disk *disk) {
    if (!disk)
        return;
    for (size_t i = 0; i < disk->items.len; i++)
        vec_done(&disk->items.items[i].names);
    vec_done(&disk->items);
    map_done(&disk->by_key);
    map_done(&disk->by_inode);
    map_done(&disk->known_by_key);
    arena_done(&disk->arena);
    free(disk->project);
    free(disk);
}

uint64_t disk_key(const char *name) {
    return hash_bytes(name, strlen(name));
}

uint32_t disk_id(struct disk *disk, uint64_t key, const char *name) {
    bool is_new;
    uint32_t *slot = map_put(&disk->by_key, key, &is_new);
    if (is_new) {
        *slot = (uint32_t)disk->items.len;
        vec_push(&disk->items, ((struct item){.name = arena_strdup(&disk->arena, name), .key = key}));
    }
    return *slot;
}

const char *disk_name(const struct disk *disk, uint32_t id) {
    return disk->items.items[id].name;
}

uint32_t disk_count(const struct disk *disk) {
    return (uint32_t)disk->items.len;
}

void disk_set_source(struct disk *disk, uint32_t id) {
    disk->items.items[id].is_source = true;
}

bool disk_is_source(const struct disk *disk, uint32_t id) {
    return disk->items.items[id].is_source;
}

// ---- looking ----

static bool same_traits(const struct traits *a, const struct traits *b) {
    return a->inode == b->inode && a->size == b->size && a->modified == b->modified && a->changed == b->changed;
}

// Nothing that happens from `when` on can leave these traits as they are.
static bool is_settled(const struct traits *traits, int64_t when) {
    return traits->modified < when - settle_ns && traits->changed < when - settle_ns;
}

static const char *path_of(const struct disk *disk, const struct item *item, struct buf *buf) {
    if (*item->name == '/')
        return item->name;
    buf_printf(buf, "%s/%s", disk->project, item->name);
    return buf_text(buf);
}

static struct item *look(struct disk *disk, uint32_t id) {
    struct item *item = &disk->items.items[id];
    struct buf path = {0};
    struct stat info;
    if (item->is_looked_at)
        return item;
    item->is_looked_at = true;
    if (stat(path_of(disk, item, &path), &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
        item->kind = S_ISREG(info.st_mode) ? KIND_FILE : KIND_FOLDER;
        item->device = info.st_dev;
        item->traits = (struct traits){info.st_ino, (uint64_t)info.st_size, ns_of(info.st_mtim), ns_of(info.st_ctim)};
        disk->counts.files += item->kind == KIND_FILE;
        disk->counts.folders += item->kind == KIND_FOLDER;
    }
    buf_done(&path);
    return item;
}

static const struct known *known_of(const struct disk *disk, const struct item *item) {
    const uint32_t *at = map_get(&disk->known_by_key, item->key);
    const struct known *known = at ? &disk->known[*at] : NULL;
    return known && known->kind == item->kind && same_traits(&known->traits, &item->traits) ? known : NULL;
}

static uint64_t inode_key(const struct item *item) {
    return hash_mix(item->device, hash_bytes(&item->traits, sizeof item->traits));
}

static void hash_file(struct disk *disk, struct item *item) {
    bool is_new;
    uint32_t *twin = map_put(&disk->by_inode, inode_key(item), &is_new);
    if (!is_new) {
        item->hash = disk->items.items[*twin].hash;
        item->is_settled = disk->items.items[*twin].is_settled;
        return;
    }
    struct buf path = {0};
    uint64_t size = 0;
    int64_t before = now();
    digest_file(path_of(disk, item, &path), &item->hash, &size);
    item->is_settled = is_settled(&item->traits, before);
    *twin = (uint32_t)(item - disk->items.items);
    disk->counts.files_hashed++;
    disk->counts.bytes_hashed += size;
    buf_done(&path);
}

static int compare_keys(const void *left, const void *right) {
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void list_folder(struct disk *disk, struct item *item) {
    struct buf path = {0};
    int64_t before = now();
    DIR *dir = opendir(path_of(disk, item, &path));
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            vec_push(&item->names, disk_key(entry->d_name));
    if (item->names.len)
        qsort(item->names.items, item->names.len, sizeof *item->names.items, compare_keys);
    item->is_listed = item->is_hashed = true;
    item->is_settled = is_settled(&item->traits, before);
    item->hash = dir ? hash_bytes(item->names.len ? (const void *)item->names.items : "", item->names.len * sizeof *item->names.items) : 0;
    disk->counts.folders_listed++;
    if (dir)
        closedir(dir);
    buf_done(&path);
}

uint64_t disk_hash(struct disk *disk, uint32_t id) {
    struct item *item = look(disk, id);
    if (item->is_hashed || item->kind == KIND_NOTHING)
        return item->hash;
    const struct known *known = known_of(disk, item);
    item->is_hashed = true;
    if (known) {
        item->hash = known->hash;
        item->is_settled = true;
        return item->hash;
    }
    if (item->kind == KIND_FILE)
        hash_file(disk, item);
    else
        list_folder(disk, item);
    disk->is_changed |= item->is_settled;
    return item->hash;
}

bool disk_is_known(struct disk *disk, uint32_t id) {
    const struct item *item = look(disk, id);
    return item->kind != KIND_NOTHING && known_of(disk, item);
}

bool disk_is_file(struct disk *disk, uint32_t id) {
    return look(disk, id)->kind == KIND_FILE;
}

bool disk_is_folder(struct disk *disk, uint32_t id) {
    return look(disk, id)->kind == KIND_FOLDER;
}

const uint64_t *disk_names(struct disk *disk, uint32_t id, size_t *ret_count) {
    struct item *item = look(disk, id);
    if (item->kind == KIND_FOLDER && !item->is_listed)
        list_folder(disk, item);
    *ret_count = item->names.len;
    return item->names.items;
}

bool disk_has_name(struct disk *disk, uint32_t id, uint64_t name_key) {
    size_t count;
    const uint64_t *names = disk_names(disk, id, &count);
    return count && bsearch(&name_key, names, count, sizeof *names, compare_keys);
}

void disk_learn(struct disk *disk, uint32_t id, uint64_t hash) {
    struct item *item = look(disk, id);
    if (item->is_hashed || item->kind != KIND_FILE || !is_settled(&item->traits, disk->start))
        return;
    item->hash = hash;
    item->is_hashed = item->is_settled = disk->is_changed = true;
}

// ---- from run to run ----

// What this run did not look at stays known, up to a limit.
void disk_save(const struct disk *disk, struct buf *ret_bytes) {
    for (size_t i = 0; i < disk->items.len; i++) {
        const struct item *item = &disk->items.items[i];
        struct known known = {item->key, item->traits, item->hash, item->kind};
        if (item->is_settled)
            buf_add(ret_bytes, &known, sizeof known);
    }
    for (size_t i = 0; i < disk->known_count && i < KNOWN_MAX; i++) {
        const uint32_t *at = map_get(&disk->by_key, disk->known[i].key);
        if (!at || !disk->items.items[*at].is_looked_at)
            buf_add(ret_bytes, &disk->known[i], sizeof disk->known[i]);
    }
}

void disk_load(struct disk *disk, const void *bytes, size_t size) {
    disk->known = arena_copy(&disk->arena, bytes, size);
    disk->known_count = size / sizeof *disk->known;
    for (uint32_t i = 0; i < disk->known_count; i++)
        *map_put(&disk->known_by_key, disk->known[i].key, NULL) = i;
}

bool disk_is_changed(const struct disk *disk) {
    return disk->is_changed;
}

struct disk_counts disk_counts(const struct disk *disk) {
    return disk->counts;
}
