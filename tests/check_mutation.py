# Clean code with one mistake put in must be reported: in the clean functions of testdata/, in the clean projects and in the
# services of testdata/mutation/, each cancel is deleted, each inner timeout raised above the outer, each derived bound replaced
# by a constant, each check of a loop whether the budget is over dropped. Every such mutant has to be found by some rule.
# What is no mistake, and has to stay quiet, and what is known not to be found stands in oracle/mutants_known.py with the reason.
#
#   check_mutation.py TIMEOUTLINT [--count N] [--keep DIR]     N: every how many-th case is left (1: all)
import argparse
import collections
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from oracle import cases, csource, mutants, mutants_known, tool


def places(found):
    return {(d["rule"], d["file"], d["line"]) for d in found}


class Program:
    def __init__(self, tool_path, folder, name, files, model):
        self.tool, self.folder, self.name, self.files, self.model = tool_path, os.path.join(folder, re.sub(r"\W+", "_", name)), name, files, model
        self.words = collections.Counter(tok.text for text in files.values() for tok in csource.tokens(text))
        self.functions = {f: csource.functions(text) for f, text in files.items() if f.endswith(".c")}
        self.runs = 0

    def analyse(self, files):
        self.runs += 1
        return places(cases.analyse(self.tool, os.path.join(self.folder, str(self.runs)), files, self.model))

    def lines_of(self, file, name):
        text = self.files[file]
        func = next(f for f in self.functions[file] if f.name == name)
        return range(csource.line_of(text, func.start), csource.line_of(text, func.end) + 1)

    def is_clean(self, file, func, before):
        is_case = not self.name.startswith(("projects/", "mutation/"))
        if is_case and (not func.name.endswith("_ok") or func.name.startswith("FP_")):
            return False
        lines = self.lines_of(file, func.name)
        return not any(f == file and line in lines for _, f, line in before)

    def all_mutants(self, before):
        for file, functions in self.functions.items():
            for func in functions:
                if self.is_clean(file, func, before):
                    is_called = self.words[func.name] > 1
                    yield from ((file, m) for m in mutants.of_function(self.files[file], func, is_called))

    def with_mutants(self, chosen):
        return {f: mutants.apply(text, [m for file, m in chosen if file == f]) for f, text in self.files.items()}

    def misses(self, before, todo):
        """First one mutant in each function at a time; what is not found in its own function is tried alone, where any new
        finding counts: the mistake may show in a caller."""
        by_function = collections.defaultdict(list)
        for file, m in todo:
            by_function[file, m.func].append((file, m))
        doubtful = []
        while any(by_function.values()):
            chosen = [own.pop() for own in by_function.values() if own]
            new = self.analyse(self.with_mutants(chosen)) - before
            doubtful += [(file, m) for file, m in chosen if not any(f == file and line in self.lines_of(file, m.func) for _, f, line in new)]
        return [one for one in doubtful if not self.analyse(self.with_mutants([one])) - before]


def check_program(a, folder, case):
    program = Program(a.program, folder, *case)
    before = program.analyse(program.files)
    todo = list(program.all_mutants(before))
    return program.name, todo, program.misses(before, todo) if todo else []


def keys(name, made):
    """What each mutant is called in mutants_known.py: the second of a kind in a function has a 2 behind the kind."""
    seen, out = collections.Counter(), {}
    for file, m in made:
        seen[file, m.func, m.kind] += 1
        number = seen[file, m.func, m.kind]
        out[file, m] = (name, m.func, m.kind + (" %d" % number if number > 1 else ""))
    return out


class Tally:
    def __init__(self):
        self.made, self.found, self.quiet, self.limits = (collections.Counter() for _ in range(4))
        self.wrong = []

    def add(self, name, made, missed):
        """One program: how many of its mutants were found, and whether what is known of them still holds."""
        known_as = keys(name, made)
        missed_keys, found_keys = {known_as[one] for one in missed}, {known_as[one] for one in made if one not in missed}
        for one in made:
            m, known = one[1], known_as[one]
            if known in mutants_known.NO_MISTAKE:
                self.quiet[m.kind] += 1
                continue
            self.made[m.kind] += 1
            self.found[m.kind] += one not in missed
            if one in missed and known in mutants_known.LIMITS:
                self.limits[mutants_known.LIMITS[known]] += 1
            elif one in missed:
                self.wrong.append("NOT FOUND: %s, %s:%d in %s: %s (`%s`)" % (name, one[0], m.line, m.func, m.kind, m.new))
        for known in list(mutants_known.NO_MISTAKE) + list(mutants_known.LIMITS):
            if known[0] == name and known not in missed_keys:
                what = "found" if known in found_keys else "no mutant"
                self.wrong.append("STALE: %s: %s in %s is %s: take it out of mutants_known.py" % (name, known[2], known[1], what))

    def finish(self):
        for kind in sorted(self.made):
            print("%s: %d of %d mutants found, %d more are no mistakes and quiet" % (kind, self.found[kind], self.made[kind], self.quiet[kind]))
        for reason, count in sorted(self.limits.items()):
            print("limit: %d not found: %s" % (count, reason))
        print("\n".join(self.wrong))
        return not self.wrong and bool(self.made)


def unknown_names(names):
    return sorted({known[0] for known in list(mutants_known.NO_MISTAKE) + list(mutants_known.LIMITS)} - set(names))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--keep", metavar="DIR")
    a = p.parse_args()
    whole = [case for case in cases.projects() if case[0] != "projects/checkout"]
    every = list(cases.all_cases())
    tally = Tally()
    tally.wrong += ["STALE: there is no %s" % name for name in unknown_names([case[0] for case in whole + every])]
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(2) as pool:
        folder = os.path.abspath(a.keep or temporary)
        for result in pool.map(lambda case: check_program(a, folder, case), whole + every[::a.count]):
            tally.add(*result)
    return 0 if tally.finish() else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
