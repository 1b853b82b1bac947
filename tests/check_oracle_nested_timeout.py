# Recall and precision of nested-timeout and timeout-below-root on random programs whose answers are known from walking all
# their call paths: rule, line, grade and the deadline above.
#
#   check_oracle_nested_timeout.py TIMEOUTLINT [--seed N] [--count N] [--keep DIR] [--show N] [--no-shrink] [--without FEATURE,...]
#   check_oracle_nested_timeout.py --self-check [--seed N] [--count N]    proves the truth by compiling and running the programs
import argparse
import os
import sys
import tempfile

from oracle import nested_edit, nested_exec, nested_gen, nested_print, tool

PER_RUN = 15
RULES = ["nested-timeout", "timeout-below-root"]


class Batch:
    """Several programs printed into one folder, with their truth: {(file, line): (rule, grade, upstream, bound)}."""

    def __init__(self, programs, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.files, self.truth, self.program_of, self.func_of = [], {}, {}, {}
        tool.write(folder, "ctx.h", nested_print.header(programs[0].unit, programs[0].const))
        for program in programs:
            printed = nested_print.Printer(program)
            tool.write(folder, program.prefix + "all.h", printed.header())
            for name, text in printed.files:
                self.files.append(tool.write(folder, name, text))
                self.program_of[name] = program
            self.func_of.update(printed.func)
            for site, answer in nested_gen.truth(program).items():
                self.truth[printed.place[site]] = answer
            self.sites = getattr(self, "sites", 0) + len(printed.place)

    def found(self, tool_program):
        out = {}
        for d in tool.check(tool_program, self.folder, self.files, RULES):
            out[(d["file"], d["line"])] = (d["rule"], d.get("grade"), d.get("upstreamNs"), d.get("boundNs"))
        return out


def wrong_programs(batch, found):
    places = {p for p in set(batch.truth) | set(found) if batch.truth.get(p) != found.get(p)}
    return {batch.program_of[file].prefix for file, _ in places if file in batch.program_of}


def show(tool_program, program, folder, do_shrink):
    def fails(candidates):
        batch = Batch(candidates, os.path.join(folder, "shrink"))
        wrong = wrong_programs(batch, batch.found(tool_program))
        return [c for c in candidates if c.prefix in wrong]

    if do_shrink:
        program = nested_edit.shrink(program, fails)
    batch = Batch([program], os.path.join(folder, "small_" + program.prefix))
    found = batch.found(tool_program)
    print("\n--- %s" % batch.folder)
    for name in batch.files:
        with open(os.path.join(batch.folder, name)) as source:
            for n, line in enumerate(source.read().splitlines(), 1):
                want, got = batch.truth.get((name, n)), found.get((name, n))
                print("%s:%-4d %s%s" % (name, n, line, "" if want == got else "    // WANT %s GOT %s" % (want, got)))


def self_check(a, folder):
    wrong = []
    for index in range((a.count + PER_RUN - 1) // PER_RUN):
        for program in nested_gen.programs(a.seed, index, min(PER_RUN, a.count - index * PER_RUN)):
            wrong += nested_exec.compare(program, os.path.join(folder, "run%d_%s" % (index, program.prefix)))
    print("%d programs run, %d sites wrong" % (a.count, len(wrong)))
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


def compare(a, folder):
    features = nested_gen.FEATURES - set(a.without.split(","))
    total = sites = wants = hits = false = inexact = 0
    wrong = []
    for index in range((a.count + PER_RUN - 1) // PER_RUN):
        programs = nested_gen.programs(a.seed, index, min(PER_RUN, a.count - index * PER_RUN), features)
        batch = Batch(programs, os.path.join(folder, "run%d" % index))
        found = batch.found(a.program)
        rule = lambda answers: {(place, answer[0]) for place, answer in answers.items()}
        total += len(programs)
        sites += batch.sites
        wants += len(batch.truth)
        hits += len(rule(batch.truth) & rule(found))
        false += len(rule(found) - rule(batch.truth))
        inexact += sum(1 for place, answer in found.items() if place in batch.truth and answer != batch.truth[place] and answer[0] == batch.truth[place][0])
        prefixes = wrong_programs(batch, found)
        wrong += [p for p in programs if p.prefix in prefixes]
    recall = hits / wants if wants else 1
    precision = hits / (hits + false) if hits + false else 1
    print("%d programs, %d sites, %d findings due: recall %.3f (%d missed), precision %.3f (%d false), %d with a wrong grade or number, %d programs wrong"
          % (total, sites, wants, recall, wants - hits, precision, false, inexact, len(wrong)))
    for program in wrong[:a.show]:
        show(a.program, program, folder, not a.no_shrink)
    return 1 if wrong else 0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program", nargs="?")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=600)
    p.add_argument("--keep", metavar="DIR")
    p.add_argument("--show", type=int, default=5)
    p.add_argument("--no-shrink", action="store_true")
    p.add_argument("--without", default="", help="features to leave out: " + ", ".join(sorted(nested_gen.FEATURES)))
    p.add_argument("--self-check", action="store_true")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = a.keep or temporary
        os.makedirs(folder, exist_ok=True)
        return self_check(a, folder) if a.self_check else compare(a, folder)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tool.Failure as failure:
        sys.exit(str(failure))
