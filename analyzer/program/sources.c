// See sources.h. A value is followed through the instructions that made it; no set of possible values is kept, since every
// temporary has one maker and everything that can hold several lies in memory, that is in a slot.
#include "program/sources.h"

#include <stdlib.h>

// CODE (a function) or BLANK (void, unknown) below so many pointers. Arrays count as their elements.
enum { CODE = 0x80, BLANK = 0x40, DEPTH = 0x3f };

enum { LONGEST_CHAIN = 1000 };

uint8_t *carriers_new(const struct ir_unit *unit) {
    uint8_t *carries = mem_zalloc(unit->types_count);
    for (uint32_t t = 0; t < unit->types_count; t++) {
        const struct ir_type *type = &unit->types[t];
        if (type->kind == IR_FUNCTION)
            carries[t] = CODE;
        else if (type->kind == IR_VOID)
            carries[t] = BLANK;
        else if (type->kind == IR_OTHER)
            carries[t] = BLANK | 1;
        else if (type->kind == IR_ARRAY)
            carries[t] = carries[type->target];
        else if (type->kind == IR_POINTER && carries[type->target])
            carries[t] = (uint8_t)(carries[type->target] + ((carries[type->target] & DEPTH) < DEPTH));
    }
    return carries;
}

bool carries_code(const uint8_t *carries, uint32_t type) {
    return carries[type] & (CODE | DEPTH);
}

bool carries_pointer_to_code(const uint8_t *carries, uint32_t type) {
    return (carries[type] & DEPTH) > 1;
}

static const struct source nowhere = {.kind = FROM_NOWHERE};

static struct source from_var(const struct body *b, uint32_t var) {
    uint32_t global = b->unit->global_ids[var], local = var - b->func->vars;
    if (!carries_code(b->carries, b->unit->ir->vars[var].type) || (global == IR_NONE && local >= b->func->var_count))
        return nowhere;
    uint32_t slot = global != IR_NONE ? slots_get(b->slots, SLOT_GLOBAL, 0, global) : slots_get(b->slots, SLOT_VAR, b->id, local);
    return (struct source){.kind = FROM_SLOT, .id = slot, .both_ways = true};
}

struct source body_field(const struct body *b, uint32_t field) {
    if (!carries_code(b->carries, b->unit->ir->fields[field].type))
        return nowhere;
    return (struct source){.kind = FROM_SLOT, .id = slots_get(b->slots, SLOT_FIELD, 0, b->unit->field_ids[field]), .both_ways = true};
}

static struct source from_place(const struct body *b, struct ir_value value, const struct ir_inst *inst) {
    if (value.kind == IR_V_FUNC && b->unit->func_ids[value.index] != IR_NONE)
        return (struct source){.kind = FROM_FUNC, .id = b->unit->func_ids[value.index]};
    if (value.kind == IR_V_ADDR)
        return from_var(b, value.index);
    return inst && inst->op == IR_FIELD ? body_field(b, inst->aux) : nowhere;
}

// What a call of `callee` gives.
static struct source from_result(const struct body *b, struct source callee) {
    if (callee.kind == FROM_NOWHERE || (callee.kind == FROM_FUNC && !b->program->funcs[callee.id].has_body))
        return nowhere;
    uint32_t slot = slots_get(b->slots, callee.kind == FROM_FUNC ? SLOT_RETURN : SLOT_RESULT, callee.id, 0);
    return (struct source){.kind = FROM_SLOT, .id = slot};
}

// Follows a value back to the place it was read from. Loads and element accesses stay at the place: a pointer to a slot is the slot.
struct source body_chase(const struct body *b, struct ir_value value) {
    bool loaded = false;
    unsigned calls = 0;
    for (unsigned step = 0; step < LONGEST_CHAIN; step++) {
        const struct ir_inst *inst = value.kind == IR_V_TEMP ? &b->unit->ir->insts[b->defs.items[value.index]] : NULL;
        if (!inst || (inst->op != IR_LOAD && inst->op != IR_INDEX && inst->op != IR_CAST && inst->op != IR_CALL)) {
            struct source source = from_place(b, value, inst);
            source.both_ways &= !loaded;
            for (; calls; calls--)
                source = from_result(b, source);
            return source;
        }
        loaded |= inst->op == IR_LOAD;
        calls += inst->op == IR_CALL;
        value = b->unit->ir->values[inst->args];
    }
    return nowhere;
}

void body_start(struct body *b, struct slots *slots, const struct program *program, uint32_t unit, uint32_t func, uint32_t id,
                const uint8_t *carries) {
    b->program = program;
    b->slots = slots;
    b->unit = &program->units[unit];
    b->func = &b->unit->ir->funcs[func];
    b->id = id;
    b->carries = carries;
    b->defs.len = b->func->temp_count;
    vec_reserve(&b->defs, b->defs.len);
    for (uint32_t i = 0; i < b->defs.len; i++)
        b->defs.items[i] = 0;
}

void body_done(struct body *b) {
    vec_done(&b->defs);
}

struct source body_source(const struct body *b, struct ir_value value) {
    if (value.kind == IR_V_TEMP && !carries_code(b->carries, b->unit->ir->insts[b->defs.items[value.index]].type))
        return nowhere;
    struct source source = body_chase(b, value);
    if (value.kind != IR_V_TEMP)
        return source;
    uint32_t type = b->unit->ir->insts[b->defs.items[value.index]].type;
    source.both_ways |= carries_pointer_to_code(b->carries, type);
    source.is_code = b->carries[type] & CODE;
    return source;
}

