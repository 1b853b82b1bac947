// Gives what many units have in common one number: equal keys get equal numbers, dense from 0, in the order of first use.
#ifndef IR_NUMBERS_H
#define IR_NUMBERS_H

#include "base/mem.h"
#include "ir/ir.h"

struct ir_place {
    uint32_t unit, index;
};

struct ir_numbers {
    uint32_t **of;          // by unit and index; IR_NONE for what takes no part
    struct ir_place *first; // by number: where it was used first
    uint32_t count;
};

struct ir_numbered {
    uint32_t (*count)(const struct ir_unit *unit);
    uint64_t (*key)(const struct ir_unit *unit, uint32_t index); // 0: takes no part
};

void ir_number(struct arena *arena, const struct ir_unit *const *units, uint32_t unit_count, const struct ir_numbered *what,
               struct ir_numbers *ret_numbers);

// Functions by their keys; the units' init functions take no part.
extern const struct ir_numbered ir_numbered_funcs;

#endif
