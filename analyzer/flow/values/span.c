// Times as intervals of what they are made of. Evaluation follows single static assignment form backwards, into the values that functions
// of the program return, and joins at phis: `remaining < 500 ? remaining : 500` is 500 and something that is left of a budget, and
// whatever is partly left of a budget counts as derived from it.
//
// Units: a span is in the unit of the value it was evaluated from, until span_bound brings it to nanoseconds.
#include "flow/paths/exec.h"
#include "flow/waits/timed.h"

#include <string.h>

enum { DEPTH_MAX = 64, CALL_DEPTH = 8 };

static bool is_time_record(const char *name) {
    return !strcmp(name, "timespec") || !strcmp(name, "timeval");
}

struct eval {
    struct timed *timed;
    uint32_t func;
    struct ssa *ssa;
    const struct span *env;
    struct map busy; // phis being evaluated
    unsigned depth;
};

static struct span of_int(int64_t number) {
    return (struct span){.parts = SPAN_CONST, .known = true, .low = number, .high = number};
}

static struct span of_part(enum span_part part) {
    return (struct span){.parts = (uint8_t)part};
}

bool span_is_endless(const struct span *span) {
    return span->known && span->low == INT64_MAX;
}

static struct span mix(const struct span *a, const struct span *b) {
    struct span out = {.parts = a->parts | b->parts, .params = a->params | b->params, .varies = a->varies || b->varies, .is_given = a->is_given || b->is_given};
    if (out.parts & SPAN_BOTTOM)
        out.parts = SPAN_BOTTOM;
    return out;
}

static struct span join(const struct span *a, const struct span *b) {
    if (a->parts & SPAN_BOTTOM || b->parts & SPAN_BOTTOM) {
        struct span out = a->parts & SPAN_BOTTOM ? *b : *a;
        out.varies = true;
        return out;
    }
    struct span out = mix(a, b);
    out.known = a->known && b->known;
    out.low = a->low < b->low ? a->low : b->low;
    out.high = a->high > b->high ? a->high : b->high;
    if (out.known && a->is_given != b->is_given) {
        out.low = a->is_given ? a->low : b->low;
        out.high = a->is_given ? a->high : b->high;
    }
    return out;
}

static bool apply(enum ir_binary op, int64_t a, int64_t b, int64_t *ret) {
    switch (op) {
    case IR_ADD: return !__builtin_add_overflow(a, b, ret);
    case IR_SUB: return !__builtin_sub_overflow(a, b, ret);
    case IR_MUL: return !__builtin_mul_overflow(a, b, ret);
    case IR_DIV: return b ? (*ret = a / b, true) : false;
    case IR_REM: return b ? (*ret = a % b, true) : false;
    default: return false;
    }
}

static struct span eval(struct eval *e, ssa_id id);

// What a clock is subtracted from becomes what is left.
static struct span eval_binary(struct eval *e, const struct ssa_node *node) {
    struct span a = eval(e, node->a), b = eval(e, node->b), out = mix(&a, &b);
    int64_t low, high;
    if (out.parts & SPAN_BOTTOM)
        return out;
    if (node->sub == IR_SUB && b.parts & SPAN_CLOCK)
        out.parts |= SPAN_LEFT;
    if (node->sub == IR_SUB && b.parts & SPAN_OTHER && a.params) // of a parameter: some clock that nobody can look into
        out.parts |= SPAN_LEFT | SPAN_CLOCK;
    if (node->sub > IR_REM) {
        out.parts = node->sub >= IR_EQ ? SPAN_CONST : out.parts;
        return out;
    }
    out.known = a.known && b.known && apply(node->sub, a.low, node->sub == IR_SUB ? b.high : b.low, &low) &&
                apply(node->sub, a.high, node->sub == IR_SUB ? b.low : b.high, &high) && low <= high;
    if (node->sub == IR_REM && a.low != a.high)
        out.known = false;
    if (out.known)
        out.low = low, out.high = high;
    return out;
}

static struct span eval_phi(struct eval *e, ssa_id id, const struct ssa_node *node) {
    struct span out = of_part(SPAN_BOTTOM);
    bool is_new;
    map_put(&e->busy, id, &is_new);
    if (!is_new)
        return out;
    for (uint32_t i = 0; i < node->b; i++) {
        struct span arg = eval(e, e->ssa->phi_args.items[node->a + i]);
        out = i ? join(&out, &arg) : arg;
    }
    *map_put(&e->busy, id, NULL) = 1;
    return out;
}

