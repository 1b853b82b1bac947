#include "flow/paths/state.h"

#include <stdlib.h>
#include <string.h>

void state_done(struct state *state) {
    vec_done(&state->cells);
    vec_done(&state->facts.items);
    vec_done(&state->resources);
    vec_done(&state->cancelled);
    vec_done(&state->loops);
}

#define COPY_VEC(to, from)                                                                  \
    ((to)->len = 0, vec_reserve((to), (from)->len),                                         \
     (void)((from)->len ? memcpy((to)->items, (from)->items, (from)->len * sizeof *(to)->items) : NULL), \
     (void)((to)->len = (from)->len))

void state_copy(struct state *to, const struct state *from) {
    COPY_VEC(&to->cells, &from->cells);
    facts_copy(&to->facts, &from->facts);
    COPY_VEC(&to->resources, &from->resources);
    COPY_VEC(&to->cancelled, &from->cancelled);
    COPY_VEC(&to->loops, &from->loops);
    to->trail = from->trail;
    to->is_joined = from->is_joined;
    to->is_vague = from->is_vague;
}

// Whether a context is kept in memory that is not a variable of the function.
static bool is_kept_outside(const struct state *state, const struct syms *syms, sym_id ctx) {
    for (size_t i = 0; i < state->cells.len; i++)
        if (state->cells.items[i].value == ctx && sym_at(syms, sym_root(syms, state->cells.items[i].address))->kind != SYM_LOCAL)
            return true;
    return false;
}

bool state_same_resources(const struct state *a, const struct state *b, const struct syms *syms) {
    if (a->resources.len != b->resources.len)
        return false;
    for (size_t i = 0; i < a->resources.len; i++)
        if (a->resources.items[i].ctx != b->resources.items[i].ctx || a->resources.items[i].status != b->resources.items[i].status ||
            is_kept_outside(a, syms, a->resources.items[i].ctx) != is_kept_outside(b, syms, a->resources.items[i].ctx))
            return false;
    return true;
}

bool state_same_property(const struct state *a, const struct state *b, const struct syms *syms) {
    if (a->cancelled.len != b->cancelled.len)
        return false;
    for (size_t i = 0; i < a->cancelled.len; i++)
        if (a->cancelled.items[i] != b->cancelled.items[i])
            return false;
    return state_same_resources(a, b, syms);
}

bool state_equal(const struct state *a, const struct state *b, const struct syms *syms) {
    if (a->cells.len != b->cells.len)
        return false;
    if (a->cells.len && memcmp(a->cells.items, b->cells.items, a->cells.len * sizeof *a->cells.items))
        return false;
    return state_same_property(a, b, syms) && facts_equal(&a->facts, &b->facts);
}

