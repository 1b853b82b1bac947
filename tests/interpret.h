// Runs functions of a unit: an interpreter of the IR for tests. Memory is made of cells, one per scalar: an address is an object's
// number and a cell in it. Aggregates as values are the address of a copy. What has no meaning here (IR_HAVOC, IR_ASM, reading memory
// as another type) ends the test.
#ifndef TESTS_INTERPRET_H
#define TESTS_INTERPRET_H

#include "base/mem.h"
#include "capture.h"

struct val {
    int64_t i;
    double d;
    bool is_float;
};

struct machine {
    const struct ir_unit *unit;
    VEC(struct val *) objects;
    uint32_t *global_objects; // by variable, plus one
    unsigned long steps;
    struct arena arena;
};

struct frame {
    const struct ir_func *func;
    struct val *temps;
    uint32_t *temp_types;
    uint32_t *objects; // by variable of the function
};

enum { STEPS_MAX = 4000000 };
static const int64_t FUNC_BIT = (int64_t)1 << 62;

static inline struct val int_val(int64_t i) {
    return (struct val){.i = i};
}

static inline uint32_t cells_of(const struct ir_unit *u, uint32_t type) {
    const struct ir_type *t = &u->types[type];
    if (t->kind == IR_ARRAY)
        return t->count * cells_of(u, t->target);
    if (t->kind != IR_RECORD)
        return 1;
    const struct ir_record *r = &u->records[t->record];
    uint32_t sum = 0, most = 0;
    for (uint32_t i = 0; i < r->field_count; i++) {
        uint32_t cells = cells_of(u, u->fields[r->fields + i].type);
        sum += cells;
        most = cells > most ? cells : most;
    }
    return r->is_union ? most : sum;
}

static inline uint32_t field_offset(const struct ir_unit *u, uint32_t field) {
    const struct ir_record *r = &u->records[u->fields[field].record];
    uint32_t offset = 0;
    for (uint32_t i = r->fields; i < field && !r->is_union; i++)
        offset += cells_of(u, u->fields[i].type);
    return offset;
}

static inline uint32_t new_object(struct machine *m, uint32_t cells) {
    vec_push(&m->objects, arena_array(&m->arena, struct val, cells + 1));
    return (uint32_t)m->objects.len - 1;
}

static inline int64_t address_of(uint32_t object) {
    return (int64_t)(object + 1) << 32;
}

static inline struct val *cell_at(struct machine *m, int64_t address) {
    uint64_t object = (uint64_t)address >> 32;
    if (!object || object > m->objects.len)
        fail_msg("a wild address");
    return &m->objects.items[object - 1][(uint32_t)address];
}

static inline int64_t wrapped(const struct ir_type *t, int64_t value) {
    if (t->kind == IR_BOOL)
        return value != 0;
    if (t->size == 0 || t->size >= 8 || (t->kind != IR_INT && t->kind != IR_UINT && t->kind != IR_ENUM))
        return value;
    unsigned shift = 64 - 8 * t->size;
    uint64_t up = (uint64_t)value << shift;
    return t->kind == IR_INT ? (int64_t)up >> shift : (int64_t)(up >> shift);
}

static inline struct val operand(struct machine *m, const struct frame *f, struct ir_value v) {
    const struct ir_unit *u = m->unit;
    switch (v.kind) {
    case IR_V_TEMP:
        return f->temps[v.index];
    case IR_V_INT:
        return int_val(u->ints[v.index]);
    case IR_V_FLOAT:
        return (struct val){.d = u->floats[v.index], .is_float = true};
    case IR_V_ADDR:
        if (v.index >= f->func->vars && v.index < f->func->vars + f->func->var_count)
            return int_val(address_of(f->objects[v.index - f->func->vars]));
        return int_val(address_of(m->global_objects[v.index] - 1));
    case IR_V_FUNC:
        return int_val(FUNC_BIT | v.index);
    default:
        fail_msg("operand of kind %u", v.kind);
        return int_val(0);
    }
}

static inline bool is_wide_unsigned(const struct machine *m, const struct frame *f, struct ir_value v) {
    if (v.kind != IR_V_TEMP)
        return false;
    const struct ir_type *t = &m->unit->types[f->temp_types[v.index]];
    return (t->kind == IR_UINT && t->size == 8) || t->kind == IR_POINTER;
}

static inline bool compared(uint8_t op, int order) {
    switch (op) {
    case IR_EQ: return order == 0;
    case IR_NE: return order != 0;
    case IR_LT: return order < 0;
    case IR_LE: return order <= 0;
    case IR_GT: return order > 0;
    default: return order >= 0;
    }
}

