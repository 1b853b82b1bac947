// See places.h. A file is known by its inode, size and times. It is read here: libclang would load all that the precompiled header
// read, in order to find one file of it.
#include "frontend/capture/places.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void places_done(struct places *places) {
    for (size_t i = 0; i < places->files.len; i++) {
        buf_done(&places->files.items[i].text);
        vec_done(&places->files.items[i].lines);
    }
    vec_done(&places->files);
    map_done(&places->known);
}

// A line ends with \n, \r\n or \r.
void places_count_lines(const char *text, size_t size, line_starts *ret_starts) {
    bool has_returns = memchr(text, '\r', size) != NULL;
    vec_push(ret_starts, 0);
    for (const char *at = text, *end = text + size; !has_returns && (at = memchr(at, '\n', (size_t)(end - at)));)
        vec_push(ret_starts, (uint32_t)(++at - text));
    for (uint32_t i = 0; has_returns && i < size; i++)
        if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n'))
            vec_push(ret_starts, i + 1);
}

void places_find(const line_starts *starts, unsigned offset, unsigned *line, unsigned *ret_column) {
    enum { NEAR = 4 };
    size_t low = 0, high = starts->len, last = *line - 1; // the line starts at or before `low`, and before `high`
    if (starts->items[last] <= offset)
        low = last;
    if (last + NEAR < high && starts->items[last + NEAR] > offset)
        high = last + NEAR;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (starts->items[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *line = (unsigned)low + 1;
    *ret_column = offset - starts->items[low] + 1;
}

enum { FILE_MAX = 1 << 30 };

bool places_identify(const char *name, uint64_t *ret_id, struct timespec *ret_changed) {
    struct stat info;
    if (stat(name, &info) != 0)
        return false;
    const uint64_t parts[] = {(uint64_t)info.st_dev, (uint64_t)info.st_ino, (uint64_t)info.st_size, (uint64_t)info.st_mtim.tv_sec,
                              (uint64_t)info.st_mtim.tv_nsec, (uint64_t)info.st_ctim.tv_sec, (uint64_t)info.st_ctim.tv_nsec};
    *ret_id = hash_bytes(parts, sizeof parts);
    *ret_changed = info.st_ctim;
    return true;
}

const struct places_file *places_file(struct places *places, const char *name) {
    uint64_t id;
    struct timespec changed;
    if (!places_identify(name, &id, &changed))
        return NULL;
    uint32_t *slot = map_put(&places->known, id, NULL);
    struct places_file file = {0};
    struct err err;
    if (!*slot && file_read(name, FILE_MAX, &file.text, &err)) {
        places_count_lines(buf_text(&file.text), file.text.len, &file.lines);
        vec_push(&places->files, file);
        *slot = (uint32_t)places->files.len;
    }
    return *slot ? &places->files.items[*slot - 1] : NULL;
}