// Index of the first cell whose address is not below `address` (in id order).
static size_t lower_bound(const struct state *state, sym_id address) {
    size_t low = 0, high = state->cells.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (state->cells.items[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

sym_id state_cell(const struct state *state, sym_id address) {
    size_t at = lower_bound(state, address);
    return at < state->cells.len && state->cells.items[at].address == address ? state->cells.items[at].value : SYM_NONE;
}

static void set_cell(struct state *state, sym_id address, sym_id value) {
    size_t at = lower_bound(state, address);
    if (at == state->cells.len || state->cells.items[at].address != address) {
        vec_push(&state->cells, (struct cell){0});
        memmove(&state->cells.items[at + 1], &state->cells.items[at], (state->cells.len - 1 - at) * sizeof(struct cell));
    }
    state->cells.items[at] = (struct cell){address, value};
}

// An element at an unknown place: some element's cell, preferably the summary one or one with a context.
static sym_id load_any_element(const struct state *state, const struct syms *syms, sym_id array) {
    sym_id found = state_cell(state, array); // the first one
    if (sym_at(syms, found)->kind == SYM_CTX)
        return found;
    found = SYM_NONE;
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct sym *address = sym_at(syms, state->cells.items[i].address);
        if (address->kind == SYM_ELEM && address->a == array) {
            found = state->cells.items[i].value;
            if (!address->b || sym_at(syms, found)->kind == SYM_CTX)
                break;
        }
    }
    return found;
}

// The address of the same member below another object: `address` (member or element of something) moved below `base`.
static sym_id moved(struct syms *syms, sym_id address, sym_id base) {
    struct sym node = *sym_at(syms, address);
    return sym_make(syms, (enum sym_kind)node.kind, node.sub, base, node.b, node.c);
}

// Copies link regions in chains; longer ones only come from loops.
enum { LOAD_DEPTH = 16 };

static sym_id load(const struct state *state, struct syms *syms, sym_id address, unsigned depth) {
    sym_id value = state_cell(state, address);
    struct sym node = *sym_at(syms, address);
    if (value)
        return value;
    if (depth >= LOAD_DEPTH)
        return sym_make(syms, SYM_INIT, 0, address, 0, 0);
    if (node.kind == SYM_ELEM) {
        int64_t index;
        sym_id summary = sym_make(syms, SYM_ELEM, 0, node.a, SYM_NONE, 0);
        value = node.b && sym_is_int(syms, node.b, &index) ? state_cell(state, summary) : load_any_element(state, syms, node.a);
        if (value)
            return value;
    }
    if (node.kind == SYM_REGION && node.c)
        return load(state, syms, node.c, depth + 1);
    if (node.kind != SYM_FIELD && node.kind != SYM_ELEM)
        return sym_make(syms, SYM_INIT, 0, address, 0, 0);
    // a member without a cell: what the whole object holds decides
    sym_id whole = state_cell(state, node.a);
    int64_t zero;
    if (whole && sym_is_int(syms, whole, &zero))
        return sym_int(syms, 0);
    if (whole && whole != node.a)
        return load(state, syms, moved(syms, address, whole), depth + 1);
    const struct sym *base = sym_at(syms, node.a);
    if (base->kind == SYM_REGION && base->c)
        return load(state, syms, moved(syms, address, base->c), depth + 1);
    if (base->kind == SYM_FIELD || base->kind == SYM_ELEM) { // a member of a member of a zeroed or copied object
        sym_id outer = load(state, syms, node.a, depth + 1);
        if (sym_is_int(syms, outer, &zero))
            return sym_int(syms, 0);
        const struct sym *init = sym_at(syms, outer);
        if (init->kind == SYM_INIT && init->a != node.a)
            return load(state, syms, moved(syms, address, init->a), depth + 1);
    }
    return sym_make(syms, SYM_INIT, 0, address, 0, 0);
}

sym_id state_load(const struct state *state, struct syms *syms, sym_id address) {
    return load(state, syms, address, 0);
}

static bool lies_below(const struct syms *syms, sym_id address, sym_id base) {
    while (address != base) {
        const struct sym *node = sym_at(syms, address);
        if (node->kind != SYM_FIELD && node->kind != SYM_ELEM)
            return false;
        address = node->a;
    }
    return true;
}

// What lies below an address was made after it, and cells are in the order of their addresses.
void state_forget_below(struct state *state, const struct syms *syms, sym_id address) {
    size_t kept = lower_bound(state, address);
    for (size_t i = kept; i < state->cells.len; i++)
        if (!lies_below(syms, state->cells.items[i].address, address))
            state->cells.items[kept++] = state->cells.items[i];
    state->cells.len = kept;
}

// `address` with its outer part `from` replaced by `to`.
static sym_id rebase(struct syms *syms, sym_id address, sym_id from, sym_id to) {
    if (address == from)
        return to;
    return moved(syms, address, rebase(syms, sym_at(syms, address)->a, from, to));
}

void state_copy_below(struct state *state, struct syms *syms, sym_id from, sym_id to) {
    if (from == to)
        return;
    VEC(struct cell) copies = {0};
    for (size_t i = lower_bound(state, from); i < state->cells.len; i++)
        if (lies_below(syms, state->cells.items[i].address, from))
            vec_push(&copies, state->cells.items[i]);
    for (size_t i = 0; i < copies.len; i++)
        set_cell(state, rebase(syms, copies.items[i].address, from, to), copies.items[i].value);
    vec_done(&copies);
}

// An element at a place that may be another one each time is "some element".
static sym_id settled_address(struct syms *syms, sym_id address) {
    struct sym node = *sym_at(syms, address);
    bool moves = node.kind == SYM_ELEM && node.b && !sym_is_entry(syms, node.b);
    return moves ? sym_make(syms, SYM_ELEM, 0, node.a, SYM_NONE, 0) : address;
}

void state_set(struct state *state, struct syms *syms, sym_id address, sym_id value) {
    set_cell(state, settled_address(syms, address), value);
}

void state_store(struct state *state, struct syms *syms, sym_id address, sym_id value) {
    address = settled_address(syms, address);
    if (sym_at(syms, value)->kind == SYM_REGION) {
        state_forget_below(state, syms, address);
        set_cell(state, address, value);
        state_copy_below(state, syms, value, address);
        set_cell(state, address, value);
        return;
    }
    state_forget_below(state, syms, address);
    set_cell(state, address, value);
}

struct resource *state_resource(const struct state *state, sym_id ctx) {
    for (size_t i = 0; i < state->resources.len; i++)
        if (state->resources.items[i].ctx == ctx)
            return &state->resources.items[i];
    return NULL;
}

void state_add_resource(struct state *state, const struct resource *resource) {
    state_drop_resource(state, resource->ctx);
    vec_push(&state->resources, *resource);
    for (size_t i = state->resources.len - 1; i > 0 && state->resources.items[i - 1].ctx > resource->ctx; i--) {
        state->resources.items[i] = state->resources.items[i - 1];
        state->resources.items[i - 1] = *resource;
    }
}

void state_drop_resource(struct state *state, sym_id ctx) {
    size_t kept = 0;
    for (size_t i = 0; i < state->resources.len; i++)
        if (state->resources.items[i].ctx != ctx)
            state->resources.items[kept++] = state->resources.items[i];
    state->resources.len = kept;
}

void state_add_cancelled(struct state *state, sym_id ctx) {
    size_t at = 0;
    while (at < state->cancelled.len && state->cancelled.items[at] < ctx)
        at++;
    if (at < state->cancelled.len && state->cancelled.items[at] == ctx)
        return;
    vec_push(&state->cancelled, ctx);
    memmove(&state->cancelled.items[at + 1], &state->cancelled.items[at], (state->cancelled.len - 1 - at) * sizeof ctx);
    state->cancelled.items[at] = ctx;
}

bool state_holds(const struct state *state, const struct syms *syms, sym_id ctx, sym_id *ret_address) {
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct sym *value = sym_at(syms, state->cells.items[i].value);
        if (state->cells.items[i].value != ctx && !(value->kind == SYM_CANCEL && value->a == ctx))
            continue;
        if (ret_address)
            *ret_address = state->cells.items[i].address;
        return true;
    }
    return false;
}

static bool was_never_made(const struct state *state, const struct syms *syms, const struct resource *resource) {
    if (facts_truth(&state->facts, syms, resource->ctx) == 0)
        return true;
    return resource->status && facts_truth(&state->facts, syms, resource->status) == !resource->status_is_bool;
}

static void drop_never_made(struct state *state, const struct syms *syms) {
    for (size_t i = 0; i < state->resources.len; i++)
        if (was_never_made(state, syms, &state->resources.items[i]))
            state_drop_resource(state, state->resources.items[i--].ctx);
}

bool state_assume(struct state *state, struct syms *syms, sym_id condition, bool truth) {
    if (!facts_assume(&state->facts, syms, condition, truth))
        return false;
    drop_never_made(state, syms);
    return true;
}

bool state_restrict(struct state *state, struct syms *syms, sym_id value, const struct fact *like) {
    if (!facts_restrict(&state->facts, syms, value, like))
        return false;
    drop_never_made(state, syms);
    return true;
}

static struct interval sign_of(struct interval range) {
    return (struct interval){range.low > 0 ? 1 : range.low == 0 ? 0 : INT64_MIN, range.high < 0 ? -1 : range.high == 0 ? 0 : INT64_MAX};
}

struct joined {
    sym_id value;
    struct interval sign;
    bool is_nonzero;
};

// What its sign alone tells is not asked for again.
static bool is_nonzero(const struct state *state, const struct syms *syms, sym_id value, struct interval sign) {
    if (sym_at(syms, value)->kind != SYM_CMP && (sign.low > 0 || sign.high < 0))
        return true;
    return facts_truth(&state->facts, syms, value) == 1;
}

static struct joined join_value(const struct state *a, sym_id left, const struct state *b, sym_id right, const struct syms *syms) {
    struct interval x = sign_of(facts_interval(&a->facts, syms, left)), y = sign_of(facts_interval(&b->facts, syms, right));
    return (struct joined){
        .sign = {x.low < y.low ? x.low : y.low, x.high > y.high ? x.high : y.high},
        .is_nonzero = is_nonzero(a, syms, left, x) && is_nonzero(b, syms, right, y),
    };
}

// The first element of an array that a member leads to has the address of the array.
static bool is_in_array(const struct syms *syms, sym_id address) {
    if (sym_at(syms, address)->kind == SYM_INIT)
        return true;
    while (sym_at(syms, address)->kind == SYM_FIELD)
        address = sym_at(syms, address)->a;
    return sym_at(syms, address)->kind == SYM_ELEM;
}

// Whether this is the address of an object made here in which something was put.
static bool is_filled(const struct state *state, const struct syms *syms, sym_id value) {
    bool is_made = sym_at(syms, value)->kind == SYM_FRESH;
    for (size_t i = is_made ? lower_bound(state, value) : state->cells.len; i < state->cells.len; i++)
        if (sym_root(syms, state->cells.items[i].address) == value)
            return true;
    return false;
}

// Where one side never wrote an element or an object made here, or has no context in it, the other side's value stands for both: an
// array of contexts is followed as a whole, and an object that one path does not have cannot disagree. So does an object made here
// that was put in other memory, or what is in it would be out of reach.
static bool is_better_known(const struct state *state, const struct syms *syms, sym_id address, sym_id value, sym_id other) {
    const struct sym *unwritten = sym_at(syms, other);
    uint8_t root = sym_at(syms, sym_root(syms, address))->kind;
    if (state->resources.len && root != SYM_LOCAL && root != SYM_REGION && is_filled(state, syms, value))
        return true;
    if (!is_in_array(syms, address) && sym_at(syms, sym_root(syms, address))->kind != SYM_FRESH)
        return false;
    return (sym_at(syms, value)->kind == SYM_CTX && state_resource(state, value)) || (unwritten->kind == SYM_INIT && unwritten->a == address);
}

struct search {
    const struct syms *syms;
    const struct joined *values; // in order of the cells' addresses
    size_t count;
    uint64_t filter; // a bit for each value, by its id: most others are told at once
};

static bool is_not_joined(void *data, sym_id id) {
    const struct search *search = data;
    if (sym_at(search->syms, id)->kind != SYM_FRESH || !(search->filter >> id % 64 & 1))
        return true;
    for (size_t i = 0; i < search->count; i++)
        if (search->values[i].value == id)
            return false;
    return true;
}

static bool mentions_none(void *data, sym_id key) {
    const struct search *search = data;
    return sym_is_entry(search->syms, key) || sym_walk(search->syms, key, is_not_joined, data);
}

static void keep_signs(struct state *state, struct syms *syms, const struct joined *values, size_t count) {
    struct search search = {syms, values, count, 0};
    for (size_t i = 0; i < count; i++)
        search.filter |= UINT64_C(1) << values[i].value % 64;
    facts_filter(&state->facts, SYM_NONE, mentions_none, &search);
    for (size_t i = 0; i < count; i++) {
        if (values[i].is_nonzero)
            facts_assume(&state->facts, syms, values[i].value, true);
        if (values[i].sign.low != INT64_MIN)
            facts_assume(&state->facts, syms, sym_binary(syms, IR_GE, values[i].value, sym_int(syms, values[i].sign.low)), true);
        if (values[i].sign.high != INT64_MAX)
            facts_assume(&state->facts, syms, sym_binary(syms, IR_LE, values[i].value, sym_int(syms, values[i].sign.high)), true);
    }
}

void state_join(struct state *state, const struct state *other, struct syms *syms, state_fresh *fresh, void *data) {
    VEC(struct cell) cells = {0};
    VEC(struct joined) values = {0};
    size_t i = 0, j = 0;
    vec_reserve(&cells, state->cells.len + other->cells.len);
    while (i < state->cells.len || j < other->cells.len) {
        sym_id a = i < state->cells.len ? state->cells.items[i].address : UINT32_MAX;
        sym_id b = j < other->cells.len ? other->cells.items[j].address : UINT32_MAX;
        sym_id address = a < b ? a : b;
        sym_id left = a == address ? state->cells.items[i].value : state_load(state, syms, address);
        sym_id right = b == address ? other->cells.items[j].value : state_load(other, syms, address), value = left;
        if (left != right && is_better_known(state, syms, address, left, right))
            value = left;
        else if (left != right && is_better_known(other, syms, address, right, left))
            value = right;
        else if (left != right) {
            struct joined joined = join_value(state, left, other, right, syms);
            joined.value = value = fresh(data, address, left, right);
            vec_push(&values, joined);
        }
        vec_push(&cells, ((struct cell){address, value}));
        i += a == address;
        j += b == address;
    }
    for (size_t k = 0; k < other->cancelled.len; k++)
        state_add_cancelled(state, other->cancelled.items[k]);
    for (size_t k = 0; k < other->resources.len; k++) {
        struct resource *same = state_resource(state, other->resources.items[k].ctx);
        if (same)
            same->is_doomed |= other->resources.items[k].is_doomed;
    }
    state->is_vague |= other->is_vague;
    facts_join(&state->facts, &other->facts);
    keep_signs(state, syms, values.items, values.len);
    vec_done(&values);
    vec_done(&state->cells);
    state->cells.items = cells.items;
    state->cells.len = cells.len;
    state->cells.cap = cells.cap;
}