static inline struct val float_binary(uint8_t op, double a, double b) {
    if (op >= IR_EQ)
        return int_val(compared(op, (a > b) - (a < b)));
    double d = op == IR_ADD ? a + b : op == IR_SUB ? a - b : op == IR_MUL ? a * b : a / b;
    return (struct val){.d = d, .is_float = true};
}

static inline int64_t int_binary(uint8_t op, int64_t a, int64_t b, bool is_unsigned) {
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (op) {
    case IR_ADD: return (int64_t)(x + y);
    case IR_SUB: return (int64_t)(x - y);
    case IR_MUL: return (int64_t)(x * y);
    case IR_DIV: return is_unsigned ? (int64_t)(x / y) : a / b;
    case IR_REM: return is_unsigned ? (int64_t)(x % y) : a % b;
    case IR_SHL: return (int64_t)(x << b);
    case IR_SHR: return is_unsigned ? (int64_t)(x >> b) : a >> b;
    case IR_AND: return a & b;
    case IR_OR: return a | b;
    case IR_XOR: return a ^ b;
    default: return compared(op, is_unsigned ? (x > y) - (x < y) : (a > b) - (a < b));
    }
}

static inline struct val binary(struct machine *m, const struct frame *f, const struct ir_inst *inst, const struct ir_value *args) {
    struct val a = operand(m, f, args[0]), b = operand(m, f, args[1]);
    const struct ir_type *t = &m->unit->types[inst->type];
    if (a.is_float || b.is_float)
        return float_binary(inst->sub, a.d, b.d);
    bool is_unsigned = inst->sub >= IR_EQ ? is_wide_unsigned(m, f, args[0]) || is_wide_unsigned(m, f, args[1])
                                          : t->kind == IR_UINT && t->size == 8;
    return int_val(wrapped(t, int_binary(inst->sub, a.i, b.i, is_unsigned)));
}

static inline struct val unary(const struct ir_type *t, uint8_t op, struct val a) {
    if (op == IR_NOT)
        return int_val(a.is_float ? a.d == 0 : a.i == 0);
    if (a.is_float)
        return (struct val){.d = -a.d, .is_float = true};
    return int_val(wrapped(t, op == IR_NEG ? (int64_t)(0 - (uint64_t)a.i) : ~a.i));
}

static inline struct val cast(const struct ir_type *t, struct val a) {
    if (t->kind == IR_FLOAT)
        return (struct val){.d = a.is_float ? a.d : (double)a.i, .is_float = true};
    if (t->kind == IR_BOOL)
        return int_val(a.is_float ? a.d != 0 : a.i != 0);
    return int_val(wrapped(t, a.is_float ? (int64_t)a.d : a.i));
}

static inline bool is_aggregate(const struct ir_unit *u, uint32_t type) {
    return u->types[type].kind == IR_RECORD || u->types[type].kind == IR_ARRAY;
}

static inline struct val loaded(struct machine *m, uint32_t type, int64_t address) {
    if (!is_aggregate(m->unit, type))
        return *cell_at(m, address);
    uint32_t cells = cells_of(m->unit, type), copy = new_object(m, cells);
    memcpy(m->objects.items[copy], cell_at(m, address), cells * sizeof(struct val));
    return int_val(address_of(copy));
}

static inline void stored(struct machine *m, uint32_t type, int64_t address, struct val value) {
    if (is_aggregate(m->unit, type))
        memmove(cell_at(m, address), cell_at(m, value.i), cells_of(m->unit, type) * sizeof(struct val));
    else
        *cell_at(m, address) = value;
}

static inline struct val run_func(struct machine *m, uint32_t func, const struct val *args);

static inline struct val run_call(struct machine *m, const struct frame *f, const struct ir_inst *inst, const struct ir_value *args) {
    struct val values[16], callee = operand(m, f, args[0]);
    assert_true(inst->arg_count <= 16 && callee.i & FUNC_BIT);
    for (uint32_t i = 1; i < inst->arg_count; i++)
        values[i - 1] = operand(m, f, args[i]);
    return run_func(m, (uint32_t)(callee.i & ~FUNC_BIT), values);
}

