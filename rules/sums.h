// The sum of what is asked for below a deadline, in words.
#ifndef RULES_SUMS_H
#define RULES_SUMS_H

#include "check/pass.h"

// One unit for all numbers of a finding, so that they can be compared: the largest in which all are whole.
struct sum_unit {
    int64_t ns;
    const char *name;
};

struct sum_unit sum_unit(const struct overrun *fact);
const char *sum_amount(struct pass *pass, struct sum_unit unit, int64_t ns);
// Whether some term counts more than once: then the message speaks of attempts and delays.
bool sum_has_repeated(const struct overrun *fact);
// "2 attempts x 1000 ms", "800 ms".
const char *sum_term(struct pass *pass, struct sum_unit unit, const struct cost_term *term, bool repeated);
// "2 attempts x 1000 ms + 1 delay x 500 ms".
const char *sum_text(struct pass *pass, struct sum_unit unit, const struct overrun *fact);
// Whether the bound set there is part of the sum.
bool sum_has_bound(const struct overrun *fact, uint32_t func, uint32_t inst);

#endif
