#include "flow/values/ssa.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_MAX = 1 << 22 };

struct builder {
    struct ssa *ssa;
    // By block and slot: the value there now (while it is built), then at its end. A table as long as that is not large.
    ssa_id *table;           // plus 1
    struct map values;       // instead
    struct map slots;        // address node -> 1 + index into slot_list
    VEC(ssa_id) slot_list;   // address nodes that are followed
    struct map slots_of_var; // variable -> 1 + index into chains
    VEC(uint32_t) chains;    // slot, next
    VEC(ssa_id) phis;        // in order of creation; operands filled in last
    VEC(ssa_id) phi_slots;
};

// ---- nodes

static uint64_t node_key(const struct ssa_node *node) {
    uint64_t h = hash_mix((uint64_t)node->kind << 8 | node->sub, (uint64_t)node->a << 32 | node->b);
    return hash_mix(h, (uint64_t)node->number);
}

static bool same_node(const struct ssa_node *a, const struct ssa_node *b) {
    return a->kind == b->kind && a->sub == b->sub && a->a == b->a && a->b == b->b && a->number == b->number;
}

// Where the node stands, or a free place for it. Nodes change when they are renamed, so that some stand where nobody looks for them.
static ssa_id *place_of(const struct ssa *ssa, const struct ssa_node *node) {
    uint32_t mask = ssa->id_cap - 1;
    for (uint32_t i = (uint32_t)node_key(node) & mask;; i = (i + 1) & mask)
        if (!ssa->ids[i] || same_node(&ssa->nodes.items[ssa->ids[i]], node))
            return &ssa->ids[i];
}

static void grow_ids(struct ssa *ssa) {
    free(ssa->ids);
    ssa->id_cap = ssa->id_cap ? 2 * ssa->id_cap : 256;
    ssa->ids = mem_zalloc(ssa->id_cap * sizeof *ssa->ids);
    ssa->id_count = 0;
    for (ssa_id id = 1; id < ssa->nodes.len; id++) {
        ssa_id *place = ssa->nodes.items[id].kind == SSA_PHI ? NULL : place_of(ssa, &ssa->nodes.items[id]);
        if (!place || *place)
            continue;
        *place = id;
        ssa->id_count++;
    }
}

static ssa_id *place_for(struct ssa *ssa, const struct ssa_node *node) {
    if (ssa->id_count * 4 >= ssa->id_cap * 3)
        grow_ids(ssa);
    ssa_id *place = place_of(ssa, node);
    ssa->id_count += !*place;
    return place;
}

static ssa_id make(struct ssa *ssa, struct ssa_node node) {
    ssa_id *place = place_for(ssa, &node);
    if (!*place) {
        *place = (ssa_id)ssa->nodes.len;
        vec_push(&ssa->nodes, node);
    }
    return *place;
}

ssa_id ssa_int(struct ssa *ssa, int64_t number) {
    return make(ssa, (struct ssa_node){.kind = SSA_INT, .number = number});
}

ssa_id ssa_field(struct ssa *ssa, ssa_id address, uint32_t field) {
    return make(ssa, (struct ssa_node){.kind = SSA_FIELD, .a = address, .b = field});
}

static ssa_id make_float(struct ssa *ssa, double number) {
    struct ssa_node node = {.kind = SSA_FLOAT};
    memcpy(&node.number, &number, sizeof number);
    return make(ssa, node);
}

static bool fold(enum ir_binary op, int64_t a, int64_t b, int64_t *ret) {
    switch (op) {
    case IR_ADD: return !__builtin_add_overflow(a, b, ret);
    case IR_SUB: return !__builtin_sub_overflow(a, b, ret);
    case IR_MUL: return !__builtin_mul_overflow(a, b, ret);
    case IR_DIV: return b > 0 ? (*ret = a / b, true) : false;
    case IR_REM: return b > 0 ? (*ret = a % b, true) : false;
    case IR_EQ: *ret = a == b; return true;
    case IR_NE: *ret = a != b; return true;
    case IR_LT: *ret = a < b; return true;
    case IR_LE: *ret = a <= b; return true;
    case IR_GT: *ret = a > b; return true;
    case IR_GE: *ret = a >= b; return true;
    default: return false;
    }
}

