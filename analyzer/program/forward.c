// Functions that only hand their arguments on to another one and return what it returns: a call of the one is a call of the other.
#include "program/link.h"

enum { CHAIN_MAX = 8 };

// The parameter that a temporary of the block was loaded from, IR_NONE.
static uint32_t loaded_param(const struct ir_unit *ir, const struct ir_func *fn, const struct ir_block *block, const struct ir_value *value) {
    for (uint32_t i = block->insts; value->kind == IR_V_TEMP && i < block->insts + block->inst_count; i++) {
        const struct ir_inst *inst = &ir->insts[i];
        const struct ir_value *from = &ir->values[inst->args];
        if (inst->op == IR_LOAD && inst->result == value->index)
            return from->kind == IR_V_ADDR && from->index - fn->vars < fn->param_count ? from->index - fn->vars : IR_NONE;
    }
    return IR_NONE;
}

static bool hands_all_on(const struct ir_unit *ir, const struct ir_func *fn, const struct ir_block *block, const struct ir_inst *call) {
    if (call->arg_count != fn->param_count + 1 || fn->is_variadic)
        return false;
    for (uint32_t i = 0; i < fn->param_count; i++)
        if (loaded_param(ir, fn, block, &ir->values[call->args + 1 + i]) != i)
            return false;
    return true;
}

static bool returns_result(const struct ir_unit *ir, const struct ir_inst *last, const struct ir_inst *call) {
    if (last->op != IR_RETURN || !last->arg_count)
        return last->op == IR_RETURN || last->op == IR_UNREACHABLE;
    return ir->values[last->args].kind == IR_V_TEMP && ir->values[last->args].index == call->result;
}

// The function that this one calls and does nothing else, IR_NONE.
static uint32_t only_callee(const struct prog_unit *unit, const struct ir_func *fn) {
    const struct ir_unit *ir = unit->ir;
    const struct ir_block *block = &ir->blocks[fn->blocks];
    const struct ir_inst *call = NULL, *last = &ir->insts[block->insts + block->inst_count - 1];
    for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
        uint8_t op = ir->insts[i].op;
        if (op == IR_CALL && !call)
            call = &ir->insts[i];
        else if (op != IR_LOAD && &ir->insts[i] != last)
            return IR_NONE;
    }
    if (!call || ir->values[call->args].kind != IR_V_FUNC || !returns_result(ir, last, call) || !hands_all_on(ir, fn, block, call))
        return IR_NONE;
    return unit->func_ids[ir->values[call->args].index];
}

static void note_forwards(struct program *program, uint32_t unit) {
    const struct prog_unit *u = &program->units[unit];
    for (uint32_t f = 0; f < u->ir->funcs_count; f++) {
        struct prog_func *func = u->func_ids[f] == IR_NONE ? NULL : &program->funcs[u->func_ids[f]];
        bool is_it = func && func->unit == unit && func->func == f && func->has_body && !func->roles;
        uint32_t to = is_it && u->ir->funcs[f].block_count == 1 ? only_callee(u, &u->ir->funcs[f]) : IR_NONE;
        if (to != IR_NONE)
            func->forwards_to = to;
    }
}

void link_forwards(struct program *program) {
    for (uint32_t f = 0; f < program->func_count; f++)
        program->funcs[f].forwards_to = f;
    for (uint32_t u = 0; u < program->unit_count; u++) {
        note_forwards(program, u);
        program_rest_at_unit(program, u);
    }
    for (uint32_t f = 0; f < program->func_count; f++)
        for (unsigned i = 0; i < CHAIN_MAX && program->funcs[program->funcs[f].forwards_to].forwards_to != program->funcs[f].forwards_to; i++)
            program->funcs[f].forwards_to = program->funcs[program->funcs[f].forwards_to].forwards_to;
}
