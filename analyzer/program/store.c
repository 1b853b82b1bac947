// See store.h. A file is written in tmp/ and renamed. The file "size" holds, in its first line, when all files were counted last
// and how many bytes there were, then one line per run with what it added; so a run need not count, and what a killed one forgot to
// add comes to light at the next count. Reading a file that was last used long ago marks it as used.
#include "program/store.h"

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 24 * 3600, COUNT_EVERY = 7 * DAY, FILE_MAX = 1 << 30, TMP_LIFE = 3600 };
enum { TEMPORARY = 64, SETTLE = 2, BACKDATED = 2 * SETTLE, SMALL = 1 << 14, MAPS_MAX = 30000 }; // of mappings Linux allows a process 65530 by default

struct store {
    int folder; // -1: cannot be used
    uint64_t size_max, added;
    struct strtab written; // names of what this run wrote
    unsigned write_count;
    atomic_uint maps; // made so far
    bool is_closed; // no more writing
    bool is_small;  // what was just written had to go
    time_t now;
    char *path;
    struct err problem; // "" for none
};

static bool give_up(struct store *store, const char *what, const char *name) {
    if (!store->problem.text[0])
        err_set(&store->problem, "cannot %s '%s%s%s': %s; the run goes on without it, and --cache-dir or --no-cache avoids this message", what,
                store->path, *name ? "/" : "", name, strerror(errno));
    store->is_closed = true;
    return false;
}

static bool make_folders(const char *path) {
    char *copy = mem_strdup(path);
    bool ok = true;
    for (char *at = copy + 1; ok && (at = strchr(at, '/')); at++) {
        *at = '\0';
        ok = mkdir(copy, 0700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES;
        *at = '/';
    }
    ok = ok && (mkdir(copy, 0700) == 0 || errno == EEXIST);
    free(copy);
    return ok;
}

// So that backup programs and git leave it alone.
static void mark(struct store *store) {
    static const char tag[] = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds what timeoutlint may make again at any time.\n";
    const struct store_part parts[] = {{tag, strlen(tag)}, {"*\n", 2}};
    if (!store_has(store, "CACHEDIR.TAG") && store_write(store, "CACHEDIR.TAG", &parts[0], 1))
        store_write(store, ".gitignore", &parts[1], 1);
}

struct store *store_open(const char *folder, uint64_t size_max) {
    struct store *store = mem_zalloc(sizeof *store);
    store->size_max = size_max;
    store->path = mem_strdup(folder);
    store->now = time(NULL);
    store->folder = -1;
    if (make_folders(folder))
        store->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->folder < 0)
        give_up(store, "use the cache", "");
    else
        mark(store);
    return store;
}

const char *store_problem(const struct store *store) {
    return store->problem.text[0] ? store->problem.text : NULL;
}

// ---- reading ----

