// Which globals may have another value than their initializer gave them: those written outside of init functions, those whose
// address gets away (passed, stored, returned), after which anybody may write, and those that are defined outside the program.
#include "program/link.h"

#include "ir/named.h"

uint8_t *initialized_vars(const struct ir_unit *unit) {
    uint8_t *flags = mem_zalloc(unit->vars_count);
    if (unit->init_func == IR_NONE)
        return flags;
    for (uint32_t i = unit->named_starts[unit->init_func]; i < unit->named_starts[unit->init_func + 1]; i++)
        if (unit->named[i] & NAMED_WRITTEN)
            flags[unit->named[i] & NAMED_VAR] = 1;
    return flags;
}

void globals_see(struct program *program, const struct prog_unit *unit, uint32_t func) {
    const struct ir_unit *ir = unit->ir;
    uint32_t changing = func == ir->init_func ? NAMED_LOST : NAMED_LOST | NAMED_WRITTEN;
    for (uint32_t i = ir->named_starts[func]; i < ir->named_starts[func + 1]; i++) {
        uint32_t id = unit->global_ids[ir->named[i] & NAMED_VAR];
        if (ir->named[i] & changing && id != IR_NONE)
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
