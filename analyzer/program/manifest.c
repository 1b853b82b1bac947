// See manifest.h. Everything is in the machine's byte order and 8-byte aligned; a checksum covers each entry, and what it cannot
// vouch for (a crafted file) is checked before use.
#include "program/manifest.h"

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "ir/inputs.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 4 };

static const char magic[8] = "TLMANI2\n";

struct head {
    char magic[8];
    struct digest key; // a file under the wrong name is no manifest
};

enum { WATCH_SOURCE, WATCH_LIBRARY, WATCH_NAMES };

struct watch {
    uint64_t key, hash;
    uint64_t names_hash; // WATCH_NAMES: of those among the entry's names that the folder has; 0 for none
    uint32_t name, kind; // name: offset in the texts
};

struct entry {
    uint64_t checksum; // of all that follows
    uint64_t size;     // all of it
    uint64_t unit, bound_to;
    uint32_t watch_count, name_count, text_size, problem;
};

// The parts of an entry in a file.
struct parts {
    struct entry entry;
    const struct watch *watches;
    const uint64_t *names; // sorted
    const char *texts;
};

static uint64_t checksum(const char *entry, size_t size) {
    return hash_bytes(entry + sizeof(uint64_t), size - sizeof(uint64_t));
}

// The entry at `bytes`; false where there is none that can be trusted.
static bool read_entry(const char *bytes, size_t size, struct parts *ret_parts) {
    struct parts parts;
    if (size < sizeof parts.entry)
        return false;
    memcpy(&parts.entry, bytes, sizeof parts.entry);
    const struct entry *entry = &parts.entry;
    uint64_t need = sizeof *entry + (uint64_t)entry->watch_count * sizeof *parts.watches + (uint64_t)entry->name_count * sizeof *parts.names +
                    entry->text_size;
    if (entry->size > size || entry->size % 8 || need > entry->size || checksum(bytes, entry->size) != entry->checksum)
        return false;
    parts.watches = (const void *)(bytes + sizeof *entry);
    parts.names = (const void *)(parts.watches + entry->watch_count);
    parts.texts = (const char *)(parts.names + entry->name_count);
    if (!entry->text_size || parts.texts[entry->text_size - 1] || entry->problem >= entry->text_size)
        return false;
    for (uint32_t i = 0; i < entry->watch_count; i++)
        if (parts.watches[i].name >= entry->text_size)
            return false;
    *ret_parts = parts;
    return true;
}

static bool read_head(const struct digest *key, const void *bytes, size_t size) {
    struct head head;
    if (size < sizeof head)
        return false;
    memcpy(&head, bytes, sizeof head);
    return !memcmp(head.magic, magic, sizeof magic) && !memcmp(&head.key, key, sizeof *key);
}

// ---- does an entry fit? ----

// Both lists are sorted.
static uint64_t common_names(const uint64_t *names, size_t count, const uint64_t *asked, size_t asked_count) {
    uint64_t hash = 0;
    for (size_t i = 0, k = 0; i < count && k < asked_count;) {
        if (names[i] == asked[k])
            hash = hash_mix(hash, names[i]);
        if (names[i] <= asked[k])
            i++;
        else
            k++;
    }
    return hash;
}

static bool watch_fits(struct disk *disk, const struct parts *parts, const struct watch *watch, uint32_t id) {
    if (disk_hash(disk, id) == watch->hash)
        return true;
    if (watch->kind != WATCH_NAMES)
        return false;
    size_t count;
    const uint64_t *names = disk_names(disk, id, &count);
    return common_names(names, count, parts->names, parts->entry.name_count) == watch->names_hash;
}

static void mark_sources(struct disk *disk, const struct parts *parts) {
    for (uint32_t i = 0; i < parts->entry.watch_count; i++) {
        const struct watch *watch = &parts->watches[i];
        if (watch->kind == WATCH_SOURCE)
            disk_set_source(disk, disk_id(disk, watch->key, parts->texts + watch->name));
    }
}

