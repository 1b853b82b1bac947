// Calls that a model describes: what the role of a function does to memory and contexts.
#include "flow/paths/exec.h"

#include <string.h>

enum { BIND_NESTING = 8, CONTEXT_INSTANCES = 3, VARIANTS_MAX = 4 };

// ---- binds

static uint64_t bind_hash(const struct bind *bind) {
    uint64_t h = hash_mix((uint64_t)bind->func << 32 | bind->inst, (uint64_t)bind->parent << 32 | bind->bound);
    return hash_mix(hash_mix(h, (uint64_t)bind->inner << 32 | bind->family), (uint64_t)bind->cap);
}

static bool same_bind(const struct bind *a, const struct bind *b) {
    return a->role == b->role && a->func == b->func && a->inst == b->inst && a->parent == b->parent && a->bound == b->bound && a->cap == b->cap && a->inner == b->inner;
}

// The id of an equal bind, or a place for it that holds 0.
static uint32_t *bind_place(struct flow *flow, const struct bind *bind) {
    for (uint64_t key = bind_hash(bind);; key++) {
        bool is_new;
        uint32_t *id = map_put(&flow->bind_ids, key, &is_new);
        if (is_new || !*id || same_bind(&flow->binds.items[*id], bind))
            return id;
    }
}

void flow_append_bind(struct flow *flow, const struct bind *bind) {
    if (!flow->binds.len)
        vec_push(&flow->binds, (struct bind){0}); // 0: none
    *bind_place(flow, bind) = (uint32_t)flow->binds.len;
    vec_push(&flow->binds, *bind);
}

uint32_t flow_add_bind(struct flow *flow, const struct bind *bind) {
    uint32_t id = *bind_place(flow, bind);
    if (id)
        return id;
    flow_append_bind(flow, bind);
    return (uint32_t)flow->binds.len - 1;
}

sym_id exec_budget_context(const struct flow *flow, sym_id ctx) {
    while (sym_at(&flow->syms, ctx)->kind == SYM_CTX) {
        const struct bind *bind = &flow->binds.items[sym_at(&flow->syms, ctx)->a];
        if (bind->bound || bind->role->kind == ROLE_ROOT || bind->role->kind == ROLE_DETACH)
            break;
        ctx = bind->parent;
    }
    return ctx;
}

static unsigned bind_nesting(const struct flow *flow, sym_id ctx) {
    unsigned depth = 0;
    for (; sym_at(&flow->syms, ctx)->kind == SYM_CTX; depth++)
        ctx = flow->binds.items[sym_at(&flow->syms, ctx)->a].parent;
    return depth;
}

// ---- contexts

sym_id exec_context(struct exec *x, const struct state *state, sym_id value) {
    const struct sym *node = sym_at(x->syms, value);
    if (node->kind == SYM_CANCEL)
        return node->a;
    if (node->kind == SYM_CTX || node->kind == SYM_INT)
        return value;
    const struct sym *kept = sym_at(x->syms, state_cell(state, value));
    if (kept->kind == SYM_CTX)
        return state_cell(state, value);
    if (kept->kind == SYM_REGION)
        return exec_context(x, state, state_cell(state, value));
    if (node->kind == SYM_REGION && node->c)
        return exec_context(x, state, node->c);
    return value;
}

// Whether a context is kept in an array or object, where others of the same site may be kept too.
static bool is_collected(const struct exec *x, const struct state *state, sym_id ctx) {
    sym_id address;
    return state_holds(state, x->syms, ctx, &address) && sym_at(x->syms, address)->kind != SYM_LOCAL;
}

static void rename_context(struct state *state, sym_id from, sym_id to) {
    const struct resource *resource = state_resource(state, from);
    for (size_t i = 0; i < state->cells.len; i++)
        if (state->cells.items[i].value == from)
            state->cells.items[i].value = to;
    if (!resource)
        return;
    struct resource renamed = *resource;
    renamed.ctx = to;
    state_drop_resource(state, from);
    state_add_resource(state, &renamed);
}

