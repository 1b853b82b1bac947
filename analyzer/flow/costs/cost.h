// How long a function may wait: the longest path through its exploded graph, whose nodes are a block and an environment of constants.
// Shared by the files of this engine; nothing outside flow/ includes it.
//
//   cost_use.c   before: which functions can reach a time or context at all, and which have to be walked
//   cost_taint.c before: where deadlines are set, which parameters are the length of a wait
//   cost_env.c   places, values and environments
//   cost_value.c arithmetic on these values
//   cost_role.c  what a modelled call waits for and makes
//   cost_call.c  what any other call waits for and leaves behind
//   cost.c       the walk over one function, and its memo
//   cost_sum.c   what it comes to
//   overrun.c    a deadline against what is asked for below it
//
// What all of it came to is remembered from run to run (kept/sums.h).
//
// The walk simulates: waits take as long as they may, a derived context holds what is left of its bound, a call that gets
// one takes at most that. Loops with a constant count run; any other runs once, and once more for nothing on the way out.
//
// Walked is what a deadline asks for: functions that set one, and what these call with what they give it. A call that gives back
// nothing the caller needs is only noted ("later"), and walked when somebody asks how long it takes.
#ifndef FLOW_COST_H
#define FLOW_COST_H

#include "flow/paths/exec.h"
#include "flow/values/cfg.h"

typedef uint32_t place_id;

enum place_kind {
    PLACE_NONE,
    PLACE_VAR,     // index: unit variable
    PLACE_PARAM,   // index: parameter; what it points to
    PLACE_GLOBAL,  // index: program global
    PLACE_TEMP,    // index: temporary
    PLACE_MADE,    // index: instruction; what a call's result points to
    PLACE_FIELD,   // of parent; index: program field
    PLACE_ELEM,    // of parent; index: element + 1, 0: any
    PLACE_CONTENT, // of parent; what the pointer kept there pointed to at entry
    PLACE_AMBIENT, // the context of the thread
    PLACE_ARMED,   // of parent; the bound that an object was armed with
    PLACE_TOKEN,   // index: instruction; what is left of the bound set there
    PLACE_CLOCK,   // index: instruction; time since it read the clock
    PLACE_PROVEN,  // what a check has proved to be left of the budget
    PLACE_SPENT,   // the timeout parameter has been waited for
    PLACE_LOOP,    // index: head; how this turn goes: enum turn
    PLACE_RESULT,  // what the function returns
    PLACE_KINDS,
};

enum turn {
    TURN_COUNTED = 1, // a constant decided whether to go on
    TURN_LATER,       // one came before that was counted
    TURN_FREE,        // the second one, for nothing
};

struct place {
    uint8_t kind;
    place_id parent; // less than its own id
    uint32_t index;
    place_id root;   // the outermost of its parents, or itself
};

enum cost_value_kind {
    COST_UNKNOWN,
    COST_INT,      // number
    COST_FLOAT,    // bits in number
    COST_ADDR,     // a: place
    COST_FUNC,     // a: program function
    COST_CTX,      // a: token; sub: it has another root, so that waiting for it is none of our caller's time
    COST_CANCEL,   // a: token, or 1: of the budget that is tried
    COST_BUDGET,   // a context within the budget; a: 1: the one that is tried itself
    COST_APART,    // a context without deadline, made here
    COST_LEFT,     // what is left of the budget, plus number; sub: unit
    COST_TEST,     // 1 (sub 1) or 0 (sub 0) prove that number ns are left
    COST_DERIVED,  // computed from what is left; sub: only scaled, from a timeout parameter
    COST_NOW,      // the time then, plus number; a: clock; part: whole, seconds, rest; sub: unit
    COST_ELAPSED,  // since the clock a (0: since the deadline that is tried was begun)
    COST_UNTIL,    // number minus what has passed since clock a, or number plus what is left of token a
    COST_DEADLINE, // an absolute one, within the budget; a: 1: the one that is tried, at begin + number
    COST_TIMEOUT,  // the timeout parameter that is tried, number long; sub: unit
};

struct cost_value {
    uint8_t kind, sub, part;
    uint8_t unit; // COST_DEADLINE: of number
    uint32_t a;
    int64_t number;
};

struct cost_cell {
    place_id place;
    uint32_t none; // no bytes between members: cells are hashed as they are
    struct cost_value value;
};

