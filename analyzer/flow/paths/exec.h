// Shared by the files of the executor; nothing outside flow/ includes it.
#ifndef FLOW_EXEC_H
#define FLOW_EXEC_H

#include "flow/flow.h"
#include "flow/paths/live.h"
#include "flow/paths/state.h"

// One way through a function, as its callers see it: where the facts may hold, these cells are written, these contexts are cancelled
// and these resources are made. Everything is in terms of what the function is entered with.
struct outcome {
    struct state state;
    sym_id result; // SYM_NONE: void
    bool is_joined; // stands for several ways whose differences are lost
    bool has_reference; // the result was taken out of a container, with a reference of its own
};

enum event_kind {
    EVENT_BIND,  // a bound set: bind
    EVENT_CALL,  // a call into the program: callee or pointer, the values of what the callee needs
    EVENT_USE,   // a context that came from outside is worked under, or ended where that may be done once only: cell.value, call_kind: misuse_kind
    EVENT_STORE, // a context, duration or object put into a member or global: cell
};

struct need {
    sym_id entry, value; // what the callee is entered with, in its terms and in the caller's
};

struct event {
    uint8_t kind, call_kind;
    bool is_final;   // EVENT_BIND: the duration is decided here, no caller changes it
    bool is_excused; // EVENT_BIND: only where the path proved that no deadline is above
    uint32_t inst;   // unit index
    uint32_t bind;   // EVENT_BIND
    uint32_t callee; // EVENT_CALL: program function
    sym_id pointer;  // EVENT_CALL: what it was called through, SYM_NONE: by its name
    struct need *needs; // EVENT_CALL
    uint32_t need_count;
    struct cell cell; // EVENT_STORE
    struct facts facts;     // on entry values: when it happens
};

struct outcomes {
    struct outcome *items;
    size_t len, cap;
};

struct summary {
    struct outcomes outcomes;
    VEC(struct event) events;
    VEC(sym_id) needs;    // entry values that decide about an event
    VEC(sym_id) escapes;  // entry objects that may be handed on to code nobody sees, on whatever path
    bool is_opaque;       // not looked at, or given up: may do anything ordinary
    bool is_cut;          // some paths were dropped
    bool is_settled;      // all of it is in the flow's arena
    uint64_t fingerprint; // of outcomes and needs, to see a fixpoint
};

// A context in an object that a function returns and also keeps in a container.
struct indexed {
    uint32_t bind, container, holder; // the members that hold the object and the context
};

enum holder_kind {
    HOLDER_FIELD,
    HOLDER_GLOBAL,
    HOLDER_TAKEN, // the member of what is taken out of a container
    HOLDER_SITE,  // wherever a callee has put what it makes
};

// A function cancels what is kept in some place: whoever puts a context there has not lost it.
struct ending {
    uint32_t func;
    enum holder_kind kind;
    uint32_t place;  // program field or global; HOLDER_SITE: the function that makes it
    uint32_t member; // HOLDER_TAKEN: the member; HOLDER_SITE: the call; HOLDER_FIELD: 1 where the object came from the caller
};

struct flow {
    const struct program *program;
    struct syms syms;
    VEC(struct bind) binds;
    struct map bind_ids; // hash -> index, chained by probing the next keys
    struct summary *summaries; // by program function
    uint8_t *wanted;           // by program function: enum want
    struct map globals;        // address -> value, of globals that keep their initial value
    VEC(struct cell) firsts;   // the same as a list
    struct map taken;          // values -> container they were taken from (container.c)
    VEC(struct indexed) indexed;
    uint8_t *changed;          // by program function: its summary changed in the current or the last round over its component
    struct strtab cancel_types; // canonical types of the cancel functions that derives hand out
    struct map bounding_fields; // members that hold the length of some bound
    bool *field_matters;        // by program field: it is one of those, or holds a context
    VEC(struct ending) endings;
    struct map ended;          // the places of the endings (holder.c)
    VEC(struct leak) leaks;
    VEC(struct misuse) misuses;
    struct map misuse_ids;
    bool counts_references; // contexts have several owners: to release one does not end it
    VEC(struct bound_fact) bounds;
    VEC(struct overrun) overruns;
    VEC(struct entry_step) entries;
    VEC(uint32_t) marks; // by symbol: epoch of the last sweep that reached it
    uint32_t epoch;
    struct flow_stats stats;
    struct timed *timed;
    struct arena arena;
};

