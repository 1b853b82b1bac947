// Builds one unit. Operands go straight into the unit's table; instructions wait in their block until ir_build_end_func knows
// which blocks are reachable. See build.h for the conventions. Checks nothing: ir_verify does.
#include "ir/build.h"

#include "ir/save.h"

#include <stdlib.h>
#include <string.h>

void ir_build_init(struct ir_builder *b) {
    *b = (struct ir_builder){.init_func = IR_NONE, .current = IR_NONE};
    strtab_add(&b->texts, "");
    struct ir_loc nowhere = {.file = IR_NONE};
    ir_build_loc(b, &nowhere);
    struct ir_type unknown = {.kind = IR_OTHER, .target = IR_NONE, .record = IR_NONE};
    ir_build_type(b, &unknown);
}

void ir_build_done(struct ir_builder *b) {
    for (size_t i = 0; i < b->block_room; i++) {
        vec_done(&b->open_blocks.items[i].insts);
        vec_done(&b->open_blocks.items[i].succs);
    }
    vec_done(&b->open_blocks);
    vec_done(&b->open_vars);
#define X(type, name) vec_done(&b->name);
    IR_SECTIONS(X)
#undef X
    strtab_done(&b->texts);
    map_done(&b->int_ids);
    map_done(&b->float_ids);
    map_done(&b->type_ids);
    map_done(&b->loc_ids);
}

uint32_t ir_build_text(struct ir_builder *b, const char *text) {
    return strtab_add(&b->texts, text);
}

uint32_t ir_build_loc(struct ir_builder *b, const struct ir_loc *loc) {
    bool is_new;
    uint32_t *id = map_put(&b->loc_ids, hash_bytes(loc, sizeof *loc), &is_new);
    if (is_new || memcmp(&b->locs.items[*id], loc, sizeof *loc) != 0) {
        *id = (uint32_t)b->locs.len;
        vec_push(&b->locs, *loc);
    }
    return *id;
}

static uint32_t or_zero(uint32_t id) {
    return id == IR_NONE ? 0 : id;
}

static struct ir_type type_completed(const struct ir_type *type) {
    struct ir_type t = *type;
    if (t.kind == IR_POINTER || t.kind == IR_ARRAY || t.kind == IR_FUNCTION)
        t.target = or_zero(t.target);
    else
        t.target = IR_NONE;
    if (t.kind == IR_RECORD && t.record == IR_NONE)
        t.kind = IR_OTHER;
    else if (t.kind != IR_RECORD)
        t.record = IR_NONE;
    return t;
}

uint32_t ir_build_type(struct ir_builder *b, const struct ir_type *type) {
    struct ir_type t = type_completed(type);
    for (uint64_t key = hash_bytes(&t, sizeof t);; key++) { // the next key where two types share a hash
        bool is_new;
        uint32_t *id = map_put(&b->type_ids, key, &is_new);
        if (is_new) {
            *id = (uint32_t)b->types.len;
            vec_push(&b->types, t);
            return *id;
        }
        if (!memcmp(&b->types.items[*id], &t, sizeof t))
            return *id;
    }
}

struct ir_value ir_build_int(struct ir_builder *b, int64_t value) {
    bool is_new;
    uint32_t *id = map_put(&b->int_ids, (uint64_t)value, &is_new);
    if (is_new) {
        *id = (uint32_t)b->ints.len;
        vec_push(&b->ints, value);
    }
    return (struct ir_value){IR_V_INT, *id};
}

struct ir_value ir_build_float(struct ir_builder *b, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool is_new;
    uint32_t *id = map_put(&b->float_ids, bits, &is_new);
    if (is_new) {
        *id = (uint32_t)b->floats.len;
        vec_push(&b->floats, value);
    }
    return (struct ir_value){IR_V_FLOAT, *id};
}

static struct ir_var var_completed(const struct ir_var *var) {
    struct ir_var v = *var;
    v.type = or_zero(v.type);
    v.loc = or_zero(v.loc);
    return v;
}

uint32_t ir_build_declare(struct ir_builder *b, const struct ir_func *head, const struct ir_var *params, uint32_t param_count) {
    struct ir_func func = *head;
    func.loc = or_zero(func.loc);
    func.type = or_zero(func.type);
    func.vars = (uint32_t)b->vars.len;
    func.param_count = func.var_count = param_count;
    func.blocks = func.block_count = func.temp_count = 0;
    for (uint32_t i = 0; i < param_count; i++)
        vec_push(&b->vars, var_completed(&params[i]));
    vec_push(&b->funcs, func);
    return (uint32_t)b->funcs.len - 1;
}