struct cost_env {
    VEC(struct cost_cell) cells; // by place
};

struct cost_item {
    uint8_t kind;      // cost_kind
    bool is_assumed;   // one of several functions behind a pointer
    bool in_loop;      // its loop's count is not known
    bool is_later;     // COST_OF_CALL: the amount is not known yet
    bool is_lower;     // COST_OF_CALL: one of the functions could not be looked into
    uint32_t inst;
    int64_t amount;    // ns
    int64_t offset;    // uses the deadline that is tried: how long it allows; 0: does not
    const uint32_t *entries; // COST_OF_CALL
    uint32_t entry_count;
};

struct cost_node {
    uint32_t block;
    bool is_free; // in a loop's second turn
    uint32_t cells, cell_count; // the environment at its start
    uint32_t items, item_count;
    uint32_t succs, succ_count;
};

struct cost_graph {
    VEC(struct cost_node) nodes; // the first is the start
    VEC(struct cost_item) items;
    VEC(uint32_t) succs;
    VEC(struct cost_cell) cells; // until it is walked
    struct map ids;        // block and environment -> node
    struct map free_loops; // heads of loops whose count is not known
    struct map uncounted;  // of these, the ones that constants decide at first, but not to the end
    bool is_stale;         // another one was found: the walk starts again
    bool is_cut;           // too large: parts are missing
};

// A function, entered with an environment.
struct cost_entry {
    uint32_t func;
    struct cost_graph graph;
    struct cost_env start, end; // end: what all returns agree on
    int64_t amount;    // once summed
    bool is_walked, is_summed;
    bool is_lower;     // the amount is a lower bound: recursion, an unknown loop, or parts cut off
    bool returns, is_reused; // the timeout that is tried is waited for more than once
};

enum param_use {
    PARAM_MATTERS = 1,
    PARAM_BOUNDS = 2, // relative: a wait
    PARAM_ENDS = 4,   // absolute
    PARAM_LENGTH = 8, // it, or what is behind it, says how long something waits
    PARAM_ASKED = 16, // and that below a deadline that is set in the function or further down
    PARAM_FILLED = 32, // a context or time is put where it points
    PARAM_CHANGED = 64, // something is
};

// What is known of a function before any walk.
struct cost_func {
    bool is_timely; // reaches a time or context
    bool waits;     // reaches a wait
    bool looks;     // asks a context or a clock, itself
    bool spends;    // reaches a wait whose length the program may say, whatever callers give
    bool sets;      // may set a deadline, itself or by a callee that gives it back
    bool tells;     // gives a number to a callee where that decides what is asked for below a deadline
    bool asks_fields; // sets a deadline that what is kept in members may be too long for, itself or further down
    bool is_root;   // to be walked by itself
    bool is_walked; // in this run, or in the one that is taken over
    bool calls_fields, was_met, is_scanned; // cost_taint.c
    uint8_t scans;
    uint32_t gives, fills; // contexts and times that callers get, or find behind what they passed: bits of cost_taint.c
    uint64_t told;  // hash of what callers need to know
    uint32_t inst_count;
    uint8_t *uses;  // by parameter: param_use; NULL: not looked at
    uint8_t *units; // by parameter: time_unit of the bound, UNIT_UNKNOWN
    bool is_ready;  // the rest is filled in
    struct cfg cfg;
    struct live live;
    uint8_t *progresses; // by block: its condition depends on what the loop changes
    uint32_t *jumps;     // by block that does nothing but go on: where to; others and heads of loops: IR_NONE
    uint32_t *follows;   // by block: the only one it leads to, where nothing else leads there; else IR_NONE
    uint8_t *asks;       // by head: the loop looks at the budget or the clock
};

// A number for the parameter that says how long a callee may take.
struct cost_timeout {
    uint32_t caller, callee;
    bool has_others; // it is given other lengths too
};

// Places without parent, by index: most of what is asked for.
struct cost_singles {
    VEC(place_id) places; // 0: not met yet
};

struct cost_queue {
    uint32_t *items;
    size_t len, cap;
};

// A bound just set: what follows is to be tried against it.
struct cost_trial {
    uint32_t func, inst;
    enum overrun_kind kind;
    int64_t allowed;  // 0: each use says
    uint32_t block, next; // where to go on
    struct cost_env env;
    uint32_t entry;   // OVERRUN_TIMEOUT: the callee's walk
};

