#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_fail(size_t size) {
    fprintf(stderr, "timeoutlint: out of memory (asked for %zu bytes); use a smaller -j or analyse fewer files\n", size);
    exit(2);
}

void *mem_zalloc(size_t size) {
    void *block = calloc(1, size ? size : 1);
    if (!block)
        mem_fail(size);
    return block;
}

void *mem_realloc(void *old, size_t size) {
    void *block = realloc(old, size ? size : 1);
    if (!block)
        mem_fail(size);
    return block;
}

char *mem_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(mem_realloc(NULL, size), text, size);
}

void bug_at(const char *file, int line, const char *what) {
    fprintf(stderr, "timeoutlint: internal error at %s:%d: %s\n", file, line, what);
    abort();
}

struct arena_chunk {
    struct arena_chunk *older;
    max_align_t data[];
};

enum { ARENA_FIRST = 2 * 1024, ARENA_CHUNK = 64 * 1024 }; // chunks grow: there is an arena for every unit and function

void arena_done(struct arena *arena) {
    for (struct arena_chunk *chunk = arena->chunks, *older; chunk; chunk = older) {
        older = chunk->older;
        free(chunk);
    }
    *arena = (struct arena){0};
}

void *arena_alloc(struct arena *arena, size_t size) {
    size = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
    if (size > (size_t)(arena->end - arena->next)) {
        size_t usual = arena->usual ? arena->usual : ARENA_FIRST, room = size > usual / 4 ? size : usual;
        arena->usual = usual < ARENA_CHUNK ? 2 * usual : usual;
        struct arena_chunk *chunk = mem_zalloc(sizeof *chunk + room);
        chunk->older = arena->chunks;
        arena->chunks = chunk;
        if (room == size)
            return chunk->data; // big blocks get their own chunk; the current one stays in use
        arena->next = (char *)chunk->data;
        arena->end = arena->next + room;
    }
    void *block = arena->next;
    arena->next += size;
    return block;
}

void *arena_copy(struct arena *arena, const void *data, size_t size) {
    void *copy = arena_alloc(arena, size);
    return size ? memcpy(copy, data, size) : copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len) {
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text) {
    return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ENSURE(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

void *vec_grow(void *items, size_t *cap, size_t need, size_t item_size) {
    size_t grown = *cap ? *cap * 2 : 8;
    if (grown < need)
        grown = need;
    *cap = grown;
    return mem_realloc(items, grown * item_size);
}