static struct manifest_found match_entry(const struct manifest_project *project, const struct parts *parts) {
    struct manifest_found found = {.what = "", .problem = ""};
    if (parts->entry.bound_to && parts->entry.bound_to != disk_key(project->path)) {
        found.match = MATCH_MOVED;
        return found;
    }
    for (uint32_t i = 0; i < parts->entry.watch_count; i++) {
        const struct watch *watch = &parts->watches[i];
        uint32_t id = disk_id(project->disk, watch->key, parts->texts + watch->name);
        if (watch_fits(project->disk, parts, watch, id))
            continue;
        found.match = watch->kind == WATCH_NAMES ? MATCH_NAMES : MATCH_CHANGED;
        found.what = disk_name(project->disk, id);
        return found;
    }
    if (project->wants_sources)
        mark_sources(project->disk, parts);
    found.match = MATCH_HIT;
    found.unit = parts->entry.unit;
    found.problem = parts->texts + parts->entry.problem;
    return found;
}

struct manifest_found manifest_find(const struct manifest_project *project, const struct digest *key, const void *bytes, size_t size) {
    struct manifest_found first = {.match = MATCH_DAMAGED, .what = "", .problem = ""};
    if (!read_head(key, bytes, size))
        return first;
    const char *at = (const char *)bytes + sizeof(struct head), *end = (const char *)bytes + size;
    struct parts parts;
    for (int i = 0; i < ENTRIES_MAX && read_entry(at, (size_t)(end - at), &parts); i++, at += parts.entry.size) {
        struct manifest_found found = match_entry(project, &parts);
        if (found.match == MATCH_HIT)
            return found;
        if (i == 0)
            first = found;
    }
    return first;
}

// ---- making an entry ----

struct making {
    const struct manifest_project *project;
    struct map spelled;     // keys of the names that were looked for
    struct strtab prefixes; // their folders: "sys" and "sys/deep" of "sys/deep/x.h", each after its own
    struct strtab folders;  // where they are looked for
    VEC(uint32_t) files;    // ids in the disk's table
    VEC(uint64_t) names;    // keys of the parts of the names, each once
    struct map name_set;    // the same
    struct map watched;     // keys of what is in `watches`
    VEC(struct watch) watches;
    struct buf texts;
};

static void making_done(struct making *m) {
    map_done(&m->spelled);
    map_done(&m->name_set);
    strtab_done(&m->prefixes);
    strtab_done(&m->folders);
    vec_done(&m->files);
    vec_done(&m->names);
    map_done(&m->watched);
    vec_done(&m->watches);
    buf_done(&m->texts);
}

static uint32_t id_of(const struct making *m, const char *name) {
    return disk_id(m->project->disk, disk_key(name), name);
}

static struct watch *add_watch(struct making *m, uint32_t id, uint32_t kind, uint64_t hash) {
    const char *name = disk_name(m->project->disk, id);
    struct watch watch = {disk_key(name), hash, 0, (uint32_t)m->texts.len, kind};
    bool is_new;
    map_put(&m->watched, watch.key, &is_new);
    if (!is_new)
        return NULL;
    buf_add(&m->texts, name, strlen(name) + 1);
    vec_push(&m->watches, watch);
    return &m->watches.items[m->watches.len - 1];
}

static void add_folder(struct making *m, const char *path, size_t len) {
    const char *project = m->project->path;
    size_t project_len = strlen(project);
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (project_len > 1 && len == project_len && !memcmp(path, project, len))
        strtab_add(&m->folders, "."); // the project's own folder
    else
        strtab_addn(&m->folders, path, len);
}

static void add_name(struct making *m, uint64_t key) {
    bool is_new;
    map_put(&m->name_set, key, &is_new);
    if (is_new)
        vec_push(&m->names, key);
}

