# Clean code with one mistake put in must be reported: in the clean functions of testdata/, in the clean projects and in the
# services of testdata/mutation/, each cancel is deleted, each inner timeout raised above the outer, each derived bound replaced
# by a constant, each check of a loop whether the budget is over dropped. Every such mutant has to be found by some rule.
# What is known not to be found stands in oracle/mutants_known.py with the reason.
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


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--keep", metavar="DIR")
    a = p.parse_args()
    whole = [case for case in cases.projects() if case[0] != "projects/checkout"]
    todo = whole + list(cases.all_cases())[::a.count]
    made, found, unknown, known = collections.Counter(), collections.Counter(), [], collections.Counter()
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(2) as pool:
        folder = os.path.abspath(a.keep or temporary)
        for name, all_of_them, missed in pool.map(lambda case: check_program(a, folder, case), todo):
            for one in all_of_them:
                reason = mutants_known.reason(name, one[1])
                made[one[1].kind] += 1
                if one not in missed:
                    found[one[1].kind] += 1
                if one in missed and reason:
                    known[reason] += 1
                elif one in missed:
                    unknown.append((name, one))
    for kind in sorted(made):
        print("%s: %d of %d mutants found" % (kind, found[kind], made[kind]))
    for reason, count in sorted(known.items()):
        print("known: %d not found: %s" % (count, reason))
    for name, (file, m) in unknown:
        print("NOT FOUND: %s, %s:%d in %s: %s (`%s`)" % (name, file, m.line, m.func, m.kind, m.new))
    return 1 if unknown or not made else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
