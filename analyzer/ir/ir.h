// The intermediate representation: what one translation unit says, after parsing. It knows no model, no rule and no
// configuration, and refers to nothing outside itself: everything is an index into the unit's own tables, so a unit is
// saved, checksummed and mapped as it stands.
//
// A function body is a control-flow graph of blocks; a block is a run of instructions whose last one is its terminator.
// Temporaries (%n) are written by exactly one instruction of the function. Everything else lives in memory: variables and
// parameters are memory cells reached through their address (`&x`), fields and elements through IR_FIELD and IR_INDEX.
// `a ? b : c`, `a && b` and statement expressions that need a join write a synthetic local variable.
// Struct values are ordinary values: IR_LOAD of a struct yields it, IR_STORE writes all of it.
//
// Left out on purpose: widths of intermediate integers (constants are folded with them, before), volatile, types of
// temporaries beyond the instruction that makes them.
#ifndef IR_IR_H
#define IR_IR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IR_NONE = UINT32_MAX }; // "no such thing", for every index

enum ir_type_kind { IR_VOID, IR_BOOL, IR_INT, IR_UINT, IR_FLOAT, IR_POINTER, IR_ARRAY, IR_RECORD, IR_ENUM, IR_FUNCTION, IR_OTHER };

struct ir_type {
    uint8_t kind;      // ir_type_kind, of the canonical type
    uint8_t is_const;  // the type itself is const-qualified
    uint8_t is_variadic; // IR_FUNCTION
    uint8_t unused;
    uint32_t size;     // bytes; 0 where unknown
    uint32_t target;   // pointee, element, or result of a function; IR_NONE otherwise
    uint32_t count;    // IR_ARRAY: elements, 0 where unknown or variable
    uint32_t record;   // IR_RECORD: index into records; IR_NONE otherwise
    uint32_t name;     // as written, typedefs kept and qualifiers dropped: "timeout_ms_t", "struct timespec", "GoContext *"
    uint32_t canonical; // canonical spelling without qualifiers: "int", "struct timespec", "struct GoContext *"
};

struct ir_record {
    uint32_t name;        // "timespec", or the typedef's name for an untagged one; "" where it has none
    uint32_t usr;
    uint32_t fields, field_count; // in ir_unit.fields; none where incomplete
    uint8_t is_union, unused[3];
};

struct ir_field {
    uint32_t name;   // "" for an anonymous member
    uint32_t type;
    uint32_t record; // the record it belongs to
    uint32_t annotation; // text of annotate("timeoutlint: ...") after the colon, several joined by '\n'; 0 = none
};

struct ir_loc {
    uint32_t file; // in ir_unit.files; IR_NONE for made-up code
    uint32_t line, column; // expansion location, from 1, columns in bytes
    uint32_t end_line, end_column; // one past the last character
    uint8_t in_macro;  // 1 where the text comes from a macro's expansion
    uint8_t is_statement; // 1: a whole statement, and the semicolon of it follows at once
    uint8_t unused[2];
};

enum ir_var_kind { IR_VAR_GLOBAL, IR_VAR_STATIC_LOCAL, IR_VAR_LOCAL, IR_VAR_PARAM, IR_VAR_SYNTHETIC };

struct ir_var {
    uint8_t kind;
    uint8_t is_const, is_static /* internal linkage */, is_thread_local;
    uint8_t is_defined; // IR_VAR_GLOBAL: this unit defines it, so its initializer (if any) stands in the unit's init function
    uint8_t unused[3];
    uint32_t name, type, loc;
    uint32_t usr;        // globals and static locals: joins units; 0 otherwise
    uint32_t annotation; // as in ir_field
    uint32_t scope;      // in locs: the statement outside of which it is not known; 0: all of the function, or no local
};

struct ir_func {
    uint32_t name, usr, loc;
    uint32_t type;                // of kind IR_FUNCTION
    uint32_t vars, param_count, var_count; // in ir_unit.vars: first the parameters, then every local; a declaration has parameters only
    uint32_t blocks, block_count; // in ir_unit.blocks; 0 blocks: only declared here. The first block is the entry
    uint32_t temp_count;
    uint32_t annotation; // as in ir_field, on the function itself
    uint8_t is_static, is_inline, is_noreturn, is_variadic;
    uint8_t is_init;     // the unit's init function: stores every initializer of a global or static local
    uint8_t in_system_header;
    uint8_t is_incomplete; // clang reported an error inside it, so parts may be missing
    uint8_t unused;
};

struct ir_block {
    uint32_t insts, inst_count; // in ir_unit.insts; at least one
    uint32_t succs, succ_count; // in ir_unit.succs, block indices relative to the function
};

// Operands. INT and FLOAT name constants so that an operand stays small.
enum ir_value_kind {
    IR_V_NONE,  // absent (`return;`, an unlowered expression)
    IR_V_TEMP,  // index: %n
    IR_V_INT,   // index into ir_unit.ints
    IR_V_FLOAT, // index into ir_unit.floats
    IR_V_STRING, // index: a string literal's text (cut at 256 bytes)
    IR_V_ADDR,  // index into ir_unit.vars: the variable's address
    IR_V_FUNC,  // index into ir_unit.funcs: the function's address
    IR_V_UNKNOWN, // some value the front end could not describe
};

