// sleep-past-deadline: a sleep of fixed length that does not look at the budget it runs under.
#include "check/pass.h"
#include "rules/left.h"
#include "rules/waiting.h"

enum { SLICE_NS = 100000000 };

// A short pause in a loop that looks at the budget, or far below where nobody has it in hand.
static bool is_slice(const struct wait *wait) {
    return (wait->loop_asks || !wait->in_hand) && !wait->varies && wait->high < SLICE_NS;
}

static const char *message(struct pass *pass, const struct wait *wait) {
    int64_t allowed = waiting_allowed(pass, wait);
    const char *budget = waiting_budget(pass, wait), *length = waiting_length(pass, wait);
    if (allowed >= 0 && wait->unit_known && wait->low >= allowed)
        return pass_text(pass, "sleeps %s under %s: it always sleeps past it%s", length, budget, waiting_assumption(pass, wait));
    return pass_text(pass, "sleeps %s without looking at %s: it can sleep past it%s", length, budget, waiting_assumption(pass, wait));
}

static void run(struct pass *pass) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct wait *wait = &waits[i];
        if (!wait->is_sleep || wait->above == IR_NONE || wait->is_guarded || (wait->bound != WAIT_FIXED && wait->bound != WAIT_CONFIG) || wait->low <= 0 || is_slice(wait))
            continue;
        struct diag *diag = pass_report(pass, wait->func, wait->inst);
        diag->message = message(pass, wait);
        waiting_path(pass, wait, diag);
        const char *why = "sleep no longer than what is left of the budget";
        if (!left_bound(pass, wait, diag, why))
            diag->help = pass_text(pass, "%s, or give up where the pause does not fit", why);
        diag->fingerprint_key = pass_callee_name(pass, wait->func, wait->inst);
    }
}

static const char what[] =
    "A sleep or delay of a fixed length runs below a deadline and does not ask how much\n"
    "time is left: it can sleep past the deadline. If it is as long as the deadline above,\n"
    "or longer, it always does, and the message says so.\n"
    "\n"
    "Short sleeps (under 100 ms) in a loop that looks at the deadline are polling and are\n"
    "not reported.\n";

static const char why[] =
    "A sleep cannot be cut short by a deadline: nothing cancels it. The answer that the\n"
    "caller waits for is late although all of it was ready, or the time left after the\n"
    "sleep is too short for the work it was meant for. In a retry loop the last delay is\n"
    "often slept for nothing.\n";

static const char bad[] =
    "The handler allows 2 s, and the driver sleeps for 3 s.\n"
    "\n"
    "```c\n"
    "#include <unistd.h>\n"
    "\n"
    "static int reset_device(struct ctx *ctx, int id)\n"
    "{\n"
    "    sleep(3); // <- reported\n"
    "    return fetch(ctx, id);\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int result = reset_device(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return result;\n"
    "}\n"
    "```\n";

static const char good[] =
    "It gives up at once where the device cannot be ready in time.\n"
    "\n"
    "```c\n"
    "#include <unistd.h>\n"
    "\n"
    "static int reset_device(struct ctx *ctx, int id)\n"
    "{\n"
    "    if (ctx_remaining(ctx) < 3000)\n"
    "        return -1;\n"
    "    sleep(3);\n"
    "    return fetch(ctx, id);\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 5000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int result = reset_device(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return result;\n"
    "}\n"
    "```\n"
    "\n"
    "Or it looks again and again, and stops at the deadline.\n"
    "\n"
    "```c\n"
    "static int wait_for_device(struct ctx *ctx, int id)\n"
    "{\n"
    "    while (!ctx_done(ctx)) {\n"
    "        if (ready(id))\n"
    "            return 0;\n"
    "        pause_ms(20);\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int result = wait_for_device(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return result;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Sleep for the smaller of the length and the remaining time.\n"
    "  2. Or check before that enough is left, and give up early if not.\n"
    "  3. Or wait for the event itself, with the remaining time as timeout, where there is\n"
    "     something to wait for.\n";

static const char limits[] =
    "  - Only a deadline that the program itself sets above is known.\n"
    "  - A length that is only known at run time counts as fixed if it does not depend on\n"
    "    the remaining time.\n"
    "  - A check of \"is it over?\" before the sleep does not say that enough is left.\n";

const struct rule rule_sleep_past_deadline = {
    .id = "sleep-past-deadline",
    .title = "A sleep of fixed length below a deadline",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
