// Which globals may have another value than their initializer gave them: those written outside of init functions, those whose
// address gets away (passed, stored, returned), after which anybody may write, and those that are defined outside the program.
// Reading through fields and elements is harmless.
#include "program/link.h"

#include <stdlib.h>

// Temporaries that are addresses inside a variable: by temporary, the variable, or IR_NONE. Defined before use in layout order.
static uint32_t base_of(const uint32_t *bases, struct ir_value value) {
    return value.kind == IR_V_ADDR ? value.index : value.kind == IR_V_TEMP ? bases[value.index] : IR_NONE;
}

enum use { USE_READ, USE_WRITE, USE_ESCAPE };

static enum use use_of(const struct ir_inst *inst, uint32_t operand) {
    switch (inst->op) {
    case IR_STORE:
        return operand == 0 ? USE_WRITE : USE_ESCAPE;
    case IR_ZERO:
    case IR_ASM:
        return USE_WRITE;
    case IR_LOAD:
    case IR_FIELD:
    case IR_INDEX:
    case IR_UNARY:
    case IR_BRANCH:
        return USE_READ;
    case IR_BINARY:
        return inst->sub >= IR_EQ ? USE_READ : USE_ESCAPE; // comparing addresses is harmless, computing with them is not
    default:
        return USE_ESCAPE;
    }
}

static uint32_t base_made(const struct ir_unit *unit, const uint32_t *bases, const struct ir_inst *inst) {
    return inst->op == IR_FIELD || inst->op == IR_INDEX ? base_of(bases, unit->values[inst->args]) : IR_NONE;
}

uint8_t *initialized_vars(const struct ir_unit *unit) {
    uint8_t *flags = mem_zalloc(unit->vars_count);
    if (unit->init_func == IR_NONE)
        return flags;
    const struct ir_func *func = &unit->funcs[unit->init_func];
    uint32_t *bases = mem_zalloc(func->temp_count * sizeof *bases);
    for (uint32_t b = 0; b < func->block_count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &unit->insts[block->insts + i];
            if (inst->result != IR_NONE)
                bases[inst->result] = base_made(unit, bases, inst);
            for (uint32_t k = 0; k < inst->arg_count; k++) {
                uint32_t var = base_of(bases, unit->values[inst->args + k]);
                if (var != IR_NONE && use_of(inst, k) == USE_WRITE)
                    flags[var] = 1;
            }
        }
    }
    free(bases);
    return flags;
}

void globals_see(struct program *program, const struct prog_unit *unit, bool in_init, const struct ir_inst *inst, uint32_t *bases) {
    const struct ir_value *args = unit->ir->values + inst->args;
    if (inst->op == IR_FIELD || inst->op == IR_INDEX) {
        bases[inst->result] = base_of(bases, args[0]);
        return;
    }
    for (uint32_t i = 0; i < inst->arg_count; i++) {
        uint32_t var = base_of(bases, args[i]), id = var == IR_NONE ? IR_NONE : unit->global_ids[var];
        if (id == IR_NONE)
            continue;
        enum use use = use_of(inst, i);
        if (use == USE_ESCAPE || (use == USE_WRITE && !in_init))
            program->globals[id].is_written = true;
    }
}

void link_globals(struct program *program) {
    for (uint32_t u = 0; u < program->unit_count; u++) { // nobody may write what any declaration says is const
        for (uint32_t i = 0; i < program->units[u].ir->vars_count; i++)
            if (program->units[u].global_ids[i] != IR_NONE && program->units[u].ir->vars[i].is_const)
                program->globals[program->units[u].global_ids[i]].is_written = false;
        program_rest_at_unit(program, u);
    }
    for (uint32_t i = 0; i < program->global_count; i++) {
        const struct ir_var *var = &program->units[program->globals[i].unit].ir->vars[program->globals[i].var];
        if (var->kind == IR_VAR_GLOBAL && !var->is_defined)
            program->globals[i].is_written = true;
    }
}
