#include "flow/kept/sweep.h"

#include "flow/kept/record.h"

#include <stdlib.h>

struct sweep {
    struct flow *flow;
    sym_id first;
    sym_id *places; // by symbol, from `first`: not 0 for those that stay, then where they are
};

struct made made_so_far(const struct flow *flow) {
    return (struct made){flow->syms.count, (uint32_t)flow->binds.len, flow->taken.len};
}

static void mark(void *data, sym_id *sym) {
    struct sweep *sweep = data;
    if (*sym >= sweep->first)
        sweep->places[*sym - sweep->first] = 1;
}

static void move(void *data, sym_id *sym) {
    struct sweep *sweep = data;
    if (*sym >= sweep->first)
        *sym = sweep->places[*sym - sweep->first];
}

static void each_mentioned(struct sweep *sweep, const struct made *before, const uint32_t *funcs, uint32_t count, void (*visit)(void *data, sym_id *sym)) {
    struct flow *flow = sweep->flow;
    struct passage passage = {.mode = PASSAGE_VISIT, .flow = flow, .visit = visit, .data = sweep};
    for (uint32_t i = 0; i < count; i++)
        record_pass_summary(&passage, funcs[i], &flow->summaries[funcs[i]]);
    for (size_t i = before->binds; i < flow->binds.len; i++) {
        passage_sym(&passage, &flow->binds.items[i].parent);
        passage_sym(&passage, &flow->binds.items[i].bound);
    }
}

// What is not a function's own stays as well: the next one may make the same, and it would have another place in the order. A node is made
// of earlier ones: from the last to the first, whoever is made of it was seen before.
static void mark_parts(struct sweep *sweep) {
    for (sym_id id = sweep->flow->syms.count; id-- > sweep->first;) {
        const struct sym *node = sym_at(&sweep->flow->syms, id);
        sym_id values[] = {node->a, node->b, node->c};
        enum sym_part parts[3];
        if (!node->is_own)
            mark(sweep, &id);
        if (!sweep->places[id - sweep->first])
            continue;
        sym_parts(node, parts);
        for (unsigned i = 0; i < 3; i++)
            if (parts[i] == PART_SYM)
                mark(sweep, &values[i]);
    }
}

void sweep_component(struct flow *flow, const struct made *before, const uint32_t *funcs, uint32_t count) {
    struct sweep sweep = {.flow = flow, .first = before->syms};
    if (flow->syms.count == before->syms || flow->taken.len > before->taken) // container.c knows them by their ids
        return;
    sweep.places = mem_zalloc((flow->syms.count - before->syms) * sizeof *sweep.places);
    each_mentioned(&sweep, before, funcs, count, mark);
    mark_parts(&sweep);
    syms_drop(&flow->syms, before->syms, sweep.places);
    each_mentioned(&sweep, before, funcs, count, move);
    free(sweep.places);
}