// A call that runs again while its earlier context is still held makes another one. Of those collected in arrays and objects all but the
// newest share one name: cancelling one of them stands for the loop that cancels all.
static sym_id pick_instance(struct exec *x, struct state *state, uint32_t bind) {
    sym_id names[CONTEXT_INSTANCES];
    for (uint32_t i = 0; i < CONTEXT_INSTANCES; i++) {
        names[i] = sym_make(x->syms, SYM_CTX, 0, bind, i, 0);
        if (!state_holds(state, x->syms, names[i], NULL) && !state_resource(state, names[i]))
            return names[i];
        if (i > 0 && is_collected(x, state, names[i]) && is_collected(x, state, names[i - 1])) {
            rename_context(state, names[i], names[i - 1]);
            return names[i];
        }
    }
    return names[CONTEXT_INSTANCES - 1];
}

// A loop that walks over memory makes its contexts from ever new parents: after a few, the parent no longer counts. In functions that
// are coarse every further kind of open context multiplies the paths, so there it no longer counts at once.
static uint32_t add_variant(struct exec *x, const struct bind *bind) {
    struct bind made = *bind;
    uint32_t *variants = map_put(&x->bind_variants, (uint64_t)made.inst << 32 | made.inner, NULL);
    uint32_t limit = exec_is_coarse(x) ? 1 : VARIANTS_MAX;
    bool is_known = *bind_place(x->flow, bind) != 0;
    size_t known = x->flow->binds.len;
    if ((!is_known && *variants >= limit) || bind_nesting(x->flow, made.parent) > BIND_NESTING)
        made.parent = sym_make(x->syms, SYM_FRESH, 6, x->func, made.inst, 0);
    uint32_t id = flow_add_bind(x->flow, &made);
    *variants += x->flow->binds.len > known;
    return id;
}

sym_id exec_make_context(struct exec *x, struct state *state, const struct bind *bind, bool must_cancel, sym_id status, bool status_is_bool) {
    sym_id ctx = pick_instance(x, state, add_variant(x, bind));
    exec_forget_facts(x, state, ctx);
    exec_note_made(x, state, ctx);
    if (must_cancel)
        state_add_resource(state, &(struct resource){.ctx = ctx, .status = status, .status_is_bool = status_is_bool, .site = x->inst, .born = state->trail});
    return ctx;
}

static void cancel_resource(struct exec *x, struct state *state, const struct resource *resource) {
    vec_push(&x->cancelled, resource->site);
    state_drop_resource(state, resource->ctx); // which frees the slot `resource` points to
}

// What is collected was cancelled one by one, in a loop: one stands for all that the same call made.
static void cancel_collected(struct exec *x, struct state *state, uint32_t site) {
    for (size_t i = 0; i < state->resources.len; i++)
        if (state->resources.items[i].site == site && is_collected(x, state, state->resources.items[i].ctx))
            cancel_resource(x, state, &state->resources.items[i--]);
}

// Whether the library ends `child` when it ends `parent`.
static bool is_freed_with(const struct exec *x, sym_id child, sym_id parent) {
    while (child != parent && sym_at(x->syms, child)->kind == SYM_CTX) {
        const struct bind *bind = &x->flow->binds.items[sym_at(x->syms, child)->a];
        if (!bind->role->parent_releases)
            return false;
        child = bind->parent;
    }
    return child == parent;
}

static void end_children(struct exec *x, struct state *state, sym_id parent) {
    for (size_t i = 0; i < state->resources.len; i++)
        if (state->resources.items[i].ctx != parent && is_freed_with(x, state->resources.items[i].ctx, parent))
            cancel_resource(x, state, &state->resources.items[i--]);
}

void exec_cancel(struct exec *x, struct state *state, sym_id ctx) {
    exec_note_cancelled(x, state, ctx);
    exec_note_taken_ended(x, state, ctx);
    end_children(x, state, ctx);
    const struct resource *resource = state_resource(state, ctx);
    if (resource && is_collected(x, state, ctx))
        cancel_collected(x, state, resource->site);
    else if (resource)
        cancel_resource(x, state, resource);
    else if (sym_is_entry(x->syms, ctx) && sym_at(x->syms, ctx)->kind != SYM_INT && sym_at(x->syms, ctx)->depth <= EXEC_CANCELLED_DEPTH)
        state_add_cancelled(state, ctx);
}

