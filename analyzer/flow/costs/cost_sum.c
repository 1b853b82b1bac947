// How long it takes: the longest path through a function's graph, once what its calls take is known.
#include "flow/costs/cost.h"

#include <stdlib.h>

// ---- the longest path

struct longest {
    const struct cost_graph *graph;
    int64_t offset, limit;
    int64_t *values;  // by node: from its start on; -1: no use
    uint32_t *bests;  // by node: the successor to take, IR_NONE
    uint8_t *states;  // by node: 0 new, 1 on the stack, 2 done
    uint8_t *counted; // by item, or NULL
};

static int64_t plus(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t effective(const struct longest *l, const struct cost_item *item) {
    bool alone = item->kind == COST_OF_CALL ? item->amount > l->limit : item->amount >= l->limit;
    return alone ? 0 : item->amount;
}

static void finish_node(struct longest *l, uint32_t id) {
    const struct cost_node *node = &l->graph->nodes.items[id];
    int64_t rest = -1;
    l->bests[id] = IR_NONE;
    for (uint32_t s = 0; s < node->succ_count; s++) {
        uint32_t to = l->graph->succs.items[node->succs + s];
        int64_t value = l->states[to] == 2 ? l->values[to] : -1;
        if (value > rest) {
            rest = value;
            l->bests[id] = to;
        }
    }
    if (!l->offset && rest < 0)
        rest = 0;
    for (uint32_t i = node->item_count; i-- > 0;) {
        const struct cost_item *item = &l->graph->items.items[node->items + i];
        if (rest < 0 && l->offset && item->offset == l->offset)
            rest = 0;
        if (rest < 0)
            continue;
        rest = plus(rest, effective(l, item));
        if (l->counted)
            l->counted[node->items + i] = 1;
    }
    l->values[id] = rest;
    l->states[id] = 2;
}

static void visit_nodes(struct longest *l) {
    size_t count = l->graph->nodes.len, depth = 0;
    uint32_t *stack = mem_zalloc(count * sizeof *stack), *next = mem_zalloc(count * sizeof *next);
    stack[depth++] = 0;
    l->states[0] = 1;
    while (depth) {
        uint32_t id = stack[depth - 1];
        const struct cost_node *node = &l->graph->nodes.items[id];
        if (next[id] == node->succ_count) {
            finish_node(l, id);
            depth--;
            continue;
        }
        uint32_t to = l->graph->succs.items[node->succs + next[id]++];
        if (!l->states[to]) {
            l->states[to] = 1;
            stack[depth++] = to;
        }
    }
    free(stack);
    free(next);
}

// How many items of the node belong to the path: all, or those up to the last use where nothing later is one.
static uint32_t items_on_path(const struct longest *l, uint32_t id) {
    const struct cost_node *node = &l->graph->nodes.items[id];
    if (!l->offset || (l->bests[id] != IR_NONE && l->values[l->bests[id]] >= 0))
        return node->item_count;
    uint32_t count = node->item_count;
    while (count > 0 && l->graph->items.items[node->items + count - 1].offset != l->offset)
        count--;
    return count;
}

int64_t cost_longest(const struct cost_graph *graph, int64_t offset, int64_t limit, struct item_list *ret_items, uint8_t *ret_counted) {
    size_t count = graph->nodes.len;
    struct longest l = {.graph = graph, .offset = offset, .limit = limit, .counted = ret_counted};
    l.values = mem_zalloc(count * sizeof *l.values);
    l.bests = mem_zalloc(count * sizeof *l.bests);
    l.states = mem_zalloc(count);
    visit_nodes(&l);
    int64_t out = l.values[0];
    for (uint32_t id = 0; ret_items && out >= 0 && id != IR_NONE && l.values[id] >= 0; id = l.bests[id]) {
        uint32_t on_path = items_on_path(&l, id);
        for (uint32_t i = 0; i < on_path; i++) {
            const struct cost_item *item = &graph->items.items[graph->nodes.items[id].items + i];
            if (effective(&l, item) > 0)
                vec_push(ret_items, item);
        }
    }
    free(l.values);
    free(l.bests);
    free(l.states);
    return out;
}

bool cost_is_lower(const struct cost *cost, const struct item_list *path) {
    for (size_t i = 0; i < path->len; i++) {
        const struct cost_item *item = path->items[i];
        for (uint32_t k = 0; k < item->entry_count; k++)
            if (cost->entries.items[item->entries[k]]->is_lower)
                return true;
        if (item->in_loop)
            return true;
    }
    return false;
}

// ---- sums

void cost_sum_item(struct cost *cost, struct cost_item *item) {
    item->is_later = false;
    for (uint32_t k = 0; k < item->entry_count; k++) {
        int64_t amount = cost_amount(cost, item->entries[k], &item->is_lower);
        item->amount = amount > item->amount ? amount : item->amount;
    }
}

// `counted`: which items; NULL: all.
static void sum_graph(struct cost *cost, struct cost_graph *graph, const uint8_t *counted, bool *ret_lower) {
    for (size_t i = 0; i < graph->items.len; i++) {
        if (counted && !counted[i])
            continue;
        if (graph->items.items[i].is_later)
            cost_sum_item(cost, &graph->items.items[i]);
        *ret_lower |= graph->items.items[i].is_lower;
    }
}

void cost_sum_used(struct cost *cost, struct cost_graph *graph, int64_t offset, bool *ret_lower) {
    uint8_t *counted = mem_zalloc(graph->items.len + 1);
    cost_longest(graph, offset, INT64_MAX, NULL, counted);
    sum_graph(cost, graph, counted, ret_lower);
    free(counted);
}

int64_t cost_amount(struct cost *cost, uint32_t id, bool *ret_lower) {
    struct cost_entry *entry = cost->entries.items[id];
    struct item_list path = {0};
    if (entry->is_summed)
        return entry->amount;
    if (!cost_walk(cost, id) || cost->is_open[entry->func] || !cost_has_room(cost)) {
        *ret_lower = true;
        return 0;
    }
    cost->depth++;
    cost->is_open[entry->func] = 1;
    sum_graph(cost, &entry->graph, NULL, &entry->is_lower);
    cost->is_open[entry->func] = 0;
    cost->depth--;
    entry->amount = cost_longest(&entry->graph, 0, INT64_MAX, &path, NULL);
    entry->is_lower |= cost_is_lower(cost, &path);
    entry->is_summed = true;
    vec_done(&path);
    return entry->amount;
}
