#include "report/source.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static const size_t size_limit = (size_t)16 << 20;

void source_cache_done(struct source_cache *cache) {
    for (size_t i = 0; i < cache->files.len; i++) {
        buf_done(&cache->files.items[i].text);
        vec_done(&cache->files.items[i].starts);
    }
    vec_done(&cache->files);
    strtab_done(&cache->names);
}

// Lines end as clang counts them: at "\n", "\r\n" or a lone "\r".
static void split_lines(struct source_file *file) {
    const char *text = file->text.data;
    vec_push(&file->starts, 0);
    for (size_t i = 0; i < file->text.len; i++)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == file->text.len || text[i + 1] != '\n')))
            vec_push(&file->starts, i + 1);
}

static struct source_file *find_file(struct source_cache *cache, const char *name) {
    uint32_t id = strtab_add(&cache->names, name);
    if (id == 0)
        return NULL;
    if (id > cache->files.len) {
        struct source_file file = {0};
        struct arena arena = {0};
        struct err err;
        if (file_read(path_absolute(&arena, cache->base_dir, name), size_limit, &file.text, &err))
            split_lines(&file);
        arena_done(&arena);
        vec_push(&cache->files, file);
    }
    return &cache->files.items[id - 1];
}

const char *source_line(struct source_cache *cache, const char *name, uint32_t line, size_t *ret_len) {
    const struct source_file *file = find_file(cache, name);
    if (!file || line == 0 || line > file->starts.len)
        return NULL;
    size_t start = file->starts.items[line - 1];
    size_t end = line < file->starts.len ? file->starts.items[line] : file->text.len;
    while (end > start && strchr("\r\n", file->text.data[end - 1]) && file->text.data[end - 1])
        end--;
    *ret_len = end - start;
    return buf_text(&file->text) + start;
}
