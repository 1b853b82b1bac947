// Inside program/: the steps of program_link, in the order in which they run. Each fills its part of the program.
#ifndef PROGRAM_LINK_H
#define PROGRAM_LINK_H

#include "program/program.h"

// symbols.c: functions, globals and fields, with their ids.
void link_symbols(struct program *program, const struct ir_unit *const *units, const struct ir_numbers *func_numbers);
// forward.c: which functions only stand for others.
void link_forwards(struct program *program);
// callgraph.c: all calls; whose address is taken. It reads every body, once, and shows it to globals_see.
void link_calls(struct program *program);
// globals.c: which globals change after their initialization, from what globals_see saw.
void link_globals(struct program *program);
// scc.c: components, bottom-up.
void link_components(struct program *program);

// One instruction after the other, in the order of their layout; those that only read may be left out. `bases`: by temporary of the body,
// the variable that it points into, at first IR_NONE.
void globals_see(struct program *program, const struct prog_unit *unit, bool in_init, const struct ir_inst *inst, uint32_t *bases);
// The variables that the unit's init function stores into: a flag by variable, to be freed.
uint8_t *initialized_vars(const struct ir_unit *unit);

#endif