static struct span eval_args(struct eval *e, uint32_t inst) {
    struct span out = of_part(SPAN_OTHER);
    for (uint32_t i = 1; i < e->ssa->ir->insts[inst].arg_count; i++) {
        struct span arg = eval(e, ssa_operand(e->ssa, inst, i));
        out = mix(&out, &arg);
    }
    out.parts &= (uint8_t)~SPAN_BOTTOM;
    return out;
}

static struct span eval_convert(struct eval *e, uint32_t inst, const struct role *role) {
    struct span out = eval_args(e, inst);
    out.parts &= (uint8_t)~SPAN_OTHER;
    if (role->convert == CONVERT_TO_REMAINING || role->convert == CONVERT_LIMIT || role->convert == CONVERT_IN_OUT)
        out.parts |= SPAN_LEFT;
    if (role->convert == CONVERT_TO_ABSOLUTE)
        out.parts |= SPAN_CLOCK;
    struct span from = eval(e, timed_position(e->timed, e->func, inst, &role->object));
    int64_t unit = time_unit_ns(role->bound.unit), result = time_unit_ns(role->bound.unit2 ? role->bound.unit2 : role->bound.unit);
    if ((role->convert == CONVERT_UNIT || role->convert == CONVERT_TO_ABSOLUTE) && from.known && unit && result) {
        out.known = apply(IR_MUL, from.low, unit, &out.low) && apply(IR_MUL, from.high, unit, &out.high);
        out.low /= result;
        out.high /= result;
    }
    return out;
}

ssa_id timed_returned(struct ssa *ssa, uint32_t inst, const uint32_t *fields, unsigned field_count) {
    ssa_id value = ssa_operand(ssa, inst, 0);
    uint32_t type = ssa->fn->type == IR_NONE ? IR_NONE : ssa->ir->types[ssa->fn->type].target;
    uint32_t record = type == IR_NONE ? IR_NONE : ssa->ir->types[type].record;
    if (!field_count && record != IR_NONE && ssa->ir->records[record].field_count)
        return ssa_member(ssa, value, ssa->unit->field_ids[ssa->ir->records[record].fields]);
    for (unsigned f = 0; f < field_count; f++)
        value = ssa_member(ssa, value, fields[f]);
    return value;
}

