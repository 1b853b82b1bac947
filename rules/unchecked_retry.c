// unchecked-retry: a loop that tries again, or waits again, after its budget has ended.
#include "check/pass.h"
#include "flow/retries/retry.h"

static const char *budget_name(struct pass *pass, const struct retry *retry) {
    const char *text = retry->budget_arg == IR_NONE ? "" : pass_arg_text(pass, retry->func, retry->inst, retry->budget_arg);
    if (*text)
        return pass_text(pass, "'%s'", text);
    return retry->budget == BUDGET_NUMBER ? "the deadline" : retry->budget == BUDGET_TIMER ? "the timer" : "the budget";
}

static const char *callee_name(struct pass *pass, const struct retry *retry) {
    const char *name = pass_callee_name(pass, retry->func, retry->inst);
    return *name ? pass_text(pass, "'%s'", name) : "a call through a pointer";
}

static const char *ended(struct pass *pass, const struct retry *retry) {
    switch (retry->budget) {
    case BUDGET_NUMBER: return pass_text(pass, "%s has passed", budget_name(pass, retry));
    case BUDGET_TIMER: return pass_text(pass, "%s is over", budget_name(pass, retry));
    default: return pass_text(pass, "%s has ended", budget_name(pass, retry));
    }
}

static const char *help(const struct retry *retry) {
    if (retry->asks)
        return "leave the loop where the answer says that the time is over (break or return)";
    if (retry->budget == BUDGET_NUMBER)
        return "ask in the loop's condition whether there is time left (now < deadline), or leave the loop on the error that says that there is none";
    return "ask in the loop's condition whether the budget has ended, or leave the loop on the error that says so";
}

static void run(struct pass *pass) {
    size_t count;
    const struct retry *retries = retry_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct retry *retry = &retries[i];
        if (!retry->is_unchecked)
            continue;
        struct diag *diag = pass_report(pass, retry->func, retry->inst);
        const char *how = retry->asks ? "the loop asks for the time, but goes on whatever the answer" : "the loop does not ask between the tries whether there is time left";
        diag->message = pass_text(pass, "once %s, %s fails at once and is tried again: %s", ended(pass, retry), callee_name(pass, retry), how);
        diag->help = help(retry);
        diag->fingerprint_key = pass_callee_name(pass, retry->func, retry->inst);
    }
}

static const char what[] =
    "A loop tries a call again and again under a budget, and never asks between the tries\n"
    "whether the context has ended or the deadline has passed. Or it asks, gets the answer\n"
    "\"cancelled\", and goes on.\n";

static const char why[] =
    "After the deadline every try fails at once. A loop with a count burns its tries for\n"
    "nothing; one without a count takes a whole core until somebody kills it. The waits\n"
    "that return \"timed out\" at once (pthread_cond_timedwait with a moment in the past) are\n"
    "the fastest of all. And the last error that is reported is that of the useless tries.\n";

static const char bad[] =
    "When the caller has gone, this loop does not notice.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    for (int attempt = 0; attempt < 3; attempt++) {\n"
    "        int user = call(ctx, id); // <- reported\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "```\n";

static const char good[] =
    "It ends with the context.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    int64_t delay = 20;\n"
    "    for (int attempt = 0; attempt < 3 && !ctx_done(ctx); attempt++) {\n"
    "        int user = call(ctx, id);\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "        int64_t left = ctx_remaining(ctx);\n"
    "        pause_ms(delay < left ? delay : left);\n"
    "        delay *= 2;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Ask in the loop's condition: `&& !ctx_done(ctx)`, or `now < deadline`.\n"
    "  2. After an error ask why: the caller's end is final, an error of the server may be\n"
    "     tried again.\n"
    "  3. Ask the caller's context, not that of one try: a try may run out while there is\n"
    "     time for another.\n";

static const char limits[] =
    "  - A loop that ends with the first error needs no question.\n"
    "  - A loop that derives the time of each try from the remaining time has asked.\n"
    "  - A function without a body in the program that gets the context or the deadline, and\n"
    "    decides whether the loop goes on, counts as a question.\n";

const struct rule rule_unchecked_retry = {
    .id = "unchecked-retry",
    .title = "A retry that does not ask whether time is left",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
