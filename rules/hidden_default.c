// hidden-default: a wait with a timeout of its own that nobody sees, inside a flow that has a budget.
#include "check/pass.h"
#include "rules/left.h"
#include "rules/waiting.h"

static void run(struct pass *pass) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct wait *wait = &waits[i];
        if (wait->bound != WAIT_DEFAULT || wait->above == IR_NONE)
            continue;
        struct diag *diag = pass_report(pass, wait->func, wait->inst);
        const char *own = wait->role->default_ns ? pass_text(pass, " (%s)", pass_duration(pass, wait->role->default_ns, 0)) : "";
        diag->message = pass_text(pass, "%s waits up to a default of its own%s, however little is left of %s%s", waiting_callee(pass, wait),
                                  own, waiting_budget(pass, wait), waiting_assumption(pass, wait));
        waiting_path(pass, wait, diag);
        const char *why = "give it a timeout of what is left of the budget";
        if (!left_instead(pass, wait, diag, why))
            diag->help = pass_text(pass, "%s, or use a call that takes one", why);
        diag->fingerprint_key = pass_callee_name(pass, wait->func, wait->inst);
    }
}

static const char what[] =
    "A call is made without a time (NULL options, -1, or a form that takes none), so the\n"
    "library's own default applies, and this happens below a budget that says how long it\n"
    "may take.\n";

static const char why[] =
    "The number that decides is in no line of this program: 30 s in the library, 5 s x 2\n"
    "attempts for each name server in /etc/resolv.conf. The request has 2 s. When the\n"
    "server does not answer, the default decides, and whoever reads the code cannot see it.\n"
    "It also changes with the library's version.\n";

static const char bad[] =
    "The request has 2 s. The library waits for up to 30 s.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    if (ctx_done(ctx))\n"
    "        return -1;\n"
    "    return rpc_default(id); // <- reported\n"
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
    "The time is passed on.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    int64_t left = ctx_remaining(ctx);\n"
    "    return left > 0 ? rpc(id, left) : -1;\n"
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
    "  1. Use the form of the call that takes a time or options, and give it what is left.\n"
    "  2. Where there is none (getaddrinfo), do it outside the request, in a thread that can\n"
    "     be left behind safely, or with a library that takes a deadline.\n";

static const char limits[] =
    "  - Only defaults that a model names are known.\n"
    "  - A call that also gets the context ends with the context: not reported.\n";

const struct rule rule_hidden_default = {
    .id = "hidden-default",
    .title = "The callee's own default timeout applies",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_NOTE,
    .run = run,
};