// What the program's own function returns for these arguments; `fields` count: which member of a struct.
static struct span eval_returned(struct eval *e, uint32_t callee, uint32_t inst, const uint32_t *fields, unsigned field_count) {
    struct timed_func *tf = &e->timed->funcs[callee];
    const struct ir_func *fn = e->timed->program->funcs[callee].ir;
    struct span env[64] = {0}, out = of_part(SPAN_BOTTOM);
    if (!tf->ssa || !tf->gives_time || tf->busy >= 1 || e->timed->nesting >= CALL_DEPTH)
        return eval_args(e, inst);
    for (uint32_t i = 0; i < fn->param_count && i < ARRAY_LEN(env); i++)
        env[i] = i + 1 < e->ssa->ir->insts[inst].arg_count ? eval(e, ssa_operand(e->ssa, inst, i + 1)) : of_part(SPAN_OTHER);
    tf->busy++;
    e->timed->nesting++;
    for (uint32_t k = 0; k < tf->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &tf->ssa->ir->blocks[fn->blocks + tf->ssa->cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        if (tf->ssa->ir->insts[last].op != IR_RETURN || !tf->ssa->ir->insts[last].arg_count)
            continue;
        ssa_id value = timed_returned(tf->ssa, last, fields, field_count);
        struct span returned = span_eval(e->timed, callee, value, env);
        out = out.parts & SPAN_BOTTOM ? returned : join(&out, &returned);
    }
    tf->busy--;
    e->timed->nesting--;
    if (out.parts & SPAN_BOTTOM)
        return eval_args(e, inst);
    return out;
}

// The result of a call, or a member of it.
static struct span eval_result(struct eval *e, uint32_t inst, const uint32_t *fields, unsigned field_count) {
    for (const struct role *role = timed_roles(e->timed, e->func, inst); role; role = role->next) {
        if (role->kind == ROLE_NOW && role->result.kind == POS_RETURN)
            return (struct span){.parts = SPAN_CLOCK, .known = true};
        if (role->kind == ROLE_QUERY && (role->query == QUERY_DEADLINE || role->query == QUERY_REMAINING))
            return of_part(SPAN_LEFT);
        if (role->kind == ROLE_CONVERT)
            return eval_convert(e, inst, role);
    }
    uint32_t callee = timed_callee(e->timed, e->func, inst);
    if (callee != IR_NONE && !e->timed->program->funcs[callee].roles && e->timed->program->funcs[callee].has_body)
        return eval_returned(e, callee, inst, fields, field_count);
    return eval_args(e, inst);
}

// What a call left behind a pointer.
static struct span eval_out(struct eval *e, uint32_t inst, ssa_id address) {
    for (const struct role *role = timed_roles(e->timed, e->func, inst); role; role = role->next) {
        if (!timed_role_holds(e->timed, e->func, inst, role))
            continue;
        if (role->kind == ROLE_NOW && role->result.kind == POS_ARG)
            return (struct span){.parts = SPAN_CLOCK, .known = true};
        if (role->kind == ROLE_QUERY || (role->kind == ROLE_BLOCK && role->bound.in_out) || role->kind == ROLE_SLEEP)
            return of_part(SPAN_LEFT);
        if (role->kind == ROLE_CONVERT)
            return eval_convert(e, inst, role);
    }
    struct span before = eval(e, ssa_pointed(e->ssa, inst, address));
    struct span out = eval_args(e, inst);
    out = mix(&out, &before);
    out.parts |= before.parts & (SPAN_CLOCK | SPAN_LEFT | SPAN_PARAM);
    out.parts &= (uint8_t)~SPAN_BOTTOM;
    return out;
}

// An initial value that nothing in the program changes.
static bool is_constant_memory(struct eval *e, ssa_id address, int64_t *ret) {
    const struct ssa_node *node = ssa_at(e->ssa, address);
    struct syms *syms = &e->timed->flow->syms;
    sym_id sym = SYM_NONE;
    if (node->kind == SSA_FIELD && ssa_at(e->ssa, node->a)->kind == SSA_ADDR) {
        uint32_t global = e->ssa->unit->global_ids[ssa_at(e->ssa, node->a)->a];
        if (global != IR_NONE)
            sym = sym_make(syms, SYM_FIELD, 0, sym_make(syms, SYM_GLOBAL, 0, global, 0, 0), node->b, 0);
    } else if (node->kind == SSA_ADDR && e->ssa->unit->global_ids[node->a] != IR_NONE)
        sym = sym_make(syms, SYM_GLOBAL, 0, e->ssa->unit->global_ids[node->a], 0, 0);
    const uint32_t *value = sym ? map_get(&e->timed->flow->globals, sym) : NULL;
    return value && sym_is_int(syms, *value, ret);
}

// Whether a value of this type can be a time: a number, or a struct of seconds and a rest, or a pointer to one.
static bool can_be_time(const struct ir_unit *ir, uint32_t type) {
    if (type != IR_NONE && ir->types[type].kind == IR_POINTER)
        type = ir->types[type].target;
    if (type == IR_NONE)
        return false;
    const struct ir_type *t = &ir->types[type];
    if (t->kind == IR_RECORD && t->record != IR_NONE)
        return is_time_record(ir_text(ir, ir->records[t->record].name));
    return t->kind == IR_FLOAT || ((t->kind == IR_INT || t->kind == IR_UINT) && t->size > 1);
}

static struct span eval_param(struct eval *e, uint32_t index) {
    if (!can_be_time(e->ssa->ir, e->ssa->ir->vars[e->ssa->fn->vars + index].type))
        return of_part(SPAN_MEMORY);
    if (e->env && index < 64)
        return e->env[index];
    struct span out = of_part(SPAN_PARAM);
    out.params = index < 64 ? UINT64_C(1) << index : 0;
    return out;
}

// Memory behind a parameter that points to a time or a number is the parameter's; other memory is configuration.
static struct span eval_load(struct eval *e, const struct ssa_node *node) {
    int64_t number;
    ssa_id base = node->a;
    if (is_constant_memory(e, node->a, &number))
        return of_int(number);
    if (ssa_at(e->ssa, base)->kind == SSA_FIELD) {
        const struct prog_field *field = &e->timed->program->fields[ssa_at(e->ssa, base)->b];
        if (is_time_record(field->record))
            base = ssa_at(e->ssa, base)->a;
    }
    const struct ssa_node *root = ssa_at(e->ssa, base);
    if (root->kind != SSA_PARAM)
        return of_part(SPAN_MEMORY);
    struct span out = eval_param(e, root->a);
    if (base != node->a && out.known) { // the whole is in nanoseconds
        bool is_seconds = !strcmp(e->timed->program->fields[ssa_at(e->ssa, node->a)->b].member, "tv_sec");
        out.low = is_seconds ? out.low / 1000000000 : 0;
        out.high = is_seconds ? out.high / 1000000000 : 0;
    }
    return out;
}

static struct span eval_member(struct eval *e, const struct ssa_node *node) {
    uint32_t fields[4];
    unsigned count = 0;
    const struct ssa_node *base = node;
    for (; base->kind == SSA_MEMBER && count < ARRAY_LEN(fields); base = ssa_at(e->ssa, base->a))
        memmove(fields + 1, fields, count++ * sizeof *fields), fields[0] = base->b;
    if (base->kind == SSA_RESULT)
        return eval_result(e, base->a, fields, count);
    if (base->kind == SSA_PARAM)
        return eval_param(e, base->a);
    return of_part(SPAN_MEMORY);
}

static struct span eval(struct eval *e, ssa_id id) {
    struct ssa_node node = *ssa_at(e->ssa, id);
    struct span out = of_part(SPAN_OTHER);
    double real;
    if (e->depth >= DEPTH_MAX)
        return out;
    e->depth++;
    switch ((enum ssa_kind)node.kind) {
    case SSA_INT: out = of_int(node.number); break;
    case SSA_FLOAT:
        memcpy(&real, &node.number, sizeof real);
        out = of_int((int64_t)real);
        break;
    case SSA_PARAM: out = eval_param(e, node.a); break;
    case SSA_LOAD: out = eval_load(e, &node); break;
    case SSA_MEMBER: out = eval_member(e, &node); break;
    case SSA_RESULT: out = eval_result(e, node.a, NULL, 0); break;
    case SSA_OUT: out = eval_out(e, node.a, node.b); break;
    case SSA_BINARY: out = eval_binary(e, &node); break;
    case SSA_PHI: out = eval_phi(e, id, &node); break;
    case SSA_UNARY: {
        out = eval(e, node.a);
        out.known = out.known && node.sub == IR_NEG && out.low > INT64_MIN;
        int64_t low = out.known ? -out.high : 0;
        out.high = out.known ? -out.low : 0;
        out.low = low;
        break;
    }
    default: break;
    }
    e->depth--;
    return out;
}

struct span span_eval(struct timed *timed, uint32_t func, ssa_id id, const struct span *env) {
    struct eval e = {.timed = timed, .func = func, .ssa = timed->funcs[func].ssa, .env = env};
    struct span out = eval(&e, id);
    map_done(&e.busy);
    return out;
}

// ---- bounds

static struct span scaled(struct span span, int64_t unit) {
    span.known = span.known && apply(IR_MUL, span.low, unit ? unit : 1, &span.low) && apply(IR_MUL, span.high, unit ? unit : 1, &span.high);
    return span;
}

static struct span add(struct span a, struct span b) {
    struct span out = mix(&a, &b);
    out.known = a.known && b.known && apply(IR_ADD, a.low, b.low, &out.low) && apply(IR_ADD, a.high, b.high, &out.high);
    return out;
}

// The type that the callee declares for an argument, else the argument's own.
static uint32_t arg_type(const struct ssa *ssa, uint32_t inst, unsigned arg) {
    const struct ir_inst *call = &ssa->ir->insts[inst];
    const struct ir_value *callee = &ssa->ir->values[call->args];
    if (callee->kind == IR_V_FUNC && arg < ssa->ir->funcs[callee->index].param_count)
        return ssa->ir->vars[ssa->ir->funcs[callee->index].vars + arg].type;
    return ssa->ir->call_args[call->aux + 1 + arg].type;
}

// The two members of a timespec or timeval that is passed by pointer or as a value; false where it is none.
static bool struct_members(struct ssa *ssa, uint32_t inst, unsigned arg, ssa_id ret_nodes[2]) {
    uint32_t type = arg_type(ssa, inst, arg), record = ir_record_of(ssa->ir, type);
    if (record == IR_NONE) { // passed as void *
        type = ssa->ir->call_args[ssa->ir->insts[inst].aux + 1 + arg].type;
        record = ir_record_of(ssa->ir, type);
    }
    if (record == IR_NONE || ssa->ir->records[record].field_count < 2)
        return false;
    ssa_id value = ssa_operand(ssa, inst, arg + 1);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t field = ssa->unit->field_ids[ssa->ir->records[record].fields + i];
        bool by_pointer = ssa->ir->types[type].kind == IR_POINTER;
        ret_nodes[i] = by_pointer ? ssa_pointed(ssa, inst, ssa_field(ssa, value, field)) : ssa_member(ssa, value, field);
    }
    return true;
}

