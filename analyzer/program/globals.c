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

typedef void use_fn(void *context, uint32_t var, enum use use);

static void each_use(const struct ir_unit *unit, const struct ir_func *func, use_fn *tell, void *context) {
    uint32_t *bases = mem_realloc(NULL, func->temp_count * sizeof *bases);
    for (uint32_t i = 0; i < func->temp_count; i++)
        bases[i] = IR_NONE;
    for (uint32_t b = 0; b < func->block_count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &unit->insts[block->insts + i];
            const struct ir_value *args = unit->values + inst->args;
            if (inst->op == IR_FIELD || inst->op == IR_INDEX)
                bases[inst->result] = base_of(bases, args[0]);
            for (uint32_t j = 0; j < inst->arg_count; j++)
                if (base_of(bases, args[j]) != IR_NONE)
                    tell(context, base_of(bases, args[j]), use_of(inst, j));
        }
    }
    free(bases);
}

static void note_initialized(void *context, uint32_t var, enum use use) {
    if (use == USE_WRITE)
        ((uint8_t *)context)[var] = 1;
}

uint8_t *initialized_vars(const struct ir_unit *unit) {
    uint8_t *flags = mem_zalloc(unit->vars_count);
    if (unit->init_func != IR_NONE)
        each_use(unit, &unit->funcs[unit->init_func], note_initialized, flags);
    return flags;
}

struct writer {
    struct program *program;
    const struct prog_unit *unit;
    bool in_init;
};

static void note_written(void *context, uint32_t var, enum use use) {
    const struct writer *w = context;
    uint32_t id = w->unit->global_ids[var];
    if (id != IR_NONE && (use == USE_ESCAPE || (use == USE_WRITE && !w->in_init)))
        w->program->globals[id].is_written = true;
}

void link_globals(struct program *program) {
    for (uint32_t i = 0; i < program->func_count; i++) {
        const struct prog_func *func = &program->funcs[i];
        struct writer w = {program, &program->units[func->unit], false};
        if (func->has_body)
            each_use(w.unit->ir, func->ir, note_written, &w);
    }
    for (uint32_t u = 0; u < program->unit_count; u++) {
        struct writer w = {program, &program->units[u], true};
        if (w.unit->ir->init_func != IR_NONE)
            each_use(w.unit->ir, &w.unit->ir->funcs[w.unit->ir->init_func], note_written, &w);
    }
    for (uint32_t u = 0; u < program->unit_count; u++) // nobody may write what any declaration says is const
        for (uint32_t i = 0; i < program->units[u].ir->vars_count; i++)
            if (program->units[u].global_ids[i] != IR_NONE && program->units[u].ir->vars[i].is_const)
                program->globals[program->units[u].global_ids[i]].is_written = false;
    for (uint32_t i = 0; i < program->global_count; i++) {
        const struct ir_var *var = &program->units[program->globals[i].unit].ir->vars[program->globals[i].var];
        if (var->kind == IR_VAR_GLOBAL && !var->is_defined)
            program->globals[i].is_written = true;
    }
}
