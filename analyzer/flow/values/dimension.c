// Evaluation of dimensions. What functions of the program return is evaluated with the dimensions of the arguments given here; what they
// leave behind pointers is not followed. Locals have no name here: single static assignment form forgets them.
#include "flow/values/dimension.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, CALL_COST = 8, PARAMS_MAX = 64 };

struct eval {
    struct timed *timed;
    uint32_t func;
    struct ssa *ssa;
    const struct dim *env; // of the parameters, NULL: as they are declared
    struct map known;      // node -> index into values: one that is being evaluated is nothing yet
    VEC(struct dim) values;
    unsigned depth;
};

static struct dim eval(struct eval *e, ssa_id id);

static void done(struct eval *e) {
    map_done(&e->known);
    vec_done(&e->values);
}

static struct dim unknown(void) {
    return (struct dim){.moments = MOMENTS_ANY, .param = IR_NONE, .from = IR_NONE};
}

static struct dim number(void) {
    return (struct dim){.is_number = true, .param = IR_NONE, .from = IR_NONE};
}

static struct dim bottom(void) {
    return (struct dim){.is_bottom = true, .param = IR_NONE, .from = IR_NONE};
}

double dim_unit(enum time_unit unit, bool is_rest) {
    if (unit == UNIT_TIMESPEC || unit == UNIT_TIMEVAL)
        return !is_rest ? 1e9 : unit == UNIT_TIMEVAL ? 1e3 : 1;
    return (double)time_unit_ns(unit);
}

bool dim_units_differ(double a, double b) {
    return a > 0 && b > 0 && fabs(a / b - 1) > 1e-6;
}

bool dim_is_unit_factor(double factor) {
    for (double power = 1e3; power < 1e10; power *= 1e3)
        if (!dim_units_differ(factor, power) || !dim_units_differ(factor, 1 / power))
            return factor > 0;
    return false;
}

// ---- sums

static double merge_units(const struct dim *a, const struct dim *b, struct dim *out) {
    if (!dim_units_differ(a->unit, b->unit))
        return a->unit > 0 ? a->unit : b->unit;
    if (a->by_name != b->by_name)
        return a->by_name ? b->unit : a->unit;
    if (!a->by_name)
        out->clash = CLASH_UNITS;
    return 0;
}

// Of a sum, a difference (sign -1) or two ways to one place: the same origin and name, where one of them has it.
static struct dim merge(const struct dim *a, const struct dim *b) {
    struct dim out = a->unit > 0 && !(a->by_name && b->unit > 0 && !b->by_name) ? *a : *b;
    out.clash = a->clash ? a->clash : b->clash;
    out.from = a->from != IR_NONE ? a->from : b->from;
    out.unit = merge_units(a, b, &out);
    return out;
}

static int8_t add_moments(const struct dim *a, const struct dim *b, int sign) {
    bool a_known = a->moments != MOMENTS_ANY, b_known = b->moments != MOMENTS_ANY;
    if (a_known && b_known && abs(a->moments + sign * b->moments) < 8)
        return (int8_t)(a->moments + sign * b->moments);
    const struct dim *moment = a_known ? a : b, *other = a_known ? b : a;
    return sign > 0 && moment->moments == 1 && a_known != b_known && !other->is_difference ? 1 : MOMENTS_ANY;
}

static struct dim add(const struct dim *a, const struct dim *b, int sign) {
    struct dim out;
    if (a->is_bottom || b->is_bottom)
        return bottom();
    if (b->is_number)
        return *a;
    if (a->is_number) {
        out = *b;
        out.moments = (int8_t)(out.moments == MOMENTS_ANY ? MOMENTS_ANY : sign * out.moments);
        return out;
    }
    out = merge(a, b);
    out.clock = a->moments && a->moments != MOMENTS_ANY ? a->clock : b->clock;
    out.moments = add_moments(a, b, sign);
    out.is_difference = out.moments == MOMENTS_ANY && (sign < 0 || a->is_difference || b->is_difference);
    if (out.is_difference && sign < 0)
        out.clock = CLOCK_ANY;
    bool both = a->moments && b->moments && a->moments != MOMENTS_ANY && b->moments != MOMENTS_ANY;
    if (both && a->clock && b->clock && a->clock != b->clock)
        out.clash = CLASH_CLOCKS;
    if (b->moments && b->moments != MOMENTS_ANY && !(a->moments && a->from != IR_NONE))
        out.from = b->from;
    return out;
}

