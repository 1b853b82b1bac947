// See pch.h. A worker writes into a temporary folder; the file is opened and its name removed at once, and workers open it through this
// process' descriptors: so a run that is killed leaves nothing behind but an empty folder. What comes from the store is copied to memory
// first, so that nobody can change or cut it while clang has it mapped.
//
// clang compares the time of a file with the one that it noted down: of the sources, and of the file that a chain goes on from. The latter
// is the same for all (0, which it takes for unknown), because a copy has another time; the id tells whether it is the right one.
#include "frontend/prefix/pch.h"

#include "base/file.h"
#include "base/map.h"
#include "ir/inputs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHAIN_MAX = 128, FILE_MAX = 1 << 30 };

struct pchs {
    const struct pch_store *store;
    VEC(struct pch) items;
    struct map by_id;  // -> into `items`, plus one
    struct map by_key; // the same, of what was looked for; 1 + NO_PCH, which is 0: there is none
    char *folder;      // NULL: none
};

// What the store has: this, then the parts.
struct record {
    uint64_t below; // id, or 0
    uint64_t times; // of the sources
    uint64_t files, reads, words, bytes; // sizes
};

struct pchs *pchs_new(const struct pch_store *store) {
    struct pchs *pchs = mem_zalloc(sizeof *pchs);
    pchs->store = store;
    return pchs;
}

static void pch_done(struct pch *pch) {
    if (pch->file >= 0)
        close(pch->file);
    buf_done(&pch->files);
    buf_done(&pch->reads);
    buf_done(&pch->words);
}

void pchs_free(struct pchs *pchs) {
    if (!pchs)
        return;
    pchs_close_folder(pchs);
    for (size_t i = 0; i < pchs->items.len; i++)
        pch_done(&pchs->items.items[i]);
    vec_done(&pchs->items);
    map_done(&pchs->by_id);
    map_done(&pchs->by_key);
    free(pchs);
}

const struct pch *pchs_get(const struct pchs *pchs, uint32_t pch) {
    return &pchs->items.items[pch];
}

static uint32_t add(struct pchs *pchs, const struct pch *pch) {
    vec_push(&pchs->items, *pch);
    if (pch->id)
        *map_put(&pchs->by_id, pch->id, NULL) = (uint32_t)pchs->items.len;
    return (uint32_t)pchs->items.len - 1;
}

static void forget_time(int file) {
    static const struct timespec none[2];
    futimens(file, none);
}

// ---- the temporary folder ----

bool pchs_open_folder(struct pchs *pchs) {
    const char *base = getenv("TMPDIR");
    struct buf name = {0};
    if (pchs->folder)
        return true;
    buf_printf(&name, "%s/timeoutlint-XXXXXX", base && *base == '/' ? base : "/tmp");
    pchs->folder = mkdtemp(name.data);
    if (!pchs->folder)
        buf_done(&name);
    return pchs->folder;
}