static ssa_id binary(struct ssa *ssa, enum ir_binary op, ssa_id a, ssa_id b) {
    const struct ssa_node *left = ssa_at(ssa, a), *right = ssa_at(ssa, b);
    int64_t number;
    if (left->kind == SSA_INT && right->kind == SSA_INT && fold(op, left->number, right->number, &number))
        return ssa_int(ssa, number);
    if (right->kind == SSA_INT && ((right->number == 0 && (op == IR_ADD || op == IR_SUB)) || (right->number == 1 && (op == IR_MUL || op == IR_DIV))))
        return a;
    if (left->kind == SSA_INT && op <= IR_MUL && op != IR_SUB && right->kind != SSA_INT)
        return binary(ssa, op, b, a);
    return make(ssa, (struct ssa_node){.kind = SSA_BINARY, .sub = (uint8_t)op, .a = a, .b = b});
}

static ssa_id unary(struct ssa *ssa, enum ir_unary op, ssa_id a) {
    const struct ssa_node *node = ssa_at(ssa, a);
    if (node->kind == SSA_INT && op == IR_NEG && node->number != INT64_MIN)
        return ssa_int(ssa, -node->number);
    if (node->kind == SSA_INT && op == IR_NOT)
        return ssa_int(ssa, !node->number);
    return make(ssa, (struct ssa_node){.kind = SSA_UNARY, .sub = (uint8_t)op, .a = a});
}

// ---- slots

// The variable of this function that an address lies in, IR_NONE for others.
static uint32_t slot_var(const struct ssa *ssa, ssa_id address) {
    const struct ssa_node *node = ssa_at(ssa, address);
    while (node->kind == SSA_FIELD)
        node = ssa_at(ssa, node->a);
    return node->kind == SSA_ADDR && node->a - ssa->fn->vars < ssa->fn->var_count ? node->a : IR_NONE;
}

static bool lies_in(const struct ssa *ssa, ssa_id address, ssa_id object) {
    while (address != object && ssa_at(ssa, address)->kind == SSA_FIELD)
        address = ssa_at(ssa, address)->a;
    return address == object;
}

static void add_slot(struct builder *b, ssa_id address) {
    uint32_t var = slot_var(b->ssa, address);
    bool is_new;
    if (var == IR_NONE)
        return;
    uint32_t *slot = map_put(&b->slots, address, &is_new);
    if (!is_new)
        return;
    vec_push(&b->slot_list, address);
    *slot = (uint32_t)b->slot_list.len;
    uint32_t *first = map_put(&b->slots_of_var, var, NULL);
    vec_push(&b->chains, *slot - 1);
    vec_push(&b->chains, *first);
    *first = (uint32_t)b->chains.len - 1;
}

static uint64_t value_key(uint32_t block, uint32_t slot) {
    return (uint64_t)block << 32 | slot;
}

static void write_slot(struct builder *b, uint32_t block, uint32_t slot, ssa_id value) {
    if (b->table)
        b->table[block * b->slot_list.len + slot] = value + 1;
    else
        *map_put(&b->values, value_key(block, slot), NULL) = value;
}

static bool known_value(const struct builder *b, uint32_t block, uint32_t slot, ssa_id *ret_value) {
    if (b->table) {
        *ret_value = b->table[block * b->slot_list.len + slot] - 1;
        return *ret_value != IR_NONE;
    }
    const uint32_t *known = map_get(&b->values, value_key(block, slot));
    *ret_value = known ? *known : IR_NONE;
    return known;
}

static ssa_id new_phi(struct builder *b, uint32_t block, uint32_t slot) {
    ssa_id id = (ssa_id)b->ssa->nodes.len;
    vec_push(&b->ssa->nodes, ((struct ssa_node){.kind = SSA_PHI, .a = IR_NONE, .b = 0, .block = block}));
    vec_push(&b->phis, id);
    vec_push(&b->phi_slots, slot);
    return id;
}