static struct dim join(const struct dim *a, const struct dim *b) {
    if (a->is_bottom || (a->is_number && !b->is_bottom))
        return *b;
    if (b->is_bottom || b->is_number)
        return *a;
    struct dim out = *a;
    out.clash = a->clash ? a->clash : b->clash;
    out.is_difference = a->is_difference || b->is_difference || a->moments != b->moments;
    out.moments = a->moments == b->moments ? a->moments : MOMENTS_ANY;
    out.clock = a->clock == b->clock ? a->clock : CLOCK_ANY;
    out.unit = a->unit > 0 && b->unit > 0 && !dim_units_differ(a->unit, b->unit) ? a->unit : 0;
    out.by_name = a->by_name || b->by_name;
    return out;
}

// ---- products

bool dim_constant(struct timed *timed, uint32_t func, ssa_id id, double *ret_number) {
    const struct ssa_node *node = ssa_at(timed->funcs[func].ssa, id);
    if (node->kind == SSA_FLOAT) {
        memcpy(ret_number, &node->number, sizeof *ret_number);
        return true;
    }
    struct span span = span_eval(timed, func, id, NULL);
    *ret_number = (double)span.low;
    return span.known && span.parts == SPAN_CONST && span.low == span.high;
}

static struct dim scaled(struct dim dim, double factor) {
    if (dim_is_unit_factor(factor))
        dim.unit /= factor;
    else if (!dim_is_small_factor(factor))
        dim.unit = 0;
    return dim;
}

static struct dim multiply(struct eval *e, const struct ssa_node *node, const struct dim *a, const struct dim *b) {
    double factor;
    if (a->is_number && b->is_number)
        return number();
    if (dim_constant(e->timed, e->func, node->b, &factor))
        return scaled(*a, factor);
    if (dim_constant(e->timed, e->func, node->a, &factor))
        return scaled(*b, factor);
    struct dim out = a->is_number ? *b : *a; // times a variable: of any unit
    out.unit = 0;
    out.moments = a->moments || b->moments ? MOMENTS_ANY : 0;
    return out;
}

static struct dim divide(struct eval *e, const struct ssa_node *node, const struct dim *a, const struct dim *b) {
    double factor;
    if (a->is_number && b->is_number)
        return number();
    if (!dim_constant(e->timed, e->func, node->b, &factor))
        return unknown();
    return scaled(*a, 1 / factor);
}

static struct dim eval_binary(struct eval *e, const struct ssa_node *node) {
    struct dim a = eval(e, node->a), b = eval(e, node->b);
    double factor;
    if (a.is_bottom || b.is_bottom)
        return bottom();
    switch ((enum ir_binary)node->sub) {
    case IR_ADD: return add(&a, &b, 1);
    case IR_SUB: return add(&a, &b, -1);
    case IR_MUL: return multiply(e, node, &a, &b);
    case IR_DIV: return divide(e, node, &a, &b);
    case IR_REM: // a part of it
        a.moments = a.moments == MOMENTS_ANY ? MOMENTS_ANY : 0;
        return a;
    case IR_SHL:
    case IR_SHR:
        if (!dim_constant(e->timed, e->func, node->b, &factor) || factor > 3)
            a.unit = 0;
        return a;
    default: return unknown();
    }
}

static struct dim eval_phi(struct eval *e, const struct ssa_node *node) {
    struct dim out = bottom();
    for (uint32_t i = 0; i < node->b; i++) {
        struct dim arg = eval(e, e->ssa->phi_args.items[node->a + i]);
        out = join(&out, &arg);
    }
    return out;
}

