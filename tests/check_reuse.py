# What a run takes over from the one before it must never change an answer: programs of several units are edited at random, again and
# again with one cache, and after every edit the findings are compared with those of a run that knows nothing. Then the counts:
# an edit solves again what it can reach, and nothing else.
#
#   check_reuse.py TIMEOUTLINT [--seed N] [--count N]     N edits of each program
import argparse
import os
import random
import re
import sys
import tempfile

from oracle import cases, csource, mutants, overrun_gen, overrun_print, tool

PROGRAMS = ["lost-cancel", "early-cancel", "nested-timeout", "budget-overrun", "unchecked-retry", "retry-without-delay", "breaker-on-context-error",
            "abandoned-wait", "unbounded-wait", "rearmed-timeout"]
BUDGET_PROGRAMS = 8
EXTRA = "\nint tl_extra_%d(int x);\nint tl_extra_%d(int x) { return x + %d; }\n"


def programs():
    """All files of one rule as one program, and every program of several units."""
    for rule in PROGRAMS:
        alone = [(name, files) for name, files, model in cases.all_cases() if name.startswith(rule + "/") and name.endswith(".c") and not model]
        yield rule, {os.path.basename(name): text for name, files in alone for text in files.values()}, None
    for name, files, model in list(cases.all_cases()) + list(cases.projects()):
        if sum(f.endswith(".c") for f in files) > 1:
            yield name, files, model
    for number in range(BUDGET_PROGRAMS):
        yield "budgets/%d" % number, budgets(number), None


def budgets(number):
    """Deadlines, and waits, sleeps and retries below them, in several files."""
    printers = [overrun_print.Printer(p, random.Random(p.prefix)) for p in overrun_gen.programs(number, 0, 3)]
    return dict([("all.h", overrun_print.header(printers))] + [file for printer in printers for file in printer.files])