void ir_build_begin_func(struct ir_builder *b, uint32_t func, const struct ir_var *params, uint32_t param_count) {
    ENSURE(!b->open_blocks.len);
    b->func = b->funcs.items[func];
    b->func.param_count = param_count;
    b->func.temp_count = 0;
    b->func_values = (uint32_t)b->values.len;
    b->open_vars.len = 0;
    for (uint32_t i = 0; i < param_count; i++)
        vec_push(&b->open_vars, var_completed(&params[i]));
    ir_build_move_to(b, ir_build_block(b));
}

uint32_t ir_build_block(struct ir_builder *b) {
    if (b->open_blocks.len == b->block_room) {
        struct ir_build_block block = {0};
        vec_push(&b->open_blocks, block);
        b->block_room++;
    } else {
        struct ir_build_block *used = &b->open_blocks.items[b->open_blocks.len++];
        used->insts.len = used->succs.len = 0;
    }
    return (uint32_t)b->open_blocks.len - 1;
}

void ir_build_move_to(struct ir_builder *b, uint32_t block) {
    b->current = block;
}

struct ir_value ir_build_param(struct ir_builder *b, uint32_t index) {
    (void)b;
    return (struct ir_value){IR_V_ADDR, IR_BUILD_OPEN_VAR | index};
}

struct ir_value ir_build_local(struct ir_builder *b, const struct ir_var *var) {
    vec_push(&b->open_vars, var_completed(var));
    return ir_build_param(b, (uint32_t)b->open_vars.len - 1);
}

uint32_t ir_build_global(struct ir_builder *b, const struct ir_var *var) {
    vec_push(&b->vars, var_completed(var));
    return (uint32_t)b->vars.len - 1;
}

static uint32_t add_values(struct ir_builder *b, enum ir_op op, const struct ir_value *args, uint32_t arg_count) {
    uint32_t first = (uint32_t)b->values.len;
    for (uint32_t i = 0; i < arg_count; i++) {
        struct ir_value value = args[i];
        if (value.kind == IR_V_NONE && op != IR_RETURN)
            value.kind = IR_V_UNKNOWN;
        vec_push(&b->values, value);
    }
    return first;
}

static uint32_t blank_call_args(struct ir_builder *b, uint32_t loc, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        struct ir_call_arg arg = {.loc = or_zero(loc)};
        vec_push(&b->call_args, arg);
    }
    return (uint32_t)b->call_args.len - count;
}

// The member `aux` as its instruction wants it; calls made up by the front end may come without the source of their operands.
static uint32_t completed_aux(struct ir_builder *b, enum ir_op op, uint32_t loc, uint32_t aux, uint32_t arg_count) {
    if (op == IR_CALL)
        return aux == IR_NONE ? blank_call_args(b, loc, arg_count) : aux;
    if (op == IR_BRANCH || op == IR_SWITCH)
        return or_zero(aux);
    return op == IR_FIELD ? aux : IR_NONE;
}

static bool makes_value(enum ir_op op) {
    return op == IR_LOAD || (op >= IR_FIELD && op <= IR_CALL) || op == IR_HAVOC;
}

struct ir_value ir_build_inst(struct ir_builder *b, enum ir_op op, uint8_t sub, uint32_t type, uint32_t loc, uint32_t aux,
                              const struct ir_value *args, uint32_t arg_count) {
    if (type == IR_NONE && op != IR_CALL && op < IR_JUMP)
        type = 0;
    bool result = makes_value(op) && type != IR_NONE && b->types.items[type].kind != IR_VOID;
    if (b->current == IR_NONE)
        return (struct ir_value){result ? IR_V_UNKNOWN : IR_V_NONE, 0};
    if (makes_value(op) && op != IR_CALL && !result)
        return (struct ir_value){IR_V_NONE, 0}; // reading a void, as in `(void)*p`: no effect
    struct ir_inst inst = {.op = (uint8_t)op, .sub = sub, .arg_count = arg_count, .type = type, .loc = or_zero(loc)};
    inst.aux = completed_aux(b, op, loc, aux, arg_count);
    inst.args = add_values(b, op, args, arg_count);
    inst.result = result ? b->func.temp_count++ : IR_NONE;
    vec_push(&b->open_blocks.items[b->current].insts, inst);
    return result ? (struct ir_value){IR_V_TEMP, inst.result} : (struct ir_value){IR_V_NONE, 0};
}

