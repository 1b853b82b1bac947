// lost-cancel: a derived context that some path leaves without its cancel.
#include "check/rule.h"

static void run(struct pass *pass) {
    (void)pass;
}

static const char what[] =
    "A context was derived from another one, and on at least one path through the\n"
    "program nothing cancels it: it is not cancelled, not returned, not stored where\n"
    "something cancels it later, and not handed to a function or thread that does.\n"
    "\n"
    "Forms of it: an early return between derive and cancel; break, continue or goto\n"
    "past the cancel; a handle that is overwritten or dropped; one context for each\n"
    "turn of a loop, but only one cancel; a callee that cancels only sometimes; a\n"
    "returned context that the caller drops; a field or global that nothing in the\n"
    "program ever cancels; a thread that never does.\n"
    "\n"
    "The finding stands at the derive, and its path names the branches taken and the\n"
    "return at which the context is lost.\n";

static const char why[] =
    "A derived context is registered with its parent, holds memory and often a timer,\n"
    "until it is cancelled. Lost on an error path, one is left behind with every\n"
    "failed request: a server that is already in trouble also runs out of memory and\n"
    "timers. Work that was started under the context goes on as well: nobody tells it\n"
    "that its result is not wanted any more.\n";

static const char bad[] =
    "When the first fetch fails, `work` is lost.\n"
    "\n"
    "```c\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    struct ctx *work = ctx_with_cancel(ctx); // <- reported\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    if (first < 0)\n"
    "        return -1; // no ctx_cancel(work)\n"
    "    int second = fetch(work, b);\n"
    "    ctx_cancel(work);\n"
    "    return first - second;\n"
    "}\n"
    "```\n";

static const char good[] =
    "One way out, which every path takes.\n"
    "\n"
    "```c\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    int result = -1;\n"
    "    struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    if (first < 0)\n"
    "        goto out;\n"
    "    result = first - fetch(work, b);\n"
    "out:\n"
    "    ctx_cancel(work);\n"
    "    return result;\n"
    "}\n"
    "```\n"
    "\n"
    "Or let the compiler do it, with gcc and clang.\n"
    "\n"
    "```c\n"
    "static void cancel_at_end(struct ctx **ctx)\n"
    "{\n"
    "    if (*ctx)\n"
    "        ctx_cancel(*ctx);\n"
    "}\n"
    "\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    __attribute__((cleanup(cancel_at_end))) struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    if (first < 0)\n"
    "        return -1;\n"
    "    return first - fetch(work, b);\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Cancel the context on the path that the finding shows. A single way out\n"
    "     (`goto out`) or __attribute__((cleanup)) covers all paths, also future ones.\n"
    "  2. Cancel in the function that derives, where possible. Where a function hands\n"
    "     the context to its caller, say in its comment who cancels it.\n"
    "  3. A context made in a loop is cancelled in the same turn of the loop.\n"
    "  4. Cancelling early is safe in most libraries, and so is cancelling after the\n"
    "     deadline has passed: the timer has fired, but the memory is still held.\n";

static const char limits[] =
    "  - Only libraries whose contexts must be cancelled are looked at: see `must_cancel`\n"
    "    in the models.\n"
    "  - A function without a body borrows its context arguments, unless a model says\n"
    "    otherwise or its name means the end of life (cancel, free, unref, destroy, ...).\n"
    "  - A context stored in a field or global counts as cancelled if anything in the\n"
    "    program cancels what is stored in that field, of any object.\n"
    "  - Contexts alive at the end of main or at a call that ends the process are not\n"
    "    reported.\n";

const struct rule rule_lost_cancel = {
    .id = "lost-cancel",
    .title = "A derived context is not cancelled on every path",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .cwe = "CWE-772",
    .run = run,
};
