// Checks every time that is given to a wait, a sleep or a context against what is expected there. What is expected is then followed
// backwards into the parameters it comes from ("needs"), so that callers are checked against the needs of their callees: bottom-up over
// the call graph. A parameter that is needed in two ways is wrong in one of the places, where both are reached in one call; its callers
// are then believed.
#include "flow/values/condition.h"
#include "flow/values/dimension.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NEEDS_MAX = 24, DEPTH_MAX = 32 };

// What a value has to be.
struct need {
    int8_t moments; // 0, 1, MOMENTS_ANY
    double unit;
    enum time_clock clock;
    const struct role *role;
    bool is_direct; // the call itself waits; else a function that it calls
    unsigned arg;
    // Of a parameter:
    uint32_t param, field; // field: a member of it, or of what it points to; IR_NONE
    bool is_weak;          // on some ways only
    bool is_doubtful;      // the value also goes where nobody knows what it has to be
    uint32_t inst;
};

struct needs {
    VEC(struct need) list;
};

struct checker {
    struct timed *timed;
    struct needs *needs; // by program function
    uint32_t func, inst; // being checked
    struct ssa *ssa;
};

static bool clocks_differ(enum time_clock a, enum time_clock b) {
    return a && b && a != b;
}

static bool report(struct checker *c, const struct need *need, struct time_fault fault) {
    struct timed *timed = c->timed;
    fault.func = c->func;
    fault.inst = c->inst;
    fault.role = need->role;
    fault.is_end = need->moments == 1;
    fault.expected_unit = need->unit;
    fault.expected_clock = need->clock;
    const struct time_fault *last = timed->faults.len ? &timed->faults.items[timed->faults.len - 1] : NULL;
    if (!last || last->func != fault.func || last->inst != fault.inst)
        vec_push(&timed->faults, fault);
    return true;
}

// ---- needs of parameters

static bool needs_differ(const struct need *a, const struct need *b, enum fault_kind *ret_kind) {
    bool kinds = a->moments != MOMENTS_ANY && b->moments != MOMENTS_ANY && a->moments != b->moments;
    bool units = dim_units_differ(a->unit, b->unit);
    *ret_kind = kinds ? (a->moments ? FAULT_DURATION : FAULT_MOMENT) : units ? FAULT_UNIT : FAULT_CLOCK;
    return kinds || units || (a->moments == 1 && clocks_differ(a->clock, b->clock));
}

// The first need counts: whoever wrote the second one has overlooked it.
static void find_conflict(struct checker *c, const struct need *need) {
    const struct needs *needs = &c->needs[c->func];
    for (size_t i = 0; i < needs->list.len; i++) {
        const struct need *other = &needs->list.items[i];
        enum fault_kind kind;
        if (other->param != need->param || other->field != need->field || other->is_weak || need->is_weak || other->inst == c->inst)
            continue;
        if (!needs_differ(need, other, &kind) || !cfg_precedes(&c->ssa->cfg, other->inst, c->inst))
            continue;
        report(c, need, (struct time_fault){.kind = kind, .unit = other->unit, .clock = other->clock, .from = other->inst, .is_taken = true});
        return;
    }
}

static void add_need(struct checker *c, struct need need, ssa_id id, uint32_t param, uint32_t field) {
    struct needs *needs = &c->needs[c->func];
    need.param = param;
    need.field = field;
    need.inst = c->inst;
    struct dim dim = dim_eval(c->timed, c->func, id);
    if (dim_units_differ(dim.unit, need.unit)) // reported here, not at the callers
        need.unit = 0;
    find_conflict(c, &need);
    if (needs->list.len < NEEDS_MAX)
        vec_push(&needs->list, need);
}

static void require(struct checker *c, ssa_id id, struct need need, struct map *seen);

