#include "flow/costs/cost.h"

#include <stdlib.h>
#include <string.h>

uint64_t cost_hash(uint64_t a, uint64_t b) {
    const uint64_t words[] = {a, b};
    return hash_bytes(words, sizeof words);
}

// ---- places

// Exact as long as there are no more places than memory has room for.
static uint64_t place_key(enum place_kind kind, place_id parent, uint32_t index) {
    return (uint64_t)kind << 59 ^ (uint64_t)parent << 31 ^ index;
}

static place_id *single(struct cost_singles *singles, uint32_t index) {
    size_t len = singles->places.len;
    if (index >= len) {
        vec_reserve(&singles->places, (size_t)index + 1);
        memset(&singles->places.items[len], 0, (index + 1 - len) * sizeof *singles->places.items);
        singles->places.len = (size_t)index + 1;
    }
    return &singles->places.items[index];
}

place_id cost_place(struct cost *cost, enum place_kind kind, place_id parent, uint32_t index) {
    place_id *id = parent ? map_put(&cost->place_ids, place_key(kind, parent, index), NULL) : single(&cost->singles[kind], index);
    if (*id)
        return *id;
    if (!cost->places.len)
        vec_push(&cost->places, (struct place){0}); // 0: none
    *id = (place_id)cost->places.len;
    vec_push(&cost->places, ((struct place){(uint8_t)kind, parent, index, parent ? cost->places.items[parent].root : *id}));
    return *id;
}

place_id cost_moved(struct cost *cost, place_id place, place_id from, place_id to) {
    if (place == from)
        return to;
    struct place at = *cost_place_at(cost, place);
    return cost_place(cost, (enum place_kind)at.kind, cost_moved(cost, at.parent, from, to), at.index);
}

// ---- environments

static size_t find_cell(const struct cost_env *env, place_id place) {
    size_t low = 0, high = env->cells.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (env->cells.items[middle].place < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct cost_value cost_get(const struct cost_env *env, place_id place) {
    size_t at = find_cell(env, place);
    return at < env->cells.len && env->cells.items[at].place == place ? env->cells.items[at].value : (struct cost_value){0};
}

void cost_set(struct cost_env *env, place_id place, struct cost_value value) {
    size_t at = find_cell(env, place);
    bool found = at < env->cells.len && env->cells.items[at].place == place;
    size_t behind = env->cells.len - at;
    if (found && value.kind) {
        env->cells.items[at].value = value;
    } else if (found) {
        memmove(&env->cells.items[at], &env->cells.items[at + 1], (behind - 1) * sizeof *env->cells.items);
        env->cells.len--;
    } else if (value.kind) {
        vec_push(&env->cells, ((struct cost_cell){place, 0, value}));
        memmove(&env->cells.items[at + 1], &env->cells.items[at], behind * sizeof *env->cells.items);
        env->cells.items[at] = (struct cost_cell){place, 0, value};
    }
}

void cost_forget(const struct cost *cost, struct cost_env *env, place_id root) {
    size_t kept = 0;
    for (size_t i = 0; i < env->cells.len; i++)
        if (!cost_below(cost, env->cells.items[i].place, root))
            env->cells.items[kept++] = env->cells.items[i];
    env->cells.len = kept;
}

void cost_env_copy(struct cost_env *to, const struct cost_env *from) {
    *to = (struct cost_env){0};
    vec_reserve(&to->cells, from->cells.len);
    if (from->cells.len)
        memcpy(to->cells.items, from->cells.items, from->cells.len * sizeof *from->cells.items);
    to->cells.len = from->cells.len;
}

uint64_t cost_env_hash(const struct cost_env *env) {
    return hash_bytes(env->cells.items, env->cells.len * sizeof *env->cells.items);
}

bool cost_same(struct cost_value a, struct cost_value b) {
    return a.kind == b.kind && a.sub == b.sub && a.part == b.part && a.unit == b.unit && a.a == b.a && a.number == b.number;
}

// What one of two ways leaves: NULL beside a context is a failure, a number beside something derived is the other half of a clamp.
static struct cost_value join_values(struct cost_value a, struct cost_value b) {
    if (cost_same(a, b))
        return a;
    if (cost_is_context(a) && (!cost_is_context(b) ? b.kind == COST_INT : true))
        return a;
    if (cost_is_context(b) && a.kind == COST_INT)
        return b;
    bool numbers = (a.kind == COST_INT || cost_is_derived(a)) && (b.kind == COST_INT || cost_is_derived(b));
    if (numbers && (cost_is_derived(a) || cost_is_derived(b)))
        return (struct cost_value){.kind = COST_DERIVED};
    return (struct cost_value){0};
}

void cost_env_join(const struct cost *cost, struct cost_env *into, const struct cost_env *other) {
    size_t kept = 0;
    for (size_t i = 0; i < into->cells.len; i++) {
        struct cost_cell cell = into->cells.items[i];
        uint8_t kind = cost_place_at(cost, cell.place)->kind;
        struct cost_value theirs = cost_get(other, cell.place);
        if (kind == PLACE_TOKEN || kind == PLACE_CLOCK)
            cell.value.number = theirs.number > cell.value.number ? theirs.number : cell.value.number;
        else if (kind == PLACE_PROVEN)
            cell.value.number = theirs.number < cell.value.number ? theirs.number : cell.value.number;
        else
            cell.value = join_values(cell.value, theirs);
        if (cell.value.kind && (kind != PLACE_PROVEN || cell.value.number > 0))
            into->cells.items[kept++] = cell;
    }
    into->cells.len = kept;
    for (size_t i = 0; i < other->cells.len; i++) { // the tokens of what was kept
        uint8_t kind = cost_place_at(cost, other->cells.items[i].place)->kind;
        if (kind == PLACE_TOKEN && !cost_get(into, other->cells.items[i].place).kind)
            cost_set(into, other->cells.items[i].place, other->cells.items[i].value);
    }
}

static bool speaks_of(const struct cost_env *env, place_id token) {
    for (size_t i = 0; i < env->cells.len; i++) {
        const struct cost_value *value = &env->cells.items[i].value;
        bool has_token = value->kind == COST_CTX || value->kind == COST_CANCEL || value->kind == COST_NOW || value->kind == COST_ELAPSED || value->kind == COST_UNTIL;
        if (has_token && value->a == token)
            return true;
    }
    return false;
}

void cost_env_tidy(const struct cost *cost, struct cost_env *env) {
    for (size_t i = env->cells.len; i-- > 0;) {
        place_id place = env->cells.items[i].place;
        uint8_t kind = cost_place_at(cost, place)->kind;
        if ((kind == PLACE_TOKEN || kind == PLACE_CLOCK) && !speaks_of(env, place))
            cost_set(env, place, (struct cost_value){0});
    }
}

void cost_pass(const struct cost *cost, struct cost_env *env, int64_t amount) {
    for (size_t i = 0; i < env->cells.len; i++) {
        uint8_t kind = cost_place_at(cost, env->cells.items[i].place)->kind;
        int64_t *number = &env->cells.items[i].value.number;
        if (kind == PLACE_TOKEN)
            *number = *number > amount ? *number - amount : 0;
        else if (kind == PLACE_CLOCK && *number < INT64_MAX / 4)
            *number += amount;
    }
}
