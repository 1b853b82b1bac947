# The policy cascade: fixed bounds are accepted where the deadline above covers the sum of all that is asked for below it.
#
#   check_cascade.py TIMEOUTLINT
import pathlib
import sys
import tempfile

from oracle import tool

INCLUDE = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "include"

CODE = """#include "waits.h"
#include "work.h"
static int covered(struct ctx *ctx)
{
    for (int i = 0; i < 2; i++) {
        if (i > 0)
            pause_ms(400);
        if (spend(ctx_with_timeout(ctx, 800)) >= 0)
            return 0;
    }
    return -1;
}
static int uncovered(struct ctx *ctx)
{
    for (int i = 0; i < 2; i++) {
        if (i > 0)
            pause_ms(500);
        if (spend(ctx_with_timeout(ctx, 1000)) >= 0)
            return 0;
    }
    return -1;
}
static int bounded(struct ctx *ctx, int64_t ms)
{
    return spend(ctx_with_timeout(ctx, ms));
}
static int uncovered_in_wrapper(struct ctx *ctx)
{
    return bounded(ctx, 1200) + bounded(ctx, 900);
}
static int dead(struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 3000));
}
int handle(struct ctx *request, int id)
{
    int (*const steps[])(struct ctx *) = {covered, uncovered, uncovered_in_wrapper, dead};
    (void)steps;
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = id == 0 ? covered(ctx) : id == 1 ? uncovered(ctx) : id == 2 ? uncovered_in_wrapper(ctx) : dead(ctx);
    ctx_cancel(ctx);
    return result;
}
"""


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        tool.write(folder, "steps.c", CODE)
        flags = ["-I%s" % INCLUDE]
        single = tool.check(program, folder, ["steps.c"], ["nested-timeout"], flags)
        cascade = tool.check(program, folder, ["--policy", "cascade", "steps.c"], ["nested-timeout"], flags)
    wanted = {
        "uncovered": "not covered: with what else is asked for the sum is up to 2500 ms (2 attempts x 1000 ms + 1 delay x 500 ms) but 'handle' allows 2000 ms",
        "uncovered_in_wrapper": "the sum is up to 2100 ms (1200 ms + 900 ms) but 'handle' allows 2000 ms",
        "dead": "is dead",
    }
    problems = []
    if not {"covered", *wanted} <= {d["function"] for d in single}:
        problems.append("single-deadline: %s" % sorted(d["function"] for d in single))
    if {d["function"] for d in cascade} != set(wanted):
        problems.append("cascade: %s" % sorted(d["function"] for d in cascade))
    problems += ["%s: %s" % (d["function"], d["message"]) for d in cascade if wanted.get(d["function"], "") not in d["message"]]
    print("\n".join(problems) or "the policy cascade accepts what is covered, and only that")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except tool.Failure as failure:
        sys.exit(str(failure))
