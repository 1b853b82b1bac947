// All units as one program: symbols joined by USR, one id per function, global and record field, and the call graph over them.
// Ids depend only on the set of units (they are given in sorted order), never on -j or the order of the database.
#ifndef PROGRAM_PROGRAM_H
#define PROGRAM_PROGRAM_H

#include "base/map.h"
#include "base/mem.h"
#include "ir/ir.h"
#include "ir/save.h"
#include "model/model.h"

// One unit inside the program, with its local indices mapped to program ids.
struct prog_unit {
    const struct ir_unit *ir;
    struct model_unit *model;
    const uint32_t *func_ids;   // by unit function index
    const uint32_t *global_ids; // by unit variable index; IR_NONE for parameters and locals
    const uint32_t *field_ids;  // by unit field index
};

struct prog_func {
    const char *name, *usr;
    uint32_t unit;            // of the definition, else of the first declaration
    uint32_t func;            // index there
    const struct ir_func *ir; // == &units[unit].ir->funcs[func]
    bool has_body;
    bool address_taken;       // may be called by more than `callers`: its address gets to opaque code, or nobody knows where
    const struct role *roles; // from the models; NULL for most. Found on any declaration, so a body may exist as well
    uint32_t forwards_to;     // the function that it hands its arguments on to and does nothing else; most often itself
    uint32_t scc;
    uint32_t calls, call_count;     // in program.calls: out-edges, in order of instruction
    uint32_t callers, caller_count; // in program.callers: indices into program.calls
};

struct prog_global {
    const char *name, *usr;
    uint32_t unit, var;      // of the definition where there is one
    bool is_written;         // somewhere other than its initializer, or its address escapes, or it is defined elsewhere: its
                             // initial value proves nothing
    uint32_t init_unit;      // unit whose init function gives it its first value, IR_NONE: none
};

struct prog_field {
    const char *name;        // "timespec.tv_sec"
    const char *record, *member;
    uint32_t unit, field;    // one place where it is declared
};

// A call through a pointer that could reach more than 512 functions counts as reaching none (they are then address_taken).
enum call_kind {
    CALL_DIRECT,
    CALL_INDIRECT, // by what is stored there
    CALL_BY_TYPE,  // by type alone: a guess
    CALL_THREAD,
    CALL_CALLBACK,
};

struct prog_call {
    uint32_t caller, callee; // function ids
    uint32_t inst;           // index in the caller's unit's insts: the IR_CALL
    uint8_t kind;            // call_kind
};

// Memory that units are mapped to.
struct prog_range {
    uintptr_t start;
    size_t size;
};

struct program {
    struct prog_unit *units;
    uint32_t unit_count;
    struct prog_range *ranges;
    uint32_t range_count;
    bool is_large;
    struct prog_func *funcs;     // sorted by usr; the unit's init functions have no id
    uint32_t func_count;
    struct prog_global *globals; // sorted by usr
    uint32_t global_count;
    struct prog_field *fields;   // sorted by name
    uint32_t field_count;
    struct prog_call *calls;     // sorted by caller, inst, callee
    uint32_t call_count;
    uint32_t *callers;           // grouped by callee
    // Strongly connected components of the call graph, bottom-up: callees before callers.
    uint32_t *scc_funcs, *scc_starts; // functions of component i: scc_funcs[scc_starts[i] .. scc_starts[i + 1])
    uint32_t scc_count;
    struct model_program *model; // NULL: linked without models
    struct arena arena;
};

// Units must outlive the program; program.units has them in the order of their main file's path, however they come. Duplicate
// definitions of one USR (a file compiled twice, an inline function in many units) fold into the first; definitions of one USR at
// different places are kept apart, the further ones as "usr#2", "usr#3"... Without models (NULL) nothing has a role.
void program_link(const struct ir_unit *const *units, uint32_t unit_count, const struct model_set *models, struct program *ret_program);
void program_done(struct program *program);
// Whoever has read much of the program lets the units' pages go; reading any brings it back. To bring them back takes longer than to keep
// them: small programs keep theirs.
void program_rest(const struct program *program);
// The same in a loop over all functions, most of them behind others of their unit: to be called with each one's number, from 0.
static inline void program_rest_at(const struct program *program, uint32_t number) {
    enum { AT_ONCE = 1 << 17 };
    if (number % AT_ONCE == AT_ONCE - 1)
        program_rest(program);
}
// In a loop where each number leads to other units.
static inline void program_rest_often(const struct program *program, uint32_t number) {
    enum { AT_ONCE = 1 << 11 };
    if (number % AT_ONCE == AT_ONCE - 1)
        program_rest(program);
}
// In a loop over the units: those behind this one.
static inline void program_rest_at_unit(const struct program *program, uint32_t number) {
    enum { AT_ONCE = 1 << 13 };
    for (uint32_t i = 0; program->is_large && number % AT_ONCE == AT_ONCE - 1 && i < AT_ONCE; i++)
        ir_rest(program->units[number - i].ir);
}

uint32_t program_find_usr(const struct program *program, const char *usr);
// The function with this name or USR, IR_NONE where there is none.
uint32_t program_find_func(const struct program *program, const char *name);
// Targets of the call at instruction `inst` of `caller`: a run of program.calls.
const struct prog_call *program_targets(const struct program *program, uint32_t caller, uint32_t inst, uint32_t *ret_count);

// `dump callgraph`: one line per edge, indirect ones marked with their kind. The units' names count from `root`, those shown from `base_dir`.
void program_print_callgraph(const struct program *program, const char *root, const char *base_dir, struct buf *out);

#endif
