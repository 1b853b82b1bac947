// Calls that a model describes: what they wait for, and what they do to contexts and times.
#include "flow/costs/cost.h"

#include <string.h>

// ---- positions

static struct cost_value ambient(struct walk *w) {
    return cost_get(&w->env, cost_place(w->cost, PLACE_AMBIENT, 0, 0));
}

uint32_t cost_arg_type(const struct walk *w, const struct cost_args *call, uint32_t arg) {
    return w->ir->call_args[call->inst->aux + 1 + arg].type;
}

// The member's place: by name, or by position where `name` is NULL. 0 where the record has none.
static place_id member(struct walk *w, place_id base, uint32_t type, const char *name, uint32_t index) {
    uint32_t record = ir_record_of(w->ir, type);
    if (record == IR_NONE)
        return 0;
    const struct ir_record *r = &w->ir->records[record];
    for (uint32_t i = 0; i < r->field_count; i++)
        if (name ? !strcmp(name, ir_text(w->ir, w->ir->fields[r->fields + i].name)) : i == index)
            return cost_place(w->cost, PLACE_FIELD, base, w->unit->field_ids[r->fields + i]);
    return 0;
}

static struct cost_value read_pos(struct walk *w, const struct cost_args *call, const struct pos *pos) {
    if (pos->kind == POS_AMBIENT)
        return ambient(w);
    if (pos->kind != POS_ARG || pos->arg >= call->count)
        return (struct cost_value){0};
    struct cost_value value = call->args[pos->arg];
    if (value.kind != COST_ADDR || (!pos->field && !pos->deref))
        return value;
    place_id place = pos->field ? member(w, value.a, cost_arg_type(w, call, pos->arg), pos->field, 0) : value.a;
    return place ? cost_get(&w->env, place) : (struct cost_value){0};
}

static void write_pos(struct walk *w, const struct cost_args *call, const struct pos *pos, struct cost_value value, struct cost_value *ret_result) {
    if (pos->kind == POS_AMBIENT)
        cost_set(&w->env, cost_place(w->cost, PLACE_AMBIENT, 0, 0), value);
    if (pos->kind == POS_RETURN && !pos->field)
        *ret_result = value;
    place_id place = 0;
    if (pos->kind == POS_RETURN && pos->field) {
        *ret_result = (struct cost_value){.kind = COST_ADDR, .a = cost_place(w->cost, PLACE_MADE, 0, w->inst)};
        place = member(w, ret_result->a, call->inst->type, pos->field, 0);
    } else if (pos->kind == POS_ARG && pos->arg < call->count && call->args[pos->arg].kind == COST_ADDR) {
        place = call->args[pos->arg].a;
        if (pos->field)
            place = member(w, place, cost_arg_type(w, call, pos->arg), pos->field, 0);
    }
    if (!place)
        return;
    cost_forget(w->cost, &w->env, place);
    cost_set(&w->env, place, value);
}

bool cost_is_context(struct cost_value value) {
    return value.kind == COST_CTX || value.kind == COST_BUDGET || value.kind == COST_APART;
}

// The context a value stands for: itself, or what is kept where it points.
struct cost_value cost_context_of(struct walk *w, struct cost_value value) {
    if (value.kind == COST_ADDR)
        value = cost_get(&w->env, value.a);
    return cost_is_context(value) ? value : (struct cost_value){0};
}

place_id cost_token(struct walk *w, uint32_t inst) {
    return cost_place(w->cost, PLACE_TOKEN, 0, inst);
}

// ---- bounds

enum amount_kind { AMOUNT_NONE, AMOUNT_WITHIN /* the budget */, AMOUNT_FIXED };

struct amount {
    enum amount_kind kind;
    int64_t ns;
    int64_t offset; // the deadline that is tried: how long it allows
    bool is_raw;    // the timeout parameter itself
};

int64_t cost_times(int64_t number, int64_t factor) {
    int64_t out;
    return __builtin_mul_overflow(number, factor, &out) ? INT64_MAX / 8 : out;
}

