// See slots.h. A worklist of (slot, function) pairs; each pair enters it once. What is connected later is caught up at once.
#include "program/slots.h"

#include <stdlib.h>

void slots_done(struct slots *slots) {
    for (size_t i = 0; i < slots->items.len; i++)
        vec_done(&slots->items.items[i].funcs);
    vec_done(&slots->items);
    vec_done(&slots->edges);
    vec_done(&slots->queue);
    map_done(&slots->ids);
    map_done(&slots->members);
    map_done(&slots->edge_set);
}

uint32_t slots_get(struct slots *slots, enum slot_kind kind, uint32_t owner, uint32_t index) {
    ENSURE(index < 1u << 29);
    bool is_new;
    uint32_t *id = map_put(&slots->ids, (uint64_t)kind << 61 | (uint64_t)owner << 29 | index, &is_new);
    if (is_new) {
        struct slot slot = {0};
        *id = (uint32_t)slots->items.len;
        vec_push(&slots->items, slot);
    }
    return *id;
}

bool slots_has(const struct slots *slots, uint32_t slot, uint32_t func) {
    return map_get(&slots->members, (uint64_t)slot << 32 | func) != NULL;
}

void slots_put(struct slots *slots, uint32_t slot, uint32_t func) {
    bool is_new;
    uint64_t key = (uint64_t)slot << 32 | func;
    map_put(&slots->members, key, &is_new);
    if (!is_new)
        return;
    vec_push(&slots->items.items[slot].funcs, func);
    vec_push(&slots->queue, key);
}

void slots_copy(struct slots *slots, uint32_t from, uint32_t to) {
    bool is_new = false;
    if (from != to)
        map_put(&slots->edge_set, (uint64_t)from << 32 | to, &is_new);
    if (!is_new)
        return;
    struct slot_edge edge = {to, slots->items.items[from].edges};
    vec_push(&slots->edges, edge);
    slots->items.items[from].edges = (uint32_t)slots->edges.len;
    for (size_t i = 0; i < slots->items.items[from].funcs.len; i++)
        slots_put(slots, to, slots->items.items[from].funcs.items[i]);
}

void slots_call(struct slots *slots, uint32_t slot, uint32_t arg_count) {
    if (slots->items.items[slot].call <= arg_count)
        slots->items.items[slot].call = arg_count + 1;
}

void slots_run(struct slots *slots, slots_tell_fn *tell, void *context) {
    while (slots->queue.len) {
        uint64_t key = slots->queue.items[--slots->queue.len];
        uint32_t slot = (uint32_t)(key >> 32), func = (uint32_t)key;
        for (uint32_t i = slots->items.items[slot].edges; i; i = slots->edges.items[i - 1].next)
            slots_put(slots, slots->edges.items[i - 1].to, func);
        if (slots->items.items[slot].call)
            tell(context, slot, slots->items.items[slot].call - 1, func);
    }
}
