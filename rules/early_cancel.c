// early-cancel: a context that is ended before the last one who works under it is done.
#include "check/pass.h"

static const char *message(struct pass *pass, const struct misuse *misuse) {
    uint32_t line = pass_line(pass, misuse->func, misuse->ended_inst);
    switch (misuse->kind) {
    case MISUSE_TWICE: return pass_text(pass, "the context is ended a second time: it has already ended at line %u, and this library allows it once only", line);
    case MISUSE_CUT_SHORT: return pass_text(pass, "the context is cancelled while the thread started at line %u is still running under it: its work is cut off at once", line);
    case MISUSE_AFTER_END: break;
    }
    const char *callee = pass_callee_name(pass, misuse->func, misuse->inst), *name = pass_context_arg(pass, misuse->func, misuse->inst);
    return pass_text(pass, "%s is used %sat line %u: %s fails at once, or uses what is gone", *name ? pass_text(pass, "'%s'", name) : "a context",
                     misuse->is_parent ? "after the context above it was cancelled " : "after it was cancelled ", line,
                     *callee ? pass_text(pass, "'%s'", callee) : "the call");
}

static const char *help(struct pass *pass, const struct misuse *misuse) {
    switch (misuse->kind) {
    case MISUSE_TWICE: return "end it on one way out only, or set the pointer to NULL after the first time and test it";
    case MISUSE_CUT_SHORT: return "wait for the thread before the context is cancelled, or give the context to the thread and let it cancel";
    case MISUSE_AFTER_END: break;
    }
    return pass_text(pass, "move what ends it at line %u below this last use, or derive a context of its own for this call",
                     pass_line(pass, misuse->func, misuse->ended_inst));
}

static void run(struct pass *pass) {
    size_t count;
    const struct misuse *misuses = flow_misuses(pass->flow, &count);
    for (size_t i = 0; i < count; i++) {
        const struct misuse *misuse = &misuses[i];
        struct diag *diag = pass_report(pass, misuse->func, misuse->inst);
        diag->message = message(pass, misuse);
        pass_step(pass, diag, misuse->func, misuse->ended_inst, misuse->kind == MISUSE_CUT_SHORT ? "the thread starts here" : "it ends here");
        diag->help = help(pass, misuse);
        diag->fingerprint_key = pass_callee_name(pass, misuse->func, misuse->inst);
    }
}

static const char what[] =
    "A context is cancelled, and then used on the same path: passed to a call, derived from,\n"
    "cancelled again where the library forbids that. Or it was handed to a thread or\n"
    "callback that is still running, and is cancelled (or the cleanup at the end of the scope\n"
    "does it) while nobody waits for the thread.\n";

static const char why[] =
    "The work under it fails at once with \"cancelled\", and whoever reads the log looks for a\n"
    "caller that gave up. In C the context's memory is often gone as well: then the program\n"
    "reads freed memory. With threads it depends on who is faster, so it fails rarely and\n"
    "not in tests.\n";

static const char bad[] =
    "The second fetch runs under a context that has ended.\n"
    "\n"
    "```c\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    ctx_cancel(work);\n"
    "    return first - fetch(work, b); // <- reported\n"
    "}\n"
    "```\n"
    "\n"
    "The thread has hardly begun when its context ends.\n"
    "\n"
    "```c\n"
    "#include <pthread.h>\n"
    "\n"
    "static void *notify(void *arg)\n"
    "{\n"
    "    fetch(arg, 1);\n"
    "    return NULL;\n"
    "}\n"
    "\n"
    "int handle_request(struct ctx *ctx)\n"
    "{\n"
    "    pthread_t thread;\n"
    "    struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    if (pthread_create(&thread, NULL, notify, work) == 0)\n"
    "        pthread_detach(thread);\n"
    "    ctx_cancel(work); // <- reported\n"
    "    return 0;\n"
    "}\n"
    "```\n";

static const char good[] =
    "The context ends when all work under it is done.\n"
    "\n"
    "```c\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int difference = fetch(work, a) - fetch(work, b);\n"
    "    ctx_cancel(work);\n"
    "    return difference;\n"
    "}\n"
    "```\n"
    "\n"
    "Whoever hands a context to a thread waits for the thread.\n"
    "\n"
    "```c\n"
    "#include <pthread.h>\n"
    "\n"
    "static void *notify(void *arg)\n"
    "{\n"
    "    fetch(arg, 1);\n"
    "    return NULL;\n"
    "}\n"
    "\n"
    "int handle_request(struct ctx *ctx)\n"
    "{\n"
    "    pthread_t thread;\n"
    "    struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    if (pthread_create(&thread, NULL, notify, work) == 0)\n"
    "        pthread_join(thread, NULL);\n"
    "    ctx_cancel(work);\n"
    "    return 0;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Cancel at the end, at one `out:` label or with __attribute__((cleanup)).\n"
    "  2. Set the variable to NULL after an early cancel, and check it later.\n"
    "  3. Join the thread before the end of its context, or let the thread own the context\n"
    "     and end it.\n";

static const char limits[] =
    "  - To cancel and then to join is how a thread is stopped: not reported.\n"
    "  - Asking a cancelled context whether and why it ended is not reported, asking one\n"
    "    that was released is.\n"
    "  - Cancelling twice is reported only where the model forbids it.\n";

const struct rule rule_early_cancel = {
    .id = "early-cancel",
    .title = "A context is used after its end",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
