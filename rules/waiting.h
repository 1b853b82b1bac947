// What the rules about waits and sleeps share: numbers, words and paths of a struct wait.
#ifndef RULES_WAITING_H
#define RULES_WAITING_H

#include "check/pass.h"
#include "flow/waits/waits.h"

// "500 ms"; "" where it is not known.
const char *waiting_length(struct pass *pass, const struct wait *wait);
// What the source writes for the time that is waited: "timeout_ms"; "" where that is not known.
const char *waiting_time(struct pass *pass, const struct wait *wait);
// The name of what is called, with its quotes: "'poll'".
const char *waiting_callee(struct pass *pass, const struct wait *wait);
// "the deadline of 2 s set in 'handle'", "the timeout in 'timeout_ms'": the budget in force. The wait must have one.
const char *waiting_budget(struct pass *pass, const struct wait *wait);
// From whoever set the budget down to the wait; and the numbers.
void waiting_path(struct pass *pass, const struct wait *wait, struct diag *diag);
// " (assuming ...)" where the verdict rests on a guess, else "".
const char *waiting_assumption(const struct pass *pass, const struct wait *wait);
// The length of the budget in force in ns, -1 where it is not known.
int64_t waiting_allowed(const struct pass *pass, const struct wait *wait);

#endif