// What a slot holds when the function starts.
static ssa_id initial(struct builder *b, uint32_t slot) {
    struct ssa *ssa = b->ssa;
    struct ssa_node node = *ssa_at(ssa, b->slot_list.items[slot]);
    if (node.kind == SSA_ADDR && node.a - ssa->fn->vars < ssa->fn->param_count)
        return make(ssa, (struct ssa_node){.kind = SSA_PARAM, .a = node.a - ssa->fn->vars});
    uint32_t var = slot_var(ssa, b->slot_list.items[slot]);
    if (node.kind == SSA_FIELD && ssa_at(ssa, node.a)->kind == SSA_ADDR && var - ssa->fn->vars < ssa->fn->param_count) {
        ssa_id param = make(ssa, (struct ssa_node){.kind = SSA_PARAM, .a = var - ssa->fn->vars});
        return make(ssa, (struct ssa_node){.kind = SSA_MEMBER, .a = param, .b = node.b});
    }
    return SSA_UNKNOWN;
}

static ssa_id read_slot(struct builder *b, uint32_t block, uint32_t slot) {
    uint32_t at = block;
    ssa_id value;
    for (;;) {
        const struct cfg_block *info = &b->ssa->cfg.blocks[at];
        if (known_value(b, at, slot, &value))
            break;
        if (at == b->ssa->cfg.rpo[0] && !info->pred_count) {
            value = initial(b, slot);
            break;
        }
        if (info->pred_count != 1 || at == b->ssa->cfg.rpo[0]) {
            value = new_phi(b, at, slot);
            write_slot(b, at, slot, value);
            break;
        }
        at = info->preds[0];
    }
    write_slot(b, block, slot, value);
    return value;
}

// What lies at `target` once `value` was written to `object`, of which it is a part.
static ssa_id part_of(struct ssa *ssa, ssa_id target, ssa_id object, ssa_id value) {
    if (target == object)
        return value;
    return ssa_member(ssa, part_of(ssa, ssa_at(ssa, target)->a, object, value), ssa_at(ssa, target)->b);
}

enum write_kind { WRITE_VALUE, WRITE_CALL };

// Writes an object and all that is followed in it.
static void write_object(struct builder *b, uint32_t block, ssa_id object, enum write_kind kind, ssa_id value) {
    uint32_t var = slot_var(b->ssa, object);
    const uint32_t *first = var == IR_NONE ? NULL : map_get(&b->slots_of_var, var);
    for (uint32_t at = first ? *first : 0; at; at = b->chains.items[at]) {
        uint32_t slot = b->chains.items[at - 1];
        ssa_id address = b->slot_list.items[slot];
        if (lies_in(b->ssa, address, object)) { // members with a slot of their own hold it themselves; others are read from the whole
            ssa_id part = kind == WRITE_CALL ? make(b->ssa, (struct ssa_node){.kind = SSA_OUT, .a = value, .b = address})
                                             : part_of(b->ssa, address, object, value);
            write_slot(b, block, slot, part);
        }
    }
}

// ---- instructions

static ssa_id operand(struct ssa *ssa, const struct ir_value *value) {
    switch ((enum ir_value_kind)value->kind) {
    case IR_V_TEMP: return ssa->temps[value->index];
    case IR_V_INT: return ssa_int(ssa, ssa->ir->ints[value->index]);
    case IR_V_FLOAT: return make_float(ssa, ssa->ir->floats[value->index]);
    case IR_V_ADDR: return make(ssa, (struct ssa_node){.kind = SSA_ADDR, .a = value->index});
    case IR_V_FUNC: return make(ssa, (struct ssa_node){.kind = SSA_FUNC, .a = value->index});
    default: return SSA_UNKNOWN;
    }
}

ssa_id ssa_operand(struct ssa *ssa, uint32_t inst, uint32_t arg) {
    return operand(ssa, &ssa->ir->values[ssa->ir->insts[inst].args + arg]);
}

static uint64_t pointed_key(uint32_t inst, ssa_id address) {
    return (uint64_t)inst << 32 | address;
}

