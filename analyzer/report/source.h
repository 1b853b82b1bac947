// The source lines that findings point at. Each file is read once, when first asked for. A file that is gone, too large or not
// a file has no lines; that is never an error.
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

struct source_file {
    struct buf text;
    VEC(size_t) starts; // offset of each line
};

struct source_cache {
    const char *base_dir;
    struct strtab names; // id n is files.items[n - 1]
    VEC(struct source_file) files;
};

void source_cache_done(struct source_cache *cache);
// Line `line` (from 1) without its line break, or NULL. Lives as long as the cache.
const char *source_line(struct source_cache *cache, const char *file, uint32_t line, size_t *ret_len);

#endif