struct ir_value {
    uint32_t kind, index;
};

enum ir_op {
    IR_LOAD,   // result = *[0]
    IR_STORE,  // *[0] = [1]
    IR_ZERO,   // *[0] = {0}, whole object
    IR_FIELD,  // result = &[0]->field aux
    IR_INDEX,  // result = &[0][[1]]; also pointer arithmetic p + i; element type = type's pointee
    IR_BINARY, // result = [0] sub [1]
    IR_UNARY,  // result = sub [0]
    IR_CAST,   // result = (type)[0]; only where the value may change: not pointer to pointer
    IR_CALL,   // result = [0]([1], ...)
    IR_ASM,    // clobbers what its operands point to
    IR_HAVOC,  // result = something unknown (va_arg, an expression clang could not parse, ...)
    // terminators
    IR_JUMP,   // to succ 0
    IR_BRANCH, // [0] != 0: succ 0, else succ 1; aux = text of the condition
    IR_SWITCH, // [0]; [1+2i]..[2+2i] = inclusive range of succ i; the last succ is the default; aux = text
    IR_GOTO_ANY, // computed goto: any succ
    IR_RETURN, // [0] or nothing
    IR_UNREACHABLE, // after a call that does not return
};

enum ir_binary { IR_ADD, IR_SUB, IR_MUL, IR_DIV, IR_REM, IR_SHL, IR_SHR, IR_AND, IR_OR, IR_XOR, IR_EQ, IR_NE, IR_LT, IR_LE, IR_GT, IR_GE };
enum ir_unary { IR_NEG, IR_NOT /* !x */, IR_COMPL /* ~x */ };

struct ir_inst {
    uint8_t op;  // ir_op
    uint8_t sub; // ir_binary or ir_unary
    uint16_t unused;
    uint32_t args, arg_count; // in ir_unit.values
    uint32_t result;  // temporary, or IR_NONE
    uint32_t type;    // of the result; for IR_STORE and IR_ZERO: of the object written
    uint32_t loc;     // in ir_unit.locs
    uint32_t aux;     // IR_FIELD: field. IR_BRANCH/IR_SWITCH: text. IR_CALL: first of arg_count entries in ir_unit.call_args. Else IR_NONE
};

// What the source says at each operand of a call (the callee included).
struct ir_call_arg {
    uint32_t loc;
    uint32_t text; // source text, at most 120 bytes, on one line; 0 where the call stands in a macro, but for a callee of one word
    uint32_t type; // static type of the expression before conversion to the parameter's
};

// The source files that were read, the main one first. Not what was in them: an edit that changes nothing for us leaves the unit as it is.
struct ir_file {
    uint32_t path; // relative to the project's folder where it lies below it, else absolute
    uint8_t is_system, unused[3];
};

// Beside these, `statements`: places of those statements that make a call or return and stand in a block, so that others can be put
// before them. Of an `if` only up to the end of its condition, of a loop only where it starts. Not the first one behind a label or case.

// `named` (named.h): the globals and static locals that each function's body names, each once: those of function f are
// named[named_starts[f]] .. named[named_starts[f + 1]] (without the last).

// One section per table. `count` entries each; the texts of ids are strings + text_offsets[id]. The keys (keys.h) are what units have in
// common, hashed, so that joining many units need not read their texts.
#define IR_SECTIONS(X)                  \
    X(struct ir_file, files)            \
    X(struct ir_type, types)            \
    X(struct ir_record, records)        \
    X(struct ir_field, fields)          \
    X(struct ir_loc, locs)              \
    X(struct ir_var, vars)              \
    X(struct ir_func, funcs)            \
    X(struct ir_block, blocks)          \
    X(uint32_t, succs)                  \
    X(struct ir_inst, insts)            \
    X(struct ir_value, values)          \
    X(struct ir_call_arg, call_args)    \
    X(uint32_t, statements)             \
    X(int64_t, ints)                    \
    X(double, floats)                   \
    X(uint64_t, type_keys)              \
    X(uint64_t, record_keys)            \
    X(uint64_t, func_keys)              \
    X(uint64_t, body_keys)              \
    X(uint32_t, named)                  \
    X(uint32_t, named_starts)           \
    X(uint32_t, text_offsets)           \
    X(char, strings)

struct ir_unit {
#define X(type, name)    \
    const type *name;    \
    uint32_t name##_count;
    IR_SECTIONS(X)
#undef X
    uint32_t diagnostics; // text id: the first error clang reported, "" where it parsed completely
    uint32_t init_func;   // IR_NONE where nothing is initialized
    const void *file;     // the mapped file that the tables lie in, page-aligned; NULL where they are in memory
    size_t file_size;
};

static inline const char *ir_text(const struct ir_unit *unit, uint32_t id) {
    return unit->strings + unit->text_offsets[id];
}

// The record that a value of this type is, or that its pointers or elements lead to; IR_NONE for others.
static inline uint32_t ir_record_of(const struct ir_unit *unit, uint32_t type) {
    while (type != IR_NONE && (unit->types[type].kind == IR_POINTER || unit->types[type].kind == IR_ARRAY))
        type = unit->types[type].target;
    return type != IR_NONE && unit->types[type].kind == IR_RECORD ? unit->types[type].record : IR_NONE;
}

#endif
