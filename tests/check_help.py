# What a `help:` says to write is written: in the cases, every "write 'X' instead of 'Y'" is pasted at its place; the result must compile, and the finding must be gone with no other in its stead. Each
# finding is pasted alone.
#
#   check_help.py TIMEOUTLINT [--count N] [--keep DIR]     N: every how many-th case is left (1: all)
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from oracle import cases, tool

# So many are pasted where all cases are tried; fewer means that a help has lost its text.
AT_LEAST = {"nested-timeout": 117}

def replaced(text, found, old, new):
    """`text` with the first `old` in the finding's own range of the line replaced; None where it is not there."""
    lines = text.split("\n")
    line = lines[found["line"] - 1]
    at = line.find(old, found["column"] - 1)
    if at < 0 or found["line"] == found.get("endLine") and at + len(old) > found["endColumn"] + len(old):
        return None
    lines[found["line"] - 1] = line[:at] + new + line[at + len(old):]
    return "\n".join(lines)


def pasted(text, found):
    match = re.search(r"write '(.*?)' instead of '(.*)'", found.get("help") or "")
    return replaced(text, found, match[2], match[1]) if match else None


def signature(found):
    return found["rule"], found["file"], found["line"]


def compile_errors(folder, files):
    done = subprocess.run(["cc", "-fsyntax-only", "-w", "-std=c17", "-I."] + cases.FLAGS + [f for f in files if f.endswith(".c")],
                          cwd=folder, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def check_case(a, folder, case):
    name, files, model = case
    into = os.path.join(folder, re.sub(r"\W+", "_", name))
    before = cases.analyse(a.program, into, files, model)
    counts, problems = collections.Counter(), []
    for number, found in enumerate(before):
        if "instead of" not in (found.get("help") or ""):
            continue
        where = "%s:%d: %s: %s" % (name, found["line"], found["rule"], found["help"])
        new = pasted(files[found["file"]], found)
        if new is None:
            problems.append(where + ": the old text is not there")
            continue
        edited = {**files, found["file"]: new}
        fixed = os.path.join(into, str(number))
        try:
            after = cases.analyse(a.program, fixed, edited, model)
        except tool.Failure:
            after = None
        errors = compile_errors(fixed, edited)
        counts[found["rule"]] += 1
        if errors or after is None:
            problems.append("%s: does not compile: %s" % (where, errors[:300]))
        else:
            # A line can have several: the columns move, their number tells.
            was, now = (collections.Counter(map(signature, all_)) for all_ in (before, after))
            if now[signature(found)] >= was[signature(found)]:
                problems.append(where + ": the finding is still there")
            else:
                # A sum is reported at the step that exceeds it, which may be another one now.
                others = {(f["rule"], f["function"]) for f in after} - {(f["rule"], f["function"]) for f in before}
                problems += ["%s: makes others: %s" % (where, sorted(others))] if others else []
    return counts, problems


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--keep", metavar="DIR")
    a = p.parse_args()
    todo = (list(cases.all_cases()) + list(cases.projects()))[::a.count]
    counts, problems = collections.Counter(), []
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(2) as pool:
        for own, wrong in pool.map(lambda case: check_case(a, os.path.abspath(a.keep or temporary), case), todo):
            counts += own
            problems += wrong
    print("\n".join(problems))
    print("pasted: %s; wrong: %d" % (", ".join("%d of %s" % (n, rule) for rule, n in sorted(counts.items())) or "none", len(problems)))
    too_few = [rule for rule, least in AT_LEAST.items() if counts[rule] < (least if a.count == 1 else 1)]
    for rule in too_few:
        print("%s: fewer texts to paste than before" % rule)
    return 1 if problems or too_few else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
