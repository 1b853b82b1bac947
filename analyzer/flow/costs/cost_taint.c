// Which functions are worth walking, and for what: where deadlines are set that something can be too long for, which waits have a
// length that the program says, and which parameters such lengths come through. Blind to order: a variable holds whatever is put
// into it anywhere, memory behind pointers whatever is put behind any pointer of the function. What is not marked here cannot
// matter to any sum; much that is marked will turn out not to.
#include "flow/costs/cost.h"

#include <stdlib.h>

enum {
    TAINT_PARAMS = 24,
    TAINT_ALL_PARAMS = (1 << TAINT_PARAMS) - 1,
    TAINT_ELAPSED = 1 << 24, // what has passed between two moments
    TAINT_NOW = 1 << 25,     // the time has gone into it
    TAINT_MOMENT = 1 << 26,  // and it still is one
    TAINT_LATER = 1 << 27,   // and something was added
    TAINT_CONTEXT = 1 << 28, // one with a bound that was made here
    TAINT_NUMBER = 1 << 29,  // the program may say which
    TAINT_SCALED = 1 << 30,
    TAINT_GIVEN = TAINT_CONTEXT | TAINT_MOMENT | TAINT_LATER, // what callers get
    TAINT_KNOWN = TAINT_NUMBER | TAINT_GIVEN,
    TAINT_FIELDS = 32, // from this bit on: members that the function reads
    FIELD_SLOTS = 31,
    TAINT_ROUNDS = 3,
    SCANS_MAX = 4, // of one function, while its callees become known
    PASSES = 2,
};

typedef uint64_t taint_bits;
static const taint_bits moments = TAINT_ELAPSED | TAINT_NOW | TAINT_MOMENT | TAINT_LATER;

bool cost_keeps_clocks(const struct cost *cost, uint32_t func) {
    const struct cost_func *info = &cost->funcs[func];
    return !info->is_scanned || info->sets || ((info->gives | info->fills) & TAINT_MOMENT);
}

struct taint {
    struct cost *cost;
    struct cost_func *info;
    uint32_t func;
    const struct prog_unit *unit;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    taint_bits *vars, *temps;
    uint32_t *bases;   // by temporary: variable whose memory it points into, IR_NONE
    uint32_t *origins; // by temporary: bits of the parameters that the pointer was found behind
    uint32_t *fields;  // by temporary: member whose address it is, IR_NONE
    uint32_t slots[FIELD_SLOTS], slot_count; // members behind the bits from TAINT_FIELDS on; what is more shares the last
    taint_bits globals; // what is kept in globals
    bool has_timeouts;  // numbers that callees may take
    bool has_changed;
};

static bool is_local(const struct taint *t, const struct ir_value *value) {
    return value->kind == IR_V_ADDR && value->index - t->fn->vars < t->fn->var_count;
}

static uint32_t base_of(const struct taint *t, const struct ir_value *value) {
    if (is_local(t, value))
        return value->index - t->fn->vars;
    return value->kind == IR_V_TEMP ? t->bases[value->index] : IR_NONE;
}

static uint32_t origin_of(const struct taint *t, const struct ir_value *value) {
    return value->kind == IR_V_TEMP ? t->origins[value->index] | (uint32_t)(t->temps[value->index] & TAINT_ALL_PARAMS) : 0;
}

static uint32_t field_of(const struct taint *t, const struct ir_value *value) {
    return value->kind == IR_V_TEMP ? t->fields[value->index] : IR_NONE;
}

// Of a value, or of the variable that it is the address of.
static taint_bits taint_of(const struct taint *t, const struct ir_value *value) {
    uint32_t base = base_of(t, value);
    if (value->kind == IR_V_INT || value->kind == IR_V_FLOAT)
        return TAINT_NUMBER;
    if (base != IR_NONE)
        return t->vars[base] | (value->kind == IR_V_TEMP ? t->temps[value->index] : 0);
    if (value->kind == IR_V_ADDR)
        return TAINT_NUMBER; // what a global is initialized with
    return value->kind == IR_V_TEMP ? t->temps[value->index] : 0;
}

