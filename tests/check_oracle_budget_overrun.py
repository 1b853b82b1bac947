# Recall and precision of budget-overrun on random programs whose answers are known from running all their paths: line, what is
# allowed, what is needed, and whether that is a lower bound.
#
#   check_oracle_budget_overrun.py TIMEOUTLINT [--seed N] [--count N] [--keep DIR] [--show N] [--without FEATURE,...]
import argparse
import os
import random
import sys
import tempfile

from oracle import overrun_gen, overrun_print, tool

PER_RUN = 40


def check(program_path, folder, programs, seed):
    """{place: answer} wanted and found, and the text of each file."""
    os.makedirs(folder, exist_ok=True)
    printers = [overrun_print.Printer(p, random.Random("%s/%s" % (seed, p.prefix))) for p in programs]
    tool.write(folder, "all.h", overrun_print.header(printers))
    files, want = [], {}
    for program, printed in zip(programs, printers):
        files += [tool.write(folder, name, text) for name, text in printed.files]
        want.update({printed.place[statement]: answer for statement, answer in overrun_gen.truth(program).items()})
    found = {}
    for d in tool.check(program_path, folder, files, ["budget-overrun"]):
        place, answer = (d["file"], d["line"]), (d.get("upstreamNs"), d.get("boundNs"), "at least" in d["message"])
        if place not in found or (answer[0], -answer[1]) < (found[place][0], -found[place][1]): # of several on a line the tightest
            found[place] = answer
    return want, found, {name: text for printed in printers for name, text in printed.files}


def show(prefix, want, found, texts):
    print("\n--- %s" % prefix)
    for name, text in texts.items():
        if not name.startswith(prefix):
            continue
        for n, line in enumerate(text.splitlines(), 1):
            w, f = want.get((name, n)), found.get((name, n))
            print("%s:%-4d %s%s" % (name, n, line, "    // == %s" % (w,) if w == f and w else "" if w == f else "    // WANT %s GOT %s" % (w, f)))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=1000)
    p.add_argument("--keep", metavar="DIR")
    p.add_argument("--show", type=int, default=3)
    p.add_argument("--without", default="", help="features to leave out: " + ", ".join(sorted(overrun_gen.FEATURES)))
    a = p.parse_args()
    features = overrun_gen.FEATURES - set(a.without.split(","))
    functions = wants = hits = false = inexact = shown = 0
    wrong = set()
    with tempfile.TemporaryDirectory() as temporary:
        folder = a.keep or temporary
        for index in range((a.count + PER_RUN - 1) // PER_RUN):
            programs = overrun_gen.programs(a.seed, index, min(PER_RUN, a.count - index * PER_RUN), features)
            functions += sum(len(program.functions) for program in programs)
            want, found, texts = check(a.program, os.path.join(folder, "run%d" % index), programs, a.seed)
            wants += len(want)
            hits += len(want.keys() & found.keys())
            false += len(found.keys() - want.keys())
            inexact += sum(1 for place in want.keys() & found.keys() if want[place] != found[place])
            bad = sorted({name.split("_")[0] + "_" for name, line in want.keys() | found.keys() if want.get((name, line)) != found.get((name, line))})
            wrong |= {(index, prefix) for prefix in bad}
            for prefix in bad[:max(0, a.show - shown)]:
                show(prefix, want, found, texts)
                shown += 1
    print("%d programs, %d functions, %d findings due: recall %.3f (%d missed), precision %.3f (%d false), %d with a wrong number, %d programs wrong"
          % (a.count, functions, wants, hits / wants if wants else 1, wants - hits, hits / (hits + false) if hits + false else 1, false, inexact, len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