void ir_build_terminate(struct ir_builder *b, enum ir_op op, const struct ir_value *args, uint32_t arg_count,
                        const uint32_t *succs, uint32_t succ_count, uint32_t loc, uint32_t text) {
    if (b->current == IR_NONE)
        return;
    if (op == IR_GOTO_ANY && !succ_count) { // no label has its address taken
        op = IR_UNREACHABLE;
        arg_count = 0;
    }
    ir_build_inst(b, op, 0, IR_NONE, loc, text, args, arg_count);
    for (uint32_t i = 0; i < succ_count; i++)
        vec_push(&b->open_blocks.items[b->current].succs, succs[i]);
    b->current = IR_NONE;
}

void ir_build_jump(struct ir_builder *b, uint32_t to, uint32_t loc) {
    ir_build_terminate(b, IR_JUMP, NULL, 0, &to, 1, loc, IR_NONE);
}

void ir_build_branch(struct ir_builder *b, struct ir_value cond, uint32_t yes, uint32_t no, uint32_t loc, uint32_t text) {
    ir_build_terminate(b, IR_BRANCH, &cond, 1, (uint32_t[]){yes, no}, 2, loc, text);
}

static void close_open_blocks(struct ir_builder *b) {
    for (size_t i = 0; i < b->open_blocks.len; i++) {
        struct ir_build_block *block = &b->open_blocks.items[i];
        if (block->insts.len && block->insts.items[block->insts.len - 1].op >= IR_JUMP)
            continue;
        b->current = (uint32_t)i;
        ir_build_terminate(b, IR_RETURN, NULL, 0, NULL, 0, 0, IR_NONE);
    }
    b->current = IR_NONE;
}

struct layout {
    VEC(uint32_t) order;  // reachable blocks, in the order they get
    uint32_t *positions;  // by open block: its place in `order`, or IR_NONE
    uint32_t *temps;      // by temporary: its new number, or IR_NONE
    uint32_t temp_count;
};

// Reverse postorder without recursion. Successors are entered last first, so that the first one follows its block.
static void order_blocks(const struct ir_builder *b, struct layout *layout) {
    uint32_t count = (uint32_t)b->open_blocks.len;
    uint32_t *next = mem_zalloc(count * sizeof *next); // successors still to enter, plus one; 0: not seen
    VEC(uint32_t) stack = {0};
    vec_push(&stack, 0);
    next[0] = (uint32_t)b->open_blocks.items[0].succs.len + 1;
    while (stack.len) {
        uint32_t at = stack.items[stack.len - 1];
        if (--next[at] == 0) {
            next[at] = IR_NONE; // done
            vec_push(&layout->order, at);
            stack.len--;
            continue;
        }
        uint32_t to = b->open_blocks.items[at].succs.items[next[at] - 1];
        if (!next[to]) {
            next[to] = (uint32_t)b->open_blocks.items[to].succs.len + 1;
            vec_push(&stack, to);
        }
    }
    for (size_t i = 0, j = layout->order.len - 1; i < j; i++, j--) {
        uint32_t swapped = layout->order.items[i];
        layout->order.items[i] = layout->order.items[j];
        layout->order.items[j] = swapped;
    }
    vec_done(&stack);
    free(next);
}

static void number(const struct ir_builder *b, struct layout *layout) {
    layout->positions = mem_realloc(NULL, b->open_blocks.len * sizeof(uint32_t));
    memset(layout->positions, 0xff, b->open_blocks.len * sizeof(uint32_t));
    layout->temps = mem_realloc(NULL, b->func.temp_count * sizeof(uint32_t));
    memset(layout->temps, 0xff, b->func.temp_count * sizeof(uint32_t));
    for (size_t i = 0; i < layout->order.len; i++) {
        const struct ir_build_block *block = &b->open_blocks.items[layout->order.items[i]];
        layout->positions[layout->order.items[i]] = (uint32_t)i;
        for (size_t j = 0; j < block->insts.len; j++)
            if (block->insts.items[j].result != IR_NONE)
                layout->temps[block->insts.items[j].result] = layout->temp_count++;
    }
}