// What a value of this type can be of what memory holds.
static taint_bits fitting(const struct taint *t, uint32_t type, taint_bits bits) {
    uint8_t kind = type == IR_NONE ? (uint8_t)IR_OTHER : t->ir->types[type].kind;
    bool is_context = kind == IR_POINTER || kind == IR_RECORD || kind == IR_OTHER || model_type_is_context(t->unit->model, type);
    bool is_moment = kind == IR_INT || kind == IR_UINT || kind == IR_FLOAT || kind == IR_RECORD || kind == IR_OTHER;
    taint_bits unfit = (is_context ? 0 : TAINT_CONTEXT) | (is_moment ? 0 : moments) | (is_moment || kind == IR_ENUM ? 0 : TAINT_NUMBER);
    return bits & ~unfit;
}

static void add(struct taint *t, taint_bits *into, taint_bits bits) {
    t->has_changed |= (bits & ~*into) != 0;
    *into |= bits;
}

static void mark(struct taint *t, taint_bits bits, uint8_t use, enum time_unit unit) {
    bool has_unit = unit != UNIT_UNKNOWN && time_unit_ns(unit) && !(bits & TAINT_SCALED);
    for (taint_bits params = bits & TAINT_ALL_PARAMS; params; params &= params - 1) {
        int param = __builtin_ctzll(params);
        t->info->uses[param] |= use;
        if (has_unit)
            t->info->units[param] = (uint8_t)unit;
    }
    for (taint_bits slots = bits >> TAINT_FIELDS; slots; slots &= slots - 1)
        t->cost->field_uses[t->slots[__builtin_ctzll(slots)]] |= use;
}

// The bit of a member that is read.
static taint_bits slot_of(struct taint *t, uint32_t field) {
    uint32_t i = 0;
    while (i < t->slot_count && t->slots[i] != field)
        i++;
    if (i == FIELD_SLOTS)
        i--;
    if (i == t->slot_count)
        t->slots[t->slot_count++] = field;
    return UINT64_C(1) << (i + TAINT_FIELDS);
}

// What an address leads to gets these bits; where that is not the function's own, its callers may find them there.
static void keep_at(struct taint *t, const struct ir_value *address, taint_bits bits) {
    uint32_t base = base_of(t, address), field = field_of(t, address);
    bool is_global = address->kind == IR_V_ADDR && base == IR_NONE;
    if (base != IR_NONE)
        add(t, &t->vars[base], bits);
    else
        mark(t, origin_of(t, address), PARAM_CHANGED, UNIT_UNKNOWN);
    if (field != IR_NONE)
        t->cost->field_holds[field] |= (uint32_t)(bits & TAINT_KNOWN);
    if (is_global)
        add(t, &t->globals, bits & TAINT_KNOWN);
    if (is_global && t->ir->vars[address->index].kind == IR_VAR_GLOBAL)
        t->info->gives |= (uint32_t)(bits & TAINT_GIVEN);
    bool is_wanted = (bits & TAINT_CONTEXT) || field == IR_NONE || (t->cost->field_uses[field] & PARAM_ENDS);
    if (base == IR_NONE && (bits & TAINT_GIVEN) && is_wanted && origin_of(t, address)) {
        mark(t, origin_of(t, address), PARAM_FILLED, UNIT_UNKNOWN);
        t->info->fills |= (uint32_t)(bits & TAINT_GIVEN);
    }
}

// ---- calls that models describe

static bool may_hold(const struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct role *role) {
    uint32_t arg = role->option.arg + 1;
    return role->option.kind != POS_ARG || arg >= arg_count || args[arg].kind != IR_V_INT || t->ir->ints[args[arg].index] == role->option_value;
}

static taint_bits taint_at(const struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct pos *pos) {
    if (pos->kind != POS_ARG || pos->arg + 1 >= arg_count)
        return 0;
    const struct ir_value *value = &args[pos->arg + 1];
    bool is_nothing = value->kind == IR_V_INT && t->ir->ints[value->index] <= 0; // none, for ever, or no wait
    return is_nothing ? 0 : taint_of(t, value);
}

