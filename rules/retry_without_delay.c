// retry-without-delay: a failed call is tried again at once, or always after the same time.
#include "check/pass.h"
#include "flow/retries/retry.h"

static const char *message(struct pass *pass, const struct retry *retry) {
    const char *name = pass_callee_name(pass, retry->func, retry->inst);
    const char *what = *name ? pass_text(pass, "'%s'", name) : "a call through a pointer";
    if (retry->delay == DELAY_NONE)
        return pass_text(pass, "%s is tried again with no delay after it failed: a server that fails because it is overloaded gets still more to do", what);
    if (retry->delay_ns < 0)
        return pass_text(pass, "%s is tried again after the same delay each time: clients that failed together come back together, and the server gets no time to recover", what);
    return pass_text(pass, "%s is tried again after the same %s each time: clients that failed together come back together, and the server gets no time to recover", what, pass_duration(pass, retry->delay_ns, 0));
}

static void run(struct pass *pass) {
    size_t count;
    const struct retry *retries = retry_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct retry *retry = &retries[i];
        if (retry->delay == DELAY_OTHER)
            continue;
        struct diag *diag = pass_report(pass, retry->func, retry->inst);
        diag->message = message(pass, retry);
        diag->help = "wait between the tries, double the delay with each one up to a limit, and add a part by chance";
        diag->fingerprint_key = pass_callee_name(pass, retry->func, retry->inst);
    }
}

static const char what[] =
    "A call that failed is tried again at once, or always after the same time.\n";

static const char why[] =
    "A server fails because it has too much to do. All its clients then try again at once,\n"
    "and together: the load is a multiple of what was already too much. A delay that grows\n"
    "with each try, and is not the same in all clients, lets the server recover.\n";

static const char bad[] =
    "Five tries, one right after the other.\n"
    "\n"
    "```c\n"
    "int load_user(int id)\n"
    "{\n"
    "    for (int attempt = 0; attempt < 5; attempt++) {\n"
    "        int user = rpc(id, 500); // <- reported\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "```\n";

static const char good[] =
    "The delay doubles, and differs by chance.\n"
    "\n"
    "```c\n"
    "#include <stdlib.h>\n"
    "\n"
    "int load_user(int id)\n"
    "{\n"
    "    int64_t delay = 100;\n"
    "    for (int attempt = 0; attempt < 5; attempt++) {\n"
    "        int user = rpc(id, 500);\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "        pause_ms(delay + rand() % 50);\n"
    "        delay *= 2;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Wait between the tries, double the delay each time, and limit it.\n"
    "  2. Add a part by chance, so that clients do not come back together.\n"
    "  3. Below a deadline wait for no more than what is left.\n";

static const char limits[] =
    "  - A call that a signal interrupted (EINTR) is repeated at once, rightly.\n"
    "  - Loops that wait for something to become ready, and loops over many items, are no\n"
    "    retries.\n"
    "  - A delay in a function without a body in the program counts as a good one.\n";

const struct rule rule_retry_without_delay = {
    .id = "retry-without-delay",
    .title = "A retry without growing delay",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_NOTE,
    .run = run,
};