// Remembers what an instruction finds in an object.
static void note_pointed(struct builder *b, uint32_t block, uint32_t index, ssa_id object) {
    struct ssa *ssa = b->ssa;
    uint32_t var = slot_var(ssa, object);
    const uint32_t *first = var == IR_NONE ? NULL : map_get(&b->slots_of_var, var);
    for (uint32_t at = first ? *first : 0; at; at = b->chains.items[at]) {
        uint32_t slot = b->chains.items[at - 1];
        if (!lies_in(ssa, b->slot_list.items[slot], object))
            continue;
        ssa_id value = read_slot(b, block, slot);
        *map_put(&ssa->pointed, pointed_key(index, b->slot_list.items[slot]), NULL) = (uint32_t)ssa->pointed_values.len;
        vec_push(&ssa->pointed_values, value);
    }
}

// What a call finds behind the addresses it gets, and that it may write there.
static void run_call(struct builder *b, uint32_t block, uint32_t index) {
    struct ssa *ssa = b->ssa;
    const struct ir_inst *inst = &ssa->ir->insts[index];
    for (uint32_t i = 1; i < inst->arg_count; i++)
        note_pointed(b, block, index, ssa_operand(ssa, index, i));
    for (uint32_t i = 1; i < inst->arg_count; i++) {
        uint32_t type = ssa->ir->call_args[inst->aux + i].type;
        ssa_id object = ssa_operand(ssa, index, i);
        const struct ir_value *callee = &ssa->ir->values[inst->args];
        if (callee->kind == IR_V_FUNC && i - 1 < ssa->ir->funcs[callee->index].param_count)
            type = ssa->ir->vars[ssa->ir->funcs[callee->index].vars + i - 1].type;
        uint32_t target = type == IR_NONE ? IR_NONE : ssa->ir->types[type].target;
        if (slot_var(ssa, object) != IR_NONE && (target == IR_NONE || !ssa->ir->types[target].is_const))
            write_object(b, block, object, WRITE_CALL, index);
    }
}

static ssa_id load(struct builder *b, uint32_t block, ssa_id address, uint32_t index) {
    const uint32_t *slot = map_get(&b->slots, address);
    const struct ir_type *type = &b->ssa->ir->types[b->ssa->ir->insts[index].type];
    if (slot && type->kind != IR_RECORD)
        return read_slot(b, block, *slot - 1);
    if (type->kind == IR_RECORD)
        note_pointed(b, block, index, address);
    return make(b->ssa, (struct ssa_node){.kind = SSA_LOAD, .a = address, .b = index});
}

static void run_inst(struct builder *b, uint32_t block, uint32_t index) {
    struct ssa *ssa = b->ssa;
    const struct ir_inst *inst = &ssa->ir->insts[index];
    ssa_id first = inst->arg_count ? ssa_operand(ssa, index, 0) : SSA_UNKNOWN;
    ssa_id second = inst->arg_count > 1 ? ssa_operand(ssa, index, 1) : SSA_UNKNOWN;
    ssa_id result = SSA_UNKNOWN;
    switch ((enum ir_op)inst->op) {
    case IR_LOAD: result = load(b, block, first, index); break;
    case IR_STORE: write_object(b, block, first, WRITE_VALUE, second); break;
    case IR_ZERO: write_object(b, block, first, WRITE_VALUE, ssa_int(ssa, 0)); break;
    case IR_FIELD: result = ssa_field(ssa, first, ssa->unit->field_ids[inst->aux]); break;
    case IR_INDEX: result = make(ssa, (struct ssa_node){.kind = SSA_ELEM, .a = first, .b = second}); break;
    case IR_BINARY: result = binary(ssa, (enum ir_binary)inst->sub, first, second); break;
    case IR_UNARY: result = unary(ssa, (enum ir_unary)inst->sub, first); break;
    case IR_CAST: result = first; break;
    case IR_CALL:
        run_call(b, block, index);
        result = make(ssa, (struct ssa_node){.kind = SSA_RESULT, .a = index});
        break;
    default: break;
    }
    if (inst->result != IR_NONE)
        ssa->temps[inst->result] = result;
}