enum want {
    WANT_NOT,
    WANT_DEEP,     // a plain one that only such call
    WANT_PLAIN,    // a helper that can reach no context
    WANT_HELPER,   // called by a relevant one
    WANT_RELEVANT, // can touch a context
};

// A state waiting at the start of a block.
struct waiting {
    size_t kept; // the same state among the block's
    struct state state;
};

struct block_states {
    VEC(struct state) kept;      // every state the block was entered with
    VEC(struct waiting) waiting; // of these, from `first_waiting` on
    size_t first_waiting;
};

// What the checks before one bound leave: what is left at least where it fits, at most where nothing is above.
struct check_range {
    int64_t fits_from, none_to;
};

// One function being executed.
struct exec {
    struct flow *flow;
    struct syms *syms;
    const struct program *program;
    uint32_t func;
    const struct prog_unit *unit;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    struct summary *summary;
    struct live live;
    struct block_states *blocks;
    uint32_t earliest; // no block before this one has states waiting
    sym_id *temps;
    uint32_t inst;        // unit index of the instruction being executed
    uint32_t block;       // being executed
    uint32_t forks;       // alternatives opened in this block so far
    uint32_t overwritten; // unit index of the last store that overwrote a context's only holder, IR_NONE
    uint32_t work;        // cells touched so far
    uint32_t kept_limit;  // states per block before they are joined
    size_t first_leak, first_ending; // of this function in flow.leaks and flow.endings
    struct map event_ids;     // hash -> index into summary->events
    struct map ordinals;      // call and callee's object -> number of its name here
    struct map bind_variants; // call and inner bind -> how many binds differ only in parent or bound
    struct map check_ids;     // call that sets a bound -> 1 + index into checks
    VEC(struct check_range) checks;
    VEC(uint32_t) cancelled; // sites whose context is cancelled on some path
    bool is_plain, is_deep; // see choose.c
    bool has_callers; // in the program: facts about what it is entered with matter to them
    bool is_main;
    bool is_cut; // some paths were dropped
    struct arena arena;   // of the function
};

#define EXEC_TEMP_VAR UINT32_C(0x80000000) // SYM_LOCAL of a temporary that is used in another block

// The ways a call may go: states to continue with, and the call's value in each.
struct alternative {
    struct state state;
    sym_id result;
};

struct alternatives {
    struct alternative *items;
    size_t len, cap;
};

// exec.c
void exec_function(struct flow *flow, uint32_t func, struct summary *ret_summary);
// Executes the current block from instruction `next_inst` on with this state, which is consumed.
void exec_rest(struct exec *x, uint32_t next_inst, struct state *state);
sym_id exec_value(struct exec *x, struct state *state, const struct ir_value *value);
// A value nothing is known of; `which` tells apart several of one instruction. Facts about an earlier one made at the same place are
// forgotten.
sym_id exec_fresh(struct exec *x, struct state *state, unsigned which);
// What stands here for something that the callee has made: the same name on every way through the callee.
sym_id exec_fresh_of(struct exec *x, struct state *state, sym_id made);
uint32_t exec_ordinal(struct exec *x, sym_id made);
sym_id exec_load(struct exec *x, struct state *state, sym_id address);
void exec_store(struct exec *x, struct state *state, sym_id address, sym_id value, bool is_scalar);
void exec_set_temp(struct exec *x, struct state *state, uint32_t temp, sym_id value);
// Whether this block may still follow several ways of a call one by one.
bool exec_may_fork(struct exec *x);
// Whether so much work went into the function that precision is given up.
bool exec_is_coarse(const struct exec *x);
// Counts the work that goes into one more state, so that no function takes for ever.
void exec_work(struct exec *x, const struct state *state);
// What a branch on the result could tell: which constant it is, else its sign as far as it is known.
sym_id exec_result_class(const struct exec *x, const struct facts *facts, sym_id result);
// `by_result`: only where a branch on the result could not tell them apart.
void exec_join_ways(struct exec *x, struct alternatives *ways, bool by_result);

