// One description of each structure serves for marking what it mentions, for writing it and for reading it (as in Sun's XDR): every
// function here passes one value in whichever direction the passage goes. Everything is a 32-bit word in the machine's own order, since
// only the same program on the same kind of machine reads it again.
//
// In what is written, symbols, binds, functions, globals and fields have numbers of their own, from 1 in the order of their ids; only
// those that are mentioned have one.
#ifndef FLOW_KEPT_PASSAGE_H
#define FLOW_KEPT_PASSAGE_H

#include "flow/paths/exec.h"

enum passage_mode { PASSAGE_MARK, PASSAGE_WRITE, PASSAGE_READ, PASSAGE_VISIT /* of symbols alone */ };

// MARK, WRITE: the number of each id, 0 for what is not mentioned. READ: by number, the id; what is no longer there has none.
struct numbering {
    uint32_t *items;
    uint32_t count;
};

struct passage {
    enum passage_mode mode;
    struct flow *flow;
    void (*visit)(void *data, sym_id *sym); // VISIT: may put another symbol in the place of this one, which is not SYM_NONE
    void *data;
    struct buf *out;          // WRITE
    const uint32_t *at, *end; // READ
    bool is_plain;            // WRITE: ids as they are, to compare
    bool is_damaged;          // READ: it is not what was written
    bool is_lost;             // READ: it mentions what is no longer there
    struct numbering syms, binds, funcs, globals, fields;
    VEC(uint32_t) new_binds;  // MARK: marked, but not yet what they mention
    struct map role_ids;      // READ: hash of a role -> 1 + index in roles
    VEC(const struct role *) roles;
};

void passage_done(struct passage *p);
// MARK is followed by WRITE: marks also what the marked ones are made of, and gives out the numbers.
void passage_start_writing(struct passage *p, struct buf *out);

// WRITE: how many binds are mentioned.
uint32_t passage_bind_count(const struct passage *p);

void passage_number(struct passage *p, uint32_t *number);
void passage_long(struct passage *p, int64_t *number);
void passage_bool(struct passage *p, bool *truth);
void passage_byte(struct passage *p, uint8_t *byte);
// Ids; SYM_NONE, bind 0 and IR_NONE stay that.
void passage_sym(struct passage *p, sym_id *sym);
void passage_bind_id(struct passage *p, uint32_t *bind);
void passage_func(struct passage *p, uint32_t *func);
void passage_global(struct passage *p, uint32_t *global);
void passage_field(struct passage *p, uint32_t *field);
// A unit index; IR_NONE stays that. It is written as counted from the function's first: functions before it may change.
void passage_inst(struct passage *p, uint32_t func, uint32_t *inst);
// The length of a list: what is read is no longer than there is left to read.
size_t passage_count(struct passage *p, size_t count);

#define passage_length(p, vec)                                     \
    do {                                                        \
        size_t count_ = passage_count((p), (vec)->len);            \
        if ((p)->mode == PASSAGE_READ && count_) {              \
            vec_reserve((vec), count_);                         \
            (vec)->len = count_;                                \
            memset((vec)->items, 0, count_ * sizeof *(vec)->items); \
        }                                                       \
    } while (0)
#define passage_vec(p, vec, passage_item)                             \
    do {                                                        \
        passage_length(p, vec);                                    \
        for (size_t i_ = 0; i_ < (vec)->len; i_++)              \
            passage_item((p), &(vec)->items[i_]);                  \
    } while (0)
// The same of items with instructions of a function.
#define passage_own(p, func, vec, passage_item)                       \
    do {                                                        \
        passage_length(p, vec);                                    \
        for (size_t i_ = 0; i_ < (vec)->len; i_++)              \
            passage_item((p), (func), &(vec)->items[i_]);          \
    } while (0)

// The mentioned ones, in their order. Names before symbols and binds, which mention them.
void passage_names(struct passage *p);
void passage_func_names(struct passage *p); // where nothing else has a name
void passage_syms(struct passage *p);
void passage_binds(struct passage *p);

#endif
