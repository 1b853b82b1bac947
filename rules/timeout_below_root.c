// timeout-below-root: a fixed bound in the middle of the call tree, with no deadline above it.
#include "check/pass.h"
#include "rules/bounds.h"

static void run(struct pass *pass) {
    size_t count;
    const struct bound_fact *facts = flow_bounds(pass->flow, &count);
    if (pass->options->cascade)
        return; // every layer may cap its own calls
    for (size_t i = 0; i < count; i++) {
        const struct bound_fact *fact = &facts[i];
        if (fact->above.has_deadline || !fact->above.is_passed)
            continue;
        struct diag *diag = pass_report(pass, fact->func, fact->inst);
        const struct entry_step *entry = flow_entry(pass->flow, fact->witness);
        const char *caller = entry->from == IR_NONE ? pass_func_name(pass, fact->func) : pass_func_name(pass, flow_entry(pass->flow, entry->from)->func);
        diag->message = pass_text(pass, "fixed timeout of %s below the root: '%s' gets its context from '%s', and nobody above sets a deadline, so this one step is limited but the whole request is not%s",
                                  bounds_amount(pass, fact), pass_func_name(pass, fact->func), caller,
                                  bounds_assumption(fact));
        bounds_numbers(fact, diag);
        bounds_path(pass, fact, diag);
        const char *why = "set the deadline once, where the request enters the program, and derive this one from what is left of it";
        if (fact->is_config || !bounds_derive(pass, fact->func, fact->inst, diag, why))
            diag->help = why;
        diag->fingerprint_key = pass_callee_name(pass, fact->func, fact->inst);
    }
}

static const char what[] =
    "A fixed timeout is set on a context that a caller passed down, and no caller has\n"
    "set a deadline.\n"
    "\n"
    "The root of a call tree is the function that makes the context: a request handler,\n"
    "main, a thread's entry, a callback that a framework calls. It knows how long the\n"
    "whole may take, so it is the one place where a fixed number belongs. Everything\n"
    "below it derives its bounds from the deadline it was given.\n"
    "\n"
    "A timeout set at the root itself is not reported. Where a deadline does exist\n"
    "above, the rule nested-timeout speaks instead; the two never report one place.\n";

static const char why[] =
    "A timeout deep in the program limits one step, not the request. Ten steps with\n"
    "500 ms each make a request of 5 s, a retry makes it 10 s, and nothing in the\n"
    "program says how long it may take as a whole. The client has long hung up, and\n"
    "the server still works for nobody. The numbers are also hard to find: to make the\n"
    "service answer within 2 s, somebody has to hunt through every layer.\n"
    "\n"
    "And it is a trap for later: the day a caller gets a deadline, this number silently\n"
    "becomes dead or is cut short.\n";

static const char bad[] =
    "Nobody limits the request. Somewhere inside, one query has a limit.\n"
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
    "    struct ctx *request = ctx_with_cancel(ctx_background());\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char good[] =
    "The handler sets the deadline, once. The layers below pass it on.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    return fetch(ctx, id);\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 500);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Follow the path in the finding up to its root, and set the deadline there.\n"
    "  2. Remove the number here and pass the context on; or, where this step must get\n"
    "     less than the whole, derive its bound from the remaining time.\n";

static const char limits[] =
    "  - A deadline set outside the program is not seen. Where a library hands in a\n"
    "    context, the function that receives it is a root.\n"
    "  - A function that nothing in the program calls counts as a root. So in a library\n"
    "    without its users, public functions may set timeouts.\n"
    "  - Every caller counts: if one path has a deadline and another has none, the\n"
    "    finding is nested-timeout, with the path that has one.\n";

const struct rule rule_timeout_below_root = {
    .id = "timeout-below-root",
    .title = "A fixed timeout away from the root of the call tree",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