static void require_sum(struct checker *c, const struct ssa_node *node, struct need need, struct map *seen) {
    struct dim a = dim_eval(c->timed, c->func, node->a), b = dim_eval(c->timed, c->func, node->b);
    struct need moment = need, duration = need;
    bool is_sub = node->sub == IR_SUB;
    moment.moments = 1;
    duration.moments = 0;
    duration.clock = CLOCK_ANY;
    if (need.moments == 0) // of a difference: not said by who waits, but by the other moment
        moment.clock = a.moments == 1 ? a.clock : b.clock;
    if (b.is_number)
        require(c, node->a, need, seen);
    else if (a.is_number && !is_sub)
        require(c, node->b, need, seen);
    else if (need.moments == 1) {
        if (a.moments == 1)
            require(c, node->b, duration, seen);
        else if (b.moments == (is_sub ? 0 : 1))
            require(c, node->a, is_sub ? moment : duration, seen);
    } else if (need.moments == 0 && is_sub) {
        if (a.moments == 1)
            require(c, node->b, moment, seen);
        else if (b.moments == 0 || b.moments == 1)
            require(c, node->a, b.moments ? moment : duration, seen);
    } else if (need.moments == 0 && (a.moments == 0 || b.moments == 0))
        require(c, a.moments ? node->a : node->b, duration, seen);
}

static void require_product(struct checker *c, const struct ssa_node *node, struct need need, struct map *seen) {
    double factor;
    if (!dim_constant(c->timed, c->func, node->b, &factor))
        return;
    if (dim_is_unit_factor(factor))
        need.unit = node->sub == IR_MUL ? need.unit * factor : need.unit / factor;
    else if (!dim_is_small_factor(factor))
        need.unit = 0;
    require(c, node->a, need, seen);
}

// A constant, or what a loop makes of the joined value itself.
static bool is_aside(const struct checker *c, ssa_id phi, ssa_id id) {
    const struct ssa_node *node = ssa_at(c->ssa, id);
    while (node->kind == SSA_BINARY && (node->sub == IR_ADD || node->sub == IR_SUB) && id != phi)
        id = node->a, node = ssa_at(c->ssa, id);
    return id == phi || node->kind == SSA_INT || node->kind == SSA_FLOAT;
}

// Of one value and constants. Where several values meet, one may be made from the other: is_end ? time : to_end(time).
static void require_join(struct checker *c, ssa_id id, const struct ssa_node *node, struct need need, struct map *seen) {
    ssa_id only = SSA_UNKNOWN;
    for (uint32_t i = 0; i < node->b; i++) {
        ssa_id arg = c->ssa->phi_args.items[node->a + i];
        if (is_aside(c, id, arg))
            continue;
        if (only != SSA_UNKNOWN && only != arg)
            return;
        only = arg;
    }
    need.is_weak = true;
    require(c, only, need, seen);
}

static void require(struct checker *c, ssa_id id, struct need need, struct map *seen) {
    struct ssa_node node = *ssa_at(c->ssa, id);
    bool is_new;
    map_put(seen, id, &is_new);
    if (!is_new || seen->len > DEPTH_MAX)
        return;
    switch ((enum ssa_kind)node.kind) {
    case SSA_PARAM: add_need(c, need, id, node.a, IR_NONE); break;
    case SSA_LOAD:
        if (ssa_at(c->ssa, node.a)->kind == SSA_FIELD && ssa_at(c->ssa, ssa_at(c->ssa, node.a)->a)->kind == SSA_PARAM)
            add_need(c, need, id, ssa_at(c->ssa, ssa_at(c->ssa, node.a)->a)->a, ssa_at(c->ssa, node.a)->b);
        break;
    case SSA_MEMBER:
        if (ssa_at(c->ssa, node.a)->kind == SSA_PARAM)
            add_need(c, need, id, ssa_at(c->ssa, node.a)->a, node.b);
        break;
    case SSA_BINARY:
        if (node.sub == IR_ADD || node.sub == IR_SUB)
            require_sum(c, &node, need, seen);
        else if (node.sub == IR_MUL || node.sub == IR_DIV)
            require_product(c, &node, need, seen);
        break;
    case SSA_PHI: require_join(c, id, &node, need, seen); break;
    default: break;
    }
}

// ---- other uses

struct use {
    const struct ssa *ssa;
    const struct need *need;
};

static bool is_not_value(void *data, ssa_id id) {
    const struct use *use = data;
    const struct ssa_node *node = ssa_at(use->ssa, id), *from = node->kind == SSA_LOAD ? ssa_at(use->ssa, node->a) : node;
    if (use->need->field == IR_NONE)
        return node->kind != SSA_PARAM || node->a != use->need->param;
    if ((node->kind != SSA_LOAD || from->kind != SSA_FIELD) && node->kind != SSA_MEMBER)
        return true;
    return from->b != use->need->field || ssa_at(use->ssa, from->a)->kind != SSA_PARAM || ssa_at(use->ssa, from->a)->a != use->need->param;
}

