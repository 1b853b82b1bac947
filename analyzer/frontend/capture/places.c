// See places.h. A file is known by its inode, size and times.
#include "frontend/capture/places.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void places_done(struct places *places) {
    for (size_t i = 0; i < places->files.len; i++)
        vec_done(&places->files.items[i]);
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

void places_find(const line_starts *starts, unsigned offset, unsigned *ret_line, unsigned *ret_column) {
    size_t low = 0, high = starts->len; // the line starts at or before `low`, and before `high`
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (starts->items[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *ret_line = (unsigned)low + 1;
    *ret_column = offset - starts->items[low] + 1;
}

static bool identify(CXFile file, uint64_t *ret_hash) {
    CXString name = clang_getFileName(file);
    struct stat info;
    bool ok = stat(clang_getCString(name), &info) == 0;
    clang_disposeString(name);
    if (!ok)
        return false;
    const uint64_t parts[] = {(uint64_t)info.st_dev, (uint64_t)info.st_ino, (uint64_t)info.st_size, (uint64_t)info.st_mtim.tv_sec,
                              (uint64_t)info.st_mtim.tv_nsec, (uint64_t)info.st_ctim.tv_sec, (uint64_t)info.st_ctim.tv_nsec};
    *ret_hash = hash_bytes(parts, sizeof parts);
    return true;
}

uint32_t places_file(struct places *places, CXTranslationUnit tu, CXFile file) {
    uint64_t id;
    if (!identify(file, &id))
        return 0;
    uint32_t *slot = map_put(&places->known, id, NULL);
    size_t size;
    const char *text = *slot ? NULL : clang_getFileContents(tu, file, &size);
    if (text) {
        line_starts starts = {0};
        places_count_lines(text, size, &starts);
        vec_push(&places->files, starts);
        *slot = (uint32_t)places->files.len;
    }
    return *slot;
}
