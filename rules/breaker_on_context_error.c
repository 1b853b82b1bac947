// breaker-on-context-error: a circuit breaker is told of a failure that may be the end of the caller's budget.
#include "flow/retries/blame.h"
#include "rules/left.h"

static const char *cause(struct pass *pass, const struct blame *blame) {
    const char *text = blame->budget_arg == IR_NONE ? "" : pass_arg_text(pass, blame->func, blame->wait_inst, blame->budget_arg);
    if (!*text)
        return blame->budget == BUDGET_NUMBER ? "the caller's deadline has passed" : "the caller's budget has ended";
    switch (blame->budget) {
    case BUDGET_NUMBER: return pass_text(pass, "the caller's deadline '%s' has passed", text);
    case BUDGET_TIMER: return pass_text(pass, "the caller's timer '%s' is over", text);
    default: return pass_text(pass, "the caller's context '%s' has ended", text);
    }
}

// The call as the source has it, NULL where that is not known.
static const char *call_text(struct pass *pass, uint32_t func, uint32_t inst) {
    const char *text = pass_callee_name(pass, func, inst);
    const struct ir_inst *call = pass_inst(pass, func, inst);
    text = *text ? pass_text(pass, "%s(", text) : NULL;
    for (unsigned arg = 0; text && arg + 1 < call->arg_count; arg++) {
        const char *one = pass_arg_text(pass, func, inst, arg);
        text = *one ? pass_text(pass, "%s%s%s", text, arg ? ", " : "", one) : NULL;
    }
    return text ? pass_text(pass, "%s)", text) : NULL;
}

static bool suggest(struct pass *pass, const struct blame *blame, struct diag *diag) {
    const char *time = left_has_time(pass, blame->func, blame->wait_inst, blame->budget_arg, blame->inst),
        *call = call_text(pass, blame->func, blame->inst);
    if (!time || !call)
        return false;
    const char *better = pass_text(pass, "if (%s) %s;", time, call), *before = diag->help;
    diag->help = pass_text(pass, "count the failure only if the caller's time is not over: write '{ %s }' instead of '%s;'", better, call);
    if (fix_call_statement(pass, diag, blame->func, blame->inst, better))
        return true;
    diag->help = before;
    return false;
}

static void run(struct pass *pass) {
    size_t count;
    const struct blame *blames = blame_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct blame *blame = &blames[i];
        const char *name = pass_callee_name(pass, blame->func, blame->wait_inst), *what = *name ? pass_text(pass, "'%s'", name) : "the call";
        struct diag *diag = pass_report(pass, blame->func, blame->inst);
        diag->message = pass_text(pass, "the breaker counts a failure also where %s fails because %s: that says nothing about the server", what, cause(pass, blame));
        pass_step(pass, diag, blame->func, blame->wait_inst, "%s fails when the caller's time is over", what);
        if (!suggest(pass, blame, diag))
            diag->help = blame->budget == BUDGET_NUMBER ? "after the call ask whether the deadline has passed, and count the failure only if it has not"
                                                    : "after the call ask the caller's context whether it has ended, and count the failure only if it has not";
        diag->fingerprint_key = pass_callee_name(pass, blame->func, blame->inst);
    }
}

static const char what[] =
    "A circuit breaker is told of a failure on a path where the call may have failed because\n"
    "the caller's context ended: it was cancelled, or its deadline passed. That is no\n"
    "failure of the server behind the breaker.\n";

static const char why[] =
    "The breaker opens, and requests to a healthy server are refused. A few impatient\n"
    "clients, or one caller with too small a deadline, are enough to cut off everybody else.\n"
    "It is hard to find, since the server's own figures are perfect.\n";

static const char bad[] =
    "When the client hangs up, the server is blamed.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, struct breaker *breaker, int id)\n"
    "{\n"
    "    int user = call(ctx, id);\n"
    "    if (user < 0)\n"
    "        breaker_failed(breaker); // <- reported\n"
    "    else\n"
    "        breaker_passed(breaker);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char good[] =
    "What the caller's end made fail does not count.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, struct breaker *breaker, int id)\n"
    "{\n"
    "    int user = call(ctx, id);\n"
    "    if (user >= 0)\n"
    "        breaker_passed(breaker);\n"
    "    else if (!ctx_err(ctx))\n"
    "        breaker_failed(breaker);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Ask the caller's context after the call, and count only if it has not ended.\n"
    "  2. Give the call a limit of its own below the caller's deadline: if that runs out\n"
    "     while the caller still waits, the server was too slow, and that counts.\n"
    "  3. Do not ask the context of the single try: it ends with the caller's, too.\n";

static const char limits[] =
    "  - Breakers are known from models only (`breaker-failure`).\n"
    "  - A call with a plain timeout counts as the call's own limit.\n"
    "  - The call that failed is looked for where the breaker is told, and one call further.\n"
    "  - A check before the call says nothing about what ended it.\n";

const struct rule rule_breaker_on_context_error = {
    .id = "breaker-on-context-error",
    .title = "A circuit breaker counts the caller's own cancellation",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
