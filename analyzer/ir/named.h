// The globals and static locals that each body names, and what it does with them: made when a unit is saved, so that whoever joins units
// need not read their bodies for that.
//
// Temporaries that are addresses inside a variable stand for the variable. Reading, also through fields and elements, is harmless;
// where an address gets away (passed, stored, returned, computed with), anybody may write there.
#ifndef IR_NAMED_H
#define IR_NAMED_H

#include "base/mem.h"
#include "ir/ir.h"

enum { NAMED_VAR = (1 << 30) - 1 }; // of ir_unit.named: the variable; the rest are flags:
#define NAMED_WRITTEN (1u << 30)
#define NAMED_LOST (1u << 31) // its address gets away

struct named {
    VEC(uint32_t) items;
    uint32_t *starts; // by function, and the end
};

// Of a unit whose bodies are sound.
void named_make(const struct ir_unit *unit, struct named *ret_named);
void named_done(struct named *named);

#endif