// Also what a worker that was killed left in it.
void pchs_close_folder(struct pchs *pchs) {
    DIR *dir = pchs->folder ? opendir(pchs->folder) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (*entry->d_name != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    if (pchs->folder)
        rmdir(pchs->folder);
    free(pchs->folder);
    pchs->folder = NULL;
}

void pchs_put_output(const struct pchs *pchs, uint32_t number, struct buf *out) {
    buf_printf(out, "%s/%u.pch", pchs->folder, number);
}

uint32_t pchs_take(struct pchs *pchs, uint32_t number, const struct pch *with) {
    struct buf path = {0};
    struct pch pch = *with;
    pchs_put_output(pchs, number, &path);
    pch.file = open(path.data, O_RDONLY | O_CLOEXEC);
    unlink(path.data);
    buf_done(&path);
    if (pch.file >= 0) {
        forget_time(pch.file);
        return add(pchs, &pch);
    }
    pch_done(&pch);
    return NO_PCH;
}

// ---- from run to run ----

static bool read_file(int file, struct buf *ret_bytes) {
    struct stat info;
    if (fstat(file, &info) != 0 || info.st_size <= 0 || info.st_size > FILE_MAX || lseek(file, 0, SEEK_SET) != 0)
        return false;
    size_t size = (size_t)info.st_size;
    struct buf bytes = {.data = mem_realloc(NULL, size + 1), .len = size, .cap = size};
    bool ok = file_read_bytes(file, bytes.data, size);
    if (ok)
        *ret_bytes = bytes;
    else
        buf_done(&bytes);
    return ok;
}

// Of all files in a report: what clang will look at.
static uint64_t hash_times(const struct buf *reads) {
    uint64_t hash = 0;
    struct input input;
    for (const char *at = buf_text(reads), *end = at + reads->len; inputs_next(&at, end, &input);) {
        struct stat info;
        if (input.kind == INPUT_FILE && stat(input.name, &info) == 0)
            hash = hash_mix(hash, hash_mix((uint64_t)info.st_size, (uint64_t)info.st_mtim.tv_sec));
    }
    return hash;
}

void pchs_keep(struct pchs *pchs, uint32_t id, const struct buf *key, const struct buf *also) {
    struct pch *pch = &pchs->items.items[id];
    struct buf bytes = {0};
    struct pch_kept kept = {.id = 0};
    uint64_t below = pch->below == NO_PCH ? 0 : pchs->items.items[pch->below].id;
    if (!pchs->store || (pch->below != NO_PCH && !below) || !read_file(pch->file, &bytes))
        return;
    const struct record record = {below, hash_times(&pch->reads), pch->files.len, pch->reads.len, pch->words.len, bytes.len};
    buf_add(&kept.bytes, &record, sizeof record);
    buf_add(&kept.bytes, buf_text(&pch->files), pch->files.len);
    buf_add(&kept.bytes, buf_text(&pch->reads), pch->reads.len);
    buf_add(&kept.bytes, buf_text(&pch->words), pch->words.len);
    buf_add(&kept.bytes, bytes.data, bytes.len);
    buf_done(&bytes);
    kept.id = pch->id = hash_bytes(kept.bytes.data, kept.bytes.len);
    buf_add(&kept.key, key->data, key->len);
    buf_add(&kept.reads, buf_text(&pch->reads), pch->reads.len);
    buf_add(&kept.reads, buf_text(also), also->len);
    pchs->store->keep(pchs->store->user, &kept);
}

static int memory_file(const char *bytes, size_t size) {
    int file = memfd_create("timeoutlint-prefix", MFD_CLOEXEC);
    if (file >= 0 && !file_write_bytes(file, bytes, size)) {
        close(file);
        return -1;
    }
    if (file >= 0)
        forget_time(file);
    return file;
}

// The next part of the record.
static const char *part(const char **at, struct buf *ret_part, uint64_t size) {
    const char *start = *at;
    *at += size;
    if (ret_part)
        buf_add(ret_part, start, size);
    return start;
}

// The sizes are what the record is: so no more than that is in memory.
static bool read_record(const struct buf *bytes, struct record *ret_record) {
    uint64_t rest = bytes->len;
    if (rest < sizeof *ret_record)
        return false;
    memcpy(ret_record, bytes->data, sizeof *ret_record);
    const uint64_t sizes[] = {sizeof *ret_record, ret_record->files, ret_record->reads, ret_record->words, ret_record->bytes};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        if (sizes[i] > rest)
            return false;
        rest -= sizes[i];
    }
    return !rest && ret_record->bytes;
}

static uint32_t load(struct pchs *pchs, uint64_t id, unsigned depth);

static uint32_t load_record(struct pchs *pchs, uint64_t id, const struct buf *bytes, unsigned depth) {
    struct record record;
    struct pch pch = {.id = id, .below = NO_PCH, .file = -1};
    if (hash_bytes(buf_text(bytes), bytes->len) != id || !read_record(bytes, &record))
        return NO_PCH;
    if (record.below && (pch.below = load(pchs, record.below, depth + 1)) == NO_PCH)
        return NO_PCH;
    const char *at = bytes->data + sizeof record;
    part(&at, &pch.files, record.files);
    part(&at, &pch.reads, record.reads);
    part(&at, &pch.words, record.words);
    if (hash_times(&pch.reads) == record.times)
        pch.file = memory_file(at, record.bytes);
    if (pch.file >= 0)
        return add(pchs, &pch);
    pch_done(&pch);
    return NO_PCH;
}

// Loads the chain that ends here.
static uint32_t load(struct pchs *pchs, uint64_t id, unsigned depth) {
    const uint32_t *known = map_get(&pchs->by_id, id);
    struct buf bytes = {0};
    if (known)
        return *known - 1;
    if (depth == CHAIN_MAX || !pchs->store->read(pchs->store->user, id, &bytes))
        return NO_PCH;
    uint32_t pch = load_record(pchs, id, &bytes, depth);
    buf_done(&bytes);
    return pch;
}

bool pchs_may_find(const struct pchs *pchs) {
    return pchs->store && !pchs->store->is_empty;
}

uint32_t pchs_find(struct pchs *pchs, const struct buf *key) {
    uint64_t id;
    bool is_new;
    if (!pchs_may_find(pchs))
        return NO_PCH;
    uint32_t *slot = map_put(&pchs->by_key, hash_bytes(key->data, key->len), &is_new);
    if (is_new && pchs->store->find(pchs->store->user, key, &id))
        *slot = load(pchs, id, 0) + 1;
    return *slot - 1;
}

// ---- using them ----

uint32_t pchs_length(const struct pchs *pchs, uint32_t pch) {
    uint32_t length = 0;
    for (; pch != NO_PCH; pch = pchs->items.items[pch].below)
        length++;
    return length;
}

void pchs_put_chain(const struct pchs *pchs, uint32_t pch, struct buf *request) {
    uint32_t chain[CHAIN_MAX], count = 0;
    for (uint32_t at = pch; at != NO_PCH && count < CHAIN_MAX; at = pchs->items.items[at].below)
        chain[count++] = at;
    while (count--)
        buf_printf(request, "/proc/%ld/fd/%d\n", (long)getpid(), pchs->items.items[chain[count]].file);
    buf_putc(request, '\0');
}
