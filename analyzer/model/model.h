// Models say what a library's functions, types and fields mean. Three doors, one vocabulary: YAML files, annotate attributes in
// headers, recognition by shape. Whatever the door, what leaves here are `struct role`s with concrete positions: the engines
// never see a pattern, a YAML node or a library's name.
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/err.h"
#include "base/mem.h"
#include "ir/ir.h"

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
    ROLE_EFFECT,   // what an opaque function does with its context argument `object`: see effect
};

enum pos_kind { POS_NONE, POS_ARG, POS_RETURN, POS_AMBIENT };

// Where a value is: `arg2`, `return`, `*arg1`, `arg2.field`, `return.field`.
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

enum bound_kind { BOUND_NONE, BOUND_TIMEOUT /* relative */, BOUND_DEADLINE /* absolute */ };

// A time argument: where, in which unit, and which of its values mean something else.
struct bound {
    enum bound_kind kind;
    struct pos pos, pos2; // pos2: second argument of a seconds + microseconds pair (unit2)
    enum time_unit unit, unit2;
    enum time_clock clock;
    const int64_t *infinite, *nowait; // raw values that mean "for ever" / "do not wait"
    unsigned infinite_count, nowait_count;
};

enum cancel_how {
    CANCEL_NONE,      // nothing to cancel (or the parent frees it)
    CANCEL_FUNCTION,  // a ROLE_CANCEL / ROLE_RELEASE function called with the context
    CANCEL_FIELD,     // the function pointer in field `cancel.field` of the result struct
    CANCEL_OUT_FUNC,  // a function pointer written to `cancel`: called with the context or with nothing
    CANCEL_HANDLE,    // a handle written to / returned in `cancel`, ended by a ROLE_CANCEL function
};

enum query_kind { QUERY_DEADLINE, QUERY_REMAINING, QUERY_DONE, QUERY_ERROR, QUERY_DONE_CHANNEL };
enum convert_kind { CONVERT_TO_ABSOLUTE, CONVERT_TO_REMAINING, CONVERT_UNIT, CONVERT_MIN, CONVERT_ELAPSED };
enum effect_kind { EFFECT_BORROWS, EFFECT_STORES, EFFECT_TRANSFERS, EFFECT_ENDS };
enum clamp_kind { CLAMP_MIN /* never later than the parent */, CLAMP_NONE };
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
    enum null_parent null_parent;
    enum cancel_how cancel_how;
    struct pos cancel;        // CANCEL_FIELD, CANCEL_OUT_FUNC, CANCEL_HANDLE
    bool must_cancel;         // a derived context leaks without its cancel
    bool fails_with_status;   // result is written through a pointer and the return value says whether it was
    bool release_cancels, cancel_twice_ok, parent_releases;
    enum query_kind query;    // where in `result`; the value that says "none": in bound.infinite
    enum convert_kind convert; // operands: object, parent; unit of the operand: bound.unit; of the result: bound.unit2
    enum effect_kind effect;
    struct pos entry;         // spawn, callback: the function
    bool structured;          // spawn: closed by its handle, cannot outlive it
    bool wakes_on_cancel, step_scope; // block: returns when the context ends; the bound holds for each step only
    struct pos option;        // this role holds only where this argument ...
    int64_t option_value;     // ... has this value (POS_NONE: always)
    const char *suggest;      // template of the derived bound this library would write, or NULL
};

struct model_set;
struct model_unit; // a unit's functions and types seen through the models

// The models in force: the shipped ones below `shipped_dir`, then `files` (user's, later wins). Everything is read here, once.
bool model_set_load(const char *shipped_dir, const char *const *files, unsigned file_count, struct model_set **ret_models, struct err *err);
void model_set_free(struct model_set *models);
// Names of the models in force, in order; NULL-terminated.
const char *const *model_set_names(const struct model_set *models);

// Resolves patterns, attributes and shapes against the declarations of one unit. Lives as long as both arguments.
struct model_unit *model_unit_new(const struct model_set *models, const struct ir_unit *unit);
void model_unit_free(struct model_unit *mu);
// The roles of function `func` of the unit (NULL: none).
const struct role *model_func_roles(const struct model_unit *mu, uint32_t func);
// The roles of a call through function-pointer field `field`.
const struct role *model_field_roles(const struct model_unit *mu, uint32_t field);
// Whether a value of this type is (a pointer to) a context.
bool model_type_is_context(const struct model_unit *mu, uint32_t type);

#endif