static bool has_need(const struct checker *c, const struct need *need, uint32_t inst) {
    const struct needs *needs = &c->needs[c->func];
    for (size_t i = 0; i < needs->list.len; i++)
        if (needs->list.items[i].inst == inst && needs->list.items[i].param == need->param && needs->list.items[i].field == need->field)
            return true;
    return false;
}

// A function that may make something else of a time: not one that the models know, and not one that prints.
static bool may_convert(const struct checker *c, uint32_t inst) {
    uint32_t callee = timed_callee(c->timed, c->func, inst);
    const struct role *role = timed_roles(c->timed, c->func, inst);
    if (callee != IR_NONE && c->timed->program->funcs[callee].ir->is_variadic)
        return false;
    while (role && role->kind != ROLE_CONVERT)
        role = role->next;
    return role || !timed_roles(c->timed, c->func, inst);
}

// Whether a call gets the value of which nobody knows what it makes of it: another way may need something else of it.
static bool goes_elsewhere(struct checker *c, const struct need *need, uint32_t inst) {
    struct use use = {c->ssa, need};
    if (!may_convert(c, inst) || has_need(c, need, inst))
        return false;
    for (uint32_t i = 1; i < c->ssa->ir->insts[inst].arg_count; i++)
        if (!ssa_walk(c->ssa, ssa_operand(c->ssa, inst, i), is_not_value, &use))
            return true;
    return false;
}