static struct ir_value final_value(const struct ir_builder *b, const struct layout *layout, struct ir_value value) {
    if (value.kind == IR_V_ADDR && value.index & IR_BUILD_OPEN_VAR)
        value.index = b->func.vars + (value.index & ~(uint32_t)IR_BUILD_OPEN_VAR);
    if (value.kind == IR_V_TEMP)
        value.index = layout->temps[value.index];
    if (value.kind == IR_V_TEMP && value.index == IR_NONE) // made in a dropped block
        value = (struct ir_value){IR_V_UNKNOWN, 0};
    return value;
}

static void lay_out_block(struct ir_builder *b, const struct layout *layout, const struct ir_build_block *open) {
    struct ir_block block = {.insts = (uint32_t)b->insts.len, .inst_count = (uint32_t)open->insts.len,
                             .succs = (uint32_t)b->succs.len, .succ_count = (uint32_t)open->succs.len};
    for (size_t i = 0; i < open->insts.len; i++) {
        struct ir_inst inst = open->insts.items[i];
        if (inst.result != IR_NONE)
            inst.result = layout->temps[inst.result];
        uint32_t first = (uint32_t)b->values.len;
        for (uint32_t j = 0; j < inst.arg_count; j++)
            vec_push(&b->values, final_value(b, layout, b->values.items[inst.args + j]));
        inst.args = first;
        vec_push(&b->insts, inst);
    }
    for (size_t i = 0; i < open->succs.len; i++)
        vec_push(&b->succs, layout->positions[open->succs.items[i]]);
    vec_push(&b->blocks, block);
}

void ir_build_end_func(struct ir_builder *b, uint32_t func) {
    close_open_blocks(b);
    struct layout layout = {0};
    order_blocks(b, &layout);
    number(b, &layout);
    b->func.vars = (uint32_t)b->vars.len;
    b->func.var_count = (uint32_t)b->open_vars.len;
    for (size_t i = 0; i < b->open_vars.len; i++)
        vec_push(&b->vars, b->open_vars.items[i]);
    b->func.temp_count = layout.temp_count;
    b->func.blocks = (uint32_t)b->blocks.len;
    b->func.block_count = (uint32_t)layout.order.len;
    size_t drafts = b->values.len; // operands as built, in the order they were built, go; those laid out stay
    for (size_t i = 0; i < layout.order.len; i++)
        lay_out_block(b, &layout, &b->open_blocks.items[layout.order.items[i]]);
    uint32_t shift = (uint32_t)drafts - b->func_values;
    if (shift)
        memmove(b->values.items + b->func_values, b->values.items + drafts, (b->values.len - drafts) * sizeof *b->values.items);
    b->values.len -= shift;
    for (size_t i = b->blocks.items[b->func.blocks].insts; i < b->insts.len; i++)
        b->insts.items[i].args -= shift;
    b->funcs.items[func] = b->func;
    b->open_blocks.len = 0;
    vec_done(&layout.order);
    free(layout.positions);
    free(layout.temps);
}

static void complete_tables(struct ir_builder *b) {
    for (size_t i = 0; i < b->fields.len; i++)
        b->fields.items[i].type = or_zero(b->fields.items[i].type);
    for (size_t i = 0; i < b->call_args.len; i++) {
        struct ir_call_arg *arg = &b->call_args.items[i];
        arg->type = or_zero(arg->type);
        arg->loc = or_zero(arg->loc);
    }
}

void ir_build_finish(struct ir_builder *b, struct buf *ret_bytes) {
    complete_tables(b);
    b->text_offsets.len = b->strings.len = 0;
    for (uint32_t id = 0; id < b->texts.texts.len; id++) {
        const char *text = strtab_text(&b->texts, id);
        size_t size = strlen(text) + 1;
        ENSURE(b->strings.len + size < UINT32_MAX);
        vec_push(&b->text_offsets, (uint32_t)b->strings.len);
        vec_reserve(&b->strings, b->strings.len + size);
        memcpy(b->strings.items + b->strings.len, text, size);
        b->strings.len += size;
    }
    struct ir_unit unit = {.diagnostics = b->diagnostics, .init_func = b->init_func};
#define X(type, name)            \
    unit.name = b->name.items;   \
    unit.name##_count = (uint32_t)b->name.len;
    IR_SECTIONS(X)
#undef X
    ir_save(&unit, ret_bytes);
}
