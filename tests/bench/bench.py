#!/usr/bin/env python3
"""Times timeoutlint on real projects, as ratios to `clang -fsyntax-only` over the same units in the same run.

usage: ./dev bench [--runs N] [--jobs N] [--peers] [--peer-units N] FOLDER...

Each FOLDER holds a compile_commands.json. Every figure is the median of N runs (default 5), taken in turn, so that whatever else the
machine does falls on all of them alike. CPU is that of all processes together. A cold run starts with an empty cache. For "one file
changed" a function is added to one source and taken away again. With --peers, other analyzers that are installed run once over at
most --peer-units units (default 40), against timeoutlint without a cache over the same ones; a unit that takes one of them longer than
a minute is cut off there, and counted. Prints a table in Markdown."""

import argparse
import datetime
import json
import os
import platform
import re
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

CLANG = next((name for name in ("clang-19", "clang-20", "clang-21", "clang-22", "clang") if shutil.which(name)), None)
WITH_VALUE = {"-o", "-MF", "-MT", "-MQ"}
WITHOUT_VALUE = {"-c", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG"}
PEERS = {  # what runs a unit: its flags come first, its file last
    "gcc -fanalyzer": ["gcc", "-fanalyzer", "-S", "-o", "/dev/null"],
    "clang --analyze": [CLANG or "clang", "--analyze", "-o", "/dev/null"],
    "clang-tidy": ["clang-tidy"],
    "cppcheck": ["cppcheck", "--quiet"],
}
PEER_SECONDS = 60


def read_units(folder):
    """The C units of a database, each once: (directory, file, flags)."""
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    units = {}
    for entry in entries:
        words = entry.get("arguments") or shlex.split(entry["command"])
        path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        if not path.endswith(".c") or not os.path.exists(path):
            continue
        flags, skip = [], False
        for word in words[1:]:
            if skip or word in WITH_VALUE or word in WITHOUT_VALUE:
                skip = not skip and word in WITH_VALUE
            elif os.path.normpath(os.path.join(entry["directory"], word)) != path:
                flags.append(word)
        meaning = tuple(flag for flag in flags if not re.match(r"-D\w+_EXPORTS$|-[fp]|-[OWg]", flag))
        units.setdefault((path, meaning), (entry["directory"], path, flags))
    return list(units.values())


def measure(command, messages=subprocess.DEVNULL, **options):
    """Wall time and CPU time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=messages, check=False, **options)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_over(units, command, jobs, at_end=""):
    """Runs a compiler-like command over all units, `jobs` at a time, each followed by `at_end`."""
    lines = []
    for directory, path, flags in units:
        if "clang-tidy" in command:
            words = command + ["--quiet", path, "--"] + flags
        elif "cppcheck" in command:
            words = command + [flag for flag in flags if re.match(r"-[IDU]", flag)] + [path]
        else:
            words = command + ["-w"] + flags + [path]
        lines.append("cd " + shlex.quote(directory) + " && " + ("" if at_end else "exec ") + shlex.join(words) + at_end)
    return measure(["xargs", "-0", "-n1", "-P", str(jobs), "sh", "-c"], input="\0".join(lines).encode())


class Corpus:
    def __init__(self, program, folder, jobs, place):
        self.folder = os.path.abspath(folder)
        self.units = read_units(self.folder)
        self.jobs = jobs
        self.place = place
        self.cache = None
        self.check = [program, "check", "-q", "-p", self.folder, "-j", str(jobs)]
        sizes = sorted(self.units, key=lambda unit: os.path.getsize(unit[1]))
        self.changed = [sizes[len(sizes) // 2]]
        parts = [part for part in self.folder.split(os.sep) if part not in ("b", "build", "out", "")]
        self.name = parts[-1]

    def changed_run(self, count):
        path = self.changed[0][1]
        with open(path, "rb") as file:
            text = file.read()
        try:
            with open(path, "wb") as file:
                file.write(text + b"\nint bench_added_%d(int x);\nint bench_added_%d(int x) { return x + 1; }\n" % (count, count))
            return measure(self.check + ["--cache-dir", self.cache], cwd=self.folder)
        finally:
            with open(path, "wb") as file:
                file.write(text)

    def cold_run(self):
        self.cache = tempfile.mkdtemp(dir=self.place)  # files deleted a moment ago would slow down new ones
        with tempfile.TemporaryFile("w+") as messages:
            figures = measure(self.check + ["--cache-dir", self.cache, "--stats=json"], messages, cwd=self.folder)
            messages.seek(0)
            return figures, json.loads(next(line for line in messages if line.startswith('{"version"')))

    def once(self, count):
        """One round: what is measured -> (wall, CPU)."""
        figures = {"clang": run_over(self.units, [CLANG, "-fsyntax-only"], self.jobs)}
        figures["clang, one file"] = run_over(self.changed, [CLANG, "-fsyntax-only"], 1)
        figures["cold"], stats = self.cold_run()
        figures["parsing"] = (next(stage["ms"] for stage in stats["stages"] if stage["name"] == "capture") / 1000, None)
        measure(self.check + ["--cache-dir", self.cache], cwd=self.folder)
        figures["warm"] = measure(self.check + ["--cache-dir", self.cache], cwd=self.folder)
        figures["one file changed"] = self.changed_run(count)
        self.memory = stats["stages"][-1]["peakKb"] / 1024, stats["workersPeakKb"] / 1024
        self.behind = stats["units"]["behindPrefix"]
        return figures


def median(rounds, what, which):
    values = [figures[what][which] for figures in rounds if figures[what][which] is not None]
    return statistics.median(values) if values else None


def row(corpus, what, seconds, cpu, base, base_cpu, note=""):
    def ratio(value, of):
        return "" if value is None or not of else f"{value / of:.3f}" if value / of < 0.1 else f"{value / of:.2f}"
    print(f"| {corpus} | {what} | {seconds:.3f} | {ratio(seconds, base)} | {ratio(cpu, base_cpu)} | {note} |", flush=True)


def print_corpus(corpus, rounds):
    base, base_cpu = (median(rounds, "clang", which) for which in (0, 1))
    name = f"{corpus.name}, {len(corpus.units)} units"
    row(name, "clang -fsyntax-only", base, base_cpu, base, base_cpu)
    own, workers = corpus.memory
    notes = {"cold": f"peak memory {own:.0f} MB and {workers:.0f} MB per worker", "parsing": f"{corpus.behind} units behind a shared prefix"}
    names = {"cold": "cold", "parsing": "of which parsing", "warm": "warm, nothing changed"}
    for what, shown in names.items():
        row("", shown, median(rounds, what, 0), median(rounds, what, 1), base, base_cpu, notes.get(what, ""))
    one = median(rounds, "clang, one file", 0)
    changed = median(rounds, "one file changed", 0)
    row("", "one file changed", changed, median(rounds, "one file changed", 1), base, base_cpu, f"{changed * 1000:.0f} ms; clang on that file: {one * 1000:.0f} ms")


def print_peers(corpus, program, count, place):
    units = corpus.units[:: max(1, len(corpus.units) // count)][:count]
    folder = tempfile.mkdtemp(dir=place)
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([{"directory": d, "file": f, "arguments": ["cc", *flags, "-c", f]} for d, f, flags in units], file)
    own = [measure([program, "check", "-q", "-p", folder, "--no-cache", "-j", str(corpus.jobs)]) for _ in range(3)]
    wall, cpu = (statistics.median(run[which] for run in own) for which in (0, 1))
    row(f"{corpus.name}, {len(units)} of its units", "timeoutlint, cold", wall, cpu, wall, cpu)
    for name, command in PEERS.items():
        if shutil.which(command[0]):
            with tempfile.NamedTemporaryFile("r", dir=place) as cut:
                times = run_over(units, ["timeout", str(PEER_SECONDS), *command], corpus.jobs, f"; [ $? -ne 124 ] || echo cut >>{cut.name}")
                count = len(cut.readlines())
            row("", name, *times, wall, cpu, f"{count} units cut off after {PEER_SECONDS} s" if count else "")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2].replace("usage: ", ""))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peer-units", type=int, default=40)
    parser.add_argument("program")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    if not CLANG:
        sys.exit("bench: clang is not installed (apt-get install clang-19)")
    program = os.path.abspath(options.program)
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), platform.machine())
    print(f"{datetime.date.today()}, {model}, -j{options.jobs}, {platform.system()}, {CLANG}, medians of {options.runs} runs; "
          f"load {os.getloadavg()[0]:.1f} at the start.\n")
    print("| project | what | seconds | wall, ratio | CPU, ratio | |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for folder in options.folders:
            corpus = Corpus(program, folder, options.jobs, place)
            print_corpus(corpus, [corpus.once(count) for count in range(options.runs)])
            if options.peers:
                print_peers(corpus, program, options.peer_units, place)


if __name__ == "__main__":
    main()