static inline struct val run_inst(struct machine *m, struct frame *f, const struct ir_inst *inst) {
    const struct ir_unit *u = m->unit;
    const struct ir_value *args = &u->values[inst->args];
    const struct ir_type *t = inst->type == IR_NONE ? NULL : &u->types[inst->type];
    struct val a = inst->arg_count ? operand(m, f, args[0]) : int_val(0);
    switch (inst->op) {
    case IR_LOAD:
        return loaded(m, inst->type, a.i);
    case IR_STORE:
        stored(m, inst->type, a.i, operand(m, f, args[1]));
        break;
    case IR_ZERO:
        memset(cell_at(m, a.i), 0, cells_of(u, inst->type) * sizeof(struct val));
        break;
    case IR_FIELD:
        return int_val(a.i + field_offset(u, inst->aux));
    case IR_INDEX:
        return int_val(a.i + operand(m, f, args[1]).i * cells_of(u, t->target));
    case IR_BINARY:
        return binary(m, f, inst, args);
    case IR_UNARY:
        return unary(t, inst->sub, a);
    case IR_CAST:
        return cast(t, a);
    case IR_CALL:
        return run_call(m, f, inst, args);
    default:
        fail_msg("instruction %u", inst->op);
    }
    return int_val(0);
}

static inline uint32_t next_block(struct machine *m, const struct frame *f, const struct ir_block *block, const struct ir_inst *end) {
    const uint32_t *succs = &m->unit->succs[block->succs];
    const struct ir_value *args = &m->unit->values[end->args];
    if (end->op == IR_JUMP)
        return succs[0];
    if (end->op == IR_UNREACHABLE || end->op == IR_GOTO_ANY)
        fail_msg("terminator %u", end->op);
    struct val v = operand(m, f, args[0]);
    if (end->op == IR_BRANCH)
        return succs[(v.is_float ? v.d == 0 : v.i == 0)];
    for (uint32_t i = 0; i + 1 < block->succ_count; i++)
        if (v.i >= m->unit->ints[args[1 + 2 * i].index] && v.i <= m->unit->ints[args[2 + 2 * i].index])
            return succs[i];
    return succs[block->succ_count - 1];
}

static inline struct frame enter(struct machine *m, const struct ir_func *func, const struct val *args) {
    const struct ir_unit *u = m->unit;
    struct frame f = {.func = func, .temps = arena_array(&m->arena, struct val, func->temp_count),
                      .temp_types = arena_array(&m->arena, uint32_t, func->temp_count),
                      .objects = arena_array(&m->arena, uint32_t, func->var_count)};
    for (uint32_t i = 0; i < func->var_count; i++) {
        uint32_t type = u->vars[func->vars + i].type;
        f.objects[i] = new_object(m, cells_of(u, type));
        if (i < func->param_count)
            stored(m, type, address_of(f.objects[i]), args[i]);
    }
    return f;
}

static inline struct val run_func(struct machine *m, uint32_t func, const struct val *args) {
    const struct ir_unit *u = m->unit;
    if (!u->funcs[func].block_count)
        fail_msg("%s has no body", ir_text(u, u->funcs[func].name));
    struct frame f = enter(m, &u->funcs[func], args);
    for (uint32_t at = 0;;) {
        const struct ir_block *block = &u->blocks[f.func->blocks + at];
        const struct ir_inst *insts = &u->insts[block->insts], *end = &insts[block->inst_count - 1];
        for (const struct ir_inst *inst = insts; inst < end; inst++) {
            struct val v = run_inst(m, &f, inst);
            if (inst->result != IR_NONE) {
                f.temps[inst->result] = v;
                f.temp_types[inst->result] = inst->type;
            }
        }
        if ((m->steps += block->inst_count) > STEPS_MAX)
            fail_msg("no end");
        if (end->op == IR_RETURN)
            return end->arg_count ? operand(m, &f, u->values[end->args]) : int_val(0);
        at = next_block(m, &f, block, end);
    }
}

// Globals with their initial values.
static inline void machine_start(struct machine *m, const struct ir_unit *unit) {
    *m = (struct machine){.unit = unit};
    m->global_objects = mem_zalloc(sizeof(uint32_t) * (unit->vars_count + 1));
    for (uint32_t i = 0; i < unit->vars_count; i++)
        if (unit->vars[i].kind <= IR_VAR_STATIC_LOCAL)
            m->global_objects[i] = new_object(m, cells_of(unit, unit->vars[i].type)) + 1;
    if (unit->init_func != IR_NONE)
        run_func(m, unit->init_func, NULL);
}

static inline void machine_end(struct machine *m) {
    vec_done(&m->objects);
    arena_done(&m->arena);
    free(m->global_objects);
}

static inline int64_t global_value(struct machine *m, const char *name) {
    for (uint32_t i = 0; i < m->unit->vars_count; i++)
        if (m->global_objects[i] && !strcmp(ir_text(m->unit, m->unit->vars[i].name), name))
            return m->objects.items[m->global_objects[i] - 1][0].i;
    fail_msg("no global '%s'", name);
    return 0;
}

#endif
