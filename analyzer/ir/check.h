// What makes a unit safe to read: every index stays inside its table, every range inside the table it is cut from, and every
// instruction and block has the operands and successors a reader may take for granted; every temporary has exactly one
// instruction that writes it, though perhaps not before each use. ir_load and ir_verify share it.
#ifndef IR_CHECK_H
#define IR_CHECK_H

#include "base/err.h"
#include "ir/ir.h"

bool ir_check(const struct ir_unit *unit, struct err *err);

static inline bool ir_is_terminator(const struct ir_inst *inst) {
    return inst->op >= IR_JUMP;
}

static inline const struct ir_inst *ir_terminator(const struct ir_unit *unit, const struct ir_block *block) {
    return &unit->insts[block->insts + block->inst_count - 1];
}

#endif