static void mark_bound(struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct role *role) {
    const struct bound *bound = &role->bound;
    taint_bits bits = bound->kind == BOUND_NONE ? 0 : taint_at(t, args, arg_count, &bound->pos) | taint_at(t, args, arg_count, &bound->pos2);
    bool waits = role->kind == ROLE_BLOCK || role->kind == ROLE_SLEEP, is_bound = role->kind == ROLE_BLOCK || role->kind == ROLE_DERIVE || role->kind == ROLE_ARM;
    bool is_end = bound->kind == BOUND_DEADLINE && !(bits & TAINT_NOW);
    if (bits)
        mark(t, bits, (uint8_t)(PARAM_MATTERS | (waits || is_bound ? PARAM_LENGTH : 0) | (!is_bound ? 0 : is_end ? PARAM_ENDS : PARAM_BOUNDS)), is_end ? UNIT_UNKNOWN : bound->unit);
    bool is_armed = role->armed.kind != POS_NONE && t->cost->has_arms, is_ambient = role->object.kind == POS_AMBIENT;
    t->info->spends |= waits && ((bits & TAINT_KNOWN) || is_armed || is_ambient || (taint_at(t, args, arg_count, &role->object) & TAINT_CONTEXT));
    t->info->sets |= bound->kind == BOUND_DEADLINE && (bits & TAINT_MOMENT);
    t->info->sets |= (role->kind == ROLE_DERIVE || role->kind == ROLE_ARM) && bits;
}

static void give(struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct pos *pos, taint_bits bits, taint_bits *ret_result) {
    if (pos->kind == POS_RETURN)
        *ret_result |= bits;
    else if (pos->kind == POS_ARG && pos->arg + 1 < arg_count)
        keep_at(t, &args[pos->arg + 1], bits);
    else if (pos->kind == POS_AMBIENT)
        t->info->gives |= (uint32_t)(bits & TAINT_GIVEN);
}

static taint_bits scan_role(struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct role *role) {
    taint_bits bits = 0, all = 0;
    for (uint32_t i = 1; i < arg_count; i++)
        all |= taint_of(t, &args[i]);
    for (; role; role = role->next) {
        if (!may_hold(t, args, arg_count, role))
            continue;
        mark_bound(t, args, arg_count, role);
        if (role->kind == ROLE_NOW)
            give(t, args, arg_count, &role->result, TAINT_NOW | TAINT_MOMENT, &bits);
        else if (role->kind == ROLE_CONVERT)
            give(t, args, arg_count, &role->result, all & ~(taint_bits)TAINT_CONTEXT, &bits);
        else if (role->kind == ROLE_DERIVE && role->bound.kind != BOUND_NONE)
            give(t, args, arg_count, &role->result, TAINT_CONTEXT, &bits);
        else if (role->kind == ROLE_DERIVE || role->kind == ROLE_VALUE || role->kind == ROLE_REF)
            give(t, args, arg_count, &role->result, all & TAINT_CONTEXT, &bits);
        else if (role->kind == ROLE_ARM)
            give(t, args, arg_count, &role->object, TAINT_CONTEXT | TAINT_NUMBER, &bits);
        t->info->sets |= role->kind == ROLE_CONVERT && (all & TAINT_MOMENT);
    }
    return bits;
}

// ---- other calls

// A number for the only parameter that bounds what the callee waits for in all.
static void note_timeout(struct taint *t, const struct ir_value *args, uint32_t arg_count, uint32_t callee) {
    const struct cost_func *info = &t->cost->funcs[callee];
    uint32_t found = cost_timeout_param(t->cost, callee);
    if (found == IR_NONE || found + 1 >= arg_count)
        return;
    const struct pos pos = {.kind = POS_ARG, .arg = found};
    taint_bits bits = taint_at(t, args, arg_count, &pos), others = 0;
    for (uint32_t i = 0; i + 1 < arg_count && i < t->cost->program->funcs[callee].ir->param_count; i++)
        if (i != found && (info->uses[i] & PARAM_LENGTH))
            others |= taint_at(t, args, arg_count, &(struct pos){.kind = POS_ARG, .arg = i});
    t->has_timeouts |= bits != 0;
    if (bits & TAINT_NUMBER)
        vec_push(&t->cost->timeouts, ((struct cost_timeout){t->func, callee, (others & TAINT_KNOWN) != 0}));
}