// ---- what is said of parameters, variables and members

static struct dim from_meaning(const struct meaning *meaning, bool is_rest) {
    struct dim out = unknown();
    if (!meaning || meaning->kind < MEANS_TIMEOUT || meaning->kind > MEANS_TIME)
        return out;
    out.unit = dim_unit(meaning->bound.unit, is_rest);
    out.clock = meaning->bound.clock;
    if (meaning->kind != MEANS_TIME)
        out.moments = meaning->kind == MEANS_DEADLINE;
    return out;
}

static struct dim from_name(const struct eval *e, struct dim dim, const char *name, bool strict) {
    double unit = dim.unit > 0 ? 0 : dim_unit(model_name_unit(e->ssa->unit->model, name, strict), false);
    if (unit > 0) {
        dim.unit = unit;
        dim.by_name = true;
        dim.name = name;
    }
    return dim;
}

static bool can_be_number(const struct ir_unit *ir, uint32_t type) {
    return type != IR_NONE && (ir->types[type].kind == IR_INT || ir->types[type].kind == IR_UINT || ir->types[type].kind == IR_FLOAT);
}

static struct dim of_var(const struct eval *e, uint32_t var) {
    const struct ir_unit *ir = e->ssa->ir;
    uint32_t type = ir->vars[var].type;
    if (type != IR_NONE && ir->types[type].kind == IR_POINTER)
        type = ir->types[type].target;
    struct dim dim = from_meaning(model_var_meaning(e->ssa->unit->model, var), false);
    return can_be_number(ir, type) ? from_name(e, dim, ir_text(ir, ir->vars[var].name), false) : dim;
}

static struct dim eval_param(struct eval *e, uint32_t index) {
    if (e->env && index < PARAMS_MAX)
        return e->env[index];
    struct dim dim = of_var(e, e->ssa->fn->vars + index);
    dim.param = index;
    return dim;
}

static bool is_time_record(const char *name) {
    return !strcmp(name, "timespec") || !strcmp(name, "timeval");
}

// Seconds of a timespec are of any kind; the rest is always a duration: the part of the moment is in the seconds.
static struct dim of_field(const struct eval *e, uint32_t field, bool is_moment) {
    const struct prog_field *info = &e->timed->program->fields[field];
    if (is_time_record(info->record)) {
        struct dim dim = unknown();
        bool is_rest = strcmp(info->member, "tv_sec") != 0;
        dim.unit = dim_unit(!strcmp(info->record, "timeval") ? UNIT_TIMEVAL : UNIT_TIMESPEC, is_rest);
        dim.moments = is_rest ? 0 : is_moment ? 1 : MOMENTS_ANY;
        return dim;
    }
    const struct prog_unit *unit = &e->timed->program->units[info->unit];
    struct dim dim = from_meaning(model_field_meaning(unit->model, info->field), false);
    return can_be_number(unit->ir, unit->ir->fields[info->field].type) ? from_name(e, dim, info->member, false) : dim;
}

// ---- calls

static bool is_in(const struct ssa *ssa, ssa_id address, ssa_id object) {
    while (address != object && ssa_at(ssa, address)->kind == SSA_FIELD)
        address = ssa_at(ssa, address)->a;
    return address == object;
}

// The innermost member that an address names, IR_NONE.
static uint32_t member_of(const struct ssa *ssa, ssa_id address) {
    const struct ssa_node *node = ssa_at(ssa, address);
    return node->kind == SSA_FIELD ? node->b : IR_NONE;
}

