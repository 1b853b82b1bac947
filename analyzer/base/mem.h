// Memory: checked allocation, arenas and growable arrays. Running out of memory ends the process in one place
// (mem_fail), so callers never test for NULL.
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

// Prints one sentence and ends the process with status 2.
_Noreturn void mem_fail(size_t size);

// malloc, zeroed; and realloc. Never return NULL. Free with free().
void *mem_zalloc(size_t size);
void *mem_realloc(void *old, size_t size);
char *mem_strdup(const char *text);

// A bug of ours: says where, then aborts.
_Noreturn void bug_at(const char *file, int line, const char *what);
#define BUG(what) bug_at(__FILE__, __LINE__, (what))
#define ENSURE(cond) ((cond) ? (void)0 : BUG(#cond))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

// An arena hands out zeroed memory that lives until arena_done or arena_reset. All zero is a valid empty arena.
struct arena {
    struct arena_chunk *chunks;
    char *next, *end;
    size_t usual; // size of the next chunk, 0: none yet
};

void arena_done(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t size);
void *arena_copy(struct arena *arena, const void *data, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format, ...);
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

// A growable array of any type: `VEC(struct x) xs = {0}; vec_push(&xs, x); xs.items[i]; vec_done(&xs)`.
#define VEC(type)       \
    struct {            \
        type *items;    \
        size_t len, cap; \
    }
#define vec_reserve(v, n) \
    ((n) > (v)->cap ? (void)((v)->items = vec_grow((v)->items, &(v)->cap, (n), sizeof *(v)->items)) : (void)0)
#define vec_push(v, item) (vec_reserve((v), (v)->len + 1), (void)((v)->items[(v)->len++] = (item)))
#define vec_done(v) (free((v)->items), (void)((v)->items = NULL), (void)((v)->len = (v)->cap = 0))
void *vec_grow(void *items, size_t *cap, size_t need, size_t item_size);

#endif
