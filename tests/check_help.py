# What a `help:` says to write is written: in the cases, the edits of every finding that has some are made, those of each finding
# alone. The result must compile, and the finding must be gone with no other in its stead.
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

# So many are made where all cases are tried; fewer means that a help has lost its text.
AT_LEAST = {
    "abandoned-wait": 6, "breaker-on-context-error": 12, "budget-overrun": 13, "deadline-arithmetic": 19, "detached-context": 6,
    "dropped-context": 8, "hidden-default": 2, "lost-cancel": 48, "nested-timeout": 130, "rearmed-timeout": 2, "sleep-past-deadline": 20,
    "timeout-below-root": 10, "unbounded-wait": 7, "unchecked-retry": 8,
}
ERRORS = ["-Werror=" + name for name in ("implicit-function-declaration", "incompatible-pointer-types", "int-conversion", "return-type")]


def offset(text, line, column):
    """Where a place is, in bytes; columns count from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.index(b"\n", start) + 1
    return start + column - 1


def edited(files, fix):
    """The files after all edits of one fix; the last ones are made first, so that places stay right."""
    texts = {name: text.encode() for name, text in files.items()}
    for edit in reversed(fix["edits"]):
        text = texts[edit["file"]]
        start, end = offset(text, edit["line"], edit["column"]), offset(text, edit["endLine"], edit["endColumn"])
        texts[edit["file"]] = text[:start] + edit["text"].encode() + text[end:]
    return {name: text.decode() for name, text in texts.items()}


def is_in_order(fix):
    ends = [(e["file"], e["line"], e["column"], e["endLine"], e["endColumn"]) for e in fix["edits"]]
    return all(a[0] == b[0] and a[3:] <= b[1:3] for a, b in zip(ends, ends[1:]))


def says_the_same(found, text):
    """Whether what the help says to write or put somewhere is in the edited text."""
    said = re.findall(r"(?:write|put) '(.*?)' (?:instead|before)", found["help"])
    squeezed = re.sub(r"\s+", " ", text)
    return said and all(re.sub(r"\s+", " ", words) in squeezed for words in said)


def signature(found):
    return found["rule"], found["file"], found["function"]


def compile_errors(folder, files):
    done = subprocess.run(["cc", "-fsyntax-only", "-std=c17", "-I."] + ERRORS + cases.FLAGS + [f for f in files if f.endswith(".c")],
                          cwd=folder, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def problems_of(a, into, found, before, files, model):
    fix = found["fixes"][0]
    if not is_in_order(fix):
        return ["the edits overlap or are not in order"]
    new = edited(files, fix)
    if not says_the_same(found, new[found["file"]]):
        return ["the edits do not do what the help says"]
    try:
        after = cases.analyse(a.program, into, new, model)
    except tool.Failure:
        after = None
    errors = compile_errors(into, new)
    if errors or after is None:
        return ["does not compile: " + errors[:300]]
    was, now = (collections.Counter(map(signature, all_)) for all_ in (before, after))
    if now[signature(found)] >= was[signature(found)]:
        return ["the finding is still there"]
    # A sum is reported at the step that exceeds it, which may be another one now.
    others = {key for key in now if now[key] > was[key]}
    return ["makes others: %s" % sorted(others)] if others else []


def check_case(a, folder, case):
    name, files, model = case
    into = os.path.join(folder, re.sub(r"\W+", "_", name))
    before = cases.analyse(a.program, into, files, model)
    counts, problems = collections.Counter(), []
    for number, found in enumerate(before):
        if not found["fixes"]:
            continue
        counts[found["rule"]] += 1
        where = "%s/%s:%d: %s: %s" % (name, found["file"], found["line"], found["rule"], found["help"])
        problems += ["%s: %s" % (where, what) for what in problems_of(a, os.path.join(into, str(number)), found, before, files, model)]
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
    print("made: %s; wrong: %d" % (", ".join("%d of %s" % (n, rule) for rule, n in sorted(counts.items())) or "none", len(problems)))
    too_few = [rule for rule, least in AT_LEAST.items() if a.count == 1 and counts[rule] < least]
    for rule in too_few:
        print("%s: fewer edits than before" % rule)
    return 1 if problems or too_few else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
