// What every unit must satisfy beyond valid indices: each block ends in exactly one terminator with the successors it needs, each
// temporary is written once and before any use on every path, operand counts and kinds fit their instruction, entry has no
// variables of another function.
#ifndef IR_VERIFY_H
#define IR_VERIFY_H

#include "base/err.h"
#include "ir/ir.h"

bool ir_verify(const struct ir_unit *unit, struct err *err);

#endif