// Callers are only held to needs of values that go nowhere else.
static void drop_doubtful(struct checker *c) {
    struct needs *needs = &c->needs[c->func];
    for (uint32_t k = 0; needs->list.len && k < c->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &c->ssa->ir->blocks[c->ssa->fn->blocks + c->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            for (size_t n = 0; c->ssa->ir->insts[i].op == IR_CALL && n < needs->list.len; n++)
                needs->list.items[n].is_doubtful |= goes_elsewhere(c, &needs->list.items[n], i);
    }
}

// What a function needs a parameter to be, as far as its needs agree. `first`: the first need of that parameter.
static struct need agreed(const struct needs *needs, size_t first) {
    struct need out = needs->list.items[first];
    for (size_t i = first + 1; i < needs->list.len; i++) {
        const struct need *need = &needs->list.items[i];
        if (need->param != out.param || need->field != out.field)
            continue;
        if (need->moments != out.moments)
            out.moments = MOMENTS_ANY;
        if (need->clock != out.clock)
            out.clock = CLOCK_ANY;
        if (dim_units_differ(need->unit, out.unit) || need->unit <= 0)
            out.unit = 0;
    }
    out.is_direct = false;
    out.arg = out.param;
    return out;
}

// ---- numbers

static bool is_special(const struct need *need, int64_t number) {
    const struct bound *bound = &need->role->bound;
    return number == -1 || number == INT32_MAX || number >= UINT32_MAX * INT64_C(1000) || number == UINT32_MAX ||
           time_is_listed(bound->infinite, bound->infinite_count, number) || time_is_listed(bound->nowait, bound->nowait_count, number);
}

// A moment within a year of the epoch, or of the start of the machine, was meant as a duration.
static bool is_short(const struct need *need, int64_t number) {
    return (double)number * (need->unit > 0 ? need->unit : 1e6) < 365.0 * 24 * 3600 * 1e9;
}

static bool check_range(struct checker *c, const struct need *need, int64_t number) {
    struct time_fault fault = {.has_number = true, .number = number, .unit = need->unit, .from = IR_NONE};
    if (number < 0)
        fault.kind = FAULT_NEGATIVE;
    else if (need->moments == 1 && number > 0 && is_short(need, number))
        fault.kind = FAULT_DURATION;
    else if (need->moments == 0 && number == 0 && need->role->kind == ROLE_DERIVE)
        fault.kind = FAULT_ZERO;
    else
        return false;
    return report(c, need, fault);
}

static uint32_t declared_type(const struct checker *c, unsigned arg) {
    const struct ir_value *callee = &c->ssa->ir->values[c->ssa->ir->insts[c->inst].args];
    if (callee->kind != IR_V_FUNC || arg >= c->ssa->ir->funcs[callee->index].param_count)
        return IR_NONE;
    return c->ssa->ir->vars[c->ssa->ir->funcs[callee->index].vars + arg].type;
}

// Whether the number is more than the parameter's type can hold.
static bool is_cut(const struct checker *c, const struct need *need, int64_t number) {
    uint32_t type = declared_type(c, need->arg);
    if (type == IR_NONE || !c->ssa->ir->types[type].size || c->ssa->ir->types[type].size > 4)
        return false;
    unsigned bits = c->ssa->ir->types[type].size * 8;
    bool is_signed = c->ssa->ir->types[type].kind == IR_INT;
    if (c->ssa->ir->types[type].kind != IR_INT && c->ssa->ir->types[type].kind != IR_UINT)
        return false;
    return number > (INT64_C(1) << (bits - is_signed)) - 1;
}

// The unit in the name of a constant, where the argument is nothing but that name.
static const char *constant_name(const struct checker *c, const struct need *need, ssa_id id) {
    struct dim dim = dim_eval(c->timed, c->func, id);
    if (dim.name)
        return dim.name;
    uint32_t aux = c->ssa->ir->insts[c->inst].aux;
    const char *text = aux == IR_NONE ? "" : ir_text(c->ssa->ir, c->ssa->ir->call_args[aux + 1 + need->arg].text);
    bool is_name = isalpha((unsigned char)*text) || *text == '_';
    for (const char *at = text; *at; at++)
        is_name = is_name && (isalnum((unsigned char)*at) || *at == '_');
    return is_name && need->field == IR_NONE ? text : NULL;
}

static bool check_number(struct checker *c, const struct need *need, ssa_id id, int64_t number) {
    struct time_fault fault = {.has_number = true, .number = number, .from = IR_NONE};
    if (need->is_direct && is_cut(c, need, number) && number != UINT32_MAX) {
        fault.kind = FAULT_TOO_LARGE;
        fault.unit = need->unit;
        return report(c, need, fault);
    }
    const char *name = constant_name(c, need, id);
    double unit = name ? dim_unit(model_name_unit(c->ssa->unit->model, name, true), false) : 0;
    if (is_special(need, number))
        return false;
    if (number > 0 && dim_units_differ(unit, need->unit)) {
        fault.kind = FAULT_UNIT;
        fault.unit = unit;
        fault.name = name;
        return report(c, need, fault);
    }
    bool is_bound = need->is_direct || need->moments == 1;
    return is_bound && need->moments != MOMENTS_ANY && (need->is_direct || number > 0) && check_range(c, need, number);
}

// ---- values

// Whether callers give the parameter times of another unit than its name says.
static bool name_lies(struct checker *c, const struct dim *dim) {
    const struct program *program = c->timed->program;
    const struct prog_func *pf = &program->funcs[c->func];
    if (dim->param == IR_NONE)
        return false;
    for (uint32_t i = 0; i < pf->caller_count; i++) {
        const struct prog_call *call = &program->calls[program->callers[pf->callers + i]];
        struct ssa *ssa = c->timed->funcs[call->caller].ssa;
        if (call->kind != CALL_DIRECT || !ssa || dim->param + 1 >= ssa->ir->insts[call->inst].arg_count)
            continue;
        struct dim given = dim_eval(c->timed, call->caller, ssa_operand(ssa, call->inst, dim->param + 1));
        if (!given.is_number && dim_units_differ(given.unit, dim->unit))
            return true;
    }
    return false;
}

static bool check_dim(struct checker *c, const struct need *need, const struct dim *dim) {
    struct time_fault fault = {.unit = dim->unit, .clock = dim->clock, .name = dim->by_name ? dim->name : NULL, .from = dim->from};
    bool has_kind = need->moments != MOMENTS_ANY && dim->moments != MOMENTS_ANY;
    if (dim->is_bottom)
        return false;
    if (dim->clash)
        fault.kind = dim->clash == CLASH_CLOCKS ? FAULT_MIXED_CLOCKS : FAULT_MIXED_UNITS;
    else if (has_kind && need->moments != dim->moments)
        fault.kind = dim->moments == 0 ? FAULT_DURATION : dim->moments == 1 ? FAULT_MOMENT : FAULT_NO_TIME;
    else if (need->moments == 1 && dim->moments && clocks_differ(need->clock, dim->clock))
        fault.kind = FAULT_CLOCK;
    else if (dim_units_differ(dim->unit, need->unit) && !(dim->by_name && name_lies(c, dim)))
        fault.kind = FAULT_UNIT;
    else
        return false;
    return report(c, need, fault);
}

// now - 500, and now + something that no number can hold.
static bool check_distance(struct checker *c, const struct need *need, ssa_id id) {
    struct ssa_node node = *ssa_at(c->ssa, id);
    struct span span = span_eval(c->timed, c->func, id, NULL);
    struct time_fault fault = {.has_number = true, .unit = need->unit, .from = IR_NONE};
    double number;
    if (node.kind == SSA_BINARY && node.sub == IR_ADD && dim_constant(c->timed, c->func, node.b, &number) && number > ldexp(1, 62) &&
        dim_eval(c->timed, c->func, node.a).moments == 1) {
        fault.kind = FAULT_TOO_LARGE;
        fault.number = INT64_MAX;
        return report(c, need, fault);
    }
    if (!span.known || !(span.parts & SPAN_CLOCK) || span.parts & (SPAN_PARAM | SPAN_LEFT | SPAN_OTHER) || span.high >= 0)
        return false;
    fault.kind = FAULT_PAST;
    fault.number = -span.high;
    return report(c, need, fault);
}

static void check_value(struct checker *c, const struct need *need, ssa_id id) {
    struct span span = span_eval(c->timed, c->func, id, NULL);
    struct dim dim = dim_eval(c->timed, c->func, id);
    struct map seen = {0};
    uint32_t from;
    if (span.known && span.parts == SPAN_CONST) {
        if (span.low == span.high)
            check_number(c, need, id, span.low);
        return;
    }
    if (check_dim(c, need, &dim) || (need->moments == 1 && dim.moments == 1 && check_distance(c, need, id)))
        return;
    if (need->moments == 0 && dim_spent_twice(c->timed, c->func, id, &from)) {
        report(c, need, (struct time_fault){.kind = FAULT_TWICE, .from = from});
        return;
    }
    require(c, id, *need, &seen);
    map_done(&seen);
}

// ---- calls

static enum time_clock clock_of(const struct timed *timed, const struct bound *bound) {
    uint32_t setter = bound->clock_set_by ? program_find_func(timed->program, bound->clock_set_by) : IR_NONE;
    bool is_set = setter != IR_NONE && (timed->program->funcs[setter].caller_count || timed->program->funcs[setter].address_taken);
    return is_set ? CLOCK_ANY : bound->clock;
}

static bool is_other(void *data, ssa_id id) {
    return id != *(ssa_id *)data;
}

// Whether a condition on every way here speaks of a value.
static bool is_weighed(struct checker *c, ssa_id id) {
    struct condition conditions[CONDITIONS_MAX];
    unsigned count = conditions_of(c->ssa, c->inst, conditions);
    for (unsigned i = 0; i < count; i++)
        if (!ssa_walk(c->ssa, conditions[i].left, is_other, &id) ||
            (conditions[i].right != SSA_NONE_RIGHT && !ssa_walk(c->ssa, conditions[i].right, is_other, &id)))
            return true;
    return false;
}

// Nanoseconds that are a second or more, or can become so because something is added to those of the clock.
static bool check_carry(struct checker *c, const struct need *need, ssa_id id) {
    struct ssa_node node = *ssa_at(c->ssa, id);
    struct time_fault fault = {.kind = FAULT_CARRY, .from = IR_NONE};
    double number;
    if (need->role->bound.unit != UNIT_TIMESPEC || need->role->kind == ROLE_DERIVE)
        return false;
    if (dim_constant(c->timed, c->func, id, &number)) {
        fault.has_number = true;
        fault.number = (int64_t)number;
        return (number < 0 || number >= 1e9) && report(c, need, fault);
    }
    if (node.kind != SSA_BINARY || node.sub != IR_ADD)
        return false;
    ssa_id clock = ssa_at(c->ssa, node.a)->kind == SSA_OUT ? node.a : node.b;
    if (ssa_at(c->ssa, clock)->kind != SSA_OUT || !timed_role(c->timed, c->func, ssa_at(c->ssa, clock)->a, ROLE_NOW))
        return false;
    return !is_weighed(c, clock) && report(c, need, fault);
}

// A timespec or timeval: as one number where both members are known.
static void check_struct(struct checker *c, const struct role *role, struct need need, const ssa_id nodes[2]) {
    struct span total = span_bound(c->timed, c->func, c->inst, role, NULL);
    struct need rest = need;
    if (check_carry(c, &need, nodes[1]))
        return;
    if (total.known && total.parts == SPAN_CONST) {
        need.unit = 1;
        if (total.low == total.high && !is_special(&need, total.low))
            check_range(c, &need, total.low);
        return;
    }
    rest.moments = MOMENTS_ANY;
    rest.unit = dim_unit(role->bound.unit, true);
    check_value(c, &need, nodes[0]);
    check_value(c, &rest, nodes[1]);
}

static void check_bound(struct checker *c, const struct role *role) {
    const struct bound *bound = &role->bound;
    ssa_id nodes[2];
    unsigned count = timed_bound_nodes(c->timed, c->func, c->inst, bound, nodes);
    struct need need = {.moments = bound->kind == BOUND_DEADLINE, .unit = dim_unit(bound->unit, false), .role = role, .is_direct = true,
                        .arg = bound->pos.arg, .param = IR_NONE, .field = IR_NONE};
    need.clock = clock_of(c->timed, bound);
    if (count == 2)
        check_struct(c, role, need, nodes);
    else if (count == 1) {
        check_value(c, &need, nodes[0]);
        if (bound->pos2.kind == POS_NONE)
            return;
        need.moments = MOMENTS_ANY;
        need.unit = dim_unit(bound->unit2, true);
        need.arg = bound->pos2.arg;
        check_value(c, &need, timed_position(c->timed, c->func, c->inst, &bound->pos2));
    }
}

static void check_callee(struct checker *c, uint32_t callee) {
    const struct needs *needs = &c->needs[callee];
    size_t count = callee == c->func ? 0 : needs->list.len;
    for (size_t i = 0; i < count; i++) {
        struct need need = needs->list.items[i];
        bool is_asked = !need.is_doubtful && need.param + 1 < c->ssa->ir->insts[c->inst].arg_count;
        for (size_t k = 0; k < i; k++)
            is_asked &= needs->list.items[k].param != need.param || needs->list.items[k].field != need.field;
        if (!is_asked)
            continue;
        need = agreed(needs, i);
        ssa_id value = ssa_operand(c->ssa, c->inst, need.param + 1);
        uint32_t type = declared_type(c, need.param);
        bool by_pointer = type != IR_NONE && c->ssa->ir->types[type].kind == IR_POINTER;
        if (need.field != IR_NONE)
            value = by_pointer ? ssa_pointed(c->ssa, c->inst, ssa_field(c->ssa, value, need.field)) : ssa_member(c->ssa, value, need.field);
        check_value(c, &need, value);
    }
}

static void check_call(struct checker *c, uint32_t inst) {
    const struct role *roles = timed_roles(c->timed, c->func, inst);
    uint32_t callee = timed_callee(c->timed, c->func, inst);
    c->inst = inst;
    for (const struct role *role = roles; role; role = role->next)
        switch (role->kind) {
        case ROLE_DERIVE:
        case ROLE_ARM:
        case ROLE_BLOCK:
        case ROLE_SLEEP:
        case ROLE_JOIN:
            if (timed_role_holds(c->timed, c->func, inst, role))
                check_bound(c, role);
            break;
        default: break;
        }
    if (!roles && callee != IR_NONE)
        check_callee(c, callee);
}

static void check_func(struct checker *c, uint32_t func) {
    c->func = func;
    c->ssa = c->timed->funcs[func].ssa;
    for (uint32_t k = 0; k < c->ssa->fn->block_count; k++) {
        const struct ir_block *block = &c->ssa->ir->blocks[c->ssa->fn->blocks + k];
        for (uint32_t i = block->insts; c->ssa->cfg.blocks[k].order != IR_NONE && i < block->insts + block->inst_count; i++)
            if (c->ssa->ir->insts[i].op == IR_CALL)
                check_call(c, i);
    }
    drop_doubtful(c);
}

void timed_find_faults(struct timed *timed) {
    const struct program *program = timed->program;
    struct checker c = {.timed = timed, .needs = mem_zalloc((program->func_count + 1) * sizeof *c.needs)};
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        program_rest_at(program, i);
        if (timed->funcs[program->scc_funcs[i]].ssa)
            check_func(&c, program->scc_funcs[i]);
    }
    for (uint32_t f = 0; f < program->func_count; f++)
        vec_done(&c.needs[f].list);
    free(c.needs);
}
