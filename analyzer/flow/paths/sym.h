// Symbolic values. Every value the engines speak of is one node of a hash-consed graph, named by a 32-bit id: equal values have
// equal ids, for the whole program. What a function is entered with (SYM_PARAM and SYM_INIT of what hangs below it) is the same node in
// every function, so applying a callee's summary at a call is a substitution.
//
// Integers are kept in linear normal form: constant + sum of coefficient * atom, atoms in order of their ids. That alone makes
// `x + 1 - 1 == x`, and a comparison of any two values becomes an interval for one constant-free sum (facts.h).
//
// Arithmetic does not wrap: a sum that leaves 64 bits becomes an opaque atom.
#ifndef FLOW_SYM_H
#define FLOW_SYM_H

#include "base/map.h"
#include "ir/ir.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t sym_id;

enum sym_kind {
    SYM_NONE,
    SYM_INT,    // a, b: the 64-bit value
    SYM_FLOAT,  // a, b: the bits of the double
    SYM_SUM,    // a: smaller sum or SYM_NONE, b: atom, c: index of the coefficient's SYM_INT; the constant is the innermost
    SYM_PARAM,  // a: index; the parameter's value at entry
    SYM_INIT,   // a: address; what the memory there held at entry
    SYM_FRESH,  // sub: sym_fresh, a: function, b: point in it, c: which of several; nothing is known of it
    SYM_LOCAL,  // a: function, b: variable (unit index); the variable's address
    SYM_GLOBAL, // a: program global; its address
    SYM_FUNC,   // a: program function; its address
    SYM_FIELD,  // a: address, b: program field; the member's address
    SYM_ELEM,   // a: address, b: index value, or SYM_NONE for "some element"
    SYM_REGION, // a: function, b: point, c: address it was copied from or SYM_NONE; a struct as a value: its members are cells
                // below this node
    SYM_OP,     // sub: ir_binary, of a and b; or a cast to another representation
    SYM_CMP,    // sub: SYM_LE or SYM_EQ; sum a against SYM_INT b: 1 or 0
    SYM_CTX,    // a: bind (binds.h); a context made by the program. b: which of several alive at once
    SYM_CANCEL, // a: SYM_CTX; the function that cancels it
    SYM_QUERY,  // sub: query_kind, of context a; the answer of asking it
    SYM_NOW,    // a: function, b: point, c: part (0 whole, 1 seconds, 2 nanoseconds); the time then
    SYM_TEXT,   // a, b: hash of its text; a string's address
};

enum sym_cmp { SYM_LE, SYM_EQ };

// SYM_FRESH.sub: what made it. Smaller ones number what one instruction makes.
enum sym_fresh {
    FRESH_BY_CALLEE = 70,
    FRESH_BY_JOIN = 200, // from here on c is the address where it was left
    FRESH_UNKNOWN,
    FRESH_UNKNOWN_DERIVED,
    FRESH_WIDENED,
};

struct sym {
    uint8_t kind, sub;
    uint8_t depth;    // of nesting, no more than SYM_DEPTH_MAX
    bool is_entry : 1; // see sym_is_entry
    bool asks : 1;     // there is a SYM_QUERY in it
    bool is_own : 1;   // there is something in it that only its function makes: no other function makes the same
    bool is_allocated : 1, is_derived : 1, is_taken : 1; // SYM_FRESH: new memory; computed from a remaining budget; see container.c
    uint32_t a, b, c;
    sym_id root;      // see sym_root
};

enum { SYM_DEPTH = 24 /* of what arithmetic makes */, SYM_DEPTH_MAX = 255, SYM_TERMS = 4 };

// Nodes never move, so a pointer to one stays good while others are made.
enum { SYM_CHUNK = 4096 };

struct sym_slot {
    uint32_t hash;
    sym_id id; // SYM_NONE: free
};

enum { SYM_RECENT = 2048 };

struct syms {
    VEC(struct sym *) chunks;
    uint32_t count;
    struct sym_slot *slots;
    uint32_t slot_count;
    struct sym_slot recent[SYM_RECENT]; // asked for lately, by hash: one function asks for few, and the slots of all do not fit a cache
};

void syms_init(struct syms *syms);
void syms_done(struct syms *syms);

static inline const struct sym *sym_at(const struct syms *syms, sym_id id) {
    return &syms->chunks.items[id / SYM_CHUNK][id % SYM_CHUNK];
}

void sym_note_allocated(struct syms *syms, sym_id id);
void sym_note_derived(struct syms *syms, sym_id id);
void sym_note_taken(struct syms *syms, sym_id id);

// Drops the nodes from `first` on whose place is 0 (`places`: by id, from `first`). Nobody may speak of them any more. The others move
// together, in their order: places then has where they are.
void syms_drop(struct syms *syms, sym_id first, sym_id *places);

// What a, b and c of a node are, for who carries nodes from one program to another. Instructions and variables belong to the function a.
enum sym_part { PART_NUMBER, PART_SYM, PART_FUNC, PART_GLOBAL, PART_FIELD, PART_BIND, PART_INST, PART_VAR };
void sym_parts(const struct sym *node, enum sym_part ret_parts[3]);

sym_id sym_make(struct syms *syms, enum sym_kind kind, uint8_t sub, uint32_t a, uint32_t b, uint32_t c);
sym_id sym_int(struct syms *syms, int64_t value);
sym_id sym_float(struct syms *syms, double value);
bool sym_is_int(const struct syms *syms, sym_id id, int64_t *ret_value);
bool sym_is_float(const struct syms *syms, sym_id id, double *ret_value);

struct linear_term {
    sym_id atom;
    int64_t coefficient;
};

// The same value in linear form. `count` 0: the constant alone.
struct linear {
    int64_t constant;
    uint32_t count;
    struct linear_term terms[SYM_TERMS];
};
void sym_linear(const struct syms *syms, sym_id id, struct linear *ret_linear);
// SYM_NONE where it has too many terms or overflows.
sym_id sym_from_linear(struct syms *syms, const struct linear *linear);
// left + factor * right; false on overflow or too many terms.
bool linear_add(struct linear *left, const struct linear *right, int64_t factor);

// Arithmetic and comparison, folded as far as possible.
sym_id sym_binary(struct syms *syms, enum ir_binary op, sym_id left, sym_id right);
sym_id sym_unary(struct syms *syms, enum ir_unary op, sym_id value);
// Conversion to an integer of `size` bytes or to a float; constants only are changed.
sym_id sym_cast(struct syms *syms, sym_id value, const struct ir_type *type);

// The object an address lies in: strips SYM_FIELD and SYM_ELEM.
static inline sym_id sym_root(const struct syms *syms, sym_id address) {
    return sym_at(syms, address)->root;
}
// Whether the value is fixed by what the function is entered with (and by constants and addresses of globals).
static inline bool sym_is_entry(const struct syms *syms, sym_id id) {
    return sym_at(syms, id)->is_entry;
}
// Whether `part` occurs in `id`.
bool sym_mentions(const struct syms *syms, sym_id id, sym_id part);
// Sets marks[node] of every node of `id`; where a node has this mark, all below it have.
void sym_mark(const struct syms *syms, sym_id id, uint32_t *marks, uint32_t mark);
// Calls `visit` for every node of `id`, children first; stops where it returns false.
bool sym_walk(const struct syms *syms, sym_id id, bool (*visit)(void *data, sym_id id), void *data);

#endif