static struct dim convert(struct eval *e, uint32_t inst, const struct role *role) {
    struct dim a = eval(e, timed_position(e->timed, e->func, inst, &role->object)), out = unknown();
    struct dim b = eval(e, timed_position(e->timed, e->func, inst, &role->parent));
    switch (role->convert) {
    case CONVERT_TO_ABSOLUTE: out.moments = 1; break;
    case CONVERT_TO_REMAINING:
    case CONVERT_ELAPSED:
    case CONVERT_LIMIT: out.moments = 0; break;
    case CONVERT_UNIT: out.moments = a.is_number ? MOMENTS_ANY : a.moments; break;
    case CONVERT_MIN: out = join(&a, &b); break;
    case CONVERT_IN_OUT: break;
    }
    if (role->bound.unit || role->bound.unit2)
        out.unit = dim_unit(role->bound.unit2 ? role->bound.unit2 : role->bound.unit, false);
    out.clock = role->bound.clock;
    return out;
}

// What a role says of the value that a call gives: its result, or what it leaves behind a pointer. `field`: a member of it, IR_NONE.
static bool from_role(struct eval *e, uint32_t inst, const struct role *role, uint32_t field, struct dim *ret) {
    bool is_end = role->kind == ROLE_NOW || (role->kind == ROLE_QUERY && role->query == QUERY_DEADLINE);
    if (role->kind == ROLE_CONVERT && field == IR_NONE)
        *ret = convert(e, inst, role);
    else if (is_end || (role->kind == ROLE_QUERY && role->query == QUERY_REMAINING)) {
        *ret = field == IR_NONE ? unknown() : of_field(e, field, is_end);
        if (field == IR_NONE) {
            ret->moments = is_end;
            ret->unit = dim_unit(role->bound.unit, false);
        } else if (!is_end)
            ret->moments = 0;
        ret->clock = role->bound.clock;
    } else
        return false;
    ret->from = inst;
    return true;
}

