// Strongly connected components by Tarjan's algorithm, with a stack of its own: a chain of any length is fine. It finds a component
// after all those it calls, so their numbers are already bottom-up; starting from functions in order makes them reproducible.
#include "program/link.h"

#include <stdlib.h>

struct tarjan {
    struct program *program;
    uint32_t *order;    // by function: when it was first visited, from 1; 0: not yet
    uint32_t *low;      // by function: the oldest one it reaches; UINT32_MAX once its component is complete
    uint32_t *next;     // by function: calls already followed
    uint32_t *path;     // functions being visited
    uint32_t *open;     // functions seen whose component is not complete
    uint32_t path_len, open_len, visits;
};

static int compare_ids(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

// `root` reaches nothing older: all that was opened since is its component.
static void close_component(struct tarjan *t, uint32_t root) {
    struct program *program = t->program;
    uint32_t start = program->scc_starts[program->scc_count], len = 0, func;
    do {
        func = t->open[--t->open_len];
        program->funcs[func].scc = program->scc_count;
        t->low[func] = UINT32_MAX;
        program->scc_funcs[start + len++] = func;
    } while (func != root);
    qsort(program->scc_funcs + start, len, sizeof *program->scc_funcs, compare_ids);
    program->scc_starts[++program->scc_count] = start + len;
}

static void enter(struct tarjan *t, uint32_t func) {
    t->order[func] = t->low[func] = ++t->visits;
    t->path[t->path_len++] = func;
    t->open[t->open_len++] = func;
}

static void visit(struct tarjan *t, uint32_t start) {
    enter(t, start);
    while (t->path_len) {
        uint32_t func = t->path[t->path_len - 1];
        const struct prog_func *f = &t->program->funcs[func];
        if (t->next[func] < f->call_count) {
            uint32_t callee = t->program->calls[f->calls + t->next[func]++].callee;
            if (!t->order[callee])
                enter(t, callee);
            else if (t->low[callee] < t->low[func])
                t->low[func] = t->low[callee];
            continue;
        }
        t->path_len--;
        uint32_t low = t->low[func];
        if (low == t->order[func])
            close_component(t, func);
        else if (low < t->low[t->path[t->path_len - 1]])
            t->low[t->path[t->path_len - 1]] = low;
    }
}

void link_components(struct program *program) {
    uint32_t count = program->func_count;
    program->scc_funcs = arena_array(&program->arena, uint32_t, count);
    program->scc_starts = arena_array(&program->arena, uint32_t, count + 1);
    struct arena scratch = {0};
    struct tarjan t = {.program = program, .order = arena_array(&scratch, uint32_t, count), .low = arena_array(&scratch, uint32_t, count),
                       .next = arena_array(&scratch, uint32_t, count), .path = arena_array(&scratch, uint32_t, count),
                       .open = arena_array(&scratch, uint32_t, count)};
    for (uint32_t u = 0; u < program->unit_count; u++) // so that neighbours stay neighbours: who goes through the components meets one unit after the other
        for (uint32_t i = 0; i < program->units[u].ir->funcs_count; i++) {
            uint32_t func = program->units[u].func_ids[i];
            if (func != IR_NONE && !t.order[func])
                visit(&t, func);
        }
    arena_done(&scratch);
}