static struct amount fixed(int64_t ns) {
    return (struct amount){.kind = ns > 0 ? AMOUNT_FIXED : AMOUNT_NONE, .ns = ns};
}

int64_t cost_since(struct walk *w, place_id clock) {
    return cost_get(&w->env, clock).number;
}

static struct amount relative(struct walk *w, const struct bound *bound, struct cost_value value, int64_t unit) {
    double real;
    switch ((enum cost_value_kind)value.kind) {
    case COST_INT:
        if (time_is_listed(bound->infinite, bound->infinite_count, value.number) || time_is_listed(bound->nowait, bound->nowait_count, value.number))
            return (struct amount){0};
        return fixed(cost_times(value.number, unit));
    case COST_FLOAT: memcpy(&real, &value.number, sizeof real); return fixed(real < 9e9 ? (int64_t)(real * (double)unit + 0.5) : 0);
    case COST_UNTIL: {
        bool is_token = cost_place_at(w->cost, value.a)->kind == PLACE_TOKEN;
        return fixed(is_token ? cost_since(w, value.a) + cost_times(value.number, unit) : cost_times(value.number, unit) - cost_since(w, value.a));
    }
    case COST_TIMEOUT: return (struct amount){.kind = AMOUNT_WITHIN, .is_raw = true};
    case COST_DERIVED: return (struct amount){.kind = AMOUNT_WITHIN, .is_raw = value.sub};
    case COST_LEFT: return (struct amount){.kind = AMOUNT_WITHIN};
    default: return (struct amount){0};
    }
}

static struct amount absolute(struct walk *w, struct cost_value value, int64_t unit, int64_t rest_ns) {
    if (value.kind == COST_NOW)
        return fixed(cost_times(value.number, unit) + rest_ns - cost_since(w, value.a));
    if (value.kind != COST_DEADLINE)
        return (struct amount){.kind = cost_is_derived(value) ? AMOUNT_WITHIN : AMOUNT_NONE};
    int64_t offset = value.a == 1 ? cost_times(value.number, unit) + rest_ns : 0;
    return (struct amount){.kind = AMOUNT_WITHIN, .offset = offset > 0 ? offset : 0, .is_raw = value.sub};
}

static struct amount of_struct(struct walk *w, const struct cost_args *call, const struct bound *bound) {
    struct cost_value at = call->args[bound->pos.arg];
    int64_t factor = bound->unit == UNIT_TIMEVAL ? 1000 : 1;
    uint32_t type = cost_arg_type(w, call, bound->pos.arg);
    place_id first = at.kind == COST_ADDR ? member(w, at.a, type, NULL, 0) : 0, second = first ? member(w, at.a, type, NULL, 1) : 0;
    if (!first || !second)
        return (struct amount){0};
    struct cost_value seconds = cost_load(w, first, IR_NONE), rest = cost_load(w, second, IR_NONE);
    bool has_rest = rest.kind == COST_INT || rest.kind == COST_NOW || rest.kind == COST_DEADLINE;
    if (bound->kind == BOUND_DEADLINE)
        return absolute(w, seconds, 1000000000, has_rest ? cost_times(rest.number, factor) : 0);
    if (cost_is_derived(seconds) || cost_is_derived(rest))
        return (struct amount){.kind = AMOUNT_WITHIN, .is_raw = (seconds.kind == COST_DERIVED && seconds.sub) || (rest.kind == COST_DERIVED && rest.sub)};
    if (seconds.kind != COST_INT || rest.kind != COST_INT)
        return (struct amount){0};
    return fixed(cost_times(seconds.number, 1000000000) + cost_times(rest.number, factor));
}

