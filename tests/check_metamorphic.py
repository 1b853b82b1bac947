# The verdict must not depend on how the same program is written: rewrites generated programs and the cases of testdata/ in
# ways that keep their meaning, and compares the findings.
#
#   check_metamorphic.py TIMEOUTLINT [--seed N] [--count N] [--keep DIR]
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from oracle import case_rewrite, cases, lost_gen, lost_print, lost_rewrite, lost_run, nested_edit, nested_gen, nested_print, rewrites_known, tool

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = ["lost-cancel", "nested-timeout", "timeout-below-root"]


class Report:
    def __init__(self):
        self.compared, self.wrong = 0, 0
        self.done, self.skipped, self.known = collections.Counter(), collections.Counter(), collections.Counter()

    def same(self, what, before, after, folder):
        self.compared += 1
        if before == after:
            return
        self.wrong += 1
        if self.wrong <= 20:
            gone = sorted(map(str, before - after))[:4]
            new = sorted(map(str, after - before))[:4]
            print("%s: %d verdicts gone: %s, %d new: %s  (%s)" % (what, len(before - after), gone, len(after - before), new, folder))


# --- functions of the lost-cancel oracle

def lost_verdict(program, folder, texts, const, site_lines):
    """Sites found; `texts` and `site_lines` by file."""
    os.makedirs(folder, exist_ok=True)
    tool.write(folder, lost_print.header_name(const), lost_print.header(const))
    for name, text in texts.items():
        tool.write(folder, name, text)
    site_at = {(name, line): site for name, lines in site_lines.items() for site, line in lines.items() if site}
    found = tool.check(program, folder, sorted(n for n in texts if n.endswith(".c")), ["lost-cancel"])
    return {site_at.get((d["file"], d["line"]), (d["file"], d["line"])) for d in found}


def one_file(common, funcs, const):
    text, site_line, _ = lost_print.print_file(common + funcs, const)
    return {"a.c": text}, {"a.c": site_line}


def macros(texts):
    """Calls through macros."""
    text = texts["a.c"].split("\n")
    body = "\n".join(text[1:]).replace("ctx_cancel(", "DROP(").replace("ctx_with_timeout(ctx, 100)", "MAKE(ctx)").replace("coin()", "COIN")
    # The second line is blank: no line moves.
    return {"a.c": "\n".join([text[0], '#include "macros.h"'] + body.split("\n")[1:]),
            "macros.h": "#define DROP(c) ctx_cancel(c)\n#define MAKE(p) ctx_with_timeout(p, 100)\n#define COIN coin()\n"}


def two_files(common, funcs, const):
    """The helpers in a file of their own, found by linking."""
    shared = [f._replace(static=False) for f in common]
    text, sites, _ = lost_print.print_file(shared, const)
    p = lost_print.Printer()
    for f in shared:
        p.function(f._replace(body=()), const)
    prototypes = "\n".join(line + ";" for line in p.lines if line.endswith(")"))
    main, main_sites, _ = lost_print.print_file(funcs, const)
    lines = main.split("\n")
    lines[1] = '#include "shared.h"'
    return ({"a.c": "\n".join(lines), "b.c": text, "shared.h": '#include "%s"\n%s\n' % (lost_print.header_name(const), prototypes)},
            {"a.c": main_sites, "b.c": sites})


