// Where the values of a body come from, as far as they may be functions.
#ifndef PROGRAM_SOURCES_H
#define PROGRAM_SOURCES_H

#include "program/program.h"
#include "program/slots.h"

// By type of the unit: what of code it can carry. To be freed.
uint8_t *carriers_new(const struct ir_unit *unit);
// Functions, pointers to them, void pointers, unknown types, and pointers to these.
bool carries_code(const uint8_t *carries, uint32_t type);
// A pointer to what can carry code: through it a slot may be written.
bool carries_pointer_to_code(const uint8_t *carries, uint32_t type);

// Where a value comes from: a function itself, a slot, or nothing known.
struct source {
    enum { FROM_NOWHERE, FROM_FUNC, FROM_SLOT } kind;
    uint32_t id;
    bool both_ways; // an address of the slot rather than what it holds: what is stored through it arrives in the slot
    bool is_code;   // by its type a function pointer
};

struct body {
    const struct program *program;
    struct slots *slots;
    const struct prog_unit *unit;
    const struct ir_func *func;
    uint32_t id;            // function id; beyond those, unit by unit, the init functions
    const uint8_t *carries; // of the unit
    VEC(uint32_t) defs;     // by temporary: its instruction, once body_see has seen that
};

// The next body, of function `func` of the unit. All zero is a body before the first one.
void body_start(struct body *b, struct slots *slots, const struct program *program, uint32_t unit, uint32_t func, uint32_t id,
                const uint8_t *carries);
static inline void body_see(struct body *b, uint32_t inst) {
    uint32_t result = b->unit->ir->insts[inst].result;
    if (result != IR_NONE)
        b->defs.items[result] = inst;
}
void body_done(struct body *b);
// The place that an address or a callee stands for, whatever its type.
struct source body_chase(const struct body *b, struct ir_value value);
// A value that is copied: nothing where its type can carry no function.
struct source body_source(const struct body *b, struct ir_value value);
struct source body_field(const struct body *b, uint32_t field);

#endif