// -1 where there is no such file of ours.
static int open_old(const struct store *store, const char *name, struct stat *ret_info) {
    int fd = store->folder < 0 ? -1 : openat(store->folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd >= 0 && fstat(fd, ret_info) == 0 && S_ISREG(ret_info->st_mode) && ret_info->st_size > 0 && ret_info->st_size <= FILE_MAX)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool was_idle(const struct store *store, const struct stat *info) {
    return info->st_mtim.tv_sec < store->now - DAY;
}

static uint64_t identity_of(const struct stat *info) {
    const uint64_t parts[] = {(uint64_t)info->st_dev,          (uint64_t)info->st_ino,          (uint64_t)info->st_size,
                              (uint64_t)info->st_mtim.tv_sec,  (uint64_t)info->st_mtim.tv_nsec, (uint64_t)info->st_ctim.tv_sec,
                              (uint64_t)info->st_ctim.tv_nsec};
    return hash_bytes(parts, sizeof parts);
}

uint64_t store_identity(struct store *store, const char *name) {
    struct stat info;
    return store->folder >= 0 && fstatat(store->folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode) ? identity_of(&info) : 0;
}

static char *read_open(int fd, size_t size) {
    char *bytes = mem_realloc(NULL, size);
    if (file_read_bytes(fd, bytes, size))
        return bytes;
    free(bytes);
    return NULL;
}

void *store_read(struct store *store, const char *name, size_t limit, struct store_file *ret_file) {
    struct stat info;
    int fd = open_old(store, name, &info);
    if (fd < 0)
        return NULL;
    size_t size = (size_t)info.st_size;
    char *bytes = read_open(fd, size < limit ? size : limit);
    *ret_file = (struct store_file){size, was_idle(store, &info)};
    if (ret_file->was_idle)
        futimens(fd, NULL);
    close(fd);
    return bytes;
}

static const void *map_open(int fd, const struct stat *info) {
    struct stat again;
    size_t size = (size_t)info->st_size;
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return NULL;
    if (fstat(fd, &again) == 0 && again.st_size == info->st_size)
        return bytes;
    munmap(bytes, size);
    return NULL;
}

bool store_map(struct store *store, const char *name, struct store_bytes *ret_bytes) {
    struct stat info;
    int fd = open_old(store, name, &info);
    if (fd < 0)
        return false;
    struct store_bytes whole = {.size = (size_t)info.st_size, .identity = identity_of(&info)};
    whole.is_settled = info.st_mtim.tv_sec < store->now - SETTLE && info.st_ctim.tv_sec < store->now - SETTLE;
    if (whole.size > SMALL && atomic_fetch_add(&store->maps, 1) < MAPS_MAX)
        whole.bytes = map_open(fd, &info);
    whole.is_mapped = whole.bytes;
    if (!whole.bytes)
        whole.bytes = read_open(fd, whole.size);
    if (whole.bytes && was_idle(store, &info))
        futimens(fd, NULL);
    close(fd);
    *ret_bytes = whole;
    return whole.bytes;
}

void store_give_back(struct store_bytes *bytes) {
    if (bytes->is_mapped)
        munmap((void *)(uintptr_t)bytes->bytes, bytes->size);
    else
        free((void *)(uintptr_t)bytes->bytes);
    *bytes = (struct store_bytes){0};
}

void store_use(struct store *store, const char *name) {
    if (store->folder >= 0)
        utimensat(store->folder, name, NULL, AT_SYMLINK_NOFOLLOW);
}

bool store_has(struct store *store, const char *name) {
    return store->folder >= 0 && faccessat(store->folder, name, F_OK, 0) == 0;
}

// ---- writing ----

// Makes the folders of a name that is relative to the store's.
static void make_parents(const struct store *store, const char *name) {
    struct buf path = {0};
    for (const char *slash = name; (slash = strchr(slash, '/')); slash++) {
        path.len = 0;
        buf_add(&path, name, (size_t)(slash - name));
        mkdirat(store->folder, path.data, 0700);
    }
    buf_done(&path);
}

static bool move(const struct store *store, const char *from, const char *to) {
    if (renameat(store->folder, from, store->folder, to) == 0)
        return true;
    if (errno != ENOENT)
        return false;
    make_parents(store, to);
    return renameat(store->folder, from, store->folder, to) == 0;
}

static int open_new(const struct store *store, const char *name, mode_t mode) {
    enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC };
    int fd = openat(store->folder, name, FLAGS, mode);
    if (fd < 0 && errno == ENOENT) {
        make_parents(store, name);
        fd = openat(store->folder, name, FLAGS, mode);
    }
    return fd;
}

static bool is_sealed(const char *name) {
    return !strncmp(name, "units/", strlen("units/"));
}

static void name_temporary(struct store *store, char ret_name[TEMPORARY]) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now); // a process of the same number may have died here before
    snprintf(ret_name, TEMPORARY, "tmp/%ld.%lx%lx.%u", (long)getpid(), (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec, store->write_count++);
}

static void note_written(struct store *store, const char *name, uint64_t size) {
    strtab_add(&store->written, name);
    store->added += size;
}

bool store_write(struct store *store, const char *name, const struct store_part *parts, unsigned part_count) {
    char temporary[TEMPORARY];
    if (store->folder < 0 || store->is_closed)
        return false;
    name_temporary(store, temporary);
    int fd = open_new(store, temporary, is_sealed(name) ? 0400 : 0600); // see store_map
    bool ok = fd >= 0;
    uint64_t size = 0;
    for (unsigned i = 0; ok && i < part_count; size += parts[i++].size)
        ok = file_write_bytes(fd, parts[i].bytes, parts[i].size);
    ok = fd >= 0 && (close(fd) == 0 && ok) && move(store, temporary, name);
    if (ok) {
        note_written(store, name, size);
        return true;
    }
    give_up(store, "write to the cache", name);
    if (fd >= 0)
        unlinkat(store->folder, temporary, 0);
    return false;
}

// Nobody else has the file before it is named, and by then it has an older time than any change to it can give it.
static bool name_sealed(struct store *store, int fd, const char *name) {
    char temporary[TEMPORARY], path[64];
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = store->now - BACKDATED}};
    name_temporary(store, temporary);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (futimens(fd, times) != 0)
        return false;
    bool ok = linkat(AT_FDCWD, path, store->folder, temporary, AT_SYMLINK_FOLLOW) == 0;
    if (!ok && errno == ENOENT) {
        make_parents(store, temporary);
        ok = linkat(AT_FDCWD, path, store->folder, temporary, AT_SYMLINK_FOLLOW) == 0;
    }
    return ok && move(store, temporary, name);
}

bool store_write_sealed(struct store *store, const char *name, const struct store_part *part, uint64_t *ret_identity) {
    struct stat info;
    *ret_identity = 0;
    if (store->folder < 0 || store->is_closed)
        return false;
    int fd = openat(store->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0400);
    bool ok = fd >= 0 && file_write_bytes(fd, part->bytes, part->size) && name_sealed(store, fd, name);
    if (ok && fstat(fd, &info) == 0 && info.st_mtim.tv_sec == store->now - BACKDATED && !info.st_mtim.tv_nsec)
        *ret_identity = identity_of(&info);
    if (fd >= 0)
        close(fd);
    if (ok)
        note_written(store, name, part->size);
    return ok || store_write(store, name, part, 1);
}

