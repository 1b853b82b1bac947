// The engines: from a linked program to facts that rules read. They know no rule and no library. One room each:
//
//   paths/    per function, bottom-up over the SCCs: symbolic execution of every path with merging at joins (ESP: paths with the same
//             property may merge, others never do), callees applied as disjunctive summaries (as in Infer's Pulse). Then top-down
//             (reach): with which contexts, durations and function pointers each function is entered, from which roots. For what
//             must be told path by path: who owns a context, and which bounds are set on which budgets
//   values/   per function, paths not told apart: control-flow graph, static single assignment form, and times as what they are made
//             of (span) and what they mean (dimension)
//   waits/    on values: what the program waits for, under which budget, and what becomes of the budget on the way
//   retries/  on waits: loops that try again, threads that are waited for and given up, failures and whose they are
//   costs/    how long functions may wait, and which deadlines that is too long for
//
// Results: for every bound set anywhere, what it is measured against (struct bound_fact); for every context that some path loses
// (struct leak) or ends too early (struct misuse); every wait (waits/waits.h). Each carries a witness that can be printed as a path.
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "flow/paths/sym.h"
#include "program/program.h"

struct flow;
struct timed;

// A context made with a bound: interned, so that a SYM_CTX names it. Everything is in terms of the function it is made in.
struct bind {
    const struct role *role;
    uint32_t func, inst;   // program function and unit index of the call that makes it, there
    sym_id parent;         // SYM_NONE: no parent
    sym_id bound;          // nanoseconds or raw units, relative; SYM_NONE: only cancellable
    int64_t cap;           // the most that a bound derived from the parent's budget can be here; -1: not known
    int64_t unit_ns;       // factor from `bound` to nanoseconds; 0: unit unknown, only comparable within `family`
    uint32_t family;       // id of the function name, for bounds of unknown unit
    uint32_t inner;        // the bind in the callee that this one comes from; 0: `inst` is the derive itself
};

// Where a path went, for messages: oldest first.
struct path_step {
    uint32_t func, inst; // IR_BRANCH, IR_SWITCH or IR_CALL
    uint32_t outcome;    // successor taken
};

enum loss_kind { LOSS_RETURN /* still open at a return */, LOSS_OVERWRITTEN, LOSS_DISCARDED, LOSS_STORED /* where nothing cancels it */ };

// A path on which a context is made and nobody is left to cancel it.
struct leak {
    uint32_t func;  // the function that loses it
    uint32_t inst;  // unit index there: the call that made it
    uint32_t bind;
    enum loss_kind kind;
    uint32_t loss_inst;        // the return, or the store that overwrites; IR_NONE: end of the function
    struct path_step *steps;   // branches from birth to loss
    uint32_t step_count;
    uint32_t holder_field, holder_global; // LOSS_STORED: program ids, or IR_NONE
    bool also_cancelled; // on some other path the function does cancel it
    bool is_joined;      // the path was joined from several for want of room
};

enum misuse_kind {
    MISUSE_AFTER_END, // worked under after it, or one above it, has ended
    MISUSE_TWICE,     // ended again where that may be done once only
    MISUSE_CUT_SHORT, // ended while a thread that nobody waits for works under it
};

// A path on which a context is ended too early.
struct misuse {
    enum misuse_kind kind;
    uint32_t func, inst;
    uint32_t ended_inst; // what ended it before; MISUSE_CUT_SHORT: what started the thread
    bool is_parent;      // one above it has ended
};

// One deadline in force somewhere, or none.
struct budget {
    bool has_none, has_deadline; // on some path there is no deadline / there is one
    bool is_passed;              // one without a deadline was passed down by a caller in the program
    bool is_symbolic;            // a deadline of unknown length is among them
    int64_t low, high;           // effective deadlines over all paths, in ns or in units of `family` (unit known: family 0)
    uint32_t family;
    bool overruns;               // a library on the path does not clamp to the parent
    uint32_t low_bind;           // who set the tightest one
    uint32_t low_entry;          // entry (below) of the function that set it
};

