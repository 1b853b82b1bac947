// Models say what a library's functions, types and fields mean. Three doors, one vocabulary: YAML files, annotate attributes in
// headers, recognition by shape. Whatever the door, what leaves here are `struct role`s with concrete positions: the engines
// never see a pattern, a YAML node or a library's name.
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "ir/numbers.h"

enum role_kind {
    ROLE_ROOT,     // makes a context without parent (result)
    ROLE_DERIVE,   // result = parent with a bound (timeout or deadline), or only cancellable
    ROLE_VALUE,    // result = parent with something else attached; same budget, no cancel needed
    ROLE_DETACH,   // result = parent without its deadline and cancellation
    ROLE_CANCEL,   // ends the context `object`
    ROLE_RELEASE,  // frees `object`; `release_cancels`
    ROLE_REF,      // another owner of `object` (result is the same context)
    ROLE_QUERY,    // asks `object`: deadline, remaining, done, error
    ROLE_NOW,      // the time now (result, or written to *argN)
    ROLE_CONVERT,  // arithmetic on times: see convert_kind
    ROLE_ARM,      // sets a bound on `object`
    ROLE_DISARM,
    ROLE_BLOCK,    // waits: for `object` (context), at most `bound`, or without end
    ROLE_SLEEP,    // waits `bound`, whatever happens
    ROLE_SPAWN,    // runs `entry`(`object`) concurrently; handle in `result`
    ROLE_JOIN,     // waits for the handle `object`
    ROLE_CALLBACK, // registers `entry`, later called with `object`; its context parameters are roots
    ROLE_BREAKER_FAILURE,
    ROLE_BREAKER_SUCCESS,
    ROLE_ALLOCATE, // result is new memory that nobody else knows; where `object` is not NULL, what that pointed to, moved
    ROLE_EFFECT,   // what an opaque function does with its context argument `object`: see effect
};

enum pos_kind { POS_NONE, POS_ARG, POS_RETURN, POS_AMBIENT };

// Where a value is: `arg2`, `return`, `*arg1`, `arg2.field`, `return.field`. A context written through `ctx **` is `*arg1`; one
// set up in place behind `ctx *` is `arg0` (the pointer names it).
struct pos {
    enum pos_kind kind;
    unsigned arg;
    bool deref;        // what the argument points to
    const char *field; // NULL, or a member of the record (through the pointer, where the argument is one)
};

enum time_unit { UNIT_UNKNOWN, UNIT_NS, UNIT_US, UNIT_MS, UNIT_S, UNIT_TICKS, UNIT_TIMESPEC, UNIT_TIMEVAL };
enum time_clock { CLOCK_ANY, CLOCK_IS_MONOTONIC, CLOCK_IS_REALTIME, CLOCK_IS_TICKS };
// Nanoseconds in one unit; 0 for unknown, ticks and structures.
int64_t time_unit_ns(enum time_unit unit);
// Whether a time in this unit can be brought to nanoseconds, structures included.
bool time_unit_is_known(enum time_unit unit);
// Whether a value is among those that mean something else (struct bound).
bool time_is_listed(const int64_t *list, unsigned count, int64_t value);

enum bound_kind { BOUND_NONE, BOUND_TIMEOUT /* relative */, BOUND_DEADLINE /* absolute */ };

// A time argument: where, in which unit, and which of its values mean something else.
struct bound {
    enum bound_kind kind;
    struct pos pos, pos2; // pos2: second argument of a seconds + microseconds pair (unit2)
    enum time_unit unit, unit2;
    enum time_clock clock;
    const int64_t *infinite, *nowait; // raw values that mean "for ever" / "do not wait"
    unsigned infinite_count, nowait_count;
    bool null_infinite; // pos.deref: a NULL pointer means "for ever"
    bool in_out;        // the function writes back what remains
    const char *clock_set_by; // NULL, or the function that chooses another clock: where the program calls it, the clock is not known
};