// ---- positions

static uint32_t arg_type(const struct exec *x, const struct call *call, unsigned arg) {
    return x->ir->call_args[call->inst->aux + 1 + arg].type;
}

// The member's address: by name, or by position where `name` is NULL. SYM_NONE where the record has none.
static sym_id member(struct exec *x, sym_id base, uint32_t type, const char *name, uint32_t index) {
    uint32_t record = ir_record_of(x->ir, type);
    if (record == IR_NONE)
        return SYM_NONE;
    const struct ir_record *r = &x->ir->records[record];
    for (uint32_t i = 0; i < r->field_count; i++) {
        const char *known = ir_text(x->ir, x->ir->fields[r->fields + i].name);
        if (name ? !strcmp(name, known) : i == index)
            return sym_make(x->syms, SYM_FIELD, 0, base, x->unit->field_ids[r->fields + i], 0);
    }
    return SYM_NONE;
}

static sym_id read_pos(struct exec *x, struct state *state, const struct call *call, const struct pos *pos) {
    if (pos->kind != POS_ARG || pos->arg >= call->arg_count)
        return SYM_NONE;
    sym_id value = call->args[pos->arg];
    if (pos->field) {
        sym_id address = member(x, value, arg_type(x, call, pos->arg), pos->field, 0);
        return address ? exec_load(x, state, address) : SYM_NONE;
    }
    return pos->deref ? exec_load(x, state, value) : value;
}

static sym_id result_region(struct exec *x, struct state *state, sym_id *ret_result) {
    if (!*ret_result || sym_at(x->syms, *ret_result)->kind != SYM_REGION) {
        *ret_result = sym_make(x->syms, SYM_REGION, 0, x->func, x->inst, SYM_NONE);
        state_forget_below(state, x->syms, *ret_result);
    }
    return *ret_result;
}

static void write_pos(struct exec *x, struct state *state, const struct call *call, const struct pos *pos, sym_id value, sym_id *ret_result) {
    if (pos->kind == POS_RETURN && !pos->field) {
        *ret_result = value;
    } else if (pos->kind == POS_RETURN) {
        sym_id address = member(x, result_region(x, state, ret_result), call->inst->type, pos->field, 0);
        if (address)
            state_store(state, x->syms, address, value);
    } else if (pos->kind == POS_ARG && pos->arg < call->arg_count) {
        sym_id address = call->args[pos->arg];
        if (pos->field)
            address = member(x, address, arg_type(x, call, pos->arg), pos->field, 0);
        if (address)
            exec_store(x, state, address, value, true);
    }
}

// ---- times

static bool is_time_struct(enum time_unit unit) {
    return unit == UNIT_TIMESPEC || unit == UNIT_TIMEVAL;
}

static sym_id scaled_sum(struct exec *x, sym_id big, int64_t factor, sym_id small, int64_t small_factor) {
    sym_id left = sym_binary(x->syms, IR_MUL, big, sym_int(x->syms, factor));
    return sym_binary(x->syms, IR_ADD, left, sym_binary(x->syms, IR_MUL, small, sym_int(x->syms, small_factor)));
}

// Nanoseconds in a timespec or timeval at (or being) `base`.
static sym_id read_time_struct(struct exec *x, struct state *state, sym_id base, uint32_t type, enum time_unit unit) {
    sym_id seconds = member(x, base, type, NULL, 0), rest = member(x, base, type, NULL, 1);
    if (!seconds || !rest)
        return SYM_NONE;
    return scaled_sum(x, exec_load(x, state, seconds), 1000000000, exec_load(x, state, rest), unit == UNIT_TIMEVAL ? 1000 : 1);
}