static struct amount read_bound(struct walk *w, const struct cost_args *call, const struct bound *bound) {
    int64_t unit = time_unit_ns(bound->unit);
    if (bound->kind == BOUND_NONE || bound->pos.kind != POS_ARG || bound->pos.arg >= call->count)
        return (struct amount){0};
    if (bound->unit == UNIT_TIMESPEC || bound->unit == UNIT_TIMEVAL)
        return of_struct(w, call, bound);
    struct cost_value value = read_pos(w, call, &bound->pos);
    if (bound->kind == BOUND_DEADLINE)
        return absolute(w, value, unit, 0);
    struct amount out = relative(w, bound, value, unit ? unit : 1);
    if (bound->pos2.kind != POS_NONE && out.kind != AMOUNT_WITHIN) {
        struct amount more = relative(w, bound, read_pos(w, call, &bound->pos2), time_unit_ns(bound->unit2));
        out = more.kind == AMOUNT_FIXED ? fixed(out.ns + more.ns) : out;
    }
    if (out.kind == AMOUNT_FIXED && !unit)
        return (struct amount){0};
    return out;
}

// ---- time

// The timeout that is tried is no budget where it is waited for more than once.
void cost_spend_timeout(struct walk *w, bool is_raw) {
    place_id place = cost_place(w->cost, PLACE_SPENT, 0, 0);
    if (is_raw && cost_get(&w->env, place).kind)
        w->is_reused = true;
    if (is_raw)
        cost_set(&w->env, place, cost_int(1));
}

// Whether a check has proved that so much is left; what is left then is less.
static bool is_proven(struct walk *w, int64_t ns) {
    place_id place = cost_place(w->cost, PLACE_PROVEN, 0, 0);
    int64_t proven = cost_get(&w->env, place).number;
    bool fits = ns <= proven;
    if (proven != INT64_MAX)
        cost_set(&w->env, place, fits && proven > ns ? cost_int(proven - ns) : (struct cost_value){0});
    return fits;
}

// A short wait in a loop that looks at the budget or the clock between two of them.
static bool is_slice(const struct walk *w, const struct cost_item *item) {
    enum { SLICE_NS = 100000000 };
    if (item->kind == COST_OF_CALL || item->kind == COST_OF_BIND || item->amount > SLICE_NS)
        return false;
    for (uint32_t head = w->info->cfg.blocks[w->block].loop; head != IR_NONE; head = w->info->cfg.blocks[head].outer)
        if (w->info->asks[head])
            return true;
    return false;
}

void cost_wait(struct walk *w, struct cost_item item) {
    if (ambient(w).a == 1 && ambient(w).kind == COST_BUDGET)
        item.offset = w->allowed;
    int64_t amount = item.amount;
    if (is_slice(w, &item) || (amount > 0 && item.kind != COST_OF_CALL && is_proven(w, amount)))
        item.amount = 0;
    cost_add_item(w, &item);
    if (amount > 0 && !w->is_free)
        cost_pass(w->cost, &w->env, amount);
}

static int64_t use_of(const struct walk *w, struct cost_value ctx) {
    return ctx.kind == COST_BUDGET && !w->entry ? w->allowed : 0;
}

// Waits until the context ends: as long as its own bound allows.
void cost_wait_for_context(struct walk *w, struct cost_value ctx, int64_t most, struct cost_item item) {
    item.offset = use_of(w, ctx);
    item.amount = most;
    if (ctx.kind == COST_CTX && (!most || cost_since(w, ctx.a) <= most)) {
        item.kind = COST_OF_BIND;
        item.inst = cost_place_at(w->cost, ctx.a)->index;
        item.amount = cost_since(w, ctx.a);
    }
    if (ctx.kind == COST_CTX && ctx.sub)
        item.amount = 0;
    cost_wait(w, item);
}

// ---- roles

static bool role_holds(const struct cost_args *call, const struct role *role) {
    if (role->option.kind != POS_ARG)
        return true;
    const struct cost_value *value = role->option.arg < call->count ? &call->args[role->option.arg] : NULL;
    return value && value->kind == COST_INT && value->number == role->option_value;
}

