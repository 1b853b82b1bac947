// The readable form of a unit, for `dump ir` and for tests.
#ifndef IR_PRINT_H
#define IR_PRINT_H

#include "base/buf.h"
#include "ir/ir.h"

void ir_print_unit(const struct ir_unit *unit, struct buf *out);
void ir_print_func(const struct ir_unit *unit, const struct ir_func *func, struct buf *out);

#endif
