# Recall and precision of lost-cancel on random functions whose leaks are known from enumerating all their runs.
#
#   check_oracle_lost_cancel.py TIMEOUTLINT [--seed N] [--count N] [--keep DIR] [--show N] [--no-shrink] [--all]
#   check_oracle_lost_cancel.py --self-check [--seed N] [--count N]    proves the truth by compiling and running the functions
import argparse
import os
import random
import sys
import tempfile

from oracle import lost_edit, lost_exec, lost_gen, lost_print, lost_run, tool

PER_FILE = 100


class File:
    """One generated file with its truth: (function, line) of every leak."""

    def __init__(self, common, funcs, const):
        leaks = lost_run.leaks_of(common + funcs)
        funcs = [f for f in funcs if f.name in leaks]
        self.common, self.funcs, self.const = common, funcs, const
        self.text, site_line, self.func_of_line = lost_print.print_file(common + funcs, const)
        self.truth = {(self.func_of_line[site_line[s]], site_line[s]) for sites in leaks.values() for s in sites}
        self.sites = sum(len([e for e in lost_print.sites_of(f.body, []) if e in site_line]) for f in funcs)

    def found(self, program, folder, name):
        tool.write(folder, lost_print.header_name(self.const), lost_print.header(self.const))
        tool.write(folder, name, self.text)
        diagnostics = tool.check(program, folder, [name], ["lost-cancel"])
        return {(self.func_of_line.get(d["line"], d["function"]), d["line"]) for d in diagnostics if d["rule"] == "lost-cancel"}


def mutants(common, funcs, rng, counter):
    """Of every function without a leak, one version in which one cancel is missing."""
    leaks = lost_run.leaks_of(common + funcs)
    out = []
    for f in funcs:
        choices = list(lost_edit.without_one_cancel(f))
        if choices and leaks.get(f.name) == set():
            out.append(lost_edit.copy(rng.choice(choices), f.name + "_m", counter))
    return out


def files(seed, count, features):
    for index in range((count + PER_FILE - 1) // PER_FILE):
        common, funcs, const = lost_gen.file_of(seed, index, min(PER_FILE, count - index * PER_FILE), features)
        yield "l%d.c" % index, File(common, funcs, const)
        counter = [10000000]
        yield "m%d.c" % index, File(common, mutants(common, funcs, random.Random("%s/%d" % (seed, index)), counter), const)


def failing(program, folder, common, const, funcs):
    """Those of `funcs` on which the program and the truth differ."""
    if not funcs:
        return []
    file = File(lost_edit.needed(common, funcs), funcs, const)
    wrong = {f for f, _ in file.found(program, folder, "shrink.c") ^ file.truth}
    return [f for f in funcs if f.name in wrong]


def show(program, folder, file, name, do_shrink):
    func = next(f for f in file.common + file.funcs if f.name == name)
    if do_shrink and func in file.funcs:
        func = lost_edit.shrink(file.common, func, lambda candidates: failing(program, folder, file.common, file.const, candidates))
    small = File(lost_edit.needed(file.common, [func]), [func], file.const)
    found = small.found(program, folder, "small_%s.c" % name)
    print("\n--- %s (small_%s.c)" % (name, name))
    for n, line in enumerate(small.text.splitlines(), 1):
        mark = "MISSED" if n in {l for _, l in small.truth - found} else "FALSE" if n in {l for _, l in found - small.truth} else ""
        print("%-7s%4d  %s" % (mark, n, line))


def self_check(seed, count, folder):
    wrong = []
    for index in range((count + PER_FILE - 1) // PER_FILE):
        common, funcs, const = lost_gen.file_of(seed, index, min(PER_FILE, count - index * PER_FILE))
        sentences, complete = lost_exec.compare(common, funcs, const, folder)
        print("file %d: %d functions, %d run exhaustively, %d wrong" % (index, len(funcs), complete, len(sentences)))
        wrong += sentences
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


def compare(a, folder):
    sites = functions = leaks = hits = false = 0
    wrong = []
    for name, file in files(a.seed, a.count, lost_gen.ALL if a.all else lost_gen.USUAL):
        found = file.found(a.program, folder, name)
        functions += len(file.funcs)
        sites += file.sites
        leaks += len(file.truth)
        hits += len(file.truth & found)
        false += len(found - file.truth)
        wrong += [(file, f) for f in sorted({f for f, _ in found ^ file.truth})]
    recall = hits / leaks if leaks else 1
    precision = hits / (hits + false) if hits + false else 1
    print("%d functions, %d sites, %d leaks: recall %.3f (%d missed), precision %.3f (%d false), %d functions wrong"
          % (functions, sites, leaks, recall, leaks - hits, precision, false, len(wrong)))
    for file, name in wrong[:a.show]:
        show(a.program, folder, file, name, not a.no_shrink)
    return 1 if wrong else 0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program", nargs="?")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=1500)
    p.add_argument("--keep", metavar="DIR")
    p.add_argument("--show", type=int, default=5)
    p.add_argument("--no-shrink", action="store_true")
    p.add_argument("--all", action="store_true", help="with what the analyzer is known not to tell apart: partial_arrays")
    p.add_argument("--self-check", action="store_true")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = a.keep or temporary
        os.makedirs(folder, exist_ok=True)
        if a.self_check:
            return self_check(a.seed, a.count, folder)
        return compare(a, folder)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