struct cost_value cost_same_budget(struct cost_value ctx) {
    if (ctx.kind == COST_BUDGET)
        ctx.a = 0;
    return ctx;
}

// A context with a bound of its own, and what is left of it.
struct cost_value cost_make_token(struct walk *w, int64_t left, bool apart) {
    place_id token = cost_token(w, w->inst);
    cost_set(&w->env, token, cost_int(left));
    return (struct cost_value){.kind = COST_CTX, .a = token, .sub = apart};
}

static struct cost_value derived_context(struct walk *w, const struct role *role, struct cost_value parent, const struct amount *bound) {
    cost_spend_timeout(w, bound->is_raw);
    bool apart = parent.kind == COST_APART || (parent.kind == COST_CTX && parent.sub);
    if (bound->kind == AMOUNT_WITHIN && role->clamps != CLAMP_NONE) // whatever is asked for below fits into what is left
        return cost_make_token(w, 0, apart);
    if (bound->kind != AMOUNT_FIXED)
        return cost_same_budget(parent);
    if (!apart && is_proven(w, bound->ns))
        return role->clamps != CLAMP_NONE ? cost_make_token(w, 0, apart) : cost_same_budget(parent);
    int64_t left = w->made = bound->ns;
    if (parent.kind == COST_CTX && role->clamps != CLAMP_NONE && cost_since(w, parent.a) < left)
        left = cost_since(w, parent.a);
    return cost_make_token(w, left, apart);
}

static void derive(struct walk *w, const struct cost_args *call, const struct role *role, struct cost_value *ret_result) {
    struct cost_value parent = cost_context_of(w, read_pos(w, call, &role->parent)), made;
    if (role->parent.kind == POS_AMBIENT)
        parent = ambient(w);
    struct amount bound = read_bound(w, call, &role->bound);
    cost_add_item(w, &(struct cost_item){.kind = COST_OF_USE, .inst = w->inst, .offset = bound.offset ? bound.offset : use_of(w, parent)});
    if (role->kind == ROLE_ROOT || role->kind == ROLE_DETACH)
        made = (struct cost_value){.kind = COST_APART};
    else
        made = derived_context(w, role, parent, &bound);
    write_pos(w, call, &role->result, made, ret_result);
    if (role->cancel_how != CANCEL_NONE && role->cancel_how != CANCEL_FUNCTION && made.kind == COST_CTX)
        write_pos(w, call, &role->cancel, (struct cost_value){.kind = COST_CANCEL, .a = made.a}, ret_result);
}

void cost_end_context(struct walk *w, const struct pos *object, struct cost_value ctx) {
    if (ctx.kind == COST_BUDGET && ctx.a == 1) {
        cost_add_item(w, &(struct cost_item){.kind = COST_OF_USE, .inst = w->inst, .offset = w->allowed});
        w->has_ended = true;
    }
    if (object->kind == POS_AMBIENT)
        cost_set(&w->env, cost_place(w->cost, PLACE_AMBIENT, 0, 0), (struct cost_value){0});
}

static place_id armed_place(struct walk *w, struct cost_value object) {
    return object.kind == COST_ADDR ? cost_place(w->cost, PLACE_ARMED, object.a, 0) : 0;
}

static void block(struct walk *w, const struct cost_args *call, const struct role *role) {
    struct cost_value ctx = cost_context_of(w, read_pos(w, call, &role->object));
    if (role->object.kind == POS_AMBIENT)
        ctx = ambient(w);
    place_id armed = role->armed.kind == POS_ARG ? armed_place(w, read_pos(w, call, &role->armed)) : 0;
    if (armed)
        ctx = cost_get(&w->env, armed);
    struct amount bound = read_bound(w, call, &role->bound);
    if (ctx.kind == COST_INT)
        bound = fixed(ctx.number);
    cost_spend_timeout(w, bound.is_raw);
    struct cost_item item = {.kind = COST_OF_WAIT, .inst = w->inst};
    if (cost_is_context(ctx)) {
        cost_wait_for_context(w, ctx, bound.kind == AMOUNT_FIXED ? bound.ns : 0, item);
        return;
    }
    item.amount = bound.kind == AMOUNT_FIXED ? bound.ns : 0;
    item.offset = bound.offset;
    cost_wait(w, item);
    if (role->bound.in_out && role->bound.pos.arg < call->count && call->args[role->bound.pos.arg].kind == COST_ADDR)
        cost_forget(w->cost, &w->env, call->args[role->bound.pos.arg].a);
}

