# Checks printer and truth of the call-path oracle against the machine: compiles each program with a context library that
# remembers, for every bound set, the earliest deadline above it, runs it from every root many times with random outcomes,
# and compares. Bounds are told apart by their value: every site gets one of its own.
import os
import subprocess

from . import nested_gen, nested_print

STUB = r"""
#include "all.h"
#include <stdio.h>
#include <stdlib.h>
struct ctx { int64_t limit; };
static struct ctx pool[100000];
static int used, depth;
static struct { int64_t own, above; } seen[100000];
static int seen_count;
static unsigned long long seed = 88172645463325252ULL;
static unsigned next(void) { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; return (unsigned)(seed >> 20); }
int chance(void) { return depth++ < 300 && next() % 2; }
int work(PARENT ctx, int n) { (void)n; return (int)(next() % 1000) + (ctx == NULL); }
static struct ctx *make(int64_t limit) { pool[used % 100000].limit = limit; return &pool[used++ % 100000]; }
struct ctx *ctx_background(void) { return make(INT64_MAX); }
struct ctx *ctx_with_cancel(PARENT parent) { return make(parent->limit); }
void ctx_cancel(struct ctx *ctx) { (void)ctx; }
int64_t ctx_remaining_ns(const struct ctx *ctx) { return ctx->limit - 500000; }
struct ctx *ctx_with_timeout(PARENT parent, int64_t timeout_ns) {
    int known = 0;
    for (int i = 0; i < seen_count; i++) known |= seen[i].own == timeout_ns && seen[i].above == parent->limit;
    if (!known && seen_count < 100000) { seen[seen_count].own = timeout_ns; seen[seen_count++].above = parent->limit; }
    return make(timeout_ns < parent->limit ? timeout_ns : parent->limit);
}
int64_t ctx_now_ms(void) { return 0; }
struct ctx *ctx_with_deadline(PARENT parent, int64_t deadline_ms) { return ctx_with_timeout(parent, deadline_ms); }
"""


def unique(tree):
    """The same items with amounts that name their site."""
    if not isinstance(tree, tuple):
        return tree
    if tree and tree[0] in ("bind", "wrap", "supply"):
        tree = tree[:3] + (tree[3] // 10**6 * 10**6 + tree[1],) + tree[4:]
    return tuple(unique(t) for t in tree)


def compare(program, folder):
    """A sentence about every site that the machine contradicts."""
    fns = {n: f._replace(items=unique(f.items), source="background" if f.source == "main" else f.source) for n, f in program.fns.items()}
    program = program._replace(fns=fns, unit="ns")
    printed = nested_print.Printer(program)
    parent = "const struct ctx *" if program.const else "struct ctx *"
    calls = {"background": "%s(1)", "incoming": "%s(&(struct incoming){1, ctx_background()})", "param": "%s(ctx_background(), 1)"}
    roots = ["        depth = 0; rc += %s;" % (calls[f.source] % f.name) for f in fns.values() if f.source in nested_gen.ROOTS]
    main = ["int main(void) {", "    int rc = 0;", "    for (int i = 0; i < 4000; i++) {"] + roots + ["    }", "    for (int i = 0; i < seen_count; i++)",
            '        printf("%lld %lld\\n", (long long)seen[i].own, (long long)seen[i].above);', "    return rc == 77;", "}"]
    texts = dict(printed.files)
    texts.update({"ctx.h": nested_print.header("ns", program.const, True), program.prefix + "all.h": printed.header(),
                  "stub.c": STUB.replace("all.h", program.prefix + "all.h").replace("PARENT", parent) + "\n".join(main) + "\n"})
    os.makedirs(folder, exist_ok=True)
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)
    subprocess.run(["gcc", "-std=gnu17", "-w", "-O0", "-I.", "-o", "run", "stub.c"] + [n for n, _ in printed.files], cwd=folder, check=True)
    shown = {}
    for line in subprocess.run(["./run"], cwd=folder, capture_output=True, text=True, check=True).stdout.splitlines():
        own, above = map(int, line.split())
        shown.setdefault(own, set()).add(None if above == 2**63 - 1 else above)
    wrong = []
    for site, (ns, ways) in nested_gen.paths(program).items():
        said = {above for above, _ in ways}
        if said != shown.get(ns, set()):
            wrong.append("%s site %d (%d ns): truth says %s, the machine shows %s" % (program.prefix, site, ns, said, shown.get(ns)))
    return wrong
