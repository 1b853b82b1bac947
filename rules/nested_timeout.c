// nested-timeout: a fixed bound on a budget that already carries a deadline.
#include "check/pass.h"
#include "rules/bounds.h"
#include "rules/left.h"
#include "rules/sums.h"
#include "rules/waiting.h"

static const char *grade_of(const struct bound_fact *fact) {
    if (fact->above.overruns)
        return "overrun";
    bool always_above = !fact->above.has_none && !fact->above.is_symbolic && fact->has_number && fact->low >= fact->above.high;
    return always_above && bounds_comparable(fact) ? "dead" : "capped";
}

// `sum`: under the policy cascade, the sum that the bound makes too large.
static const char *message(struct pass *pass, const struct bound_fact *fact, const char *grade, const struct overrun *sum) {
    const char *bound = bounds_amount(pass, fact), *above = bounds_above(pass, fact);
    const char *setter = bounds_setter(pass, fact);
    if (grade[0] == 'd')
        return pass_text(pass, "fixed timeout of %s is dead: %s set in '%s' always comes first", bound, above, setter);
    if (sum) {
        struct sum_unit unit = sum_unit(sum);
        return pass_text(pass, "fixed timeout of %s is not covered: with what else is asked for the sum is %s %s (%s) but '%s' allows %s", bound,
                         sum->is_lower ? "at least" : "up to", sum_amount(pass, unit, sum->needed), sum_text(pass, unit, sum),
                         pass_func_name(pass, sum->setter.func), sum_amount(pass, unit, sum->allowed));
    }
    if (grade[0] == 'o')
        return pass_text(pass, "fixed timeout of %s can overrun: this library does not clamp it, so the wait can outlast %s set in '%s'", bound, above, setter);
    if (fact->has_number && bounds_comparable(fact) && fact->above.low <= fact->low)
        return pass_text(pass, "fixed timeout of %s is capped: %s set in '%s' comes first on this path, though not on every path", bound, above, setter);
    return pass_text(pass, "fixed timeout of %s is capped: %s set in '%s' can cut it to whatever is left", bound, above, setter);
}

static void run_bounds(struct pass *pass) {
    size_t count;
    const struct bound_fact *facts = flow_bounds(pass->flow, &count);
    for (size_t i = 0; i < count; i++) {
        const struct bound_fact *fact = &facts[i];
        bool accepted = pass->options->cascade && bounds_covered(fact) && fact->low < fact->above.low;
        const struct overrun *sum = accepted ? bounds_overrun(pass, fact) : NULL;
        if (!fact->above.has_deadline || (accepted && !sum))
            continue;
        struct diag *diag = pass_report(pass, fact->func, fact->inst);
        diag->grade = grade_of(fact);
        diag->message = pass_text(pass, "%s%s", message(pass, fact, diag->grade, sum), bounds_assumption(fact));
        bounds_numbers(fact, diag);
        bounds_path(pass, fact, diag);
        if (!bounds_derive(pass, fact->func, fact->inst, diag, "derive it from what is left"))
            diag->help = "pass a bound that is derived from what is left of the context, or none: the deadline above already ends the work";
        diag->fingerprint_key = pass_text(pass, "%s/%s", diag->grade, pass_callee_name(pass, fact->func, fact->inst));
    }
}

// ---- waits with a number of their own

enum { SLICE_NS = 100000000 };

static bool is_nested(const struct wait *wait) {
    bool is_fixed = wait->bound == WAIT_FIXED || wait->bound == WAIT_CONFIG;
    bool is_slice = (wait->loop_asks || !wait->in_hand) && wait->unit_known && wait->high <= SLICE_NS;
    return is_fixed && wait->low > 0 && !wait->is_sleep && wait->above != IR_NONE && !wait->is_guarded && !is_slice;
}

static const char *wait_grade(const struct pass *pass, const struct wait *wait) {
    int64_t allowed = waiting_allowed(pass, wait);
    if (!wait->takes_context)
        return "overrun";
    return allowed >= 0 && wait->unit_known && wait->low >= allowed ? "dead" : "capped";
}

static const char *wait_message(struct pass *pass, const struct wait *wait, const char *grade) {
    const char *length = waiting_length(pass, wait), *budget = waiting_budget(pass, wait);
    if (grade[0] == 'd')
        return pass_text(pass, "fixed wait of %s is dead: %s always comes first", length, budget);
    if (grade[0] == 'c')
        return pass_text(pass, "fixed wait of %s is capped: %s can cut it to whatever is left", length, budget);
    return pass_text(pass, "fixed wait of %s can overrun: it does not look at %s, so it can outlast it", length, budget);
}

static void report_wait(struct pass *pass, const struct wait *wait) {
    struct diag *diag = pass_report(pass, wait->func, wait->inst);
    diag->grade = wait_grade(pass, wait);
    diag->message = pass_text(pass, "%s%s", wait_message(pass, wait, diag->grade), waiting_assumption(pass, wait));
    waiting_path(pass, wait, diag);
    const char *why = "wait no longer than what is left of the budget";
    if (!left_bound(pass, wait, diag, why))
        diag->help = pass_text(pass, "%s: the smaller of the number and the remaining time", why);
    diag->fingerprint_key = pass_text(pass, "%s/%s", diag->grade, pass_callee_name(pass, wait->func, wait->inst));
}