struct cost {
    struct flow *flow;
    const struct program *program;
    struct cost_func *funcs;
    VEC(struct place) places;
    struct map place_ids;
    struct cost_singles singles[PLACE_KINDS];
    VEC(struct cost_entry *) entries;
    struct map entry_ids;
    uint32_t *entry_counts; // by function
    uint8_t *is_open;       // by function: being walked or summed up
    struct cost_queue asked; // entries to be walked for the deadlines in them
    VEC(struct cost_timeout) timeouts;
    uint8_t *field_uses;    // by member: param_use of what is read from it
    uint32_t *field_holds;  // by member: bits of cost_taint.c
    bool has_arms;          // something is armed somewhere
    VEC(struct cost_trial) trials;
    struct map trial_ids, trial_counts; // by content; by site
    struct strtab ticking;              // canonical types of armed objects that are asked what is left
    struct map judged;                  // deadline and entry
    struct map found;                   // place -> index into the flow's overruns
    uint32_t depth, node_total;
    uint32_t given_up; // entries that were too many
    struct arena arena;
};

// One function being walked.
struct walk {
    struct cost *cost;
    struct cost_func *info;
    uint32_t func;
    const struct prog_unit *unit;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    struct cost_graph *graph;
    struct cost_entry *entry; // NULL: a trial
    uint32_t site;            // trial: the instruction that began it, IR_NONE
    int64_t allowed;          // trial: 0: each use says
    struct cost_value *temps;
    struct cost_env env, next; // now, and at the start of the block that is gone on to
    uint32_t block, inst;
    int64_t made;   // the bound just set, before the parent's cuts it
    bool is_free;   // the node is
    bool has_ended; // this path goes no further
    bool is_coarse; // no loop is counted
    bool keeps_clocks;
    bool is_lower, is_reused;
};

// cost_use.c
void cost_find_uses(struct cost *cost);
void cost_prepare(struct cost *cost, uint32_t func);
const struct role *cost_field_roles(const struct program *program, const struct prog_unit *unit, const struct ir_inst *call);

// Whether the program goes on after the call.
bool cost_comes_back(const struct ir_unit *ir, uint32_t inst);

// cost_taint.c
enum { COST_HELPER_INSTS = 80 }; // functions up to here are walked for the numbers they compute
void cost_find_lengths(struct cost *cost);
// Whether it makes a difference in a function when a clock was read.
bool cost_keeps_clocks(const struct cost *cost, uint32_t func);

// cost_env.c
uint64_t cost_hash(uint64_t a, uint64_t b); // names that differ in few bits must not meet
place_id cost_place(struct cost *cost, enum place_kind kind, place_id parent, uint32_t index);
static inline const struct place *cost_place_at(const struct cost *cost, place_id id) {
    return &cost->places.items[id];
}
static inline const struct place *cost_root_of(const struct cost *cost, place_id id) {
    return cost_place_at(cost, cost_place_at(cost, id)->root);
}
// Whether `place` is `root` or lies below it.
static inline bool cost_below(const struct cost *cost, place_id place, place_id root) {
    while (place > root)
        place = cost_place_at(cost, place)->parent;
    return place == root;
}
// `place` with `from` at its root replaced.
place_id cost_moved(struct cost *cost, place_id place, place_id from, place_id to);
struct cost_value cost_get(const struct cost_env *env, place_id place);
void cost_set(struct cost_env *env, place_id place, struct cost_value value);
void cost_forget(const struct cost *cost, struct cost_env *env, place_id root);
bool cost_same(struct cost_value a, struct cost_value b);
void cost_env_copy(struct cost_env *to, const struct cost_env *from);
uint64_t cost_env_hash(const struct cost_env *env);
// Keeps what both say.
void cost_env_join(const struct cost *cost, struct cost_env *into, const struct cost_env *other);
// Drops tokens and clocks that nothing speaks of.
void cost_env_tidy(const struct cost *cost, struct cost_env *env);
// Time goes by.
void cost_pass(const struct cost *cost, struct cost_env *env, int64_t amount);

// cost_value.c
struct cost_value cost_int(int64_t number);
struct cost_value cost_binary(struct walk *w, enum ir_binary op, struct cost_value left, struct cost_value right);
struct cost_value cost_unary(enum ir_unary op, struct cost_value value);
struct cost_value cost_cast(const struct ir_type *type, struct cost_value value);
// 1, 0 or, where it is not known, -1.
int cost_truth(const struct cost *cost, struct cost_value value);
bool cost_is_derived(struct cost_value value);