// A name that is looked for: its parts, and the folders in front of it.
static void add_spelled(struct making *m, const char *name) {
    bool is_new;
    if (*name == '/') {
        add_folder(m, name, (size_t)(path_name(name) - name));
        add_name(m, disk_key(path_name(name)));
        return;
    }
    map_put(&m->spelled, disk_key(name), &is_new);
    for (const char *at = name; is_new && *at; at += strspn(at, "/")) {
        size_t len = strcspn(at, "/");
        add_name(m, hash_bytes(at, len));
        at += len;
        if (*at)
            strtab_addn(&m->prefixes, name, (size_t)(at - name));
    }
}

static void add_file(struct making *m, const char *name, uint64_t hash) {
    uint32_t id = id_of(m, path_relative(m->project->path, name));
    if (!add_watch(m, id, WATCH_SOURCE, hash))
        return;
    disk_learn(m->project->disk, id, hash);
    vec_push(&m->files, id);
    add_name(m, disk_key(path_name(name)));
}

// False: what was read cannot be told again.
static bool read_report(struct making *m, const char *inputs, size_t size) {
    struct input input;
    const char *at = inputs, *end = inputs + size;
    while (inputs_next(&at, end, &input)) {
        const char *name = path_relative(m->project->path, input.name);
        if (input.kind == INPUT_FILE)
            add_file(m, input.name, input.hash);
        else if (input.kind == INPUT_NAME)
            add_spelled(m, input.name);
        else if (input.kind == INPUT_FOLDER)
            add_folder(m, name, strlen(name));
        else if (input.kind != INPUT_LIBRARY || !disk_hash(m->project->disk, id_of(m, name)))
            return false;
        else
            add_watch(m, id_of(m, name), WATCH_LIBRARY, disk_hash(m->project->disk, id_of(m, name)));
    }
    return at == end;
}

// The name of `path` seen from `folder`; NULL where it does not lie below it.
static const char *name_below(const char *folder, const char *path) {
    size_t len = strlen(folder);
    if (!strcmp(folder, "."))
        return *path == '/' ? NULL : path;
    return !strncmp(path, folder, len) && path[len] == '/' ? path + len + strspn(path + len, "/") : NULL;
}

// A file's name seen from the folders of the command line counts as spelled: a macro may have made it.
static void add_found_names(struct making *m) {
    size_t given = m->folders.texts.len;
    for (size_t i = 0; i < m->files.len; i++)
        for (size_t k = 1; k < given; k++) {
            const char *name = name_below(m->folders.texts.items[k], disk_name(m->project->disk, m->files.items[i]));
            if (name)
                add_spelled(m, name);
        }
}

// A file's own folder, where quotes look first, and the folder in which its name was found as it is spelled somewhere.
static void add_folders_of(struct making *m, const char *path) {
    bool is_ours = *path != '/' || !m->project->path[1];
    const char *last = strrchr(path, '/');
    if (is_ours && last)
        add_folder(m, path, (size_t)(last - path));
    else if (is_ours)
        strtab_add(&m->folders, ".");
    for (const char *slash = last; slash && slash > path; slash = memrchr(path, '/', (size_t)(slash - path)))
        if (map_get(&m->spelled, disk_key(slash + 1)))
            add_folder(m, path, (size_t)(slash - path));
    if (*path != '/' && map_get(&m->spelled, disk_key(path)))
        strtab_add(&m->folders, ".");
}

static void watch_folder(struct making *m, const char *path) {
    struct disk *disk = m->project->disk;
    uint32_t id = id_of(m, path);
    struct watch *watch = add_watch(m, id, WATCH_NAMES, disk_hash(disk, id));
    if (!watch)
        return;
    size_t count;
    const uint64_t *names = disk_names(disk, id, &count);
    watch->names_hash = common_names(names, count, m->names.items, m->names.len);
}