// In nanoseconds.
static struct span time_struct(struct timed *timed, uint32_t func, uint32_t inst, unsigned arg, enum time_unit unit, const struct span *env) {
    ssa_id parts[2];
    if (!struct_members(timed->funcs[func].ssa, inst, arg, parts))
        return of_part(SPAN_OTHER);
    struct span seconds = scaled(span_eval(timed, func, parts[0], env), 1000000000);
    struct span rest = scaled(span_eval(timed, func, parts[1], env), unit == UNIT_TIMEVAL ? 1000 : 1);
    if (!rest.known && rest.parts & SPAN_CLOCK && seconds.known) { // the part below a second is made from the clock
        rest.known = true;
        rest.low = rest.high = 0;
    }
    return add(seconds, rest);
}

unsigned timed_bound_nodes(struct timed *timed, uint32_t func, uint32_t inst, const struct bound *bound, ssa_id ret_nodes[2]) {
    struct ssa *ssa = timed->funcs[func].ssa;
    if (bound->kind == BOUND_NONE || bound->pos.kind != POS_ARG || bound->pos.arg + 1 >= ssa->ir->insts[inst].arg_count)
        return 0;
    if (bound->unit == UNIT_TIMESPEC || bound->unit == UNIT_TIMEVAL)
        return struct_members(ssa, inst, bound->pos.arg, ret_nodes) ? 2 : 0;
    ret_nodes[0] = timed_position(timed, func, inst, &bound->pos);
    return 1;
}