static void run(struct pass *pass) {
    size_t count;
    run_bounds(pass);
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++)
        if (is_nested(&waits[i]))
            report_wait(pass, &waits[i]);
    const struct wait *arms = waits_arms(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++)
        if (is_nested(&arms[i]))
            report_wait(pass, &arms[i]);
}

static const char what[] =
    "A fixed timeout is set on a context that already carries a deadline, on at least\n"
    "one way the program can get there.\n"
    "\n"
    "A request has one time budget. It is set once, where the request enters the\n"
    "program, and travels down the calls inside the context. Of all deadlines between\n"
    "the root and a leaf the earliest one wins. So a second number further down does\n"
    "not mean what it says. There are three grades:\n"
    "\n"
    "  dead      The number is as large as a deadline above it, or larger. It never\n"
    "            takes effect.\n"
    "  capped    The number is smaller, but the deadline above may come first. The\n"
    "            call can get less time than the code promises, and nobody is told.\n"
    "  overrun   This library does not clamp a child to its parent. The wait goes on\n"
    "            after the caller's deadline has passed.\n"
    "\n"
    "\"Fixed\" is every duration that does not depend on how much time is left: a\n"
    "literal, a macro, an enum, a constant, a configuration field, a parameter that\n"
    "callers fill with one of these, and a deadline that is just now + such a number.\n"
    "A bound that is computed from the remaining time is never reported.\n"
    "\n"
    "The same holds where no context is made: a wait with a number of its own, in a\n"
    "function that works under a budget, does not look at that budget and can outlast\n"
    "it (overrun); one that also takes the context is capped by it, or dead.\n";

static const char why[] =
    "Each layer that picks its own number breaks the promise of the layer above it.\n"
    "The payment call \"has 1 s\" in the code; at run time the handler used up 2.8 of\n"
    "its 3 s before, and the payment is cut off after 200 ms, in the middle of a write.\n"
    "The log says \"timed out after 1 s\", so people raise the 1 s, which changes\n"
    "nothing. In the other direction, a caller that lowers its own deadline silently\n"
    "turns every fixed number below it into dead code.\n";

static const char bad[] =
    "`load_user` grants itself 500 ms, whether or not the request still has them.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    struct ctx *query = ctx_with_timeout(ctx, 500); // <- reported\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = fetch(query, id);\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n"
    "\n"
    "This wait knows nothing of the context, and goes on for up to 1.5 s when the\n"
    "request has 200 ms left.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    if (ctx_done(ctx))\n"
    "        return -1;\n"
    "    return rpc(id, 1500); // <- reported\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char good[] =
    "Most often the layer needs no number of its own: it passes the context on, and the\n"
    "deadline of the request holds.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    return fetch(ctx, id);\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n"
    "\n"
    "Where a part must get less than the whole, derive its bound from what is left.\n"
    "Here the query gets 500 ms or the rest of the budget, whichever is less, and the\n"
    "code says so.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    int64_t left = ctx_remaining(ctx);\n"
    "    struct ctx *query = ctx_with_timeout(ctx, left < 500 ? left : 500);\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = fetch(query, id);\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n"
    "\n"
    "Where the work is useless in less than 500 ms, ask first and give up early.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    if (ctx_remaining(ctx) < 500)\n"
    "        return -1;\n"
    "    struct ctx *query = ctx_with_timeout(ctx, 500);\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = fetch(query, id);\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Read the path in the finding: it names who set the deadline, and every call\n"
    "     from there to here, with the numbers.\n"
    "  2. Does this layer need a bound of its own at all? If not, remove it and pass the\n"
    "     context on.\n"
    "  3. If it does, compute it from what is left: the smaller of the number and the\n"
    "     remaining time, a fraction of the remaining time, or the parent's deadline\n"
    "     minus a reserve for the answer.\n"
    "  4. If the number is a business rule (\"never ask the bank for more than 1 s\"),\n"
    "     write it as a limit, min(1 s, remaining), so the reader sees both.\n";

static const char limits[] =
    "  - A call through a pointer is followed to every function that the program stores\n"
    "    there; where only the type fits, the finding says that it is a guess.\n"
    "  - Deadlines set outside the program (in a library's own code, or in a process\n"
    "    that calls this one) are not known. Such a context counts as having none.\n"
    "  - A number that is only known at run time counts as fixed if it does not depend\n"
    "    on the remaining time; its grade is then capped or overrun, never dead.\n"
    "  - Short waits (up to 100 ms) in a loop that looks at the budget are polling, and\n"
    "    are not reported.\n"
    "  - Teams that cap each call on purpose choose the policy `cascade`: a fixed bound\n"
    "    that the budget above covers on every path is then accepted.\n";

const struct rule rule_nested_timeout = {
    .id = "nested-timeout",
    .title = "A fixed timeout below a deadline that is already set",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