def check_lost(a, report, folder):
    for index in range((a.count + 99) // 100):
        common, funcs, const = lost_gen.file_of(a.seed + 1000, index, min(100, a.count - index * 100))
        prefix = "h%d_" % index
        texts, sites = one_file(common, funcs, const)
        before = lost_verdict(a.program, os.path.join(folder, "lost%d" % index), texts, const, sites)

        def again(what, texts, sites):
            where = os.path.join(folder, "lost%d_%s" % (index, re.sub(r"\W+", "_", what)))
            report.same("lost-cancel, " + what, before, lost_verdict(a.program, where, texts, const, sites), where)

        for what, rewrite in lost_rewrite.SIMPLE.items():
            again(what, *one_file(common, [rewrite(f) for f in funcs], const))
        again("extract function", *one_file(common + lost_rewrite.extracted(prefix), [lost_rewrite.extract(f, prefix) for f in funcs], const))
        again("reverse functions", *one_file(common, funcs[::-1], const))
        again("macros", macros(texts), sites)
        again("two files", *two_files(common, funcs, const))


# --- programs of the call-path oracle

def nested_verdict(program, folder, programs, order=lambda files: files):
    os.makedirs(folder, exist_ok=True)
    tool.write(folder, "ctx.h", nested_print.header(programs[0].unit, programs[0].const))
    files, site_at = [], {}
    for number, p in enumerate(programs):
        printed = nested_print.Printer(p)
        tool.write(folder, p.prefix + "all.h", printed.header())
        files += [tool.write(folder, name, text) for name, text in printed.files]
        site_at.update({place: (number, site) for site, place in printed.place.items()})
    found = tool.check(program, folder, order(files), RULES[1:])
    return {(site_at.get((d["file"], d["line"]), (d["file"], d["line"])), d["rule"], d.get("grade"), d.get("upstreamNs")) for d in found}


def change_items(program, change):
    def items(tree):
        out = []
        for item in tree:
            parts = tuple(items(part) if part and part in nested_gen.inner(item) else part for part in item)
            out.append(change(parts))
        return tuple(out)
    return program._replace(fns={n: f._replace(items=items(f.items)) for n, f in program.fns.items()})


NESTED = {
    "in if": lambda p: p._replace(fns={n: f._replace(items=(("if", f.items, (("work",),)),)) for n, f in p.fns.items()}),
    "in loop": lambda p: p._replace(fns={n: f._replace(items=(("loop", f.items),)) for n, f in p.fns.items()}),
    "literals": lambda p: change_items(p, lambda i: i[:2] + ("literal",) + i[3:] if i[0] in ("bind", "wrap", "supply") else i),
    "macros": lambda p: change_items(p, lambda i: i[:2] + ("macro",) + i[3:] if i[0] in ("bind", "wrap", "supply") else i),
    "through wrapper": lambda p: change_items(p, lambda i: ("wrap", i[1], "literal", i[3], 1, i[4]) if i[0] == "bind" else i),
    "without wrapper": lambda p: change_items(p, lambda i: ("bind",) + i[1:4] + i[5:] if i[0] == "wrap" else i),
    "child between": lambda p: change_items(p, lambda i: i[:4] + ((("plain", i[4]),),) if i[0] == "bind" else i),
    "one file": lambda p: p._replace(files=1, fns={n: f._replace(file=0) for n, f in p.fns.items()}),
    "file per function": lambda p: p._replace(files=len(p.fns), fns={n: f._replace(file=i) for i, (n, f) in enumerate(p.fns.items())}),
    "reverse functions": lambda p: p._replace(fns=dict(reversed(p.fns.items()))),
    "rename": lambda p: nested_edit.rename(p, "z" + p.prefix),
}


def check_nested(a, report, folder):
    for index in range((a.count // 10 + 14) // 15):
        programs = nested_gen.programs(a.seed + 1000, index, 15)
        before = nested_verdict(a.program, os.path.join(folder, "nested%d" % index), programs)
        for what, rewrite in NESTED.items():
            where = os.path.join(folder, "nested%d_%s" % (index, what.replace(" ", "_")))
            report.same("budgets, " + what, before, nested_verdict(a.program, where, [rewrite(p) for p in programs]), where)
        where = os.path.join(folder, "nested%d_units" % index)
        report.same("budgets, reverse units", before, nested_verdict(a.program, where, programs, lambda files: files[::-1]), where)


# --- cases of testdata/

def headers():
    for name in sorted(os.listdir(cases.INCLUDE)):
        with open(os.path.join(cases.INCLUDE, name)) as text:
            yield text.read()


def spread(program):
    """Blank lines and comments between the lines, where no macro or comment is open."""
    out = {}
    for name, lines in program.items():
        out[name], comment = [], False
        for line, place in lines:
            out[name].append((line, place))
            comment = (comment or "/*" in line) and not line.rstrip().endswith("*/")
            if not line.endswith("\\") and not comment:
                out[name] += [("", None)] + [("    /* between */", None)] * line.endswith(";")
    return out


def reversed_units(program):
    return dict(reversed(program.items()))


def named_outside(program, model):
    """The words that a model or an annotation says."""
    texts = [case_rewrite.text_of(lines) for lines in program.values()]
    if model:
        with open(model) as text:
            texts.append(text.read())
        return re.findall(r"\w+", texts[-1])
    return re.findall(r"\w+", " ".join(re.findall(r'"timeoutlint:[^"]*"', "\n".join(texts))))


def case_rewrites(model):
    stable = case_rewrite.in_place
    return {
        "blank lines": spread,
        "unused code": stable(case_rewrite.dead_code),
        "if (1)": stable(case_rewrite.if_one),
        "endless loop with break": stable(case_rewrite.endless_loop),
        "rename": lambda p: case_rewrite.renamed(p, named_outside(p, model)),
        "macros": case_rewrite.with_macros,
        "goto for if": stable(case_rewrite.goto_for_if),
        "reverse functions": case_rewrite.reversed_functions,
        "reverse units": reversed_units,
        "two files": case_rewrite.two_files,
        "extract bodies": stable(case_rewrite.forwarded),
        "extract calls": lambda p: case_rewrite.through_helpers(p, headers(), False),
        "extract constructors": lambda p: case_rewrite.through_helpers(p, headers(), True),
    }


# What is done in one run, one after the other; where the verdict changes, each is tried alone.
TOGETHER = (("unused code", "if (1)", "endless loop with break", "blank lines"), ("rename", "macros"), ("goto for if", "reverse functions"),
            ("reverse units",), ("two files",), ("extract bodies",), ("extract calls",), ("extract constructors",))


def case_verdict(a, folder, program, model):
    texts = {name: case_rewrite.text_of(lines) for name, lines in program.items()}
    place = {(name, number): line[1] for name, lines in program.items() for number, line in enumerate(lines, 1)}
    found = cases.analyse(a.program, folder, texts, model)
    return {(d["rule"], place.get((d["file"], d["line"]), (d["file"], d["line"])), d.get("grade"), d.get("upstreamNs"), d.get("boundNs")) for d in found}


def compiles(folder):
    files = [f for f in os.listdir(folder) if f.endswith(".c")]
    return subprocess.run(["cc", "-fsyntax-only", "-w", "-std=gnu17", "-I."] + cases.FLAGS + files, cwd=folder, capture_output=True).returncode == 0


def try_case(a, report, folder, name, program, model, before, whats):
    """False where the verdict changed."""
    rewrites, after, done = case_rewrites(model), program, []
    for what in whats:
        try:
            new = rewrites[what](after)
        except case_rewrite.Cannot:
            report.skipped[what] += 1
            continue
        if new != after or list(new) != list(after):
            after, done = new, done + [what]
    if not done:
        return
    into = os.path.join(folder, re.sub(r"\W+", "_", name + "_" + "_".join(done)))
    try:
        verdict = case_verdict(a, into, after, model)
    except tool.Failure:
        if compiles(into):
            raise
        # The text was not understood well enough: it is the rewrite that is wrong.
        report.skipped.update(done)
        return
    if verdict != before and len(whats) > 1:
        for what in whats:
            try_case(a, report, folder, name, program, model, before, (what,))
    known = {what: rewrites_known.reason(name, what) for what in done if rewrites_known.reason(name, what)}
    if known and verdict != before:
        report.known[next(iter(known.values()))] += 1
        report.compared += 1
        return
    for what in known:
        report.wrong += 1
        print("STALE: %s, %s: is the same now; take it out of rewrites_known.py" % (name, what))
    report.done.update(done)
    report.same("%s, %s" % (name, ", ".join(done)), before, verdict, into)


def check_case(a, report, folder, index, case):
    """With few to do not every case in every way: they take turns."""
    name, files, model = case
    turns = 1 if a.count >= 200 else 1200 // a.count
    chosen = [whats for number, whats in enumerate(TOGETHER) if (index + number) % turns == 0]
    if chosen:
        program = {f: case_rewrite.read(f, text) for f, text in files.items()}
        before = case_verdict(a, os.path.join(folder, re.sub(r"\W+", "_", name)), program, model)
        for whats in chosen:
            try_case(a, report, folder, name, program, model, before, whats)


def check_cases(a, report, folder):
    names = {case[0] for case in cases.all_cases()}
    for name in sorted(rewrites_known.names() - names):
        report.wrong += 1
        print("STALE: there is no %s; take it out of rewrites_known.py" % name)
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda one: check_case(a, report, folder, *one), enumerate(cases.all_cases())):
            pass
    for reason, count in sorted(report.known.items()):
        print("known: %d differ: %s" % (count, reason))
    for what, count in sorted(report.done.items()):
        print("cases, %s: %d the same, %d times it does not fit" % (what, count, report.skipped[what]))
    if sum(report.skipped.values()) * 8 > sum(report.done.values()):
        report.wrong += 1
        print("too many rewrites do not fit")


def check_rewrites(a):
    """The rewrites themselves keep the truth."""
    common, funcs, _ = lost_gen.file_of(a.seed, 0, 60)
    before = lost_run.truth(common + funcs)
    for what, rewrite in lost_rewrite.SIMPLE.items():
        assert lost_run.truth(common + [rewrite(f) for f in funcs]) == before, what
    helpers = common + lost_rewrite.extracted("h0_")
    assert lost_run.truth(helpers + [lost_rewrite.extract(f, "h0_") for f in funcs]) == before, "extract"
    for p in nested_gen.programs(a.seed, 0, 15):
        for what, rewrite in NESTED.items():
            assert nested_gen.truth(rewrite(p)) == nested_gen.truth(p), what


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--keep", metavar="DIR")
    a = p.parse_args()
    report = Report()
    check_rewrites(a)
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.path.abspath(a.keep or temporary)
        os.makedirs(folder, exist_ok=True)
        check_lost(a, report, folder)
        check_nested(a, report, folder)
        check_cases(a, report, folder)
    print("%d rewrites compared, %d changed the verdict" % (report.compared, report.wrong))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