static struct span special(const struct bound *bound, struct span span) {
    bool is_one = span.known && span.low == span.high;
    if (is_one && time_is_listed(bound->infinite, bound->infinite_count, span.low))
        return of_int(INT64_MAX);
    return span;
}

struct span span_bound(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role, const struct span *env) {
    const struct bound *bound = &role->bound;
    struct ssa *ssa = timed->funcs[func].ssa;
    uint32_t arg_count = ssa->ir->insts[inst].arg_count - 1;
    if (bound->kind == BOUND_NONE)
        return of_int(INT64_MAX);
    if (bound->pos.kind != POS_ARG || bound->pos.arg >= arg_count)
        return of_part(SPAN_OTHER);
    ssa_id value = ssa_operand(ssa, inst, bound->pos.arg + 1);
    if (bound->pos.deref && bound->null_infinite && ssa_at(ssa, value)->kind == SSA_INT)
        return of_int(INT64_MAX);
    if (bound->unit == UNIT_TIMESPEC || bound->unit == UNIT_TIMEVAL)
        return time_struct(timed, func, inst, bound->pos.arg, bound->unit, env);
    const struct ssa_node *node = ssa_at(ssa, value);
    if (node->kind == SSA_FLOAT && time_unit_ns(bound->unit)) {
        double real;
        memcpy(&real, &node->number, sizeof real);
        return of_int((int64_t)(real * (double)time_unit_ns(bound->unit)));
    }
    struct span out = special(bound, span_eval(timed, func, timed_position(timed, func, inst, &bound->pos), env));
    if (span_is_endless(&out))
        return out;
    out = scaled(out, time_unit_ns(bound->unit));
    if (bound->pos2.kind != POS_NONE)
        out = add(out, scaled(span_eval(timed, func, timed_position(timed, func, inst, &bound->pos2), env), time_unit_ns(bound->unit2)));
    return out;
}