static void scan_argument(struct taint *t, const struct ir_value *args, uint32_t arg_count, uint32_t arg, uint32_t callee) {
    const struct cost_func *info = &t->cost->funcs[callee];
    bool is_looked_at = info->uses && arg < t->cost->program->funcs[callee].ir->param_count;
    uint8_t uses = is_looked_at ? info->uses[arg] : PARAM_MATTERS | PARAM_CHANGED;
    taint_bits bits = taint_of(t, &args[arg + 1]), given = taint_at(t, args, arg_count, &(struct pos){.kind = POS_ARG, .arg = arg});
    mark(t, bits, (uint8_t)(uses & ~(PARAM_FILLED | PARAM_CHANGED)), is_looked_at ? (enum time_unit)info->units[arg] : UNIT_UNKNOWN);
    t->info->spends |= ((uses & PARAM_LENGTH) && (given & TAINT_KNOWN)) || ((given & TAINT_CONTEXT) && info->waits);
    t->info->sets |= (uses & (PARAM_BOUNDS | PARAM_ENDS)) && (given & TAINT_MOMENT);
    t->info->tells |= (uses & PARAM_ASKED) && (given & TAINT_KNOWN);
    if (uses & PARAM_CHANGED)
        mark(t, origin_of(t, &args[arg + 1]), PARAM_CHANGED, UNIT_UNKNOWN);
    if (uses & PARAM_FILLED)
        keep_at(t, &args[arg + 1], info->fills);
    else if (info->inst_count <= COST_HELPER_INSTS && base_of(t, &args[arg + 1]) != IR_NONE)
        keep_at(t, &args[arg + 1], TAINT_NUMBER);
    t->info->sets |= (uses & PARAM_FILLED) && (info->fills & TAINT_CONTEXT);
}

static bool is_pointer(const struct taint *t, uint32_t type) {
    return type != IR_NONE && t->ir->types[type].kind == IR_POINTER;
}

static taint_bits scan_body(struct taint *t, const struct ir_inst *call, uint32_t callee) {
    const struct ir_value *args = &t->ir->values[call->args];
    uint32_t arg_count = call->arg_count;
    struct cost_func *info = &t->cost->funcs[callee];
    bool is_helper = info->inst_count <= COST_HELPER_INSTS;
    taint_bits all = info->gives | (info->gives & TAINT_MOMENT ? TAINT_NOW : 0) | (is_helper ? TAINT_NUMBER : 0);
    for (uint32_t i = 1; i < arg_count; i++) {
        scan_argument(t, args, arg_count, i - 1, callee);
        if (is_pointer(t, call->type) || !is_pointer(t, t->ir->call_args[call->aux + i].type)) // what a pointer leads to is another thing
            all |= taint_of(t, &args[i]) & ~(taint_bits)(is_helper ? TAINT_NUMBER : TAINT_KNOWN);
    }
    t->info->sets |= (info->gives & TAINT_CONTEXT) != 0;
    if (info->uses)
        note_timeout(t, args, arg_count, callee);
    return all;
}

static taint_bits scan_call(struct taint *t, uint32_t inst) {
    const struct ir_inst *call = &t->ir->insts[inst];
    const struct ir_value *args = &t->ir->values[call->args];
    const struct role *roles = cost_field_roles(t->cost->program, t->unit, call);
    uint32_t count;
    taint_bits bits = 0;
    if (roles)
        return scan_role(t, args, call->arg_count, roles);
    const struct prog_call *targets = program_targets(t->cost->program, t->func, inst, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct prog_func *callee = &t->cost->program->funcs[targets[i].callee];
        const struct role *forwarded = t->cost->program->funcs[callee->forwards_to].roles;
        if (forwarded)
            bits |= scan_role(t, args, call->arg_count, forwarded);
        else if (callee->has_body && (targets[i].kind == CALL_DIRECT || targets[i].kind == CALL_INDIRECT))
            bits |= scan_body(t, call, targets[i].callee);
    }
    bool is_opaque = !count || (count == 1 && !t->cost->program->funcs[targets[0].callee].has_body && !t->cost->program->funcs[targets[0].callee].roles);
    for (uint32_t i = 1; is_opaque && i < call->arg_count; i++) {
        t->info->spends |= (taint_of(t, &args[i]) & TAINT_CONTEXT) != 0; // waits until the context ends
        mark(t, origin_of(t, &args[i]), PARAM_CHANGED, UNIT_UNKNOWN);
    }
    return fitting(t, call->type, bits);
}

