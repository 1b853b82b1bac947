// unbounded-wait: a wait without end under a budget that it does not get.
#include "check/pass.h"
#include "rules/left.h"
#include "rules/waiting.h"

#include <string.h>

// What to use where the call takes no bound at all.
static const char *other_form(struct pass *pass, const struct wait *wait) {
    const char *suggested = wait->role->suggest, *callee = pass_callee_name(pass, wait->func, wait->inst);
    int len = suggested ? (int)strcspn(suggested, "(") : 0;
    if (len)
        return pass_text(pass, "use '%.*s' with what remains of it", len, suggested);
    return *callee ? pass_text(pass, "before '%s', wait with something that takes a time or a context, or use a form of it that does",
                               callee) : "call something that takes a context or a time";
}

static void suggest(struct pass *pass, const struct wait *wait, struct diag *diag) {
    const char *why = "wait only as long as the budget allows", *time = waiting_time(pass, wait);
    if (wait->is_endless)
        diag->help = "set a deadline where the context is made, at the root of this call tree";
    else if (!left_bound(pass, wait, diag, why) && !left_instead(pass, wait, diag, why))
        diag->help = *time ? pass_text(pass, "%s: pass what remains of it instead of '%s'", why, time)
            : pass_text(pass, "%s: %s", why, other_form(pass, wait));
}

static void run(struct pass *pass) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct wait *wait = &waits[i];
        bool is_ignored = wait->bound == WAIT_FOREVER && wait->above != IR_NONE && !wait->is_delegated && !wait->is_denied && !wait->is_sleep;
        if (!is_ignored && !wait->is_endless)
            continue;
        struct diag *diag = pass_report(pass, wait->func, wait->inst);
        if (wait->is_endless)
            diag->message = pass_text(pass, "%s waits under a context that nothing ever ends: without an answer it waits for ever, as no deadline is set between the root of the calls and here", waiting_callee(pass, wait));
        else
            diag->message = pass_text(pass, "%s waits without end, and does not get %s: if nothing comes, it still waits when that time is over%s", waiting_callee(pass, wait), waiting_budget(pass, wait), waiting_assumption(pass, wait));
        waiting_path(pass, wait, diag);
        suggest(pass, wait, diag);
        diag->fingerprint_key = pass_callee_name(pass, wait->func, wait->inst);
    }
}

static const char what[] =
    "A call waits without any bound (no timeout at all, -1, a NULL time, an option that is 0\n"
    "and means \"for ever\") although a budget is there: a context, deadline or timeout that\n"
    "the function has, or a deadline that a caller set. The call does not receive it.\n"
    "\n"
    "Also reported: a call that takes a context and gets one that nothing ever ends, a\n"
    "background context without deadline and without cancel.\n";

static const char why[] =
    "The deadline ends everything but this. If the answer never comes, the thread stays here\n"
    "for good: the caller's deadline passes, nobody returns, and with each such request one\n"
    "thread, connection and buffer is gone. It is the usual end of \"the service hung, a\n"
    "restart helped\".\n";

static const char bad[] =
    "The request has 2 s, but the wait for the reply has no end.\n"
    "\n"
    "```c\n"
    "#include <poll.h>\n"
    "\n"
    "static int wait_for_reply(struct ctx *ctx, int fd)\n"
    "{\n"
    "    struct pollfd entry = { .fd = fd, .events = POLLIN };\n"
    "    if (ctx_done(ctx))\n"
    "        return -1;\n"
    "    return poll(&entry, 1, -1); // <- reported\n"
    "}\n"
    "\n"
    "int handle_request(int fd)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int result = wait_for_reply(request, fd);\n"
    "    ctx_cancel(request);\n"
    "    return result;\n"
    "}\n"
    "```\n";

static const char good[] =
    "It waits as long as the request may.\n"
    "\n"
    "```c\n"
    "#include <poll.h>\n"
    "\n"
    "static int wait_for_reply(struct ctx *ctx, int fd)\n"
    "{\n"
    "    struct pollfd entry = { .fd = fd, .events = POLLIN };\n"
    "    int64_t left = ctx_remaining(ctx);\n"
    "    if (left <= 0)\n"
    "        return -1;\n"
    "    return poll(&entry, 1, (int)left);\n"
    "}\n"
    "\n"
    "int handle_request(int fd)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int result = wait_for_reply(request, fd);\n"
    "    ctx_cancel(request);\n"
    "    return result;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Use the form of the call that takes a time (pthread_cond_timedwait,\n"
    "     sem_timedwait, poll before waitpid or recv) and give it what is left.\n"
    "  2. For sockets set SO_RCVTIMEO and SO_SNDTIMEO from the remaining time, or make them\n"
    "     non-blocking and wait with poll.\n"
    "  3. If the wait may be endless on purpose (the thread is ended by its owner), do it\n"
    "     where no budget is passed in.\n";

static const char limits[] =
    "  - recv, read and the like wait only on some descriptors. They are reported for\n"
    "    sockets that the program has just made blocking, not for any descriptor.\n"
    "  - Locks are not reported: they are held for a short time.\n"
    "  - Where the deadline travels inside the request that is waited for, or the waiting\n"
    "    thread is closed by its handle, nothing is reported.\n"
    "  - Programs that use no budget at all are left alone.\n";

const struct rule rule_unbounded_wait = {
    .id = "unbounded-wait",
    .title = "A wait without end",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
