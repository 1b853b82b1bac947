#include "flow/paths/live.h"

struct builder {
    struct live *live;
    const struct ir_unit *unit;
    const struct ir_func *func;
    uint64_t *use, *def, *pinned;
    uint32_t *home;   // per temporary: block that writes it
    uint32_t *points; // per temporary: variable whose address (or a part's) it holds, or IR_NONE
};

static void set_bit(uint64_t *bits, uint32_t bit) {
    bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static bool get_bit(const uint64_t *bits, uint32_t bit) {
    return bits[bit / 64] >> (bit % 64) & 1;
}

// The local variable whose address the operand is, or IR_NONE.
static uint32_t pointed(const struct builder *b, const struct ir_value *value) {
    if (value->kind == IR_V_ADDR && value->index - b->func->vars < b->func->var_count)
        return value->index - b->func->vars;
    return value->kind == IR_V_TEMP ? b->points[value->index] : IR_NONE;
}

static bool is_address_operand(const struct ir_inst *inst, uint32_t arg) {
    switch (inst->op) {
    case IR_LOAD:
    case IR_STORE:
    case IR_ZERO:
    case IR_FIELD:
    case IR_INDEX: return arg == 0;
    default: return false;
    }
}

static void scan_temps(struct builder *b) {
    for (uint32_t k = 0; k < b->func->block_count; k++) {
        const struct ir_block *block = &b->unit->blocks[b->func->blocks + k];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &b->unit->insts[block->insts + i];
            const struct ir_value *args = &b->unit->values[inst->args];
            if (inst->result != IR_NONE)
                b->home[inst->result] = k;
            if (inst->op == IR_FIELD || inst->op == IR_INDEX)
                b->points[inst->result] = pointed(b, &args[0]);
        }
    }
}

static void use_slot(struct builder *b, uint32_t block, uint32_t slot) {
    uint64_t *use = b->use + (size_t)block * b->live->words, *def = b->def + (size_t)block * b->live->words;
    if (!get_bit(def, slot))
        set_bit(use, slot);
}

static void scan_operand(struct builder *b, uint32_t block, const struct ir_inst *inst, uint32_t arg) {
    const struct ir_value *value = &b->unit->values[inst->args + arg];
    uint32_t var = pointed(b, value);
    bool whole_write = (inst->op == IR_STORE || inst->op == IR_ZERO) && arg == 0 && value->kind == IR_V_ADDR;
    if (var != IR_NONE && !whole_write) {
        use_slot(b, block, var);
        if (!is_address_operand(inst, arg))
            set_bit(b->pinned, var);
    }
    if (value->kind == IR_V_TEMP)
        b->live->used[value->index] = true;
    if (value->kind == IR_V_TEMP && b->home[value->index] != block) {
        b->live->crosses[value->index] = true;
        use_slot(b, block, b->live->var_count + value->index);
    }
}

static void scan_block(struct builder *b, uint32_t k) {
    const struct ir_block *block = &b->unit->blocks[b->func->blocks + k];
    uint64_t *def = b->def + (size_t)k * b->live->words;
    for (uint32_t i = 0; i < block->inst_count; i++) {
        const struct ir_inst *inst = &b->unit->insts[block->insts + i];
        for (uint32_t arg = 0; arg < inst->arg_count; arg++)
            scan_operand(b, k, inst, arg);
        const struct ir_value *target = inst->arg_count ? &b->unit->values[inst->args] : NULL;
        if ((inst->op == IR_STORE || inst->op == IR_ZERO) && target->kind == IR_V_ADDR && pointed(b, target) != IR_NONE)
            set_bit(def, pointed(b, target));
        if (inst->result != IR_NONE)
            set_bit(def, b->live->var_count + inst->result);
    }
}

// in = use | (out & ~def), until nothing changes; blocks come in reverse postorder, so backwards is fast.
static void solve(struct builder *b) {
    uint32_t words = b->live->words;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t k = b->func->block_count; k-- > 0;) {
            const struct ir_block *block = &b->unit->blocks[b->func->blocks + k];
            uint64_t *in = b->live->in + (size_t)k * words;
            for (uint32_t w = 0; w < words; w++) {
                uint64_t out = b->pinned[w];
                for (uint32_t s = 0; s < block->succ_count; s++)
                    out |= b->live->in[(size_t)b->unit->succs[block->succs + s] * words + w];
                uint64_t next = b->use[(size_t)k * words + w] | (out & ~b->def[(size_t)k * words + w]) | b->pinned[w];
                changed |= next != in[w];
                in[w] = next;
            }
        }
    }
}

void live_compute(struct live *live, const struct ir_unit *unit, const struct ir_func *func, struct arena *arena) {
    *live = (struct live){.var_count = func->var_count, .slot_count = func->var_count + func->temp_count};
    live->words = live->slot_count / 64 + 1;
    size_t bits = (size_t)func->block_count * live->words;
    live->in = arena_array(arena, uint64_t, bits);
    live->crosses = arena_array(arena, bool, func->temp_count);
    live->used = arena_array(arena, bool, func->temp_count);
    struct builder b = {.live = live, .unit = unit, .func = func};
    b.use = arena_array(arena, uint64_t, bits);
    b.def = arena_array(arena, uint64_t, bits);
    b.pinned = arena_array(arena, uint64_t, live->words);
    b.home = arena_array(arena, uint32_t, func->temp_count);
    b.points = arena_array(arena, uint32_t, func->temp_count);
    for (uint32_t i = 0; i < func->temp_count; i++)
        b.points[i] = IR_NONE;
    scan_temps(&b);
    for (uint32_t k = 0; k < func->block_count; k++)
        scan_block(&b, k);
    solve(&b);
}

bool live_at(const struct live *live, uint32_t block, uint32_t slot) {
    return get_bit(live->in + (size_t)block * live->words, slot);
}