// Addresses of variables and their members that are loaded from or stored to.
static void find_slots(struct builder *b) {
    struct ssa *ssa = b->ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            const struct ir_inst *inst = &ssa->ir->insts[i];
            ssa_id address = inst->arg_count ? ssa_operand(ssa, i, 0) : SSA_UNKNOWN;
            if (inst->op == IR_FIELD && slot_var(ssa, address) != IR_NONE)
                ssa->temps[inst->result] = ssa_field(ssa, address, ssa->unit->field_ids[inst->aux]);
            else if (inst->op == IR_LOAD || inst->op == IR_STORE || inst->op == IR_ZERO)
                add_slot(b, address);
            for (uint32_t arg = 1; inst->op == IR_CALL && arg < inst->arg_count; arg++)
                add_slot(b, ssa_operand(ssa, i, arg));
        }
    }
}

// ---- phis

static void fill_phis(struct builder *b) {
    struct ssa *ssa = b->ssa;
    VEC(ssa_id) args = {0};
    for (size_t i = 0; i < b->phis.len; i++) {
        const struct cfg_block *block = &ssa->cfg.blocks[ssa_at(ssa, b->phis.items[i])->block];
        bool is_entry = block == &ssa->cfg.blocks[ssa->cfg.rpo[0]];
        args.len = 0;
        if (is_entry)
            vec_push(&args, initial(b, b->phi_slots.items[i]));
        for (uint32_t p = 0; p < block->pred_count; p++)
            vec_push(&args, read_slot(b, block->preds[p], b->phi_slots.items[i]));
        struct ssa_node *phi = &ssa->nodes.items[b->phis.items[i]];
        phi->a = (uint32_t)ssa->phi_args.len;
        phi->b = (uint32_t)args.len;
        for (size_t k = 0; k < args.len; k++)
            vec_push(&ssa->phi_args, args.items[k]);
    }
    vec_done(&args);
}

// A phi of one value is that value: it becomes a phi with one operand, which ssa_at's users never see because every reference is renamed.
static bool find_trivial(struct ssa *ssa, ssa_id *names) {
    bool changed = false;
    for (ssa_id id = 0; id < ssa->nodes.len; id++) {
        const struct ssa_node *phi = ssa_at(ssa, id);
        if (phi->kind != SSA_PHI || names[id] != id)
            continue;
        ssa_id only = IR_NONE;
        bool many = false;
        for (uint32_t i = 0; i < phi->b; i++) {
            ssa_id arg = names[ssa->phi_args.items[phi->a + i]];
            if (arg != id && only != IR_NONE && arg != only)
                many = true;
            if (arg != id)
                only = arg;
        }
        if (!many) {
            names[id] = only == IR_NONE ? SSA_UNKNOWN : only;
            changed = true;
        }
    }
    for (ssa_id id = 0; id < ssa->nodes.len; id++)
        while (names[id] != names[names[id]])
            names[id] = names[names[id]];
    return changed;
}

static bool is_made_of_nodes(const struct ssa_node *node, bool *ret_second) {
    *ret_second = node->kind == SSA_BINARY || node->kind == SSA_ELEM;
    return *ret_second || node->kind == SSA_UNARY || node->kind == SSA_FIELD || node->kind == SSA_LOAD || node->kind == SSA_MEMBER;
}

// Rebuilds nodes over renamed operands, so that equal values get equal names again.
static bool rename_operands(struct ssa *ssa, ssa_id *names) {
    bool changed = false;
    for (ssa_id id = 0; id < ssa->nodes.len; id++) {
        struct ssa_node node = *ssa_at(ssa, id);
        bool second;
        if (names[id] != id || !is_made_of_nodes(&node, &second))
            continue;
        struct ssa_node renamed = node;
        renamed.a = names[node.a];
        if (second)
            renamed.b = names[node.b];
        if (same_node(&node, &renamed))
            continue;
        ssa_id *place = place_for(ssa, &renamed);
        if (*place)
            names[id] = names[*place];
        else {
            ssa->nodes.items[id] = renamed;
            *place = id;
        }
        changed = true;
    }
    return changed;
}