// ---- one function

// A moment minus another, or a number minus what has passed: a deadline of the function's own.
static bool is_deadline_used(taint_bits left, taint_bits right) {
    return ((right & TAINT_MOMENT) && (left & TAINT_LATER)) || ((right & (TAINT_MOMENT | TAINT_ELAPSED)) && !(left & TAINT_MOMENT));
}

static taint_bits scan_sum(struct taint *t, const struct ir_inst *inst, taint_bits left, taint_bits right) {
    taint_bits bits = left | right;
    if (inst->sub == IR_ADD)
        return bits & TAINT_MOMENT ? bits | TAINT_LATER : bits;
    if (is_deadline_used(left, right)) {
        t->info->sets = true;
        mark(t, bits & ~(taint_bits)TAINT_ALL_PARAMS, PARAM_ENDS, UNIT_UNKNOWN);
    }
    if (left & right & TAINT_MOMENT)
        bits = (bits & ~(taint_bits)(TAINT_MOMENT | TAINT_LATER)) | TAINT_ELAPSED;
    return bits;
}

static taint_bits scan_binary(struct taint *t, const struct ir_inst *inst, taint_bits left, taint_bits right) {
    taint_bits bits = left | right, number = left & right & TAINT_NUMBER;
    if (inst->sub >= IR_EQ)
        bits &= ~(taint_bits)(TAINT_GIVEN | TAINT_ELAPSED);
    else if (inst->sub == IR_ADD || inst->sub == IR_SUB)
        bits = scan_sum(t, inst, left, right);
    else
        bits = (bits & ~(taint_bits)(TAINT_ELAPSED | (inst->sub == IR_DIV || inst->sub == IR_REM ? 0 : TAINT_MOMENT | TAINT_LATER))) | TAINT_SCALED;
    return (bits & ~(taint_bits)TAINT_NUMBER) | number;
}

static void scan_address(struct taint *t, const struct ir_inst *inst) {
    const struct ir_value *base = &t->ir->values[inst->args];
    t->bases[inst->result] = base_of(t, base);
    t->origins[inst->result] = origin_of(t, base);
    t->fields[inst->result] = inst->op == IR_FIELD ? t->unit->field_ids[inst->aux] : field_of(t, base);
}

static void scan_load(struct taint *t, const struct ir_inst *inst) {
    const struct ir_value *address = &t->ir->values[inst->args];
    uint32_t field = field_of(t, address);
    taint_bits bits = taint_of(t, address);
    if (field != IR_NONE)
        bits |= t->cost->field_holds[field] | slot_of(t, field);
    else if (address->kind == IR_V_ADDR && base_of(t, address) == IR_NONE)
        bits |= t->globals;
    t->origins[inst->result] = origin_of(t, address);
    add(t, &t->temps[inst->result], fitting(t, inst->type, bits));
}

