// What the rules about fixed bounds share: numbers, words and paths of a struct bound_fact.
#ifndef RULES_BOUNDS_H
#define RULES_BOUNDS_H

#include "check/pass.h"

// Whether the bound and the deadline above it are in units that can be compared.
bool bounds_comparable(const struct bound_fact *fact);
// "500 ms", or "configured" where the number is not known.
const char *bounds_amount(struct pass *pass, const struct bound_fact *fact);
// "the deadline of 3 s".
const char *bounds_above(struct pass *pass, const struct bound_fact *fact);
// The function that sets the tightest deadline above.
const char *bounds_setter(const struct pass *pass, const struct bound_fact *fact);
// Policy cascade: whether every deadline above is known to leave room for this bound alone.
bool bounds_covered(const struct bound_fact *fact);
// The sum that this bound is part of and that is more than a deadline above it allows; NULL where there is none.
const struct overrun *bounds_overrun(const struct pass *pass, const struct bound_fact *fact);
void bounds_numbers(const struct bound_fact *fact, struct diag *diag);
// From the deadline above, or the root, down to the bound.
void bounds_path(struct pass *pass, const struct bound_fact *fact, struct diag *diag);
// " (assuming ...)" where the verdict rests on a guess, else "".
const char *bounds_assumption(const struct bound_fact *fact);
// Makes argument `arg` of the call, the parent of what it derives, the context `parent`; a bound that it sets is then derived from that.
bool bounds_adopt(struct pass *pass, uint32_t func, uint32_t inst, unsigned arg, const char *parent, struct diag *diag, const char *why);
// Proposes to derive the bound that the call sets from what is left of its parent, with the reason `why` in front. False where it sets
// none, or its source cannot be shown.
bool bounds_derive(struct pass *pass, uint32_t func, uint32_t inst, struct diag *diag, const char *why);

#endif
