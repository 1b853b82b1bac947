"""The cache as a user meets it: what is parsed again after which change, that no state of the cache changes an answer, and what
happens to damaged, foreign and half-written files, to several runs at once, and to runs that are killed.

Usage: check_cache.py PROGRAM [unittest arguments]. No test looks at a clock; where the cache waits until a file has settled, so
does the test.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = os.path.abspath(sys.argv[1])
TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "testdata", "cli")
CLEAN, FINDINGS, ERROR, INCOMPLETE = range(4)
SETTLED = 2.1 # seconds after which the state of a file is believed


def write_file(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.isfile(path):
        os.chmod(path, 0o600) # units are read-only
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


class Result:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        lines = self.err.splitlines()
        self.stats = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None

    @property
    def answer(self):
        return self.status, self.out

    @property
    def parsed(self):
        return self.stats["units"]["parsed"]

    def misses(self):
        return sorted((miss["file"], miss["why"], miss["what"]) for miss in self.stats["misses"])


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="timeoutlint-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.root = os.path.join(self.folder, "project")
        self.cache = os.path.join(self.folder, "cache")
        os.mkdir(self.root)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        write_file(self.path(name), text)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def database(self, *files, flags="", root=None):
        root = root or self.root
        write_file(os.path.join(root, "compile_commands.json"),
                   json.dumps([{"directory": root, "file": file, "command": f"cc {flags} -c {file}"} for file in files]))

    def shop(self):
        shutil.copytree(os.path.join(TESTDATA, "shop"), self.root, dirs_exist_ok=True)
        self.database("order.c", "pay.c", "ship.c", "log.c")

    NAMES = [f"u{number}.c" for number in range(12)]

    def twelve(self):
        """A project whose units start with the same headers."""
        shutil.copy(os.path.join(TESTDATA, "shop", "ctx.h"), self.root)
        for number in range(12):
            self.write(f"inc/h{number}.h", f"#ifndef H{number}\n#define H{number}\nenum {{ MS{number} = {100 + number} }};\n#endif\n")
        self.write("inc/all.h", "#ifndef ALL\n#define ALL\n" + "".join(f'#include "h{number}.h"\n' for number in range(12)) +
                   '#if __has_include("extra.h")\n#include "extra.h"\n#endif\n#endif\n')
        for number, name in enumerate(self.NAMES):
            self.write(name, "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include \"all.h\"\n#include \"ctx.h\"\n"
                             f"void w{number}(void) {{ struct ctx *c = ctx_with_timeout(ctx_background(), MS{number}); (void)ctx_done(c); }}\n")
        self.database(*self.NAMES, flags="-Iearly -Iinc -I.")

    def command(self, *words, cache=None):
        return [PROGRAM, "check", "--stats=json", "--cache-dir", cache or self.cache, *words]

    def environment(self, env=None):
        found = {key: value for key, value in os.environ.items() if not key.startswith("TIMEOUTLINT") and key not in ("CPATH", "C_INCLUDE_PATH")}
        return {**found, "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99", **(env or {})}

    def run_words(self, words, cwd=None, env=None):
        return Result(subprocess.run(words, cwd=cwd or self.root, env=self.environment(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     text=True, errors="replace", timeout=200))

    def check(self, *words, cache=None, **how):
        """One run, which must say what a run without cache says."""
        done = self.run_words(self.command("--format", "gcc", *words, cache=cache), **how)
        fresh = self.run_words([PROGRAM, "check", "--no-cache", "--format", "gcc", *words], **how)
        self.assertEqual(done.answer, fresh.answer, done.err)
        said = [line for line in done.err.splitlines() if not line.startswith("{")]
        self.assertEqual(said, fresh.err.splitlines(), "a cached run says something else on stderr")
        return done

    def files_in_cache(self):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.cache) for name in names)


class Counts(Case):
    """What is parsed, hashed and solved after which change."""

    def setUp(self):
        super().setUp()
        self.shop()

    def assert_nothing_to_do(self, result):
        self.assertEqual((result.parsed, result.stats["result"], result.stats["functions"]["solved"]), (0, "reused", 0), result.err)
        self.assertEqual(result.stats["units"]["hits"], result.stats["units"]["total"])

    def test_nothing_changed(self):
        first = self.check()
        self.assertEqual((first.status, first.parsed, first.stats["result"]), (FINDINGS, 4, "made"))
        self.assertEqual([miss[1:] for miss in first.misses()], [("new", "")] * 4)
        self.assert_nothing_to_do(self.check())

    def test_settled_files_are_not_hashed_again(self):
        time.sleep(SETTLED)
        self.check()
        second = self.check()
        self.assert_nothing_to_do(second)
        self.assertEqual((second.stats["disk"]["filesHashed"], second.stats["disk"]["foldersListed"]), (0, 0))
        self.assertGreater(second.stats["disk"]["files"], 4)
        os.utime(self.path("shop.h"))
        self.assertEqual(self.check().stats["disk"]["filesHashed"], 1) # though four units read it

    def test_one_source_changed(self):
        self.check()
        self.write("pay.c", self.read("pay.c").replace("1000", "2000"))
        changed = self.check()
        self.assertEqual((changed.parsed, changed.misses(), changed.stats["result"]), (1, [("pay.c", "changed", "pay.c")], "made"))
        self.assertIn("2 s", changed.out)
        self.assert_nothing_to_do(self.check())

    def test_a_header_changed(self):
        self.write("ship.h", "enum { SHIP_MS = 400 };\n")
        self.write("ship.c", '#include "ship.h"\n' + self.read("ship.c"))
        self.write("log.c", '#include "ship.h"\n' + self.read("log.c"))
        self.check()
        self.write("ship.h", "enum { SHIP_MS = 4000 };\n")
        changed = self.check()
        self.assertEqual(changed.misses(), [("log.c", "changed", "ship.h"), ("ship.c", "changed", "ship.h")])
        self.assertEqual(changed.parsed, 2)
        self.assert_nothing_to_do(self.check())

    def test_only_touched(self):
        self.check()
        for name in ("shop.h", "pay.c"):
            os.utime(self.path(name))
        self.assert_nothing_to_do(self.check())

    def test_back_to_an_earlier_state(self):
        before = self.read("pay.c")
        self.check()
        self.write("pay.c", before.replace("1000", "2000"))
        self.check()
        self.write("pay.c", before)
        self.assert_nothing_to_do(self.check())

    def test_units_that_say_the_same_lead_to_the_same_result(self):
        self.check()
        self.write("ctx.h", self.read("ctx.h") + "// nothing new\n")
        changed = self.check()
        self.assertEqual((changed.parsed, changed.stats["result"], changed.stats["functions"]["solved"]), (4, "reused", 0))

    def test_an_edit_that_keeps_size_and_time(self):
        self.check()
        info = os.stat(self.path("pay.c"))
        self.write("pay.c", self.read("pay.c").replace("1000", "2000"))
        os.utime(self.path("pay.c"), ns=(info.st_atime_ns, info.st_mtime_ns))
        self.assertEqual(self.check().parsed, 1)

    def test_edits_in_quick_succession(self):
        for amount in range(1000, 1010):
            self.write("pay.c", self.read("pay.c").replace(str(amount - 1) if amount > 1000 else "1000", str(amount)))
            self.assertEqual(self.run_words(self.command("--format", "gcc")).answer,
                             self.run_words([PROGRAM, "check", "--no-cache", "--format", "gcc"]).answer)

    def test_other_flags(self):
        self.check()
        self.database("order.c", "pay.c", "ship.c", "log.c", flags="-DX=1")
        changed = self.check()
        self.assertEqual(changed.parsed, 4)
        self.assertEqual(changed.stats["result"], "reused") # nothing uses X
        self.database("order.c", "pay.c", "ship.c", "log.c", flags="-O2 -Wall -g") # what does not change the meaning
        self.check()
        self.database("order.c", "pay.c", "ship.c", "log.c", flags="-O2 -Wextra")
        self.assert_nothing_to_do(self.check())

    def test_what_the_database_does_not_say_itself(self):
        self.write("flags.rsp", "-DX=1")
        self.write("log.c", self.read("log.c") + "int x = X;\n")
        self.database("order.c", "pay.c", "log.c", flags="@flags.rsp")
        self.check()
        self.write("flags.rsp", "-DX=2")
        self.assertEqual(self.check().parsed, 3)
        os.remove(self.path("flags.rsp"))
        self.assertIn("response file is missing", self.check().err)
        self.write("flags.rsp", "-DX=2")
        self.assertEqual(self.check().parsed, 0)

    def test_a_source_that_vanishes_and_returns(self):
        self.check()
        text = self.read("pay.c")
        os.remove(self.path("pay.c"))
        self.assertIn("pay.c: the file does not exist", self.check().err)
        self.write("pay.c", text)
        self.assertEqual(self.check().parsed, 0)

    def test_the_environment_of_clang(self):
        self.check()
        os.mkdir(self.path("more"))
        self.assertEqual(self.check(env={"CPATH": self.path("more")}).parsed, 4)

    def test_files_without_a_database(self):
        words = ("pay.c", "order.c", "--", "-I.")
        self.assertEqual(self.check(*words).parsed, 2)
        self.assert_nothing_to_do(self.check(*words))
        self.assertEqual(self.check("pay.c", "order.c", "--", "-I.", "-DX").parsed, 2)

    def test_a_source_more_or_less(self):
        self.check()
        self.database("order.c", "pay.c", "ship.c")
        less = self.check()
        self.assertEqual((less.parsed, less.stats["result"]), (0, "made"))
        self.database("order.c", "pay.c", "ship.c", "log.c")
        self.assert_nothing_to_do(self.check())

    def test_choices_among_findings_need_no_new_result(self):
        self.check()
        for words in (["--disable", "*"], ["--disable", "nested*"], ["--severity", "nested-timeout=error"], ["--fail-on", "never"], ["pay.c"], ["shop.h"],
                      ["ship.c", "--disable", "lost-cancel"], ["-q"], ["--severity", "nested-timeout=note", "--fail-on", "note"], ["-j1"]):
            self.assert_nothing_to_do(self.check(*words))
        self.assertEqual(self.check("--disable", "*").out, "")

    def test_a_file_in_no_unit_is_refused_as_before(self):
        self.check()
        self.write("alone.c", "int alone;\n")
        self.write("own.yaml", "model: own\ndoc: of this test\n")
        for words in (["alone.c"], ["--model", "own.yaml", "own.yaml"], ["compile_commands.json"]):
            self.assertEqual((done := self.check(*words)).status, ERROR)
            self.assertIn("is in no unit", done.err)
        self.assertEqual(self.check("shop.h").status, CLEAN)

    def test_what_rules_and_engines_see_makes_a_new_result(self):
        self.check()
        self.assertEqual(self.check("--policy", "cascade").stats["result"], "made")
        self.assert_nothing_to_do(self.check("--policy", "cascade"))
        self.write("own.yaml", "model: own\ndoc: of this test\nfunctions:\n  send_request: block object=arg0\n")
        self.assertEqual(self.check("--model", "own.yaml").stats["result"], "made")
        self.assert_nothing_to_do(self.check("--model", "own.yaml"))
        self.write("own.yaml", "model: own\ndoc: of this test, changed\nfunctions:\n  send_request: block object=arg0\n")
        self.assertEqual((again := self.check("--model", "own.yaml")).stats["result"], "made")
        self.assertEqual(again.parsed, 0)

    def test_from_another_folder(self):
        self.write("sub/x.c", '#include "../shop.h"\nint x(void) { return 1; }\n')
        self.database("order.c", "pay.c", "sub/x.c")
        self.check()
        for words, cwd in ((["-p", self.root], self.folder), ([], self.path("sub")), (["-p", self.root], "/")):
            self.assert_nothing_to_do(self.check(*words, cwd=cwd))

    def test_dump_takes_units_too(self):
        self.check()
        for stage in ("ir", "callgraph", "summaries"):
            words = ["dump", "--cache-dir", self.cache, stage]
            self.assertEqual(self.run_words([PROGRAM, *words]).answer, self.run_words([PROGRAM, "dump", "--no-cache", stage]).answer)


class Lookup(Case):
    """Names that clang looks for and that come or go."""

    MAIN = '#include "a.h"\n#if __has_include("maybe.h")\n#include "maybe.h"\n#endif\n' \
           "#include \"ctx.h\"\nint work(const struct ctx *ctx);\n" \
           "int f(void) { struct ctx *c = ctx_with_timeout(ctx_background(), A); int r = work(c); return r; }\n"

    def setUp(self):
        super().setUp()
        shutil.copy(os.path.join(TESTDATA, "shop", "ctx.h"), self.root)
        self.write("src/main.c", self.MAIN)
        self.write("late/a.h", "enum { A = 100 };\n")
        os.mkdir(self.path("early"))
        self.database("src/main.c", flags="-Iearly -Ilate -I. -Inot/there/yet")

    def test_a_header_that_shadows_another(self):
        self.assertEqual(self.check().status, FINDINGS)
        self.write("early/a.h", "enum { A = 200 };\n#define ctx_with_timeout(a, b) ctx_background()\n")
        shadowed = self.check()
        self.assertEqual(shadowed.misses(), [("src/main.c", "names", "early")])
        os.remove(self.path("early/a.h"))
        self.assertEqual(self.check().parsed, 0)
        self.write("src/a.h", "#include <stdbool.h>\nenum { A = 300 };\n") # beside the source
        self.assertEqual(self.check().parsed, 1)

    def test_a_folder_that_was_not_there(self):
        self.check()
        self.write("not/there/yet/other.h", "\n")
        self.assertEqual(self.check().parsed, 0)
        self.write("not/there/yet/maybe.h", "#define ctx_with_timeout(a, b) ctx_background()\n")
        self.assertEqual(self.check().misses(), [("src/main.c", "names", "not/there/yet")])

    def test_has_include(self):
        self.check()
        self.write("late/maybe.h", "#define ctx_with_timeout(a, b) ctx_background()\n")
        self.assertEqual(self.check().misses(), [("src/main.c", "names", "late")])
        os.remove(self.path("late/maybe.h"))
        self.assertEqual(self.check().parsed, 0) # the entry of before

    def test_a_missing_header_that_appears(self):
        self.write("src/main.c", '#include "deep/gone.h"\n' + self.MAIN)
        first = self.check()
        self.assertIn("'deep/gone.h' file not found", first.err)
        again = self.check()
        self.assertEqual((again.parsed, again.stats["units"]["failed"]), (0, 1))
        self.assertIn("'deep/gone.h' file not found", again.err)
        os.mkdir(self.path("late/deep"))
        self.write("late/deep/gone.h", "\n")
        healed = self.check()
        self.assertEqual((healed.parsed, healed.stats["units"]["failed"]), (1, 0))

    def test_a_missing_header_whose_name_a_macro_makes(self):
        self.write("src/main.c", "#define CONFIG <gen/config.h>\n#include CONFIG\n" + self.MAIN)
        self.assertIn("'gen/config.h' file not found", self.check().err)
        self.assertEqual(self.check().parsed, 0)
        self.write("early/gen/config.h", "#define ctx_with_timeout(a, b) ctx_background()\n")
        self.assertEqual(self.check().misses(), [("src/main.c", "names", "early")])
        self.write("early/gen/config.h", "\n")
        self.assertEqual(self.check().misses()[0][1:], ("changed", "early/gen/config.h"))
        shutil.move(self.path("early/gen"), self.path("late/gen"))
        self.assertEqual(self.check().parsed, 1)
        self.write("early/gen/config.h", "#define ctx_with_timeout(a, b) ctx_background()\n")
        self.assertEqual(self.check().misses(), [("src/main.c", "names", "early")])

    def test_a_header_that_vanishes(self):
        self.check()
        os.remove(self.path("late/a.h"))
        gone = self.check()
        self.assertEqual(gone.misses()[0][1:], ("changed", "late/a.h"))
        self.assertIn("'a.h' file not found", gone.err)

    def test_names_that_nobody_looks_for(self):
        self.check()
        for name in ("src/new.c", "src/main.o", "early/z.h", "late/b.h", "notes.txt"):
            self.write(name, "\n")
        self.assertEqual(self.check().parsed, 0)

    def test_a_forced_header(self):
        self.database("src/main.c", flags="-Ilate -I. -include early/forced.h")
        self.assertIn("forced.h", self.check().err)
        self.write("early/forced.h", "#define FORCED 1\n")
        self.assertEqual((healed := self.check()).parsed, 1)
        self.assertEqual(healed.stats["units"]["failed"], 0)
        self.write("early/forced.h", "#define FORCED 2\n")
        self.assertEqual(self.check().misses(), [("src/main.c", "changed", "early/forced.h")])

    def test_a_generated_header(self):
        self.write("b/gen.h", "enum { GEN = 1 };\n")
        self.write("src/main.c", '#include "gen.h"\n' + self.MAIN)
        self.database("src/main.c", flags="-Ilate -I. -Ib")
        self.check()
        os.remove(self.path("b/gen.h"))
        self.write("b/gen.h", "enum { GEN = 1 };\n") # generated again, the same
        self.assertEqual(self.check().parsed, 0)
        self.write("b/gen.h", "enum { GEN = 2 };\n")
        self.assertEqual(self.check().misses(), [("src/main.c", "changed", "b/gen.h")])

    def test_a_link_that_points_elsewhere(self):
        self.write("v1/a.h", "enum { A = 100 };\n")
        self.write("v2/a.h", "enum { A = 900 };\n")
        os.symlink("v1", self.path("current"))
        self.database("src/main.c", flags="-Icurrent -I.")
        self.check()
        os.remove(self.path("current"))
        os.symlink("v2", self.path("current"))
        self.assertEqual(self.check().misses(), [("src/main.c", "changed", "current/a.h")])

    def test_embedded_files_are_never_trusted(self):
        self.write("src/data.txt", "1")
        self.write("src/main.c", self.MAIN + 'static const char data[] = {\n#embed "data.txt"\n};\n')
        self.check()
        self.assertEqual(self.check().parsed, 1)


class BehindPrefix(Case):
    """Units that were parsed behind a precompiled prefix know what the prefix read."""

    def setUp(self):
        super().setUp()
        self.twelve()
        os.mkdir(self.path("early"))
        self.first = self.check("-j1") # others would not wait for the prefix
        self.assertEqual(self.first.stats["units"]["behindPrefix"], 12)
        self.assertEqual(self.check().parsed, 0)

    def test_a_header_of_the_prefix_changed(self):
        self.write("inc/h3.h", self.read("inc/h3.h").replace("103", "1003"))
        self.assertEqual({miss[1:] for miss in self.check().misses()}, {("changed", "inc/h3.h")})
        self.assertEqual(self.check().parsed, 0)

    def test_a_header_that_shadows_one_of_the_prefix(self):
        self.write("early/all.h", '#include "ctx.h"\n#define ctx_with_timeout(a, b) 0\n#define ctx_done(a) 0\n')
        done = self.check()
        self.assertEqual((done.parsed, done.out), (12, ""))

    def test_what_the_prefix_asked_for(self):
        self.write("inc/extra.h", "#define ctx_with_timeout(a, b) 0\n")
        self.assertEqual({miss[1:] for miss in self.check().misses()}, {("names", "inc")})

    def prefixes_of(self, done):
        """Made, taken from the cache, units behind one."""
        return done.stats["prefixes"], done.stats["prefixesFromCache"], done.stats["units"]["behindPrefix"]

    def test_one_source_changed(self):
        self.assertEqual(self.prefixes_of(self.first)[1:], (0, 12))
        for attempt in range(2):
            self.write("u3.c", self.read("u3.c") + "\n")
            changed = self.check()
            self.assertEqual(changed.misses(), [("u3.c", "changed", "u3.c")])
            self.assertEqual(self.prefixes_of(changed), (0, 1, 1))

    def test_many_sources_changed(self):
        for name in self.NAMES[:6]:
            self.write(name, self.read(name) + "\n")
        self.assertEqual(self.prefixes_of(self.check("-j1")), (0, 1, 6))

    def test_a_kept_prefix_grows_stale(self):
        self.write("inc/h3.h", self.read("inc/h3.h").replace("103", "1003"))
        self.database(self.NAMES[3], flags="-Iearly -Iinc -I.") # one alone makes none
        self.assertEqual(self.prefixes_of(self.check()), (0, 0, 0))
        self.database(*self.NAMES, flags="-Iearly -Iinc -I.")
        self.assertEqual(self.prefixes_of(self.check("-j1"))[1:], (0, 11))
        self.write("early/all.h", "enum { MS3 = 1 };\n")
        self.write("u3.c", self.read("u3.c") + "\n")
        self.database(self.NAMES[3], flags="-Iearly -Iinc -I.")
        self.assertEqual(self.prefixes_of(self.check()), (0, 0, 0))

    def test_a_kept_prefix_stays_with_its_place(self):
        moved = os.path.join(self.folder, "moved")
        shutil.move(self.root, moved)
        self.root = moved
        self.database(*self.NAMES, flags="-Iearly -Iinc -I.")
        self.write("u3.c", self.read("u3.c") + "\n")
        changed = self.check()
        self.assertEqual((changed.parsed, self.prefixes_of(changed)), (1, (0, 0, 0)))

    def test_a_damaged_prefix(self):
        generator = random.Random(5)
        kept = [path for path in self.files_in_cache() if os.sep + "prefixes" + os.sep in path]
        self.assertTrue(kept)
        for change in (lambda data: data[:len(data) // 2], lambda data: b"", lambda data: data + b"\0", lambda data: os.urandom(len(data)),
                       lambda data: bytes(byte ^ (generator.random() < 0.0001) for byte in data)):
            for path in kept:
                with open(path, "rb") as file:
                    data = file.read()
                write_file(path, change(data))
                self.write("u3.c", self.read("u3.c") + "\n")
                self.check()
                write_file(path, data)
        self.write("u3.c", self.read("u3.c") + "\n")
        self.assertEqual(self.prefixes_of(self.check()), (0, 1, 1))
        for path in kept:
            os.remove(path)
        self.write("u3.c", self.read("u3.c") + "\n")
        self.assertEqual(self.prefixes_of(self.check()), (0, 0, 0))

    def test_a_forced_header(self):
        self.write("forced.h", "#define FORCED 1\n")
        self.database(*self.NAMES, flags="-Iearly -Iinc -I. -include forced.h")
        self.assertEqual(self.check().parsed, 12)
        self.assertEqual(self.check().parsed, 0)
        self.write("forced.h", "#define ctx_with_timeout(a, b) 0\n")
        self.assertEqual({miss[1:] for miss in self.check().misses()}, {("changed", "forced.h")})

    def test_prefix_and_no_prefix_keep_the_same(self):
        def units():
            return sorted(name for _, _, names in os.walk(os.path.join(self.cache, "units")) for name in names)
        behind = units()
        shutil.rmtree(self.cache)
        for name in self.NAMES:
            self.run_words([PROGRAM, "check", "-q", "--cache-dir", self.cache, name, "--", "-Iearly", "-Iinc", "-I."])
        self.assertEqual(units(), behind)


class BehindHoist(Case):
    """Units that have no first lines in common, but headers of a library: they are parsed behind these, also when one is parsed alone."""

    def setUp(self):
        super().setUp()
        self.flags = f"-I{self.folder}/early -I{self.folder}/lib -I."
        shutil.copy(os.path.join(TESTDATA, "shop", "ctx.h"), self.root)
        os.mkdir(os.path.join(self.folder, "early"))
        self.library("lib.h", "enum { LIB_MS = 100 };\n" + "/* long enough to pay for itself */\n" * 3000 + '#if __has_include("more.h")\n#include "more.h"\n#endif\n')
        for number, name in enumerate(self.NAMES):
            self.write(name, f"int own{number};\n" + "#include <errno.h>\n" * (number % 2) + '#include "ctx.h"\n#include <lib.h>\n'
                             f"void w{number}(void) {{ struct ctx *c = ctx_with_timeout(ctx_background(), LIB_MS); (void)ctx_done(c); }}\n")
        self.database(*self.NAMES, flags=self.flags)
        self.first = self.check("-j1")
        self.assertEqual(self.uses(self.first)[1:], (0, 12))

    def library(self, name, text):
        guard = name.replace(".", "_").upper()
        write_file(os.path.join(self.folder, "lib", name), f"#ifndef {guard}\n#define {guard}\n{text}#endif\n")

    def uses(self, done):
        """Made, taken from the cache, units behind one."""
        return done.stats["prefixes"], done.stats["prefixesFromCache"], done.stats["units"]["behindPrefix"]

    def edit(self, name, text="\n"):
        self.write(name, self.read(name) + text)

    def kept(self):
        found = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(self.cache, "prefixes")) for name in names]
        return [path for path in found if os.path.getsize(path) > 100000]

    def test_one_source_changed(self):
        for attempt in range(2):
            self.edit("u3.c")
            changed = self.check()
            self.assertEqual((changed.parsed, self.uses(changed)), (1, (0, 1, 1)))

    def test_many_sources_changed(self):
        for name in self.NAMES[:7]:
            self.edit(name)
        self.assertEqual(self.uses(self.check("-j1")), (0, 1, 7))

    def test_a_source_that_may_no_longer_have_it(self):
        text = self.read("u3.c")
        self.write("u3.c", "#define LIB_MS 7\nint before = LIB_MS;\n#undef LIB_MS\n" + text)
        changed = self.check()
        self.assertEqual((changed.parsed, self.uses(changed)), (1, (0, 0, 0)))
        self.write("u3.c", text + "int again;\n")
        self.assertEqual(self.uses(self.check()), (0, 1, 1))

    def test_a_header_of_it_changed(self):
        self.edit("../lib/lib.h")
        self.database(self.NAMES[3], flags=self.flags) # one alone makes none
        self.assertEqual(self.uses(self.check()), (0, 0, 0))
        self.database(*self.NAMES, flags=self.flags)
        self.assertEqual(self.uses(self.check("-j1")), (1, 0, 11))
        self.edit("u5.c")
        self.assertEqual(self.uses(self.check()), (0, 1, 1))

    def test_a_header_that_shadows_one_of_it(self):
        write_file(os.path.join(self.folder, "early", "lib.h"), "enum { LIB_MS = 1 };\n")
        self.database(self.NAMES[3], flags=self.flags)
        self.assertEqual(self.uses(self.check()), (0, 0, 0))

    def test_what_it_asked_for(self):
        self.library("more.h", "#define ctx_with_timeout(a, b) 0\n")
        self.database(self.NAMES[3], flags=self.flags)
        changed = self.check()
        self.assertEqual((changed.parsed, self.uses(changed)), (1, (0, 0, 0)))

    def test_other_flags(self):
        self.database(self.NAMES[3], flags=self.flags + " -DOTHER")
        self.assertEqual(self.uses(self.check()), (0, 0, 0))

    def test_damaged_files(self):
        self.assertTrue(self.kept())
        for damage in (lambda data: data[:len(data) // 2], lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:], lambda data: b""):
            for path in self.kept():
                with open(path, "rb") as file:
                    data = file.read()
                write_file(path, damage(data))
                self.edit("u3.c")
                changed = self.check()
                self.assertEqual((changed.parsed, self.uses(changed)), (1, (0, 0, 0)))
                write_file(path, data)
        self.edit("u3.c")
        self.assertEqual(self.uses(self.check()), (0, 1, 1))

    def test_it_stays_with_its_place(self):
        moved = os.path.join(self.folder, "moved")
        shutil.move(self.root, moved)
        self.root = moved
        self.database(*self.NAMES, flags=self.flags)
        self.edit("u3.c")
        self.assertEqual(self.uses(self.check()), (0, 0, 0))


class Elsewhere(Case):
    """The cache in another place, as from an archive."""

    def move(self):
        other = os.path.join(self.folder, "somewhere", "else")
        shutil.copytree(self.root, other)
        with open(self.path("compile_commands.json")) as file:
            entries = json.load(file)
        moved = [{key: value.replace(self.root, other) for key, value in entry.items()} for entry in entries]
        write_file(os.path.join(other, "compile_commands.json"), json.dumps(moved))
        shutil.rmtree(self.root)
        shutil.move(self.cache, self.cache + "-unpacked")
        self.cache += "-unpacked"
        self.root = other

    def test_the_project_lies_elsewhere(self):
        self.shop()
        self.write("pay.c", "#include <assert.h>\n" + self.read("pay.c").replace("struct ctx *tight", 'assert(amount);\n    struct ctx *tight'))
        self.database(*(self.path(name) for name in ("order.c", "pay.c", "ship.c", "log.c")), flags=f"-I{self.root} -I{self.root}/inc -isystem {self.root}")
        before = self.check()
        self.move()
        moved = self.check()
        self.assertEqual((moved.parsed, moved.stats["result"], moved.out), (0, "reused", before.out))

    def test_a_unit_that_names_its_place(self):
        self.shop()
        self.write("log.c", self.read("log.c") + f'const char *where(void) {{ return "{self.root}/data"; }}\n')
        self.check()
        self.move()
        self.assertEqual(self.check().misses(), [("log.c", "moved", "")])
        self.assertEqual(self.check().parsed, 0)


class Damage(Case):
    """Files in the cache that are not what they should be."""

    def setUp(self):
        super().setUp()
        self.shop()
        self.truth = self.check().answer

    def assert_survives(self, what):
        done = self.run_words(self.command("--format", "gcc"))
        self.assertEqual(done.answer, self.truth, f"{what}: {done.err}")
        return done

    def drop_results(self):
        shutil.rmtree(os.path.join(self.cache, "results"), ignore_errors=True) # so that the units are needed

    def kept(self):
        return [path for path in self.files_in_cache() if not path.startswith(os.path.join(self.cache, "tmp"))]

    def damage_each(self, what, change):
        for path in self.kept():
            with open(path, "rb") as file:
                data = file.read()
            for with_result in (True, False):
                if not with_result:
                    self.drop_results()
                write_file(path, change(data))
                self.assert_survives(f"{what}: {path}")
                self.assert_survives(f"{what}, then again: {path}")

    def test_cut_short(self):
        self.damage_each("cut", lambda data: data[:len(data) // 2])

    def test_empty(self):
        self.damage_each("empty", lambda data: b"")

    def test_flipped(self):
        generator = random.Random(4)

        def flip(data):
            changed = bytearray(data)
            for _ in range(3):
                if changed:
                    changed[generator.randrange(len(changed))] ^= 1 << generator.randrange(8)
            return bytes(changed)
        for _ in range(2):
            self.damage_each("flipped", flip)

    def test_longer(self):
        self.damage_each("longer", lambda data: data + b"\0" * 64)

    def test_foreign(self):
        paths = self.kept()
        generator = random.Random(7)
        for path in paths:
            self.drop_results()
            other = generator.choice(paths)
            if other != path and os.path.exists(other):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                shutil.copy(other, path)
            self.assert_survives(f"{other} as {path}")

    def test_folders_and_links_in_the_way(self):
        for path in self.kept():
            if not os.path.exists(path):
                continue
            os.remove(path)
            os.mkdir(path)
            self.assert_survives(f"a folder as {path}")
        self.assert_survives("folders everywhere")

    def test_a_damaged_unit_is_parsed_again_and_heals(self):
        self.drop_results()
        unit = next(path for path in self.kept() if os.sep + "units" + os.sep in path)
        write_file(unit, b"nothing")
        self.assertEqual(self.assert_survives("damaged").parsed, 1)
        self.drop_results()
        self.assertEqual(self.assert_survives("healed").parsed, 0)

    def test_a_lost_unit_is_not_missed_while_the_result_is_known(self):
        shutil.rmtree(os.path.join(self.cache, "units"))
        self.assertEqual(self.assert_survives("no units").stats["result"], "reused")
        self.drop_results()
        done = self.assert_survives("no units, no results")
        self.assertEqual((done.parsed, {miss[1] for miss in done.misses()}), (4, {"missing"}))


class Storm(Case):
    """Many runs on one cache, killed at random, while somebody damages its files."""

    ROUNDS = 12

    def test_storm(self):
        self.shop()
        self.storm("pay.c", "1000", "2000", ("order.c", "pay.c", "ship.c", "log.c"), "")

    def test_storm_over_prefixes(self):
        self.twelve()
        self.storm("inc/h3.h", "enum", '#include "ctx.h"\n#define ctx_with_timeout(a, b) ctx_background()\nenum', self.NAMES, "-Iinc -I.")

    def storm(self, name, old, new, names, flags):
        """Runs over two versions of a project; before each, a source gets a new line, so that it is parsed again."""
        versions = [self.read(name), self.read(name).replace(old, new)]
        roots, truths = [], []
        for number, version in enumerate(versions):
            root = os.path.join(self.folder, f"copy{number}")
            shutil.copytree(self.root, root)
            write_file(os.path.join(root, name), version)
            self.database(*names, root=root, flags=flags)
            roots.append(root)
            truths.append(self.run_words([PROGRAM, "check", "--no-cache", "--format", "gcc"], cwd=root).answer)
        self.assertNotEqual(truths[0], truths[1])
        stop, problems = threading.Event(), []
        threads = [threading.Thread(target=self.runs, args=(seed, roots, names[seed], truths, problems)) for seed in range(4)]
        vandal = threading.Thread(target=self.vandalise, args=(stop,))
        for thread in [*threads, vandal]:
            thread.start()
        for thread in threads:
            thread.join()
        stop.set()
        vandal.join()
        self.assertEqual(problems, [])
        for root, truth in zip(roots, truths):
            self.assertEqual(self.run_words(self.command("--format", "gcc"), cwd=root).answer, truth)

    def runs(self, seed, roots, name, truths, problems):
        generator = random.Random(seed)
        for _ in range(self.ROUNDS):
            which = generator.randrange(len(roots))
            with open(os.path.join(roots[which], name), "a") as file:
                file.write("\n")
            process = subprocess.Popen(self.command("--format", "gcc", "-j2"), cwd=roots[which], env=self.environment(), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, errors="replace")
            is_killed = generator.random() < 0.4
            if is_killed:
                time.sleep(generator.random() * 0.3)
                process.kill()
            out, err = process.communicate(timeout=200)
            is_done = process.returncode != -signal.SIGKILL
            if (is_done or not is_killed) and (process.returncode, out) != truths[which]:
                problems.append((process.returncode, out, err))

    def vandalise(self, stop):
        generator = random.Random(99)
        while not stop.wait(0.005):
            paths = self.files_in_cache()
            if not paths:
                continue
            path = generator.choice(paths)
            try:
                os.chmod(path, 0o600)
                with open(path, "r+b") as file:
                    size = os.path.getsize(path)
                    choice = generator.randrange(4)
                    if choice == 0:
                        file.truncate(generator.randrange(size + 1))
                    elif choice == 1 and size:
                        file.seek(generator.randrange(size))
                        file.write(bytes([generator.randrange(256)]))
                    elif choice == 2:
                        shutil.copyfile(generator.choice(paths), path)
                    else:
                        os.remove(path)
            except OSError:
                pass

    def test_what_a_killed_run_had_parsed_is_kept(self):
        names = [f"f{number}.c" for number in range(40)]
        for name in names:
            self.write(name, f"#include <stdio.h>\n#include <stdlib.h>\nint {name[:-2]}(void) {{ return 0; }}\n")
        self.database(*names)
        process = subprocess.Popen(self.command("-j1"), cwd=self.root, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and sum(os.sep + "manifests" + os.sep in path for path in self.files_in_cache()) < 5:
            time.sleep(0.001)
        process.kill()
        process.wait()
        self.assertGreaterEqual(self.check().stats["units"]["hits"], 5)


class Folder(Case):
    """The folder itself: which one, how large, and when it cannot be used."""

    def setUp(self):
        super().setUp()
        self.shop()

    def where(self, env, *words):
        """Whether a run with this environment writes into self.cache."""
        shutil.rmtree(self.cache, ignore_errors=True)
        done = self.run_words([PROGRAM, "check", "-q", *words], env=env)
        self.assertEqual((done.status, done.err), (FINDINGS, ""))
        return os.path.exists(os.path.join(self.cache, "units")) or os.path.exists(os.path.join(self.cache, "timeoutlint", "units"))

    def test_which_folder(self):
        other = os.path.join(self.folder, "other")
        self.assertTrue(self.where({"TIMEOUTLINT_CACHE": self.cache}))
        self.assertTrue(self.where({"TIMEOUTLINT_CACHE": other}, "--cache-dir", self.cache))
        self.assertTrue(self.where({"XDG_CACHE_HOME": self.cache}))
        self.assertTrue(self.where({"XDG_CACHE_HOME": self.cache, "TIMEOUTLINT_CACHE": ""}))
        self.assertFalse(self.where({"XDG_CACHE_HOME": self.cache}, "--no-cache"))
        self.assertFalse(self.where({"TIMEOUTLINT_CACHE": self.cache}, "--no-cache"))
        self.assertFalse(self.where({"XDG_CACHE_HOME": self.cache, "TIMEOUTLINT_CACHE": other}))
        home = {"HOME": self.folder, "XDG_CACHE_HOME": "relative"}
        self.assertFalse(self.where(home))
        self.assertTrue(os.path.exists(os.path.join(self.folder, ".cache", "timeoutlint", "units")))
        self.assertTrue(self.where({}, "--cache-dir", os.path.relpath(self.cache, self.root)))

    def test_it_is_marked(self):
        self.check()
        with open(os.path.join(self.cache, "CACHEDIR.TAG")) as file:
            self.assertTrue(file.read().startswith("Signature: 8a477f597d28d172789f06886806bc55"))
        self.assertEqual(os.stat(self.cache).st_mode & 0o777, 0o700)

    def test_it_cannot_be_used(self):
        truth = self.check().answer
        write_file(os.path.join(self.folder, "file"), "x")
        folders = [os.path.join(self.folder, "file", "cache"), os.path.join(self.folder, "file"), "/proc/self/nothing"]
        if os.geteuid() != 0:
            os.mkdir(self.path("locked"), 0o500)
            folders.append(self.path("locked"))
        for folder in folders:
            done = self.run_words([PROGRAM, "check", "--format", "gcc", "--cache-dir", folder])
            self.assertEqual(done.answer, truth)
            self.assertEqual(done.err.count("\n"), 1, done.err)
            self.assertTrue(done.err.startswith(f"timeoutlint: cannot use the cache '{folder}'"), done.err)

    def test_it_is_bounded(self):
        limit = 100000
        for number in range(12):
            self.write("pay.c", self.read("pay.c") + f"int more{number}(void) {{ return {number}; }}\n")
            self.check(env={"TIMEOUTLINT_CACHE_SIZE": str(limit)})
            self.assertLessEqual(sum(os.path.getsize(path) for path in self.files_in_cache()), limit + 1000)

    def test_it_is_too_small(self):
        done = self.run_words(self.command("--format", "gcc"), env={"TIMEOUTLINT_CACHE_SIZE": "1K"})
        self.assertEqual((done.status, done.parsed), (FINDINGS, 4))
        self.assertIn("timeoutlint: the cache is too small", done.err)

    def test_the_oldest_go_first(self):
        self.check()
        long_ago = time.time() - 30 * 24 * 3600
        old = os.path.join(self.cache, "units", "00", "0" * 14)
        write_file(old, b"x" * 500000)
        os.utime(old, (long_ago, long_ago))
        left = os.path.join(self.cache, "tmp", "1.2.3")
        write_file(left, b"x")
        os.utime(left, (long_ago, long_ago))
        os.remove(os.path.join(self.cache, "size"))
        before = set(self.files_in_cache())
        size = sum(os.path.getsize(path) for path in before)
        self.write("pay.c", self.read("pay.c") + "\n")
        self.check(env={"TIMEOUTLINT_CACHE_SIZE": str(size)})
        self.assertEqual(before - set(self.files_in_cache()), {old, left})

    def test_what_is_used_does_not_grow_old(self):
        self.check()
        long_ago = time.time() - 30 * 24 * 3600
        for path in self.files_in_cache():
            os.utime(path, (long_ago, long_ago))
        self.assertEqual(self.check().stats["result"], "reused") # though no unit is read
        for path in self.files_in_cache():
            if path.split(os.sep)[-3] in ("units", "manifests", "results"):
                self.assertGreater(os.stat(path).st_mtime, long_ago + 3600, path)

    def test_wrong_words(self):
        for words, env, text in ((["--cache-dir", ""], {}, "names no folder"), (["--stats=xml"], {}, "'xml'"), (["--cache-dri", "x"], {}, "--cache-dir"),
                                 ([], {"TIMEOUTLINT_CACHE_SIZE": "lots"}, "TIMEOUTLINT_CACHE_SIZE"), ([], {"TIMEOUTLINT_CACHE_SIZE": "-1"}, "500M"),
                                 ([], {"TIMEOUTLINT_CACHE_SIZE": "99999999T"}, "TIMEOUTLINT_CACHE_SIZE")):
            done = self.run_words([PROGRAM, "check", *words], env=env)
            self.assertEqual((done.status, done.out), (ERROR, ""))
            self.assertIn(text, done.err)
        self.assertEqual(self.check(env={"TIMEOUTLINT_CACHE_SIZE": "1g"}).status, FINDINGS)

    def test_stats_in_words(self):
        self.check()
        self.write("pay.c", self.read("pay.c") + "\n")
        done = self.run_words([PROGRAM, "check", "--stats", "--cache-dir", self.cache])
        for text in ("units: 4, from the cache 3, parsed 1, failed 0\n", "  pay.c: pay.c: changed\n", "result: ", "peak memory", " hashed ("):
            self.assertIn(text, done.err)
        self.assertNotIn("units:", done.out)
        self.assertIn("parsed 4", self.run_words([PROGRAM, "check", "--stats", "--no-cache"]).err)


class Determinism(Case):
    """One answer, byte by byte."""

    def test_jobs_order_cold_and_warm(self):
        self.shop()
        self.write("bad.c", '#include "shop.h"\n#include "missing.h"\nint bad(void) { return undeclared; }\n')
        names = ["order.c", "pay.c", "ship.c", "log.c", "bad.c"]
        generator = random.Random(1)
        for form in ("text", "gcc", "json"):
            answers = set()
            for attempt in range(6):
                if attempt % 2 == 0:
                    shutil.rmtree(self.cache, ignore_errors=True)
                generator.shuffle(names)
                self.database(*names)
                answers.add(self.run_words(self.command("--format", form, f"-j{generator.randint(1, 4)}")).answer)
            self.assertEqual(len(answers), 1, form)


    def test_every_case_of_every_rule(self):
        cases = os.path.join(TESTDATA, os.pardir)
        files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(cases) for name in names
                       if name.endswith(".c") and os.path.dirname(os.path.realpath(folder)) == os.path.realpath(cases))
        self.assertGreater(len(files), 20)
        for form in ("text", "json"):
            words = ["--format", form, *files, "--", "-std=c17", "-D_GNU_SOURCE", "-I" + os.path.join(cases, "include")]
            cold, warm, fresh = (self.run_words(command) for command in (self.command(*words), self.command(*words),
                                                                         [PROGRAM, "check", "--no-cache", *words]))
            self.assertIn("nested-timeout", cold.out)
            self.assertEqual(warm.parsed, 0)
            self.assertEqual(warm.answer, cold.answer)
            self.assertEqual((fresh.status, [line for line in fresh.out.splitlines() if '"cached"' not in line]),
                             (cold.status, [line for line in cold.out.splitlines() if '"cached"' not in line]))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
