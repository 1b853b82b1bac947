// What is left of the budget that a function has in hand, in the words of the code base's own functions, and waits bounded by it.
//
// In hand is a parameter: a context, a timer, a timeout or deadline; or the budget of the thread. Where there are two of a kind, nobody
// knows which is meant, and nothing is proposed.
#ifndef RULES_LEFT_H
#define RULES_LEFT_H

#include "check/fix.h"
#include "flow/waits/waits.h"

// What is left, as an expression.
struct left {
    const char *text;
    const char *type; // of it, as declared
    bool is_end;      // a moment, not a length
};

// In the unit and of the kind of the bound, for the function that waits.
bool left_find(struct pass *pass, const struct wait *wait, const struct bound *bound, struct left *ret_left);
// The one parameter for which `fits` holds, IR_NONE: none or several.
uint32_t left_only_param(const struct pass *pass, uint32_t func, bool (*fits)(const struct pass *pass, const struct prog_unit *unit, uint32_t var));
bool left_is_context(const struct pass *pass, const struct prog_unit *unit, uint32_t var);
bool left_has_var(const struct ir_unit *ir, const struct ir_func *fn, const char *name);
// Proposes that the wait takes no longer than what is left: the smaller of that and its own time, or where it has none, what is left.
// `why` stands in front of what to write. False, and nothing changed, where the code base has no words for it or it would not compile.
bool left_bound(struct pass *pass, const struct wait *wait, struct diag *diag, const char *why);
// Asks once what is left, in a statement before the call, and gives the call the smaller of that and `own` (NULL: it has none), but
// nothing below zero: what is asked and what is waited is then one number.
bool left_by_variable(struct pass *pass, uint32_t func, uint32_t inst, const struct bound *bound, const struct left *left, const char *own, struct diag *diag,
                      const char *why);
// Whether a number below zero means "for ever" to what waits.
bool left_has_negative(const struct bound *bound);
// Proposes the call that the model would make instead of one that takes no bound (`suggest` of `block`).
bool left_instead(struct pass *pass, const struct wait *wait, struct diag *diag, const char *why);
// left_bound of the wait at this instruction, if there is one.
bool left_bound_at(struct pass *pass, uint32_t func, uint32_t inst, struct diag *diag, const char *why);
// The condition that the budget which argument `arg` of the call carries (IR_NONE: the thread's) has not ended: "!ctx_done(ctx)". NULL
// where the code base has no words for it, or they may not stand at the instruction `place`.
const char *left_has_time(struct pass *pass, uint32_t func, uint32_t inst, uint32_t arg, uint32_t place);
// The call that gives the time now in the unit and clock of the bound, where the file uses one: "now_ms()". NULL: none. `ret_type`: of
// its result, or NULL.
const char *left_now(struct pass *pass, uint32_t func, const struct bound *bound, const char **ret_type);
// An expression as an operand, in parentheses where it needs them.
const char *left_operand(struct pass *pass, const char *expression);

#endif