static void rest(struct walk *w, const struct cost_args *call, const struct role *role) {
    struct amount bound = read_bound(w, call, &role->bound);
    w->is_reused |= bound.is_raw; // a delay is no budget
    cost_wait(w, (struct cost_item){.kind = COST_OF_SLEEP, .inst = w->inst, .amount = bound.kind == AMOUNT_FIXED ? bound.ns : 0, .offset = bound.offset});
}

static bool counts_down(const struct walk *w, const struct cost_args *call, uint32_t arg) {
    uint32_t type = arg < call->count ? cost_param_type(w, call, arg) : IR_NONE;
    return type != IR_NONE && strtab_find(&w->cost->ticking, ir_text(w->ir, w->ir->types[type].canonical));
}

// Arming an object is setting a deadline on it, or how long each step may take.
static void arm(struct walk *w, const struct cost_args *call, const struct role *role) {
    place_id place = armed_place(w, read_pos(w, call, &role->object));
    struct amount bound = read_bound(w, call, &role->bound);
    cost_spend_timeout(w, bound.is_raw);
    if (!place)
        return;
    struct cost_value value = {0};
    if (bound.kind == AMOUNT_WITHIN)
        value.kind = COST_BUDGET;
    else if (bound.kind == AMOUNT_FIXED && role->kind == ROLE_ARM)
        value = counts_down(w, call, role->object.arg) ? cost_make_token(w, bound.ns, false) : cost_int(bound.ns);
    cost_set(&w->env, place, value);
}

static void query(struct walk *w, const struct cost_args *call, const struct role *role, struct cost_value *ret_result) {
    struct cost_value object = read_pos(w, call, &role->object), value = {0};
    place_id armed = armed_place(w, object);
    struct cost_value ctx = armed && cost_get(&w->env, armed).kind ? cost_get(&w->env, armed) : cost_context_of(w, object);
    if (role->object.kind == POS_AMBIENT)
        ctx = ambient(w);
    cost_add_item(w, &(struct cost_item){.kind = COST_OF_USE, .inst = w->inst, .offset = use_of(w, ctx)});
    if (role->query == QUERY_HAS_DEADLINE && (ctx.kind == COST_BUDGET || ctx.kind == COST_CTX))
        value = cost_int(1);
    if (role->query == QUERY_REMAINING)
        value = ctx.kind == COST_CTX ? (struct cost_value){.kind = COST_UNTIL, .a = ctx.a} : (struct cost_value){.kind = COST_LEFT, .sub = (uint8_t)role->bound.unit};
    if (role->query == QUERY_DEADLINE)
        value = (struct cost_value){.kind = COST_DEADLINE, .sub = 0};
    if (!value.kind)
        return;
    write_pos(w, call, &role->result, value, ret_result);
    if (role->result.kind == POS_ARG && cost_is_context(ctx))
        *ret_result = cost_int(1);
}

