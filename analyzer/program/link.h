// Inside program/: the steps of program_link, in the order in which they run. Each fills its part of the program.
#ifndef PROGRAM_LINK_H
#define PROGRAM_LINK_H

#include "program/program.h"

// symbols.c: functions, globals and fields, with their ids.
void link_symbols(struct program *program, const struct ir_unit *const *units, const struct ir_numbers *func_numbers);
// forward.c: which functions only stand for others.
void link_forwards(struct program *program);
// callgraph.c: all calls; whose address is taken. It reads every body, once, and calls globals_see for it.
void link_calls(struct program *program);
// globals.c: which globals change after their initialization, from what globals_see saw.
void link_globals(struct program *program);
// scc.c: components, bottom-up.
void link_components(struct program *program);

// What a function of the unit does with globals; each body that counts, once.
void globals_see(struct program *program, const struct prog_unit *unit, uint32_t func);
// The variables that the unit's init function stores into: a flag by variable, to be freed.
uint8_t *initialized_vars(const struct ir_unit *unit);

#endif