static void scan_inst(struct taint *t, uint32_t index) {
    const struct ir_inst *inst = &t->ir->insts[index];
    const struct ir_value *args = &t->ir->values[inst->args];
    taint_bits bits = 0;
    switch ((enum ir_op)inst->op) {
    case IR_FIELD:
    case IR_INDEX: scan_address(t, inst); break;
    case IR_LOAD: scan_load(t, inst); break;
    case IR_STORE:
        bits = taint_of(t, &args[1]);
        keep_at(t, &args[0], bits);
        if (args[0].kind != IR_V_ADDR)
            mark(t, bits, PARAM_MATTERS, UNIT_UNKNOWN);
        break;
    case IR_ZERO: keep_at(t, &args[0], 0); break;
    case IR_BINARY: bits = scan_binary(t, inst, taint_of(t, &args[0]), taint_of(t, &args[1])); break;
    case IR_CAST: t->origins[inst->result] = origin_of(t, &args[0]); // fall through
    case IR_UNARY: bits = taint_of(t, &args[0]); break;
    case IR_CALL: bits = scan_call(t, index); break;
    case IR_RETURN: t->info->gives |= inst->arg_count ? (uint32_t)(fitting(t, t->ir->types[t->fn->type].target, taint_of(t, &args[0])) & TAINT_GIVEN) : 0; // fall through
    case IR_BRANCH:
    case IR_SWITCH:
        if (inst->arg_count)
            mark(t, taint_of(t, &args[0]), PARAM_MATTERS, UNIT_UNKNOWN);
        break;
    default: break;
    }
    if (inst->result != IR_NONE)
        add(t, &t->temps[inst->result], bits);
}

// Parameters that say how often a loop turns.
static taint_bits loop_params(const struct taint *t) {
    taint_bits bits = 0;
    cost_prepare(t->cost, t->func);
    for (uint32_t k = 0; k < t->fn->block_count; k++) {
        const struct ir_block *block = &t->ir->blocks[t->fn->blocks + k];
        if (t->info->progresses[k])
            bits |= taint_of(t, &t->ir->values[t->ir->insts[block->insts + block->inst_count - 1].args]);
    }
    return bits;
}

// What callers give decides what is asked for below a deadline here.
static void ask(struct taint *t) {
    if (!t->info->sets && !t->has_timeouts)
        return;
    mark(t, loop_params(t), PARAM_ASKED, UNIT_UNKNOWN);
    t->info->asks_fields = true;
    for (uint32_t p = 0; p < t->fn->param_count; p++)
        if (t->info->uses[p] & PARAM_LENGTH)
            t->info->uses[p] |= PARAM_ASKED;
}

static void scan_rounds(struct taint *t) {
    t->has_changed = true;
    for (unsigned round = 0; t->has_changed && round < TAINT_ROUNDS; round++) {
        t->has_changed = false;
        for (uint32_t k = 0; k < t->fn->block_count; k++) {
            const struct ir_block *block = &t->ir->blocks[t->fn->blocks + k];
            for (uint32_t i = 0; i < block->inst_count; i++)
                scan_inst(t, block->insts + i);
        }
    }
}

static void scan_function(struct cost *cost, uint32_t f) {
    const struct prog_func *func = &cost->program->funcs[f];
    struct taint t = {.cost = cost, .info = &cost->funcs[f], .func = f, .unit = &cost->program->units[func->unit], .fn = func->ir};
    t.ir = t.unit->ir;
    t.vars = mem_zalloc(t.fn->var_count * sizeof *t.vars);
    t.temps = mem_zalloc(t.fn->temp_count * sizeof *t.temps);
    t.bases = mem_zalloc(t.fn->temp_count * sizeof *t.bases);
    t.origins = mem_zalloc(t.fn->temp_count * sizeof *t.origins);
    t.fields = mem_zalloc(t.fn->temp_count * sizeof *t.fields);
    for (uint32_t i = 0; i < t.fn->temp_count; i++)
        t.bases[i] = t.fields[i] = IR_NONE;
    for (uint32_t i = 0; i < t.fn->param_count && i < TAINT_PARAMS; i++)
        t.vars[i] = UINT64_C(1) << i;
    scan_rounds(&t);
    ask(&t);
    free(t.vars);
    free(t.temps);
    free(t.bases);
    free(t.origins);
    free(t.fields);
}

// ---- all functions

static bool speaks_of_time(const struct role *role) {
    for (; role; role = role->next)
        if (role->kind == ROLE_NOW || role->kind == ROLE_CONVERT || role->kind == ROLE_SLEEP || role->kind == ROLE_DERIVE || role->kind == ROLE_ARM || role->kind == ROLE_QUERY ||
            (role->kind == ROLE_BLOCK && (role->bound.kind != BOUND_NONE || role->armed.kind != POS_NONE || role->object.kind != POS_NONE)))
            return true;
    return false;
}