// One folder, and those below it in which a name may lie. That there is no such folder shows in the one above.
static void watch_below(struct making *m, const char *folder) {
    struct disk *disk = m->project->disk;
    struct buf path = {0};
    watch_folder(m, folder);
    for (size_t i = 1; i < m->prefixes.texts.len; i++) {
        const char *prefix = m->prefixes.texts.items[i], *last = strrchr(prefix, '/');
        path.len = 0;
        buf_puts(&path, folder);
        if (last)
            buf_printf(&path, "/%.*s", (int)(last - prefix), prefix);
        const char *name = last ? last + 1 : prefix;
        bool is_there = !strcmp(name, "..") || disk_has_name(disk, id_of(m, buf_text(&path)), disk_key(name));
        if (!is_there)
            continue;
        buf_printf(&path, "/%s", name);
        watch_folder(m, buf_text(&path));
    }
    buf_done(&path);
}

static int compare_keys(const void *left, const void *right) {
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void write_entry(const struct making *m, struct entry entry, struct buf *out) {
    static const char padding[8];
    entry.watch_count = (uint32_t)m->watches.len;
    entry.name_count = (uint32_t)m->names.len;
    entry.text_size = (uint32_t)m->texts.len;
    size_t size = sizeof entry + m->watches.len * sizeof *m->watches.items + m->names.len * sizeof *m->names.items + m->texts.len;
    entry.size = (size + 7) & ~(size_t)7;
    buf_add(out, &entry, sizeof entry);
    buf_add(out, m->watches.items, m->watches.len * sizeof *m->watches.items);
    buf_add(out, m->names.items, m->names.len * sizeof *m->names.items);
    buf_add(out, m->texts.data, m->texts.len);
    buf_add(out, padding, entry.size - size);
    entry.checksum = checksum(out->data, entry.size);
    memcpy(out->data, &entry, sizeof entry);
}

static bool names_project(const char *project, const void *unit, size_t size) {
    size_t len = strlen(project);
    const char *at = unit, *end = at + size;
    while (len > 1 && (at = memmem(at, (size_t)(end - at), project, len))) {
        at += len;
        if (at < end && (*at == '/' || !*at))
            return true;
    }
    return false;
}

bool manifest_entry(const struct manifest_project *project, const char *inputs, size_t inputs_size, const void *unit, size_t unit_size,
                    uint64_t unit_checksum, const char *problem, struct buf *ret_entry) {
    static const char *const usual_folders[] = {"/usr/local/include", "/usr/include"};
    struct making m = {.project = project};
    bool ok = read_report(&m, inputs, inputs_size) && (m.files.len || !unit_size); // a unit has a source
    if (ok) {
        add_found_names(&m);
        if (m.names.len)
            qsort(m.names.items, m.names.len, sizeof *m.names.items, compare_keys);
        for (size_t i = 0; i < m.files.len; i++)
            add_folders_of(&m, disk_name(project->disk, m.files.items[i]));
        for (size_t i = 0; i < ARRAY_LEN(usual_folders); i++)
            strtab_add(&m.folders, usual_folders[i]);
        for (size_t i = 1; i < m.folders.texts.len; i++)
            watch_below(&m, m.folders.texts.items[i]);
        struct entry entry = {.unit = unit_checksum, .problem = (uint32_t)m.texts.len};
        entry.bound_to = names_project(project->path, unit, unit_size) ? disk_key(project->path) : 0;
        buf_add(&m.texts, problem, strlen(problem) + 1);
        write_entry(&m, entry, ret_entry);
    }
    making_done(&m);
    return ok;
}

// ---- the file ----

void manifest_file(const struct digest *key, const struct buf *entry, const void *old, size_t old_size, struct buf *ret_file) {
    struct head head = {.key = *key};
    struct parts parts, fresh;
    memcpy(head.magic, magic, sizeof magic);
    ENSURE(read_entry(entry->data, entry->len, &fresh));
    buf_add(ret_file, &head, sizeof head);
    buf_add(ret_file, entry->data, entry->len);
    if (!old || !read_head(key, old, old_size))
        return;
    const char *at = (const char *)old + sizeof head, *end = (const char *)old + old_size;
    for (int kept = 1; kept < ENTRIES_MAX && read_entry(at, (size_t)(end - at), &parts); at += parts.entry.size)
        if (parts.entry.checksum != fresh.entry.checksum) {
            buf_add(ret_file, at, parts.entry.size);
            kept++;
        }
}
