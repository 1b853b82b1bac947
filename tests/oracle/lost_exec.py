# Checks the truth of lost_run.py against the machine: compiles a program with a context library that counts, runs every
# function over its parameters' values and over every outcome of the opaque calls, and collects the lines whose contexts
# are alive at the end. Runs are bounded, so a function with loops may show less than the truth, never more.
import os
import subprocess

from . import lost_print, lost_run

STUB = r"""
#define _GNU_SOURCE
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
struct ctx { int line, live; };
struct req { int id; struct ctx *kept[256]; };
#define child kept[stub_kept++ & 255]
enum { POOL = 256, TRACE = 40 };
static struct ctx pool[POOL];
static int pool_count, stub_kept;
static int trace[TRACE], limits[TRACE], trace_length, trace_at, depth_limit, truncated, random_runs;
static unsigned long long seed = 88172645463325252ULL;
static struct req stub_req;
static jmp_buf run_end;
static unsigned next_random(void) { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; return (unsigned)(seed >> 20); }
static int choose(int n) {
    if (random_runs) {
        if (trace_at++ > 400) longjmp(run_end, 1);
        return (int)(next_random() % (unsigned)n);
    }
    if (trace_at == depth_limit) { truncated = 1; longjmp(run_end, 1); }
    if (trace_at == trace_length) { trace[trace_length] = 0; limits[trace_length++] = n; }
    return trace[trace_at++];
}
static int next_run(void) {
    while (trace_length > 0 && trace[trace_length - 1] + 1 >= limits[trace_length - 1]) trace_length--;
    if (trace_length == 0) return 0;
    trace[trace_length - 1]++;
    return 1;
}
static struct ctx *stub_derive(int line) {
    if (choose(2) == 0) return NULL;
    if (pool_count == POOL) longjmp(run_end, 1);
    pool[pool_count] = (struct ctx){line, 1};
    return &pool[pool_count++];
}
static int stub_mark(void) { return pool_count; }
static struct ctx *stub_adopt(int line, struct ctx *c) { if (c && c->live) c->line = line; return c; }
static void stub_adopt_newer(int line, struct ctx *c, int mark) { if (c && c >= pool + mark && c < pool + pool_count) stub_adopt(line, c); }
static void ctx_cancel(struct ctx *c) { if (c) c->live = 0; }
static int coin(void) { return choose(2); }
static int query(const struct ctx *c, int n) { (void)c; (void)n; return choose(3) - 1; }
#define peek(c) query(c, 0)
#define ctx_with_timeout(p, n) ((void)(p), stub_derive(__LINE__))
#define ctx_with_deadline(p, n) ((void)(p), stub_derive(__LINE__))
#define ctx_with_cancel(p) ((void)(p), stub_derive(__LINE__))
#define exit(n) longjmp(run_end, 1)
#define abort() longjmp(run_end, 1)
"""

MAIN = r"""
#undef exit
static char lost[100000];
static int one_run(void (*f)(void)) {
    pool_count = stub_kept = trace_at = 0;
    if (setjmp(run_end)) return 0;
    f();
    struct ctx *last = stub_kept ? stub_req.kept[(stub_kept - 1) & 255] : NULL;
    if (last) last->live = 0;
    for (int i = 0; i < pool_count; i++)
        if (pool[i].live) lost[pool[i].line] = 1;
    return 1;
}
static void explore(const char *name, void (*f)(void), int depth) {
    memset(lost, 0, sizeof lost);
    trace_length = truncated = random_runs = 0;
    depth_limit = depth;
    long runs = 0;
    do {
        one_run(f);
    } while (++runs < 60000 && next_run());
    if (runs == 60000) truncated = 1;
    random_runs = 1;
    for (int i = 0; truncated && i < 20000; i++) one_run(f);
    printf("%s %d", name, truncated);
    for (int i = 0; i < (int)sizeof lost; i++)
        if (lost[i]) printf(" %d", i);
    printf("\n");
}
"""


def runner(f, domains):
    args, lines = [], []
    for kind, name in f.params:
        if kind in ("int", "mask"):
            values = domains[name]
            lines.append("static const int v_%s[] = {%s}; int %s = v_%s[choose(%d)];" % (name, ", ".join(map(str, values)), name, name, len(values)))
            args.append(name)
        else:
            args.append("&(struct ctx){0, 0}" if kind == "ctx" else "&stub_req")
    call = "%s(%s)" % (f.name, ", ".join(args))
    if f.result == "ctx":
        call = "struct ctx *result = %s; if (result) result->live = 0" % call
    return "static void run_%s(void) { %s %s; }" % (f.name, " ".join(lines), call)


def execute(common, funcs, const, folder):
    """{function: (lines lost, complete)} as the compiled program shows them."""
    text, _, _ = lost_print.print_file(common + funcs, const, harness=True)
    machine = lost_run.Machine(common + funcs)
    runs, calls = [], []
    for f in funcs:
        machine.start(f)
        domains = {f.params[i][1]: values for i, values in machine.domains.items()}
        runs.append(runner(f, domains))
        calls.append('    explore("%s", run_%s, 24);' % (f.name, f.name))
    os.makedirs(folder, exist_ok=True)
    for const in (False, True):
        open(os.path.join(folder, lost_print.header_name(const)), "w").close()
    source = os.path.join(folder, "run.c")
    with open(source, "w") as out:
        out.write(STUB + "#line 1\n" + text + MAIN + "\n".join(runs) + "\nint main(void)\n{\n" + "\n".join(calls) + "\n}\n")
    program = os.path.join(folder, "run")
    subprocess.run(["gcc", "-std=gnu17", "-O1", "-w", "-o", program, source], check=True)
    shown = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    result = {}
    for line in shown.splitlines():
        name, truncated, *lines = line.split()
        result[name] = (set(map(int, lines)), truncated == "0")
    return result


def compare(common, funcs, const, folder):
    """Sentences about every function whose truth the machine contradicts."""
    _, site_line, _ = lost_print.print_file(common + funcs, const)
    machine = lost_run.Machine(common + funcs)
    wrong, complete = [], 0
    shown = execute(common, funcs, const, folder)
    for f in funcs:
        try:
            said = {site_line[s] for s in machine.leaks(f)}
        except lost_run.Invalid:
            continue
        lines, whole = shown[f.name]
        complete += whole
        if said != lines:
            wrong.append("%s: truth says %s, the machine shows %s%s" % (f.name, sorted(said), sorted(lines), "" if whole else " (bounded)"))
    return wrong, complete