// What a function of the program returns for these arguments.
static struct dim eval_returned(struct eval *e, uint32_t callee, uint32_t inst, const uint32_t *fields, unsigned field_count) {
    struct timed_func *tf = &e->timed->funcs[callee];
    const struct ir_func *fn = e->timed->program->funcs[callee].ir;
    struct dim env[PARAMS_MAX], out = bottom();
    if (!tf->ssa || tf->busy >= 1)
        return unknown();
    for (uint32_t i = 0; i < fn->param_count && i < PARAMS_MAX; i++)
        env[i] = i + 1 < e->ssa->ir->insts[inst].arg_count ? eval(e, ssa_operand(e->ssa, inst, i + 1)) : unknown();
    tf->busy++;
    struct eval inner = {.timed = e->timed, .func = callee, .ssa = tf->ssa, .env = env, .depth = e->depth + CALL_COST};
    for (uint32_t k = 0; k < tf->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &tf->ssa->ir->blocks[fn->blocks + tf->ssa->cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        if (tf->ssa->ir->insts[last].op != IR_RETURN || !tf->ssa->ir->insts[last].arg_count)
            continue;
        struct dim returned = eval(&inner, timed_returned(tf->ssa, last, fields, field_count));
        out = join(&out, &returned);
    }
    tf->busy--;
    done(&inner);
    out.param = IR_NONE;
    out.from = inst;
    return out.is_bottom ? unknown() : out;
}

static struct dim eval_result(struct eval *e, uint32_t inst, const uint32_t *fields, unsigned field_count) {
    uint32_t callee = timed_callee(e->timed, e->func, inst), field = field_count ? fields[field_count - 1] : IR_NONE;
    struct dim out = unknown();
    for (const struct role *role = timed_roles(e->timed, e->func, inst); role; role = role->next)
        if (role->result.kind == POS_RETURN && !role->result.deref && timed_role_holds(e->timed, e->func, inst, role) &&
            from_role(e, inst, role, field, &out))
            return out;
    if (callee == IR_NONE)
        return out;
    const struct prog_func *pf = &e->timed->program->funcs[callee];
    if (pf->has_body && !pf->roles)
        out = eval_returned(e, callee, inst, fields, field_count);
    if (out.is_number || field_count)
        return out;
    const struct prog_unit *unit = &e->timed->program->units[pf->unit];
    uint32_t type = pf->ir->type == IR_NONE ? IR_NONE : unit->ir->types[pf->ir->type].target;
    struct dim said = from_meaning(model_type_meaning(unit->model, type), false);
    if (out.unit <= 0)
        out.unit = said.unit;
    out.from = inst;
    return can_be_number(unit->ir, type) ? from_name(e, out, pf->name, true) : out;
}

// What a call left behind a pointer.
static struct dim eval_out(struct eval *e, uint32_t inst, ssa_id address) {
    uint32_t field = member_of(e->ssa, address);
    struct dim out = unknown();
    for (const struct role *role = timed_roles(e->timed, e->func, inst); role; role = role->next) {
        if (role->result.kind != POS_ARG || !timed_role_holds(e->timed, e->func, inst, role))
            continue;
        if (is_in(e->ssa, address, ssa_operand(e->ssa, inst, role->result.arg + 1)) && from_role(e, inst, role, field, &out))
            return out;
    }
    return field == IR_NONE ? out : of_field(e, field, false);
}

// ---- memory

static struct dim eval_load(struct eval *e, ssa_id id, const struct ssa_node *node) {
    struct ssa_node address = *ssa_at(e->ssa, node->a);
    double constant;
    bool is_number = dim_constant(e->timed, e->func, id, &constant);
    struct dim out = unknown();
    if (address.kind == SSA_FIELD)
        out = of_field(e, address.b, false);
    else if (address.kind == SSA_ADDR || address.kind == SSA_PARAM) {
        uint32_t var = address.kind == SSA_ADDR ? address.a : e->ssa->fn->vars + address.a;
        out = of_var(e, var);
    }
    out.is_number = is_number;
    return out;
}

static struct dim eval_member(struct eval *e, const struct ssa_node *node) {
    uint32_t fields[4];
    unsigned count = 0;
    struct ssa_node base = *node;
    for (; base.kind == SSA_MEMBER && count < ARRAY_LEN(fields); base = *ssa_at(e->ssa, base.a))
        memmove(fields + 1, fields, count++ * sizeof *fields), fields[0] = base.b;
    struct dim out = base.kind == SSA_RESULT ? eval_result(e, base.a, fields, count) : unknown();
    return out.unit > 0 ? out : of_field(e, node->b, false);
}

static struct dim eval_node(struct eval *e, ssa_id id) {
    struct ssa_node node = *ssa_at(e->ssa, id);
    struct dim out = unknown();
    switch ((enum ssa_kind)node.kind) {
    case SSA_INT:
    case SSA_FLOAT: out = number(); break;
    case SSA_PARAM: out = eval_param(e, node.a); break;
    case SSA_LOAD: out = eval_load(e, id, &node); break;
    case SSA_MEMBER: out = eval_member(e, &node); break;
    case SSA_RESULT: out = eval_result(e, node.a, NULL, 0); break;
    case SSA_OUT: out = eval_out(e, node.a, node.b); break;
    case SSA_BINARY: out = eval_binary(e, &node); break;
    case SSA_PHI: out = eval_phi(e, &node); break;
    case SSA_UNARY:
        out = eval(e, node.a);
        if (node.sub != IR_NEG)
            out = unknown();
        else if (out.moments != MOMENTS_ANY)
            out.moments = (int8_t)-out.moments;
        break;
    default: break;
    }
    return out;
}

static struct dim eval(struct eval *e, ssa_id id) {
    bool is_new;
    if (e->depth >= DEPTH_MAX)
        return unknown();
    uint32_t *place = map_put(&e->known, id, &is_new), index = is_new ? (uint32_t)e->values.len : *place;
    if (!is_new)
        return e->values.items[index];
    *place = index;
    vec_push(&e->values, bottom());
    e->depth++;
    struct dim out = eval_node(e, id);
    e->depth--;
    e->values.items[index] = out;
    return out;
}

struct dim dim_eval(struct timed *timed, uint32_t func, ssa_id id) {
    struct eval e = {.timed = timed, .func = func, .ssa = timed->funcs[func].ssa};
    struct dim out = eval(&e, id);
    done(&e);
    return out;
}
