// One description of each structure serves for marking what it mentions, for writing it and for reading it (as in Sun's XDR): every
// function here passes one value in whichever direction the passage goes. Everything is a 32-bit word in the machine's own order, since
// only the same program on the same kind of machine reads it again.
//
// In what is written, symbols, binds, functions, globals and fields have numbers of their own, from 1 in the order of their ids; only
// those that are mentioned have one.
#ifndef FLOW_KEPT_PASSAGE_H
#define FLOW_KEPT_PASSAGE_H

#include "flow/paths/exec.h"

enum passage_mode { PASSAGE_MARK, PASSAGE_WRITE, PASSAGE_READ };

// MARK, WRITE: the number of each id, 0 for what is not mentioned. READ: by number, the id; what is no longer there has none.
struct numbering {
    uint32_t *items;
    uint32_t count;
};

struct passage {
    enum passage_mode mode;
    struct flow *flow;
    struct buf *out;          // WRITE
    const uint32_t *at, *end; // READ
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

void pass_number(struct passage *p, uint32_t *number);
void pass_long(struct passage *p, int64_t *number);
void pass_bool(struct passage *p, bool *truth);
void pass_byte(struct passage *p, uint8_t *byte);
// Ids; SYM_NONE, bind 0 and IR_NONE stay that.
void pass_sym(struct passage *p, sym_id *sym);
void pass_bind_id(struct passage *p, uint32_t *bind);
void pass_func(struct passage *p, uint32_t *func);
void pass_global(struct passage *p, uint32_t *global);
void pass_field(struct passage *p, uint32_t *field);
// The length of a list: what is read is no longer than there is left to read.
size_t pass_count(struct passage *p, size_t count);

#define pass_vec(p, vec, pass_item)                                                          \
    do {                                                                                     \
        size_t count_ = pass_count((p), (vec)->len);                                         \
        if ((p)->mode == PASSAGE_READ) {                                                     \
            vec_reserve((vec), count_);                                                      \
            (vec)->len = count_;                                                             \
            memset((vec)->items, 0, count_ * sizeof *(vec)->items);                          \
        }                                                                                    \
        for (size_t i_ = 0; i_ < count_; i_++)                                               \
            pass_item((p), &(vec)->items[i_]);                                               \
    } while (0)

// The mentioned ones, in their order. Names before symbols and binds, which mention them.
void pass_names(struct passage *p);
void pass_syms(struct passage *p);
void pass_binds(struct passage *p);

#endif
