// Builds one unit: growable tables, and the few helpers every lowering step needs. Texts, places, types and constants are shared.
// Text 0 is "", location 0 is made-up code, type 0 is an unknown type: IR_NONE given for a location, or for the type of a
// variable, field, function or call operand, ends up as these, so a reader may always follow them.
//
// Functions are built one at a time: ir_build_begin_func, blocks and instructions, ir_build_end_func. Declarations, globals,
// types and texts may be added at any moment. Only ir_build_end_func knows where the open function's variables come to stand in
// the unit's table, so until then their addresses carry IR_BUILD_OPEN_VAR; a value of an open function is of use only in it.
#ifndef IR_BUILD_H
#define IR_BUILD_H

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "ir/ir.h"

struct ir_builder {
#define X(type, name) VEC(type) name;
    IR_SECTIONS(X) // text_offsets and strings stay empty: `texts` holds them until ir_build_finish
#undef X
    struct strtab texts;
    struct map int_ids, float_ids, type_ids, loc_ids;
    uint32_t diagnostics, init_func;
    // the function being built
    struct ir_func func;                    // set its flags here; copied to its slot by ir_build_end_func
    uint32_t func_values;                   // its operands start here in `values`
    VEC(struct ir_build_block) open_blocks; // per block: its own instructions, until ir_build_end_func lays them out
    size_t block_room; // how many have been there: those behind the open ones keep their memory for the next function
    VEC(struct ir_var) open_vars;           // parameters, then locals
    uint32_t current; // block that instructions go to; IR_NONE: unreachable code, instructions are dropped
};

enum { IR_BUILD_OPEN_VAR = 1u << 31 }; // bit of an IR_V_ADDR's index: the rest is an index into open_vars

struct ir_build_block {
    VEC(struct ir_inst) insts;
    VEC(uint32_t) succs;
};

void ir_build_init(struct ir_builder *b);
void ir_build_done(struct ir_builder *b);

uint32_t ir_build_text(struct ir_builder *b, const char *text);
uint32_t ir_build_loc(struct ir_builder *b, const struct ir_loc *loc);
// Types are equal where all their members are.
uint32_t ir_build_type(struct ir_builder *b, const struct ir_type *type);
struct ir_value ir_build_int(struct ir_builder *b, int64_t value);
struct ir_value ir_build_float(struct ir_builder *b, double value);

// Functions. `head` gives name, usr, loc, type, flags; the id is that of the slot reserved by ir_build_declare, so that calls
// can refer to a function before its body is built.
uint32_t ir_build_declare(struct ir_builder *b, const struct ir_func *head, const struct ir_var *params, uint32_t param_count);
// Starts the body of a declared function: makes the entry block and moves there. `params` replaces those of the declaration.
void ir_build_begin_func(struct ir_builder *b, uint32_t func, const struct ir_var *params, uint32_t param_count);
// Drops unreachable blocks, terminates open ones with `return`, and lays the body out: blocks in reverse postorder, temporaries
// numbered in that order, addresses of parameters and locals with their final index.
void ir_build_end_func(struct ir_builder *b, uint32_t func);
uint32_t ir_build_block(struct ir_builder *b);
void ir_build_move_to(struct ir_builder *b, uint32_t block);
// Address of a new local of the function being built; and of parameter `index`.
struct ir_value ir_build_local(struct ir_builder *b, const struct ir_var *var);
struct ir_value ir_build_param(struct ir_builder *b, uint32_t index);
// Address of a global (unit-wide id, from ir_build_global).
uint32_t ir_build_global(struct ir_builder *b, const struct ir_var *var);

// Appends an instruction; returns its result (IR_V_NONE where it has none: stores, terminators, type void or, for calls, IR_NONE).
// In unreachable code nothing is appended and a result is IR_V_UNKNOWN. Operands that are IR_V_NONE become IR_V_UNKNOWN.
// A call with aux IR_NONE gets entries in call_args that say nothing but `loc`.
struct ir_value ir_build_inst(struct ir_builder *b, enum ir_op op, uint8_t sub, uint32_t type, uint32_t loc, uint32_t aux,
                              const struct ir_value *args, uint32_t arg_count);
// Terminators end the current block; afterwards the position is unreachable until the next ir_build_move_to.
void ir_build_jump(struct ir_builder *b, uint32_t to, uint32_t loc);
void ir_build_branch(struct ir_builder *b, struct ir_value cond, uint32_t yes, uint32_t no, uint32_t loc, uint32_t text);
void ir_build_terminate(struct ir_builder *b, enum ir_op op, const struct ir_value *args, uint32_t arg_count,
                        const uint32_t *succs, uint32_t succ_count, uint32_t loc, uint32_t text);

// The finished unit as bytes in the unit file format (see save.h). The builder may only be done after that.
void ir_build_finish(struct ir_builder *b, struct buf *ret_bytes);

#endif
