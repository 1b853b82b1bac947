#include "ir/numbers.h"

#include "base/map.h"
#include "ir/save.h"

#include <stdlib.h>

void ir_number(struct arena *arena, const struct ir_unit *const *units, uint32_t unit_count, const struct ir_numbered *what,
               struct ir_numbers *ret_numbers) {
    struct ir_numbers numbers = {.of = arena_array(arena, uint32_t *, unit_count)};
    VEC(struct ir_place) first = {0};
    struct map known = {0};
    for (uint32_t u = 0; u < unit_count; u++) {
        uint32_t count = what->count(units[u]);
        uint32_t *of = numbers.of[u] = arena_array(arena, uint32_t, count);
        for (uint32_t i = 0; i < count; i++) {
            uint64_t key = what->key(units[u], i);
            bool is_new = false;
            uint32_t *number = key ? map_put(&known, key, &is_new) : NULL;
            if (is_new) {
                *number = (uint32_t)first.len;
                vec_push(&first, ((struct ir_place){u, i}));
            }
            of[i] = number ? *number : IR_NONE;
        }
        ir_rest_behind(units, u);
    }
    numbers.count = (uint32_t)first.len;
    numbers.first = arena_copy(arena, first.items, first.len * sizeof *first.items);
    vec_done(&first);
    map_done(&known);
    *ret_numbers = numbers;
}

static uint32_t func_count(const struct ir_unit *unit) {
    return unit->funcs_count;
}

static uint64_t func_key(const struct ir_unit *unit, uint32_t index) {
    return unit->funcs[index].is_init ? 0 : unit->func_keys[index];
}

const struct ir_numbered ir_numbered_funcs = {func_count, func_key};