// ---- size ----

struct old_file {
    char *name; // relative to the store's folder
    int64_t used;
    uint64_t size;
};

struct sweeping {
    struct store *store;
    VEC(struct old_file) files;
    uint64_t total;
};

// Counts as a day older than it is.
static bool only_saves_time(const char *name) {
    return !strncmp(name, "prefixes/", strlen("prefixes/"));
}

static void list(struct sweeping *sweeping, const char *folder, unsigned depth);

static void list_entry(struct sweeping *sweeping, const char *name, unsigned depth) {
    struct stat info;
    if (fstatat(sweeping->store->folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (S_ISDIR(info.st_mode) && depth < 4) {
        list(sweeping, name, depth + 1);
    } else if (S_ISREG(info.st_mode)) {
        int64_t used = (int64_t)info.st_mtim.tv_sec + (is_sealed(name) ? BACKDATED : only_saves_time(name) ? -DAY : 0);
        struct old_file file = {mem_strdup(name), used * 1000000000 + info.st_mtim.tv_nsec, (uint64_t)info.st_size};
        vec_push(&sweeping->files, file);
        sweeping->total += file.size;
    }
}

static void list(struct sweeping *sweeping, const char *folder, unsigned depth) {
    int fd = openat(sweeping->store->folder, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct buf name = {0};
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        name.len = 0;
        buf_printf(&name, "%s/%s", folder, entry->d_name);
        list_entry(sweeping, buf_text(&name), depth);
    }
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    buf_done(&name);
}

static int compare_files(const void *left, const void *right) {
    const struct old_file *a = left, *b = right;
    if (a->used != b->used)
        return a->used < b->used ? -1 : 1;
    return strcmp(a->name, b->name);
}

// Down to four fifths of the limit, so that it is not reached again at once. What a killed process left in tmp/ goes in any case.
static void drop_oldest(struct sweeping *sweeping) {
    uint64_t limit = sweeping->store->size_max ? sweeping->store->size_max : UINT64_MAX;
    uint64_t goal = sweeping->total > limit ? limit / 5 * 4 : UINT64_MAX;
    if (sweeping->files.len)
        qsort(sweeping->files.items, sweeping->files.len, sizeof *sweeping->files.items, compare_files);
    for (size_t i = 0; i < sweeping->files.len; i++) {
        struct old_file *file = &sweeping->files.items[i];
        bool is_left = !strncmp(file->name, "tmp/", 4) && file->used / 1000000000 < sweeping->store->now - TMP_LIFE;
        if ((is_left || sweeping->total > goal) && unlinkat(sweeping->store->folder, file->name, 0) == 0) {
            sweeping->total -= file->size;
            sweeping->store->is_small |= strtab_find(&sweeping->store->written, file->name) && !only_saves_time(file->name);
        }
        free(file->name);
    }
    vec_done(&sweeping->files);
}

static void sweep(struct store *store) {
    static const char *const folders[] = {"units", "prefixes", "manifests", "results", "disk", "tmp"};
    struct sweeping sweeping = {.store = store};
    int lock = openat(store->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0) {
        for (size_t i = 0; i < ARRAY_LEN(folders); i++)
            list(&sweeping, folders[i], 0);
        drop_oldest(&sweeping);
        char line[64];
        int len = snprintf(line, sizeof line, "%jd %" PRIu64 "\n", (intmax_t)store->now, sweeping.total);
        store_write(store, "size", &(struct store_part){line, (size_t)len}, 1);
    }
    if (lock >= 0)
        close(lock);
}

// What all runs together say there is; false where it must be counted anew.
static bool read_size(struct store *store, uint64_t *ret_total) {
    enum { LONGEST = 1 << 16 };
    struct store_file file;
    char *text = store_read(store, "size", LONGEST, &file);
    bool ok = false;
    if (text && file.size < LONGEST) {
        char *copy = mem_realloc(text, file.size + 1), *at;
        copy[file.size] = '\0';
        long long when = strtoll(copy, &at, 10);
        ok = at > copy && when <= store->now && when > store->now - COUNT_EVERY;
        *ret_total = 0;
        for (char *end; ok && (*ret_total += strtoull(at, &end, 10), end > at); at = end)
            ;
        text = copy;
    }
    free(text);
    return ok;
}

static void add_size(struct store *store) {
    char line[32];
    int len = snprintf(line, sizeof line, "%" PRIu64 "\n", store->added);
    int fd = openat(store->folder, "size", O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return;
    file_write_bytes(fd, line, (size_t)len);
    close(fd);
}

bool store_close(struct store *store) {
    uint64_t total;
    if (store->folder >= 0 && !store->is_closed && store->added) {
        add_size(store);
        if (!read_size(store, &total) || (store->size_max && total > store->size_max))
            sweep(store);
    }
    if (store->folder >= 0)
        close(store->folder);
    bool is_small = store->is_small;
    strtab_done(&store->written);
    free(store->path);
    free(store);
    return !is_small;
}