static void read_clock(struct walk *w, const struct cost_args *call, const struct role *role, struct cost_value *ret_result) {
    struct cost_value now = {.kind = COST_NOW, .a = cost_place(w->cost, PLACE_CLOCK, 0, w->inst), .sub = (uint8_t)role->bound.unit};
    bool is_struct = role->bound.unit == UNIT_TIMESPEC || role->bound.unit == UNIT_TIMEVAL;
    if (!w->keeps_clocks)
        return;
    if (!w->entry && cost_get(&w->env, now.a).kind) // somebody still holds what it read before
        cost_set(&w->env, now.a, cost_int(0));
    if (!is_struct) {
        write_pos(w, call, &role->result, now, ret_result);
        cost_set(&w->env, now.a, cost_int(0));
        return;
    }
    if (role->result.kind != POS_ARG || role->result.arg >= call->count || call->args[role->result.arg].kind != COST_ADDR)
        return;
    place_id base = call->args[role->result.arg].a;
    uint32_t type = cost_arg_type(w, call, role->result.arg);
    place_id first = member(w, base, type, NULL, 0), second = member(w, base, type, NULL, 1);
    if (!first || !second)
        return;
    now.part = 1;
    now.sub = UNIT_S;
    cost_set(&w->env, first, now);
    now.part = 2;
    now.sub = (uint8_t)(role->bound.unit == UNIT_TIMEVAL ? UNIT_US : UNIT_NS);
    cost_set(&w->env, second, now);
    cost_set(&w->env, now.a, cost_int(0));
}

static void convert(struct walk *w, const struct cost_args *call, const struct role *role, struct cost_value *ret_result) {
    struct cost_value left = read_pos(w, call, &role->object), right = read_pos(w, call, &role->parent), value = {0};
    int64_t from = time_unit_ns(role->bound.unit), to = time_unit_ns(role->bound.unit2);
    bool is_derived = role->convert == CONVERT_TO_REMAINING || cost_is_derived(left) || cost_is_derived(right);
    if (role->convert == CONVERT_MIN && left.kind == COST_INT && right.kind == COST_INT)
        value = left.number < right.number ? left : right;
    else if (role->convert == CONVERT_ELAPSED && left.kind)
        value = cost_binary(w, IR_SUB, left, right);
    else if (role->convert == CONVERT_UNIT && left.kind == COST_INT && from && to)
        value = cost_int(cost_times(left.number, from) / to);
    else if (is_derived)
        value.kind = COST_DERIVED;
    write_pos(w, call, &role->result, value, ret_result);
}

static void run_role(struct walk *w, const struct cost_args *call, const struct role *role, struct cost_value *ret_result) {
    switch (role->kind) {
    case ROLE_ROOT:
    case ROLE_DERIVE:
    case ROLE_VALUE:
    case ROLE_DETACH: derive(w, call, role, ret_result); break;
    case ROLE_REF: write_pos(w, call, &role->result, cost_same_budget(cost_context_of(w, read_pos(w, call, &role->object))), ret_result); break;
    case ROLE_RELEASE:
        if (!role->release_cancels)
            break;
        // fall through
    case ROLE_CANCEL: cost_end_context(w, &role->object, cost_context_of(w, read_pos(w, call, &role->object))); break;
    case ROLE_EFFECT:
        if (role->effect == EFFECT_ENDS)
            cost_end_context(w, &role->object, cost_context_of(w, read_pos(w, call, &role->object)));
        break;
    case ROLE_BLOCK: block(w, call, role); break;
    case ROLE_SLEEP: rest(w, call, role); break;
    case ROLE_ARM:
    case ROLE_DISARM: arm(w, call, role); break;
    case ROLE_QUERY: query(w, call, role, ret_result); break;
    case ROLE_NOW: read_clock(w, call, role, ret_result); break;
    case ROLE_CONVERT: convert(w, call, role, ret_result); break;
    case ROLE_ALLOCATE:
    case ROLE_CALLBACK:
    case ROLE_SPAWN: // runs by itself
    case ROLE_JOIN:
    case ROLE_BREAKER_FAILURE:
    case ROLE_BREAKER_SUCCESS: break;
    }
}

struct cost_value cost_modelled_call(struct walk *w, const struct cost_args *call, const struct role *roles) {
    struct cost_value result = {0};
    for (const struct role *role = roles; role && !w->has_ended; role = role->next)
        if (role_holds(call, role))
            run_role(w, call, role, &result);
    return result;
}