// The bound of a derive, wait or sleep: a value and its factor to nanoseconds (0: unit unknown). SYM_NONE: no bound.
static sym_id read_bound(struct exec *x, struct state *state, const struct call *call, const struct bound *bound, int64_t *ret_unit_ns) {
    int64_t number, unit = time_unit_ns(bound->unit);
    double real;
    if (bound->kind == BOUND_NONE)
        return SYM_NONE;
    *ret_unit_ns = 1;
    if (is_time_struct(bound->unit) && bound->pos.kind == POS_ARG && bound->pos.arg < call->arg_count)
        return read_time_struct(x, state, call->args[bound->pos.arg], arg_type(x, call, bound->pos.arg), bound->unit);
    sym_id value = read_pos(x, state, call, &bound->pos);
    value = value ? facts_simplify(&state->facts, x->syms, value) : exec_fresh(x, state, 5);
    if (sym_is_int(x->syms, value, &number) && time_is_listed(bound->infinite, bound->infinite_count, number))
        return SYM_NONE;
    if (bound->pos2.kind != POS_NONE) {
        sym_id second = read_pos(x, state, call, &bound->pos2);
        return second ? scaled_sum(x, value, unit, second, time_unit_ns(bound->unit2)) : value;
    }
    if (unit && sym_is_float(x->syms, value, &real))
        return sym_int(x->syms, (int64_t)(real * (double)unit + 0.5));
    *ret_unit_ns = unit;
    return value;
}

static void write_time(struct exec *x, struct state *state, const struct call *call, const struct pos *pos, enum time_unit unit, sym_id whole,
                       sym_id seconds, sym_id rest, sym_id *ret_result) {
    if (!is_time_struct(unit)) {
        write_pos(x, state, call, pos, whole, ret_result);
        return;
    }
    bool returned = pos->kind == POS_RETURN;
    if (!returned && (pos->kind != POS_ARG || pos->arg >= call->arg_count))
        return;
    sym_id base = returned ? result_region(x, state, ret_result) : call->args[pos->arg];
    uint32_t type = returned ? call->inst->type : arg_type(x, call, pos->arg);
    sym_id first = member(x, base, type, NULL, 0), second = member(x, base, type, NULL, 1);
    if (!first || !second)
        return;
    state_forget_below(state, x->syms, base);
    state_store(state, x->syms, first, seconds);
    state_store(state, x->syms, second, rest);
}

// ---- roles

static void derive(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result) {
    struct bind bind = {.role = role, .func = x->func, .inst = x->inst};
    sym_id parent = read_pos(x, state, call, &role->parent);
    bind.parent = parent ? exec_context(x, state, parent) : SYM_NONE;
    bind.bound = read_bound(x, state, call, &role->bound, &bind.unit_ns);
    bind.cap = -1;
    if (bind.bound && flow_is_derived(x->flow, bind.bound)) {
        struct interval range = facts_interval(&state->facts, x->syms, bind.bound);
        bind.cap = range.high == INT64_MAX ? -1 : range.high;
    }
    bind.family = call->func == IR_NONE ? 0 : call->func + 1;
    sym_id status = SYM_NONE;
    bool is_bool = false;
    if (role->fails_with_status) {
        *ret_result = status = exec_fresh(x, state, 1);
        is_bool = call->inst->type != IR_NONE && x->ir->types[call->inst->type].kind == IR_BOOL;
    }
    sym_id ctx = exec_make_context(x, state, &bind, role->must_cancel, status, is_bool);
    write_pos(x, state, call, &role->result, ctx, ret_result);
    if (role->cancel_how != CANCEL_NONE && role->cancel_how != CANCEL_FUNCTION)
        write_pos(x, state, call, &role->cancel, sym_make(x->syms, SYM_CANCEL, 0, ctx, 0, 0), ret_result);
    if (bind.bound)
        exec_bind_event(x, state, sym_at(x->syms, ctx)->a);
}