static void simplify(struct ssa *ssa) {
    ssa_id *names = mem_zalloc(ssa->nodes.len * sizeof *names);
    for (ssa_id id = 0; id < ssa->nodes.len; id++)
        names[id] = id;
    while (find_trivial(ssa, names) | rename_operands(ssa, names))
        ;
    for (size_t i = 0; i < ssa->phi_args.len; i++)
        ssa->phi_args.items[i] = names[ssa->phi_args.items[i]];
    for (uint32_t t = 0; t < ssa->fn->temp_count; t++)
        ssa->temps[t] = names[ssa->temps[t]];
    for (size_t i = 0; i < ssa->pointed_values.len; i++)
        ssa->pointed_values.items[i] = names[ssa->pointed_values.items[i]];
    free(names);
}

void ssa_build(struct ssa *ssa, const struct program *program, uint32_t func, struct arena *arena) {
    const struct prog_func *pf = &program->funcs[func];
    struct builder b = {.ssa = ssa};
    *ssa = (struct ssa){.unit = &program->units[pf->unit], .ir = program->units[pf->unit].ir, .fn = pf->ir};
    ssa->temps = arena_array(arena, ssa_id, ssa->fn->temp_count);
    vec_push(&ssa->nodes, (struct ssa_node){0});
    vec_push(&b.chains, 0);
    cfg_build(&ssa->cfg, ssa->ir, ssa->fn, arena);
    find_slots(&b);
    if ((uint64_t)ssa->fn->block_count * b.slot_list.len <= TABLE_MAX)
        b.table = mem_zalloc(ssa->fn->block_count * b.slot_list.len * sizeof *b.table);
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            run_inst(&b, ssa->cfg.rpo[k], i);
    }
    fill_phis(&b);
    simplify(ssa);
    free(b.table);
    map_done(&b.values);
    map_done(&b.slots);
    map_done(&b.slots_of_var);
    vec_done(&b.slot_list);
    vec_done(&b.chains);
    vec_done(&b.phis);
    vec_done(&b.phi_slots);
}

void ssa_done(struct ssa *ssa) {
    vec_done(&ssa->nodes);
    vec_done(&ssa->phi_args);
    free(ssa->ids);
    map_done(&ssa->pointed);
    vec_done(&ssa->pointed_values);
}

ssa_id ssa_member(struct ssa *ssa, ssa_id value, uint32_t field) {
    struct ssa_node node = *ssa_at(ssa, value);
    switch ((enum ssa_kind)node.kind) {
    case SSA_INT: return value; // zeroed
    case SSA_UNKNOWN: return value;
    case SSA_OUT: return make(ssa, (struct ssa_node){.kind = SSA_OUT, .a = node.a, .b = ssa_field(ssa, node.b, field)});
    case SSA_LOAD: return ssa_pointed(ssa, node.b, ssa_field(ssa, node.a, field));
    default: return make(ssa, (struct ssa_node){.kind = SSA_MEMBER, .a = value, .b = field});
    }
}

ssa_id ssa_pointed(struct ssa *ssa, uint32_t inst, ssa_id address) {
    for (ssa_id object = address;; object = ssa_at(ssa, object)->a) {
        const uint32_t *index = map_get(&ssa->pointed, pointed_key(inst, object));
        if (index)
            return part_of(ssa, address, object, ssa->pointed_values.items[*index]);
        if (ssa_at(ssa, object)->kind != SSA_FIELD)
            return make(ssa, (struct ssa_node){.kind = SSA_LOAD, .a = address, .b = inst});
    }
}

bool ssa_walk(const struct ssa *ssa, ssa_id id, bool (*visit)(void *data, ssa_id id), void *data) {
    struct map seen = {0};
    VEC(ssa_id) stack = {0};
    bool done = true;
    vec_push(&stack, id);
    while (done && stack.len) {
        ssa_id at = stack.items[--stack.len];
        bool is_new, second;
        map_put(&seen, at, &is_new);
        if (!is_new)
            continue;
        struct ssa_node node = *ssa_at(ssa, at);
        done = visit(data, at);
        if (is_made_of_nodes(&node, &second)) {
            vec_push(&stack, node.a);
            if (second)
                vec_push(&stack, node.b);
        }
        for (uint32_t i = 0; node.kind == SSA_PHI && i < node.b; i++)
            vec_push(&stack, ssa->phi_args.items[node.a + i]);
    }
    map_done(&seen);
    vec_done(&stack);
    return done;
}
