// Inside program/: the steps of program_link, in the order in which they run. Each fills its part of the program.
#ifndef PROGRAM_LINK_H
#define PROGRAM_LINK_H

#include "program/program.h"

// symbols.c: units, functions, globals and fields, with their ids.
void link_symbols(struct program *program);
// globals.c: which globals change after their initialization.
void link_globals(struct program *program);
// callgraph.c: all calls; whose address is taken.
void link_calls(struct program *program);
// scc.c: components, bottom-up.
void link_components(struct program *program);

// The variables that the unit's init function stores into: a flag by variable, to be freed.
uint8_t *initialized_vars(const struct ir_unit *unit);

#endif