// prune.c
// Drops what cannot matter from the start of `block` on.
void exec_prune(struct exec *x, struct state *state, uint32_t block);
// Drops what makes states differ without telling of contexts: all of it becomes unknown.
void exec_forget_details(struct exec *x, struct state *state);
void exec_forget_facts(struct exec *x, struct state *state, sym_id value);
// A sweep over symbols: marks a value and all it is made of; true where it was not marked before.
void exec_begin_marks(struct exec *x);
static inline bool exec_is_marked(const struct exec *x, sym_id value) {
    return value < x->flow->marks.len && x->flow->marks.items[value] == x->flow->epoch;
}
static inline bool exec_mark(struct exec *x, sym_id value) {
    struct flow *flow = x->flow;
    if (!value || flow->marks.items[value] == flow->epoch)
        return false;
    sym_mark(x->syms, value, flow->marks.items, flow->epoch);
    return true;
}

// call.c: IR_CALL. Consumes the state; no way at all: the call does not return.
void exec_call(struct exec *x, const struct ir_inst *inst, struct state *state, struct alternatives *ret_ways);

// roles.c: calls that a model describes
struct call {
    const struct ir_inst *inst;
    sym_id callee;
    const sym_id *args; // without the callee
    uint32_t arg_count;
    uint32_t func;      // program function, or IR_NONE
    bool has_local_handle; // of a thread: only this function can wait for it
};
// Does what the role says; false where the role says nothing about memory or contexts. `*ret_result`: the call's value.
void exec_role(struct exec *x, struct state *state, const struct call *call, const struct role *role, sym_id *ret_result);
// The context a value stands for: itself, or what is kept where it points.
sym_id exec_context(struct exec *x, const struct state *state, sym_id value);
void exec_cancel(struct exec *x, struct state *state, sym_id ctx);
// A new context; must be cancelled when `must_cancel`.
sym_id exec_make_context(struct exec *x, struct state *state, const struct bind *bind, bool must_cancel, sym_id status, bool status_is_bool);
uint32_t flow_add_bind(struct flow *flow, const struct bind *bind);
// As the next one, whether or not there is an equal one.
void flow_append_bind(struct flow *flow, const struct bind *bind);
// The context whose deadline is in force for `ctx`: past derives without a bound.
sym_id exec_budget_context(const struct flow *flow, sym_id ctx);
// Whether a function pointer of this type (of the unit) can only be a cancel function that some derive hands out.
bool flow_type_is_cancel(const struct exec *x, uint32_t type);
// Whether a value is computed from what is left of some budget.
bool flow_is_derived(const struct flow *flow, sym_id value);

// apply.c: calls into the program. Adds the ways the callee may go from `state` (kept). False where nothing is known of it.
bool exec_apply(struct exec *x, const struct state *state, const struct call *call, uint32_t callee, enum call_kind kind,
                struct alternatives *ways);

// Notes that a callee may be called here, for reach.c; the state stays as it is.
void exec_record_call(struct exec *x, const struct state *state, const struct call *call, uint32_t callee, enum call_kind kind);

// ended.c: contexts that have ended. `state` is changed only by those that note something.
void exec_use(struct exec *x, const struct state *state, sym_id ctx, bool is_query);
void exec_end_again(struct exec *x, const struct state *state, sym_id ctx, bool is_release);
void exec_note_end(struct exec *x, struct state *state, sym_id ctx, bool is_release);
// One of each kind at one place.
void flow_add_misuse(struct flow *flow, const struct misuse *misuse);
void exec_note_made(struct exec *x, struct state *state, sym_id ctx);
void exec_note_running(struct exec *x, struct state *state, sym_id ctx);
void exec_note_joined(struct exec *x, struct state *state);
void exec_settle_ghosts(struct exec *x, struct state *state);
static inline bool exec_is_ghost(const struct syms *syms, sym_id address) {
    const struct sym *node = sym_at(syms, address);
    return node->kind == SYM_CANCEL && node->c == 1;
}
bool exec_ghost_is_live(const struct exec *x, sym_id address);
void exec_mark_above(struct exec *x, sym_id value);
static inline void exec_mark_parents(struct exec *x, sym_id value) {
    uint8_t kind = sym_at(x->syms, value)->kind;
    if (kind == SYM_CTX || kind == SYM_CANCEL)
        exec_mark_above(x, value);
}