static void query(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result) {
    sym_id object = read_pos(x, state, call, &role->object);
    bool is_time = role->query == QUERY_DEADLINE || role->query == QUERY_REMAINING || role->query == QUERY_HAS_DEADLINE;
    if (!object || !is_time)
        return;
    sym_id ctx = exec_budget_context(x->flow, exec_context(x, state, object));
    sym_id answer = sym_make(x->syms, SYM_QUERY, (uint8_t)role->query, ctx, 0, 0);
    if (role->result.kind == POS_ARG)
        *ret_result = sym_make(x->syms, SYM_QUERY, QUERY_HAS_DEADLINE, ctx, 0, 0);
    if (is_time_struct(role->bound.unit)) {
        sym_id part = sym_make(x->syms, SYM_OP, IR_REM, answer, sym_int(x->syms, 1000000000), 0);
        write_time(x, state, call, &role->result, role->bound.unit, answer, answer, part, ret_result);
    } else
        write_pos(x, state, call, &role->result, answer, ret_result);
}

static sym_id now_part(struct exec *x, uint32_t part) {
    return sym_make(x->syms, SYM_NOW, 0, x->func, x->inst, part);
}

static void read_clock(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result) {
    write_time(x, state, call, &role->result, role->bound.unit, now_part(x, 0), now_part(x, 1), now_part(x, 2), ret_result);
}

// An operand of a time conversion in nanoseconds (or its raw unit where that is unknown).
static sym_id time_operand(struct exec *x, struct state *state, const struct call *call, const struct pos *pos, enum time_unit unit) {
    if (pos->kind == POS_ARG && pos->arg < call->arg_count && ir_record_of(x->ir, arg_type(x, call, pos->arg)) != IR_NONE && !pos->field)
        return read_time_struct(x, state, call->args[pos->arg], arg_type(x, call, pos->arg), unit == UNIT_TIMEVAL ? unit : UNIT_TIMESPEC);
    sym_id value = read_pos(x, state, call, pos);
    int64_t factor = time_unit_ns(unit);
    return value && factor ? sym_binary(x->syms, IR_MUL, value, sym_int(x->syms, factor)) : value;
}

static sym_id converted(struct exec *x, struct state *state, const struct call *call, const struct role *role) {
    sym_id left = time_operand(x, state, call, &role->object, role->bound.unit);
    sym_id right = time_operand(x, state, call, &role->parent, role->bound.unit);
    int64_t a, b;
    switch (role->convert) {
    case CONVERT_UNIT: return left;
    case CONVERT_TO_ABSOLUTE: return sym_binary(x->syms, IR_ADD, right ? right : now_part(x, 0), left);
    case CONVERT_ELAPSED: return sym_binary(x->syms, IR_SUB, left, right ? right : now_part(x, 0));
    case CONVERT_MIN:
        if (left && right && sym_is_int(x->syms, left, &a) && sym_is_int(x->syms, right, &b))
            return a < b ? left : right;
        return SYM_NONE;
    case CONVERT_TO_REMAINING:
    case CONVERT_LIMIT:
    case CONVERT_IN_OUT: return SYM_NONE;
    }
    return SYM_NONE;
}

static void convert(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result) {
    sym_id value = converted(x, state, call, role);
    if (!value) {
        value = exec_fresh(x, state, 2);
        for (uint32_t i = 0; i < call->arg_count; i++)
            if (role->convert == CONVERT_TO_REMAINING || flow_is_derived(x->flow, call->args[i]))
                sym_note_derived(x->syms, value);
    }
    enum time_unit unit = role->bound.unit2 ? role->bound.unit2 : role->bound.unit;
    int64_t factor = time_unit_ns(unit);
    sym_id raw = factor > 1 ? sym_binary(x->syms, IR_DIV, value, sym_int(x->syms, factor)) : value;
    write_time(x, state, call, &role->result, unit, raw ? raw : value, sym_int(x->syms, 0), value, ret_result);
}

static void same_context(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result) {
    sym_id object = read_pos(x, state, call, &role->object);
    if (!object)
        return;
    object = exec_context(x, state, object);
    exec_escape(x, state, object); // somebody else owns a reference now
    write_pos(x, state, call, &role->result, object, ret_result);
}