enum cancel_how {
    CANCEL_NONE,      // nothing to cancel (or the parent frees it)
    CANCEL_FUNCTION,  // a ROLE_CANCEL / ROLE_RELEASE function called with the context
    CANCEL_FIELD,     // the function pointer in field `cancel.field` of the result struct
    CANCEL_OUT_FUNC,  // a function pointer written to `cancel`: called with the context or with nothing
    CANCEL_HANDLE,    // a handle written to / returned in `cancel`, ended by a ROLE_CANCEL function
};

enum query_kind { QUERY_DEADLINE, QUERY_REMAINING, QUERY_DONE, QUERY_ERROR, QUERY_DONE_CHANNEL, QUERY_HAS_DEADLINE };
enum convert_kind { CONVERT_TO_ABSOLUTE, CONVERT_TO_REMAINING, CONVERT_UNIT, CONVERT_MIN, CONVERT_ELAPSED, CONVERT_LIMIT, CONVERT_IN_OUT };
enum effect_kind { EFFECT_BORROWS, EFFECT_STORES, EFFECT_TRANSFERS, EFFECT_ENDS };
enum clamp_kind { CLAMP_MIN /* never later than the parent */, CLAMP_NONE, CLAMP_IF /* where clamp_arg & clamp_mask */ };
enum null_parent { NULL_ROOT, NULL_CANCELLED, NULL_ERROR };

struct role {
    enum role_kind kind;
    const struct role *next;  // further roles of the same function
    const char *model;        // name of the model that says so
    bool by_shape;            // guessed from names and types, not stated
    struct pos object;        // context, handle or armed object the function works on
    struct pos parent, result;
    struct bound bound;
    enum clamp_kind clamps;
    struct pos clamp_arg;
    int64_t clamp_mask;
    enum null_parent null_parent;
    enum cancel_how cancel_how;
    struct pos cancel;        // CANCEL_FIELD, CANCEL_OUT_FUNC, CANCEL_HANDLE
    bool owned, todo;         // root: must be released; a stand-in until the right context is passed
    bool must_cancel;         // a derived context leaks without its cancel
    bool fails_with_status;   // result is written through a pointer and the return value says whether it was
    bool release_cancels, cancel_twice_ok, parent_releases;
    bool must_use_result;
    enum query_kind query;    // where in `result`, its unit in bound.unit; the value that says "none": in bound.infinite.
                              // Where `result` is behind a pointer, the return value says whether there is one
    bool asks_parents;        // query: the answer takes the parents into account
    enum convert_kind convert; // operands: object, parent; unit of the operand: bound.unit; of the result: bound.unit2
    enum effect_kind effect;
    struct pos entry;         // spawn, callback: the function
    bool structured;          // spawn: closed by its handle, cannot outlive it
    struct pos armed;         // block: waits at most what this object was armed with
    bool has_default;         // block: has a bound of its own that the caller does not see: default_ns (0: unknown)
    int64_t default_ns;
    bool wakes_on_cancel, step_scope; // block: returns when the context ends; the bound holds for each step only
    bool says_ready;          // block: waits until something is ready, and asks nobody for anything
    struct pos option;        // this role holds only where this argument ...
    int64_t option_value;     // ... has this value (POS_NONE: always)
    const char *suggest;      // template of what this library would write instead of, or after, this call; or NULL
};

// What a value means by its type, or by what is said of the parameter, variable or field that holds it.
enum meaning_kind { MEANS_CONTEXT, MEANS_TIMEOUT, MEANS_DEADLINE, MEANS_TIME /* either */, MEANS_OPTIONS, MEANS_DETACHED /* see below */ };
enum option_absent { ABSENT_NOTHING, ABSENT_INFINITE, ABSENT_NOWAIT, ABSENT_DEFAULT };
struct meaning {
    enum meaning_kind kind;
    const char *model;
    enum null_parent null_parent;    // context: what a NULL one is
    struct bound bound;              // times: unit, clock, special values; no position
    enum option_absent zero, absent; // options: a time field that is 0, and a NULL pointer to the options
};