// Why a function is entered with what it is entered with: a chain of calls up to a root.
struct entry_step {
    uint32_t func;       // function entered
    uint32_t from;       // entry of the caller, IR_NONE: a root
    uint32_t call_inst;  // unit index in the caller
    uint8_t kind;        // call_kind
};

enum fixity { BOUND_IS_FIXED, BOUND_IS_DERIVED, BOUND_IS_UNKNOWN };

// What the analysis found at one call that sets a bound, over all entries of its function.
struct bound_fact {
    uint32_t bind;
    uint32_t func, inst;   // where to report: the call that supplies the duration
    bool is_config;        // the duration comes from a field or global, not from a constant
    bool has_number;       // low..high known
    int64_t low, high;     // the bound
    struct budget above;   // joined over all entries
    bool is_assumed;       // the witness goes through a pointer whose target is a guess by its type
    uint32_t witness;      // entry with the tightest deadline above, or (none above) with a caller
};

// ---- what is asked for below a deadline, in sequence

enum cost_kind { COST_OF_SLEEP, COST_OF_WAIT /* at most this long */, COST_OF_BIND /* a context with a bound of its own */, COST_OF_CALL, COST_OF_USE };

struct cost_term {
    uint32_t func, inst; // all terms are in one function
    enum cost_kind kind;
    uint32_t callee;    // COST_OF_CALL: the function, the largest of several; else IR_NONE
    uint32_t count;
    int64_t each, sum;  // ns; `each` is -1 where the amounts differ
    bool in_loop;       // its loop's count is not known: counted once
};

// A call, or an instruction that sets a bound.
struct cost_place {
    uint32_t func, inst;
};

enum overrun_kind { OVERRUN_CONTEXT, OVERRUN_DEADLINE /* a number */, OVERRUN_TIMEOUT /* an argument */, OVERRUN_ARMED, OVERRUN_AMBIENT };

struct overrun {
    uint32_t func, inst;        // where the sum comes together: its largest term, or the call that supplies the durations
    enum overrun_kind kind;
    struct cost_place setter;   // of the deadline
    int64_t allowed, needed;    // ns
    struct cost_place *calls;   // from the setter down to the terms
    uint32_t call_count;
    struct cost_term *terms;    // in order of the path
    uint32_t term_count;
    struct cost_place *bounds;  // every bound that is part of the sum, also inside the calls
    uint32_t bound_count;
    bool is_lower;              // loops without known count or recursion: it may be more
    bool is_assumed;            // one of several functions behind a pointer
};

struct flow_stats {
    uint32_t solved, skipped, given_up; // functions
    uint32_t reused; // of those that count as solved
    uint32_t followed, quiet; // for what happens after waits that failed; those of them in which an earlier run found nothing
    uint32_t walked, walked_before; // for what is asked for below deadlines; those of them that an earlier run walked, and this one did not
    uint32_t not_summed; // calls below deadlines that were not followed: the program is too large
};

// What one run leaves to the next; each part is for the engine that wrote it.
enum flow_memory_part { MEMORY_SUMMARIES /* kept/kept.h */, MEMORY_QUIET /* kept/quiet.h */, MEMORY_SUMS /* kept/sums.h */, MEMORY_PARTS };

// `memory` (MEMORY_PARTS of them) may be NULL, else it is what an earlier run left there (empty: there was none), and gets what this one
// leaves to the next.
struct flow *flow_solve(const struct program *program, struct buf *memory);
void flow_free(struct flow *flow);

const struct bind *flow_bind(const struct flow *flow, uint32_t bind);
const struct leak *flow_leaks(const struct flow *flow, size_t *ret_count);
const struct misuse *flow_misuses(const struct flow *flow, size_t *ret_count);
const struct bound_fact *flow_bounds(const struct flow *flow, size_t *ret_count);
const struct entry_step *flow_entry(const struct flow *flow, uint32_t entry);
// The waits of the program (waits.h).
const struct timed *flow_timed(const struct flow *flow);
const struct overrun *flow_overruns(const struct flow *flow, size_t *ret_count);
struct flow_stats flow_stats(const struct flow *flow);
// `dump summaries`.
void flow_print(const struct flow *flow, struct buf *out);

#endif
