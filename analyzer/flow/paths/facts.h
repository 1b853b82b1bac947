// What a path has proved: for constant-free sums (sym.h), an interval and a few excluded values. Branch conditions are the only source.
// Deciding is sound but not complete: a contradiction that needs more than one sum at a time may be missed.
#ifndef FLOW_FACTS_H
#define FLOW_FACTS_H

#include "flow/paths/sym.h"

enum { FACT_EXCLUDED = 4 };

struct fact {
    sym_id key; // a sum without constant, leading coefficient positive
    uint32_t excluded_count;
    int64_t low, high;
    int64_t excluded[FACT_EXCLUDED];
};

struct facts {
    VEC(struct fact) items; // by key
};

struct interval {
    int64_t low, high; // INT64_MIN and INT64_MAX: open
};

// What is known of any value.
struct interval facts_interval(const struct facts *facts, const struct syms *syms, sym_id value);
// 1: must be non-zero, 0: must be zero, -1: not known.
int facts_truth(const struct facts *facts, const struct syms *syms, sym_id value);
// Adds "value is non-zero" (or zero). False where that contradicts what is known: the path cannot be taken.
bool facts_assume(struct facts *facts, struct syms *syms, sym_id value, bool truth);
// Adds what `like` says of its key, about `value`. The same as assuming its bounds and exclusions one by one.
bool facts_restrict(struct facts *facts, struct syms *syms, sym_id value, const struct fact *like);
// The value with everything that is pinned to one number replaced by it.
sym_id facts_simplify(const struct facts *facts, struct syms *syms, sym_id value);

void facts_copy(struct facts *to, const struct facts *from);
bool facts_equal(const struct facts *a, const struct facts *b);
// Keeps what both say: weaker than either.
void facts_join(struct facts *into, const struct facts *other);
// Gives up the bounds that are others than `before`.
void facts_widen(struct facts *facts, const struct facts *before);
// Whether the join of two says no less than "one or the other".
bool facts_join_exactly(const struct facts *a, const struct facts *b);
// Drops those of the facts on `from` and later keys that `keep` turns down.
void facts_filter(struct facts *facts, sym_id from, bool (*keep)(void *data, sym_id key), void *data);

#endif