// cost_role.c
enum { COST_ARGS = 24 };
struct cost_args {
    const struct ir_inst *inst;
    struct cost_value args[COST_ARGS]; // without the callee
    uint32_t count;
};
struct cost_value cost_modelled_call(struct walk *w, const struct cost_args *call, const struct role *roles);
bool cost_is_context(struct cost_value value);
// The context a value stands for: itself, or what is kept where it points.
struct cost_value cost_context_of(struct walk *w, struct cost_value value);
// The same context under another name.
struct cost_value cost_same_budget(struct cost_value ctx);
place_id cost_token(struct walk *w, uint32_t inst);
// A context with a bound of its own, of which so much is left.
struct cost_value cost_make_token(struct walk *w, int64_t left, bool apart);
void cost_end_context(struct walk *w, const struct pos *object, struct cost_value ctx);
// What a token or clock has counted.
int64_t cost_since(struct walk *w, place_id clock);
int64_t cost_times(int64_t number, int64_t factor); // without overflow
uint32_t cost_arg_type(const struct walk *w, const struct cost_args *call, uint32_t arg);
void cost_spend_timeout(struct walk *w, bool is_raw);
// Time goes by, and the item is part of the sum.
void cost_wait(struct walk *w, struct cost_item item);
// Waits until the context ends, at most `most` ns (0: no bound but the context's).
void cost_wait_for_context(struct walk *w, struct cost_value ctx, int64_t most, struct cost_item item);

// cost_call.c
// The type the callee declares for an argument, else the argument's own.
uint32_t cost_param_type(const struct walk *w, const struct cost_args *call, uint32_t arg);
// The only parameter that bounds what a function waits for; IR_NONE: none or several.
uint32_t cost_timeout_param(const struct cost *cost, uint32_t func);
// Returns the call's value.
struct cost_value cost_call(struct walk *w, const struct ir_inst *inst);

// cost.c
struct cost_value cost_operand(struct walk *w, const struct ir_value *value);
struct cost_value cost_load(struct walk *w, place_id place, uint32_t type);
void cost_store(struct walk *w, place_id place, struct cost_value value, uint32_t type);
void cost_add_item(struct walk *w, const struct cost_item *item);
// A function entered like this (consumed), not walked yet where nobody did before.
uint32_t cost_reserve(struct cost *cost, uint32_t func, struct cost_env *start);
// False where it cannot be: too deep, too much, or it is being walked.
bool cost_walk(struct cost *cost, uint32_t entry);
// To be walked some time.
void cost_ask(struct cost *cost, uint32_t entry);
// Whether there is room for one more.
bool cost_has_room(struct cost *cost);
// Forgets constants.
void cost_drop_numbers(struct cost_env *env);
// What follows the site of the trial, calls not summed; true where parts are cut off.
bool cost_walk_trial(struct cost *cost, const struct cost_trial *trial, struct cost_graph *ret_graph);
void cost_graph_done(struct cost_graph *graph);
// Keeps a bound just set for later; consumes its environment.
void cost_note_trial(struct walk *w, const struct cost_trial *trial);

// cost_sum.c
// The longest path from the start; with `offset` only up to the last use of a deadline that allows that long (0: to the end).
// What alone takes `limit` or more (calls: more) is left out. Adds the items along it to `ret_items`, marks in `ret_counted` which
// items of the graph may be part of some path (both may be NULL); -1: no use.
struct item_list {
    const struct cost_item **items;
    size_t len, cap;
};
int64_t cost_longest(const struct cost_graph *graph, int64_t offset, int64_t limit, struct item_list *ret_items, uint8_t *ret_counted);
// Whether something along the path may take longer than it counts.
bool cost_is_lower(const struct cost *cost, const struct item_list *path);
// How long it takes; `ret_lower` is set where something could not be looked into.
int64_t cost_amount(struct cost *cost, uint32_t entry, bool *ret_lower);
void cost_sum_item(struct cost *cost, struct cost_item *item);
// The same for every item of a graph that may come before a use of a deadline that allows `offset`.
void cost_sum_used(struct cost *cost, struct cost_graph *graph, int64_t offset, bool *ret_lower);

#endif