struct span span_sink(struct timed *timed, uint32_t func, uint32_t inst, uint32_t callee, const struct sink *sink, const struct span *env) {
    struct span args[64];
    struct timed_func *tf = &timed->funcs[callee];
    struct ssa *ssa = timed->funcs[func].ssa;
    uint32_t given = ssa->ir->insts[inst].arg_count;
    if (tf->busy >= CALL_DEPTH)
        return of_part(SPAN_OTHER);
    for (uint32_t i = 0; i < ARRAY_LEN(args); i++)
        args[i] = i + 1 < given ? span_eval(timed, func, ssa_operand(ssa, inst, i + 1), env) : of_part(SPAN_OTHER);
    for (uint32_t i = 0; i + 1 < given && i < ARRAY_LEN(args); i++) { // a pointer to a time stands for the time
        uint32_t record = ir_record_of(ssa->ir, arg_type(ssa, inst, i));
        const char *name = record == IR_NONE ? "" : ir_text(ssa->ir, ssa->ir->records[record].name);
        if (is_time_record(name))
            args[i] = time_struct(timed, func, inst, i, !strcmp(name, "timeval") ? UNIT_TIMEVAL : UNIT_TIMESPEC, env);
        args[i].is_given = true;
    }
    if (sink->inner == IR_NONE)
        return span_bound(timed, callee, sink->inst, sink->role, args);
    const struct timed_func *next = &timed->funcs[sink->callee];
    tf->busy++;
    struct span out = span_sink(timed, callee, sink->inst, sink->callee, sink->inner == SINK_MADE ? &next->made : &next->sinks.items[sink->inner], args);
    tf->busy--;
    return out;
}

// ---- calls

const struct role *timed_roles(const struct timed *timed, uint32_t func, uint32_t inst) {
    struct ssa *ssa = timed->funcs[func].ssa;
    uint32_t callee = timed_callee(timed, func, inst);
    if (callee != IR_NONE)
        return timed->program->funcs[callee].roles;
    const struct ssa_node *node = ssa_at(ssa, ssa_operand(ssa, inst, 0));
    if (node->kind != SSA_LOAD || ssa_at(ssa, node->a)->kind != SSA_FIELD)
        return NULL;
    const struct prog_field *field = &timed->program->fields[ssa_at(ssa, node->a)->b];
    return model_field_roles(timed->program->units[field->unit].model, field->field);
}

bool timed_role_holds(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role) {
    struct ssa *ssa = timed->funcs[func].ssa;
    if (role->option.kind != POS_ARG || role->option.arg + 1 >= ssa->ir->insts[inst].arg_count)
        return role->option.kind != POS_ARG;
    const struct ssa_node *node = ssa_at(ssa, ssa_operand(ssa, inst, role->option.arg + 1));
    return node->kind == SSA_INT && node->number == role->option_value;
}

const struct role *timed_role(const struct timed *timed, uint32_t func, uint32_t inst, enum role_kind kind) {
    const struct role *role = timed_roles(timed, func, inst);
    while (role && (role->kind != kind || !timed_role_holds((struct timed *)timed, func, inst, role)))
        role = role->next;
    return role;
}

ssa_id timed_position(struct timed *timed, uint32_t func, uint32_t inst, const struct pos *pos) {
    struct ssa *ssa = timed->funcs[func].ssa;
    if (pos->kind != POS_ARG || pos->arg + 1 >= ssa->ir->insts[inst].arg_count)
        return SSA_UNKNOWN;
    ssa_id value = ssa_operand(ssa, inst, pos->arg + 1);
    if (pos->field) {
        uint32_t record = ir_record_of(ssa->ir, arg_type(ssa, inst, pos->arg));
        for (uint32_t i = 0; record != IR_NONE && i < ssa->ir->records[record].field_count; i++) {
            uint32_t field = ssa->ir->records[record].fields + i;
            if (!strcmp(ir_text(ssa->ir, ssa->ir->fields[field].name), pos->field))
                return ssa_pointed(ssa, inst, ssa_field(ssa, value, ssa->unit->field_ids[field]));
        }
        return SSA_UNKNOWN;
    }
    return pos->deref ? ssa_pointed(ssa, inst, value) : value;
}

uint32_t timed_called(const struct timed *timed, uint32_t func, uint32_t inst) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    const struct ir_value *callee = &ssa->ir->values[ssa->ir->insts[inst].args];
    return callee->kind == IR_V_FUNC ? ssa->unit->func_ids[callee->index] : IR_NONE;
}

uint32_t timed_callee(const struct timed *timed, uint32_t func, uint32_t inst) {
    uint32_t callee = timed_called(timed, func, inst);
    return callee == IR_NONE ? IR_NONE : timed->program->funcs[callee].forwards_to;
}