// escape.c: who can still reach a context
void exec_escape(struct exec *x, struct state *state, sym_id value);
void exec_check_lost(struct exec *x, struct state *state);
// At a return: reports what is lost, keeps what the caller can reach, and marks everything reachable from outside.
void exec_settle_resources(struct exec *x, struct state *state, sym_id value);
// Memory that lives on after this function by itself: not its own variables, not a struct value, not what it has allocated.
bool exec_is_outside(const struct exec *x, sym_id root);

// Longer chains of members only come from walks over lists: callers are not told of them.
enum { EXEC_CANCELLED_DEPTH = 9 };

// container.c
// The member of type `void *` that is this address, IR_NONE where it is another one.
uint32_t exec_container(const struct exec *x, sym_id address);
// `to` now stands for `from` as well.
void exec_keep_taken(struct exec *x, sym_id to, sym_id from);
void exec_mark_referenced(struct exec *x, sym_id object);
// Whether a reference was taken along with what was found in a container.
bool exec_has_reference(const struct exec *x, sym_id value);
void exec_note_reference(struct exec *x, sym_id address, sym_id value);
void exec_note_indexed(struct exec *x, const struct state *state, sym_id ctx, uint32_t container);
void exec_note_taken_ended(struct exec *x, const struct state *state, sym_id ctx);
void flow_drop_indexed_leaks(struct flow *flow);

// holder.c
// A context is cancelled here: what holds it is no dead end.
void exec_note_cancelled(struct exec *x, const struct state *state, sym_id ctx);
// The function that cancels is called through this pointer.
void exec_note_cancel_called(struct exec *x, sym_id pointer);
// A callee cancels what it was given, which is `ctx` here.
void exec_note_cancelled_below(struct exec *x, sym_id given, sym_id ctx);
void exec_note_ending(struct exec *x, enum holder_kind kind, uint32_t place, uint32_t member);
void flow_add_ending(struct flow *flow, const struct ending *ending);
bool flow_is_ended(const struct flow *flow, enum holder_kind kind, uint32_t place, uint32_t member);
// Once all endings are known.
void flow_drop_kept_leaks(struct flow *flow);
// Where a context is put into a dead end by the function that makes it, its callers need not be told again.
void flow_drop_repeated_leaks(struct flow *flow);

// outcome.c
void exec_return(struct exec *x, struct state *state, sym_id value);
// Where no path was followed to its end: the function does return, and what it was given may be in other hands.
void exec_return_unknown(struct exec *x);

// events.c
void exec_bind_event(struct exec *x, const struct state *state, uint32_t bind);
void exec_call_event(struct exec *x, const struct state *state, struct event *event);
void exec_store_event(struct exec *x, const struct state *state, sym_id address, sym_id value);
void exec_add_need(struct exec *x, sym_id value);
// After the last path: drops the events that checks excuse.
void exec_end_events(struct exec *x);

// widen.c: adds a way for all levels of a recursion that were not reached. `before`: the outcomes of the round before the last.
void flow_keep_outcomes(const struct flow *flow, uint32_t func, struct outcomes *ret_kept);
void flow_widen(struct flow *flow, uint32_t func, const struct outcomes *before);
void outcomes_done(struct outcomes *outcomes);

// solve.c
void summary_done(struct summary *summary);

// choose.c
void flow_choose_functions(struct flow *flow);

// reach.c
// An absolute bound that is "now + something": the something. SYM_NONE where it is not.
sym_id flow_since_now(struct syms *syms, sym_id bound);
void flow_reach(struct flow *flow);

// overrun.c
struct depend;
void flow_find_overruns(struct flow *flow, struct depend *depend, struct buf *memory); // `memory`: as in flow_solve

#endif