static sym_id allocate(struct exec *x, struct state *state, const struct call *call, const struct role *role) {
    sym_id moved = read_pos(x, state, call, &role->object);
    if (moved && facts_truth(&state->facts, x->syms, moved) == 1)
        return moved;
    sym_id memory = exec_fresh(x, state, 4);
    sym_note_allocated(x->syms, memory);
    if (moved && sym_at(x->syms, moved)->kind != SYM_INT)
        state_copy_below(state, x->syms, moved, memory);
    return memory;
}

static void end(struct exec *x, struct state *state, const struct role *role, sym_id ctx) {
    bool is_release = role->kind == ROLE_RELEASE, is_end = !is_release || !x->flow->counts_references;
    if (is_end && !role->cancel_twice_ok && role->kind != ROLE_EFFECT)
        exec_end_again(x, state, ctx, is_release);
    exec_cancel(x, state, ctx);
    if (is_end && role->kind != ROLE_EFFECT)
        exec_note_end(x, state, ctx, is_release);
}

static void affect(struct exec *x, struct state *state, const struct call *call, const struct role *role) {
    sym_id object = read_pos(x, state, call, &role->object);
    if (!object)
        return;
    if (role->kind == ROLE_RELEASE && !role->release_cancels)
        return;
    if (role->kind == ROLE_CANCEL || role->kind == ROLE_RELEASE || role->effect == EFFECT_ENDS)
        end(x, state, role, exec_context(x, state, object));
    else if (role->effect != EFFECT_BORROWS || role->kind == ROLE_CALLBACK)
        exec_escape(x, state, object);
}

// A context that the call works under, or asks.
static void use(struct exec *x, struct state *state, const struct call *call, const struct role *role) {
    bool is_work = role->kind == ROLE_BLOCK || role->kind == ROLE_DERIVE || role->kind == ROLE_VALUE || role->kind == ROLE_REF;
    const struct pos *pos = role->kind == ROLE_DERIVE || role->kind == ROLE_VALUE ? &role->parent : &role->object;
    sym_id object = is_work || role->kind == ROLE_QUERY ? read_pos(x, state, call, pos) : SYM_NONE;
    if (object)
        exec_use(x, state, exec_context(x, state, object), role->kind == ROLE_QUERY);
}

void exec_role(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result) {
    use(x, state, call, role);
    switch (role->kind) {
    case ROLE_ROOT:
    case ROLE_DERIVE:
    case ROLE_VALUE:
    case ROLE_DETACH: derive(x, state, call, role, ret_result); break;
    case ROLE_CANCEL:
    case ROLE_RELEASE:
    case ROLE_EFFECT:
    case ROLE_CALLBACK: affect(x, state, call, role); break;
    case ROLE_REF: same_context(x, state, call, role, ret_result); break;
    case ROLE_QUERY: query(x, state, call, role, ret_result); break;
    case ROLE_ALLOCATE: *ret_result = allocate(x, state, call, role); break;
    case ROLE_NOW: read_clock(x, state, call, role, ret_result); break;
    case ROLE_CONVERT: convert(x, state, call, role, ret_result); break;
    case ROLE_ARM:
    case ROLE_DISARM:
    case ROLE_BLOCK:
    case ROLE_SLEEP:
    case ROLE_SPAWN: // call.c follows the entry function
    case ROLE_BREAKER_FAILURE:
    case ROLE_BREAKER_SUCCESS: break;
    case ROLE_JOIN: exec_note_joined(x, state); break;
    }
}

static bool is_not_query(void *data, sym_id id) {
    const struct flow *flow = data;
    const struct sym *node = sym_at(&flow->syms, id);
    return node->kind != SYM_QUERY && !(node->kind == SYM_FRESH && node->is_derived);
}

bool flow_is_derived(const struct flow *flow, sym_id value) {
    const struct sym *node = sym_at(&flow->syms, value);
    if (node->is_entry && !node->asks)
        return false;
    if (node->kind == SYM_FRESH)
        return node->is_derived;
    return !sym_walk(&flow->syms, value, is_not_query, (void *)flow);
}
