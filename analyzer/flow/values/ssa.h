// Static single assignment form of one function: for every temporary and every operand, the value it stands for, as a node of a
// hash-consed graph. Equal nodes are equal values of one moment; what a loop changes is a phi. Paths are not told apart: that is what
// makes it cheap enough for every function that waits for something (exec.h follows paths, for those that own contexts).
//
// Scalar variables, and members of local structs, are followed through memory ("slots") as long as their address is only loaded from,
// stored to and passed to calls; a call that gets the address of a slot writes it. Everything else in memory is a SSA_LOAD: equal to no
// other load.
//
// Construction: Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (2013), with the operands of phis
// filled in last, so that nothing recurses. Cost: instructions x joins they are read across.
#ifndef FLOW_SSA_H
#define FLOW_SSA_H

#include "flow/values/cfg.h"
#include "program/program.h"

typedef uint32_t ssa_id;

enum ssa_kind {
    SSA_UNKNOWN,
    SSA_INT,    // the number in `number`
    SSA_FLOAT,  // its bits in `number`
    SSA_PARAM,  // a: index; the parameter at entry
    SSA_ADDR,   // a: variable (unit index); its address
    SSA_FIELD,  // a: address, b: program field; the member's address
    SSA_ELEM,   // a: address, b: index
    SSA_LOAD,   // a: address, b: instruction that loads
    SSA_MEMBER, // a: struct value, b: program field
    SSA_RESULT, // a: call
    SSA_OUT,    // a: call, b: address; what the call left there
    SSA_FUNC,   // a: function (unit index)
    SSA_BINARY, // sub: ir_binary, of a and b
    SSA_UNARY,  // sub: ir_unary, of a
    SSA_PHI,    // a: first of b operands in phi_args
};

struct ssa_node {
    uint8_t kind, sub;
    uint32_t a, b;
    int64_t number;
    uint32_t block; // SSA_PHI: where it joins
};

struct ssa {
    const struct prog_unit *unit;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    VEC(struct ssa_node) nodes;
    VEC(ssa_id) phi_args;
    ssa_id *ids;           // hash table of nodes by what they are, of `id_cap` places; 0 is free, since nobody looks SSA_UNKNOWN up
    uint32_t id_count, id_cap;
    ssa_id *temps;         // by temporary
    struct map pointed;    // call and address -> index into pointed_values: what the call finds there
    VEC(ssa_id) pointed_values;
    struct cfg cfg;
};

// Of a function with a body. Memory comes from the arena and from the heap: ssa_done.
void ssa_build(struct ssa *ssa, const struct program *program, uint32_t func, struct arena *arena);
void ssa_done(struct ssa *ssa);

static inline const struct ssa_node *ssa_at(const struct ssa *ssa, ssa_id id) {
    return &ssa->nodes.items[id];
}

// Operand `arg` of an instruction (unit index); of calls 0 is the callee.
ssa_id ssa_operand(struct ssa *ssa, uint32_t inst, uint32_t arg);
// What the call (or the load of a struct) at `inst` finds at this address (a node) when it starts; a SSA_LOAD where that is not known.
ssa_id ssa_pointed(struct ssa *ssa, uint32_t inst, ssa_id address);
// A member of a struct value.
ssa_id ssa_member(struct ssa *ssa, ssa_id value, uint32_t field);
ssa_id ssa_int(struct ssa *ssa, int64_t number);
// The member's address.
ssa_id ssa_field(struct ssa *ssa, ssa_id address, uint32_t field);
// Calls `visit` once for every node that the value is made of, itself first; stops where it returns false.
bool ssa_walk(const struct ssa *ssa, ssa_id id, bool (*visit)(void *data, ssa_id id), void *data);

#endif