def other_number(rng, text):
    """One length, count or deadline is another."""
    found = [t for t in csource.tokens(text) if t.kind == "number" and re.fullmatch(r"[1-9]\d*", t.text)]
    if not found:
        return text
    token = rng.choice(found)
    number = rng.choice([int(token.text) * 2, int(token.text) // 2 + 1, int(token.text) + 1])
    return text[:token.start] + str(number) + text[token.end:]


def move_function(rng, files, name):
    """A function that others may know goes to the end of another file."""
    found = [f for f in csource.functions(files[name]) if not f.signature.startswith("static")]
    others = sorted(f for f in files if f.endswith(".c") and f != name)
    if not found or not others:
        return
    function, to = rng.choice(found), rng.choice(others)
    files[to] += "\n" + files[name][function.start:function.end] + "\n"
    files[name] = files[name][:function.start] + files[name][function.end:]


def edits_of(rng, files):
    """One changed version after the other; each is an edit of the one before, or takes all edits back."""
    now, number = dict(files), 0
    while True:
        name = rng.choice(sorted(f for f in now if f.endswith(".c")))
        kind = rng.choice(["append", "prepend", "mutate", "mutate", "number", "number", "move", "comment", "restore", "remove"])
        number += 1
        if kind == "append":
            now[name] += EXTRA % (number, number, number)
        elif kind == "prepend":
            now[name] = EXTRA % (number, number, number) + now[name]
        elif kind == "comment":
            now[name] = "// a line more\n" + now[name]
        elif kind == "mutate":
            found = [m for f in csource.functions(now[name]) for m in mutants.of_function(now[name], f, True)]
            if not found:
                continue
            now[name] = mutants.apply(now[name], [rng.choice(found)])
        elif kind == "number":
            now[name] = other_number(rng, now[name])
        elif kind == "move":
            move_function(rng, now, name)
        elif kind == "remove" and sum(f.endswith(".c") for f in now) > 2:
            del now[name]
        else:
            now = dict(files)
        yield kind, name, dict(now)


class Program:
    def __init__(self, path, folder, files, model):
        self.path, self.folder, self.model = path, folder, model
        self.cache = os.path.join(folder, "cache")
        os.makedirs(os.path.join(folder, "src"))

    def run(self, files, cache):
        src = os.path.join(self.folder, "src")
        for name, text in files.items():
            tool.write(src, name, text)
        options = ["--model", self.model] if self.model else []
        return tool.check_with_stats(self.path, src, [f for f in files if f.endswith(".c")], cases.FLAGS, options, cache, (0, 3)) # what was edited need not be C


def check_answers(path, folder, name, files, model, rng, count):
    """The first edit after which the findings differ, and how many functions were taken over, and were walked before."""
    program = Program(path, folder, files, model)
    program.run(files, program.cache)
    reused = walked = 0
    for _, (kind, file, now) in zip(range(count), edits_of(rng, files)):
        known, stats = program.run(now, program.cache)
        fresh, _ = program.run(now, None)
        reused += stats["functions"]["reused"] if stats["result"] == "made" else 0
        walked += stats["functions"]["walkedBefore"] if stats["result"] == "made" else 0
        if known != fresh:
            return "%s: %s in %s changes the findings: %d, but %d when solved anew" % (name, kind, file, len(known), len(fresh)), reused, walked
    return None, reused, walked


UNITS = {
    "api.h": "struct ctx; struct ctx *ctx_background(void); struct ctx *ctx_with_timeout(struct ctx *parent, int timeout_ms);\n"
             "void ctx_cancel(struct ctx *); int ctx_done(struct ctx *);\n"
             "int top(struct ctx *); int middle(struct ctx *); int leaf(struct ctx *); int other(struct ctx *);\n",
    "top.c": '#include "api.h"\nint top(struct ctx *ctx) { return middle(ctx) + other(ctx); }\n',
    "middle.c": '#include "api.h"\nint middle(struct ctx *ctx) { struct ctx *own = ctx_with_timeout(ctx, 100); int r = leaf(own); ctx_cancel(own); return r; }\n',
    "leaf.c": '#include "api.h"\nint leaf(struct ctx *ctx) { return ctx_done(ctx); }\n',
    "other.c": '#include "api.h"\nint other(struct ctx *ctx) { (void)ctx; return 1; }\n',
}
# file, what is replaced, by what, and how many of the four functions are solved again
STEPS = [
    ("top.c", "int top(", "int more(int x) { return x + 1; }\nint top(", 0),  # moves, but says the same
    ("top.c", "middle(ctx) + other(ctx)", "other(ctx) + middle(ctx)", 1),
    ("other.c", "return 1;", "int one = 1; return one;", 1),                  # to its caller it is the same
    ("other.c", "int one = 1;", "int one = 2;", 2),
    ("middle.c", "100", "200", 2),
    ("leaf.c", "return ctx_done(ctx)", "return ctx_done(ctx) ? 0 : 7", 3),
    ("api.h", "int other", "int another(int); int other", 0),
]


def check_counts(path, folder):
    """Of top -> middle -> leaf and top -> other, an edit solves again what it changes, and who sees a difference."""
    program, now, wrong = Program(path, folder, UNITS, None), dict(UNITS), []
    program.run(now, program.cache)
    for file, old, new, again in STEPS:
        assert old in now[file], (file, old)
        now[file] = now[file].replace(old, new)
        stats = program.run(now, program.cache)[1]["functions"]
        if stats["solved"] - stats["reused"] != again or stats["solved"] != 4:
            wrong.append("counts: after '%s' in %s %d of %d functions were solved again, not %d of 4"
                         % (new, file, stats["solved"] - stats["reused"], stats["solved"], again))
    return wrong


BUDGET_UNITS = {
    "api.h": UNITS["api.h"] + "int far(int x);\nint handle(struct ctx *); int step(int x);\n",
    "handle.c": '#include "api.h"\nint handle(struct ctx *parent) { struct ctx *own = ctx_with_timeout(parent, 500); int r = step(1) + step(2);'
                " if (ctx_done(own)) r++; ctx_cancel(own); return r; }\n",
    "step.c": '#include "api.h"\n#include <unistd.h>\nint step(int x) { usleep(200000); return x; }\n',
    "far.c": '#include "api.h"\nint far(int x) { return x + 1; }\n',
}
# file, what is replaced, by what, how many functions are walked anew, and how many there are to be walked
BUDGET_STEPS = [
    ("far.c", "return x + 1;", "return x + 2;", 0, 2),               # nothing that a deadline asks for
    ("far.c", "int far(", "int more(int x) { return far(x); }\nint far(", 0, 2),
    ("step.c", "int step(", "// a line more\nint step(", 0, 2),
    ("handle.c", "int handle(", "int before(int x) { return x; }\nint handle(", 0, 2),  # moves, but says the same
    ("step.c", "200000", "300000", 2, 2),
    ("handle.c", "500", "900", 2, 2),
    ("step.c", "return x;", "return far(x);", 3, 3),
    ("far.c", "return x + 2;", "return x + 3;", 3, 3),
    ("api.h", "int far", "int another(int); int far", 0, 3),
]


def check_walks(path, folder):
    """What is asked for below a deadline is walked again where a function that is walked for it is another one, and only there."""
    program, now, wrong = Program(path, folder, BUDGET_UNITS, None), dict(BUDGET_UNITS), []
    program.run(now, program.cache)
    for file, old, new, again, all_of_them in BUDGET_STEPS:
        assert old in now[file], (file, old)
        now[file] = now[file].replace(old, new)
        stats = program.run(now, program.cache)[1]["functions"]
        if (stats["walked"] - stats["walkedBefore"], stats["walked"]) != (again, all_of_them):
            wrong.append("walks: after '%s' in %s %d of %d functions were walked, not %d of %d"
                         % (new, file, stats["walked"] - stats["walkedBefore"], stats["walked"], again, all_of_them))
    return wrong


WAIT_UNITS = {
    "api.h": "int get(int fd); int drain(int fd); int both(int fd); int far(int x);\n",
    "get.c": '#include "api.h"\n#include <unistd.h>\nint get(int fd) { char c; return read(fd, &c, 1) < 0 ? -1 : 0; }\n',
    "drain.c": '#include "api.h"\nint drain(int fd) { int n = 0; while (get(fd) == 0) n++; return n; }\n',
    "both.c": '#include "api.h"\nint both(int fd) { int n = 0; for (int i = 0; i < 2; i++) n += drain(fd); return far(n); }\n',
    "far.c": '#include "api.h"\nint far(int x) { return x + 1; }\n',
}
# file, what is replaced, by what, and how many of the three functions that wait are followed again
WAIT_STEPS = [
    ("far.c", "int far(", "int more(int x) { return far(x); }\nint far(", 0),
    ("far.c", "return x + 1;", "return x + 2;", 0),
    ("get.c", "int get(", "int before(int x) { return x; }\nint get(", 0),  # moves, but says the same
    ("both.c", "i < 2", "i < 3", 1),
    ("drain.c", "n++", "n += 2", 2),                                          # both looks at what it returns
    ("get.c", "? -1 : 0", "? -2 : 0", 3),
    ("api.h", "int far", "int another(int); int far", 0),
]


def check_quiet(path, folder):
    """What happens after waits that failed is followed again in functions that say something else, or look into one that does."""
    program, now, wrong = Program(path, folder, WAIT_UNITS, None), dict(WAIT_UNITS), []
    program.run(now, program.cache)
    for file, old, new, again in WAIT_STEPS:
        assert old in now[file], (file, old)
        now[file] = now[file].replace(old, new)
        stats = program.run(now, program.cache)[1]["functions"]
        if (stats["followed"] - stats["quiet"], stats["followed"]) != (again, 3):
            wrong.append("quiet: after '%s' in %s %d of %d functions were followed again, not %d of 3"
                         % (new, file, stats["followed"] - stats["quiet"], stats["followed"], again))
    return wrong


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=6)
    a = p.parse_args()
    total = total_walked = 0
    with tempfile.TemporaryDirectory(prefix="timeoutlint-reuse-") as folder:
        wrong = check_counts(a.program, os.path.join(folder, "counts")) + check_walks(a.program, os.path.join(folder, "walks"))
        wrong += check_quiet(a.program, os.path.join(folder, "quiet"))
        for number, (name, files, model) in enumerate(programs()):
            rng = random.Random("%d/%s" % (a.seed, name))
            problem, reused, walked = check_answers(a.program, os.path.join(folder, str(number)), name, files, model, rng, a.count)
            total += reused
            total_walked += walked
            wrong += [problem] if problem else []
    print("\n".join(wrong + ["%d summaries and %d walks were taken over in %d programs" % (total, total_walked, number + 1)]))
    return 1 if wrong or not total or not total_walked else 0


if __name__ == "__main__":
    sys.exit(main())