// What callers of a function need to know of it.
static uint64_t told(const struct cost *cost, uint32_t f) {
    const struct cost_func *info = &cost->funcs[f];
    uint64_t h = (uint64_t)info->gives << 32 | info->fills;
    for (uint32_t p = 0; info->uses && p < cost->program->funcs[f].ir->param_count; p++)
        if (info->uses[p] & (PARAM_BOUNDS | PARAM_ENDS | PARAM_LENGTH | PARAM_ASKED | PARAM_FILLED))
            h = cost_hash(h, (uint64_t)p << 16 | (uint64_t)info->uses[p] << 8 | info->units[p]);
    for (uint32_t p = 0; h && info->uses && p < cost->program->funcs[f].ir->param_count; p++)
        h = cost_hash(h, info->uses[p] & PARAM_CHANGED);
    return h;
}

static bool is_followed(const struct prog_call *call) {
    return call->kind == CALL_DIRECT || call->kind == CALL_INDIRECT;
}

// Whether anything that it calls says something of times: nothing else makes a function worth a scan.
static bool hears_of_time(const struct cost *cost, uint32_t f) {
    const struct program *program = cost->program;
    const struct prog_func *func = &program->funcs[f];
    for (uint32_t i = 0; i < func->call_count; i++) {
        const struct prog_call *call = &program->calls[func->calls + i];
        if (is_followed(call) && (program->funcs[call->callee].roles ? speaks_of_time(program->funcs[call->callee].roles) : cost->funcs[call->callee].told != 0))
            return true;
    }
    return cost->funcs[f].calls_fields;
}

static void begin_uses(struct cost *cost, uint32_t f) {
    struct cost_func *info = &cost->funcs[f];
    uint32_t count = cost->program->funcs[f].ir->param_count;
    if (info->uses)
        return;
    info->uses = arena_array(&cost->arena, uint8_t, count);
    info->units = arena_array(&cost->arena, uint8_t, count);
}

// Scans a function; where what it tells is new, its callers that were scanned before are to be scanned again.
static void scan_one(struct cost *cost, uint32_t f, struct cost_queue *again) {
    const struct program *program = cost->program;
    struct cost_func *info = &cost->funcs[f];
    if (!info->is_timely || !program->funcs[f].has_body || program->funcs[f].roles || info->scans >= SCANS_MAX || !hears_of_time(cost, f))
        return;
    begin_uses(cost, f);
    info->is_scanned = true;
    info->scans++;
    scan_function(cost, f);
    uint64_t now = told(cost, f);
    if (now == info->told)
        return;
    info->told = now;
    for (uint32_t i = 0; i < program->funcs[f].caller_count; i++) {
        const struct prog_call *call = &program->calls[program->callers[program->funcs[f].callers + i]];
        if (is_followed(call) && cost->funcs[call->caller].was_met)
            vec_push(again, call->caller);
    }
}

static void scan_all(struct cost *cost) {
    const struct program *program = cost->program;
    struct cost_queue again = {0};
    for (uint32_t f = 0; f < program->func_count; f++) {
        cost->funcs[f].was_met = false;
        cost->funcs[f].scans = 0;
    }
    cost->timeouts.len = 0;
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        program_rest_at(program, i);
        scan_one(cost, program->scc_funcs[i], &again);
        cost->funcs[program->scc_funcs[i]].was_met = true;
    }
    while (again.len)
        scan_one(cost, again.items[--again.len], &again);
    vec_done(&again);
}

// Once to see which members are for times and lengths; then again, knowing it.
void cost_find_lengths(struct cost *cost) {
    cost->field_uses = arena_array(&cost->arena, uint8_t, cost->program->field_count);
    cost->field_holds = arena_array(&cost->arena, uint32_t, cost->program->field_count);
    for (unsigned pass = 0; pass < PASSES; pass++)
        scan_all(cost);
}