struct model_set;
struct model_program; // what the models say of a whole program: what one unit alone cannot know
struct model_unit;    // a unit's functions and types seen through the models

// The models in force: the shipped ones (*.yaml in `shipped_dir`), then `files` (user's, later wins). A file of the same model
// name replaces the earlier one; `disable:` in a file drops others. Everything is read here, once.
bool model_set_load(const char *shipped_dir, const char *const *files, unsigned file_count, struct model_set **ret_models, struct err *err);
void model_set_free(struct model_set *models);
// Names of the models in force, in order; NULL-terminated.
const char *const *model_set_names(const struct model_set *models);

// Resolves names, patterns, attributes and shapes against the declarations of all units: context types are found here, and
// wrappers are told from the functions they wrap. `funcs` numbers the units' functions. All arguments must outlive the result.
struct model_program *model_program_new(const struct model_set *models, const struct ir_unit *const *units, uint32_t unit_count,
                                        const struct ir_numbers *funcs);
void model_program_free(struct model_program *mp);
// Sentences about annotations that could not be understood, with their place; NULL-terminated.
const char *const *model_program_problems(const struct model_program *mp);

// A hash of what only the program as a whole can tell: which types are contexts, which names belong to their libraries.
uint64_t model_program_digest(const struct model_program *mp);
// A hash of all that a role says, but for the roles after it.
uint64_t model_role_digest(const struct role *role);

// `unit` counts the units given to model_program_new.
struct model_unit *model_unit_new(const struct model_program *mp, uint32_t unit);
void model_unit_free(struct model_unit *mu);
// Whether anything in the unit is a context, or a call through a field has a role: where not, its functions need not be asked.
bool model_has_contexts(const struct model_unit *mu);
bool model_has_field_roles(const struct model_unit *mu);
// The roles of function `func` of the unit (NULL: none). The same for every declaration of a function.
const struct role *model_func_roles(const struct model_unit *mu, uint32_t func);
// The roles of a call through function-pointer field `field`.
const struct role *model_field_roles(const struct model_unit *mu, uint32_t field);
// Whether a value of this type is (a pointer to) a context; a parameter, variable or field may also be declared to be one.
bool model_type_is_context(const struct model_unit *mu, uint32_t type);
bool model_var_is_context(const struct model_unit *mu, uint32_t var);
bool model_field_is_context(const struct model_unit *mu, uint32_t field);
// What is said of the values of a type, variable or field: NULL, nothing.
const struct meaning *model_type_meaning(const struct model_unit *mu, uint32_t type);
const struct meaning *model_var_meaning(const struct model_unit *mu, uint32_t var);
const struct meaning *model_field_meaning(const struct model_unit *mu, uint32_t field);
// Whether the contexts that a function makes, or that a variable holds, are said to outlive on purpose what the function was given.
bool model_func_is_detached(const struct model_unit *mu, uint32_t func);
bool model_var_is_detached(const struct model_unit *mu, uint32_t var);
// The unit that a name says at its end ("timeout_ms"), UNIT_UNKNOWN: none. `strict`: only where another word of it says that it is a time.
enum time_unit model_name_unit(const struct model_unit *mu, const char *name, bool strict);
// Whether a variable's name and type together say that it is how long, or until when, its caller will wait.
bool model_var_is_budget(const struct model_unit *mu, uint32_t var);
// What a function without body and without role does with its context arguments: its name decides.
enum effect_kind model_default_effect(const struct model_unit *mu, uint32_t func);

// The function of the code base that asks a context of this type (a type of the unit): its name and role; NULL where the
// code base uses none. QUERY_REMAINING serves help texts.
const char *model_context_query(const struct model_unit *mu, uint32_t type, enum query_kind query, const struct role **ret_role);
// The bound to write instead of `bound` where a context of this type is derived with the role `role`: the model's template filled
// in with the source texts given, added to `ret_text`. False where it has none or the code base has no function for it.
bool model_suggest(const struct model_unit *mu, uint32_t type, const struct role *role, const char *parent, const char *bound,
                   struct buf *ret_text);

#endif
