"""The program as a user meets it: exit statuses, what goes to stdout and to stderr, bad input of every kind.

Usage: check_cli.py PROGRAM [unittest arguments]. Works on copies of testdata/cli in temporary folders.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.path.abspath(sys.argv[1])
TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "testdata", "cli")
CLEAN, FINDINGS, ERROR, INCOMPLETE = range(4)
SHOP = ["order.c", "pay.c", "ship.c", "log.c"]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="timeoutlint-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.cache = tempfile.mkdtemp(prefix="timeoutlint-cache-")
        self.addCleanup(shutil.rmtree, self.cache)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def database(self, *files, flags="", compiler="cc", entries=()):
        entries = [{"directory": self.folder, "file": file, "command": f"{compiler} {flags} -c -o {file}.o {file}"} for file in files] + list(entries)
        self.write("compile_commands.json", json.dumps(entries))

    def shop(self, *files, **how):
        for name in os.listdir(os.path.join(TESTDATA, "shop")):
            shutil.copy(os.path.join(TESTDATA, "shop", name), self.folder)
        self.database(*(files or SHOP), **how)

    def run_program(self, *words, cwd=None, env=None, stdout=subprocess.PIPE):
        env = {**{key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "POSIXLY_CORRECT")}, "TIMEOUTLINT_CACHE": self.cache,
               **(env or {})}
        env["ASAN_OPTIONS"] = env["UBSAN_OPTIONS"] = "exitcode=99" # a sanitizer's complaint must not look like findings
        return subprocess.run([PROGRAM, *words], cwd=cwd or self.folder, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=300,
                              errors="replace")

    def check(self, status, *words, says=(), silent=False, **how):
        """Runs `check` and looks at the exit status and at what stderr says."""
        done = self.run_program("check", *words, **how)
        self.assertEqual(done.returncode, status, f"{done.stdout}{done.stderr}")
        for text in (says,) if isinstance(says, str) else says:
            self.assertIn(text, done.stderr)
        if silent:
            self.assertEqual(done.stderr, "")
        return done

    def findings(self, status, *words, **how):
        result = json.loads(self.check(status, "--format", "json", *words, **how).stdout)
        return sorted((found["rule"], found["file"]) for found in result["diagnostics"])

    def refused(self, *words, says=(), **how):
        done = self.run_program(*words, **how)
        self.assertEqual((done.returncode, done.stdout), (ERROR, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("timeoutlint: "), done.stderr)
        for text in (says,) if isinstance(says, str) else says:
            self.assertIn(text, done.stderr)


class Words(Case):
    """Wrong words on the command line."""

    def test_no_command_shows_the_usage(self):
        done = self.run_program()
        self.assertEqual((done.returncode, done.stdout), (ERROR, ""))
        self.assertIn("Usage: timeoutlint", done.stderr)

    def test_help_and_version_go_to_stdout(self):
        for words in (["--help"], ["-h"], ["help"], ["help", "check"], ["check", "--help"], ["dump", "-h"], ["explain", "--help"]):
            done = self.run_program(*words)
            self.assertEqual((done.returncode, done.stderr), (CLEAN, ""), words)
            self.assertIn("Usage: timeoutlint", done.stdout)
        for words in (["--version"], ["check", "--version"]):
            self.assertRegex(self.run_program(*words).stdout, r"^timeoutlint \d+\.\d+\.\d+\n$")

    def test_every_option_is_in_the_help(self):
        text = self.run_program("check", "--help").stdout
        for option in ("-p", "-j", "--format", "--enable", "--disable", "--severity", "--policy", "--fail-on", "--model", "--no-cache",
                       "--require-complete", "--color", "--progress", "-q", "-v", "--help", "--version"):
            self.assertIn(option, text)

    def test_wrong_words_get_the_nearest_right_one(self):
        self.refused("chekc", says="did you mean 'check'?")
        self.refused("-p", "build", says="comes after a command")
        self.refused("help", "dmp", says="did you mean 'dump'?")
        self.refused("check", "--fromat", "json", says="did you mean '--format'?")
        self.refused("check", "-x", says="no option '-x'")
        self.refused("check", "--format", says="needs a value")
        self.refused("check", "-p", says="needs a value")
        self.refused("check", "--quiet=yes", says="takes no value")
        self.refused("check", "--format", "jsn", says="did you mean 'json'?")
        self.refused("check", "--format", "json:", says="names no file")
        self.refused("check", "--format", "json:/no/such/folder/x", says="cannot write to '/no/such/folder/x'")
        self.refused("check", "--format", "text", "--format", "json", says="two formats for standard output")
        self.refused("check", "--disable", "lost-cancle", says="did you mean 'lost-cancel'?")
        self.refused("check", "--enable", "zzz*", says="there is no rule 'zzz*'")
        self.refused("check", "--severity", "lost-cancel", says="RULE=LEVEL")
        self.refused("check", "--severity", "lost-cancel=warn", says="did you mean 'warning'?")
        self.refused("check", "--severity", "lost-cancl=error", says="did you mean 'lost-cancel'?")
        self.refused("check", "--policy", "cascad", says="did you mean 'cascade'?")
        self.refused("check", "--fail-on", "errors", says="did you mean 'error'?")
        self.refused("check", "--color", "allways", says="did you mean 'always'?")
        for jobs in ("0", "-1", "many", "", "3x"):
            self.refused("check", f"-j{jobs}" if jobs else "--jobs=", says="-j takes a number")
        self.refused("dump", says="ir, callgraph or summaries")
        self.refused("dump", "callgraf", says="did you mean 'callgraph'?")
        self.refused("check", "--", "-I.", says="comes after the files")
        self.refused("check", "-p", ".", "x.c", "--", "-I.", says="only one of them")

    def test_explain(self):
        listing = self.run_program("explain")
        self.assertEqual(listing.returncode, CLEAN)
        rules = [line.split()[0] for line in listing.stdout.splitlines()]
        self.assertIn("lost-cancel", rules)
        for rule in rules:
            done = self.run_program("explain", rule)
            self.assertEqual((done.returncode, done.stderr), (CLEAN, ""))
            self.assertIn(rule, done.stdout)
        self.refused("explain", "nested-timeot", says="did you mean 'nested-timeout'?")
        self.refused("explain", "a", "b", says="one word")


class Databases(Case):
    """Where the units come from, and what is wrong with them."""

    def test_none(self):
        self.refused("check", says=("there is no compile_commands.json", "cmake", "meson", "bear"))
        self.refused("check", "-p", "nowhere", says="'nowhere' does not exist")
        os.mkdir(self.path("b"))
        self.refused("check", "-p", "b", says="there is no compile_commands.json in 'b'")

    def test_damaged(self):
        for text, says in (("", "the file is empty"), ("[]", "no entries"), ("{}", "not a list"), ("[{]", "compile_commands.json:1:"),
                           ("\x7fELF\0\0", "not JSON"), (b"\xff\xfe\x00", "not JSON"), ('[{"file": "a.c"}]', 'no "directory"'), ("[3]", "entry 1")):
            self.write("compile_commands.json", text)
            self.refused("check", says=says)
            self.refused("dump", "ir", says=says)

    def test_a_directory_or_an_unreadable_file(self):
        os.mkdir(self.path("compile_commands.json"))
        self.refused("check", "-p", "compile_commands.json", says="compile_commands.json")
        self.refused("check", says="there is no compile_commands.json")

    def test_found_from_below(self):
        self.shop()
        os.makedirs(self.path("build-x/deep"))
        os.rename(self.path("compile_commands.json"), self.path("build-x/compile_commands.json"))
        self.check(FINDINGS, silent=True)
        self.check(FINDINGS, "-p", "build-x", silent=True)
        self.check(FINDINGS, "-p", "build-x/compile_commands.json", silent=True)
        done = self.check(FINDINGS, "-v", cwd=self.path("build-x/deep"), says="compile_commands.json: 4 units")
        self.assertIn(self.path("pay.c"), done.stdout)

    def test_other_languages_are_counted(self):
        self.shop("log.c", entries=[{"directory": self.folder, "file": "x.cpp", "command": "c++ -c x.cpp"},
                                    {"directory": self.folder, "file": "x.S", "command": "cc -c x.S"}])
        self.check(CLEAN, silent=True)
        self.check(CLEAN, "-v", says="2 entries that are not C")

    def test_files_and_flags(self):
        self.shop()
        os.remove(self.path("compile_commands.json"))
        self.assertEqual(self.findings(FINDINGS, *SHOP, "--", "-I."), [("lost-cancel", "ship.c"), ("nested-timeout", "pay.c")])
        self.check(CLEAN, "log.c", "--", silent=True)
        self.check(INCOMPLETE, "log.c", "--", "-DNEEDS_LOUD", says="LOUD is not defined")
        self.check(CLEAN, "log.c", "--", "-DNEEDS_LOUD", "-D", "LOUD")
        self.check(CLEAN, "shop.h", "--")
        self.refused("check", "gone.c", "--", says="'gone.c' does not exist")
        self.refused("check", ".", "--", says="'.' is a directory")
        self.refused("check", "/dev/null", "--", says="'/dev/null' is a device or pipe")
        self.write("x.cpp", "")
        self.refused("check", "x.cpp", "--", says="'x.cpp' is not C")
        self.refused("check", "log.c", says="there is no compile_commands.json")


class Units(Case):
    """Units that cannot be analysed, or look as if they could not."""

    def bad_unit(self, status, says, text=None, name="bad.c", **how):
        """One bad file beside the shop: it is named, and everything else is still analysed."""
        if text is not None:
            self.write(name, text)
        self.shop(name, *SHOP, **how)
        self.assertEqual(self.findings(FINDINGS, says=says), [("lost-cancel", "ship.c"), ("nested-timeout", "pay.c")])
        self.database(name, "log.c", **how)
        done = self.check(status, "-q", "--format", "json", says=says)
        result = json.loads(done.stdout)
        self.assertEqual(result["complete"], status == CLEAN)
        self.assertEqual(result["units"]["failed"], int(status == INCOMPLETE))
        self.assertEqual(result["units"]["analysed"], 1 + int(status == CLEAN))
        self.assertEqual([failure["file"] for failure in result["failures"]], [name] * (status == INCOMPLETE))
        self.assertEqual(done.stderr.count("\n"), int(status == INCOMPLETE), done.stderr)

    def test_missing_file(self):
        self.bad_unit(INCOMPLETE, "bad.c: the file does not exist")

    def test_directory(self):
        os.mkdir(self.path("bad.c"))
        self.bad_unit(INCOMPLETE, "bad.c: it is a directory")

    def test_unreadable(self):
        if os.geteuid() == 0:
            self.write("bad.c", "")
            os.remove(self.path("bad.c"))
            os.mkfifo(self.path("bad.c"))
        else:
            self.write("bad.c", "")
            os.chmod(self.path("bad.c"), 0)
        self.bad_unit(INCOMPLETE, "bad.c: ")

    def test_does_not_compile_at_all(self):
        self.bad_unit(INCOMPLETE, "bad.c", "This is no C, not at all.\n}}}} ((( ]\n")

    def test_binary(self):
        self.bad_unit(INCOMPLETE, "bad.c", bytes(range(256)) * 300)

    def test_vanished_header(self):
        self.bad_unit(INCOMPLETE, "'gone.h' file not found", '#include "gone.h"\nint f(void) { return gone(3); }\n')

    def test_vanished_header_of_the_command_line(self):
        for flag in ("-include", "-imacros"):
            self.shop("log.c", flags=f"{flag} gone.h")
            self.check(INCOMPLETE, says="gone.h")

    def test_what_could_be_parsed_is_analysed(self):
        self.shop("bad.c")
        with open(self.path("ship.c"), encoding="utf-8") as file:
            self.write("bad.c", file.read() + "\nint broken(void) { return undeclared_thing; }\n")
        self.assertEqual(self.findings(FINDINGS, says="undeclared_thing"), [("lost-cancel", "bad.c")])
        self.assertEqual(self.findings(INCOMPLETE, "--require-complete", says="undeclared_thing"), [("lost-cancel", "bad.c")])

    def test_empty(self):
        self.bad_unit(CLEAN, (), "")

    def test_missing_response_file(self):
        self.write("bad.c", "")
        self.shop("log.c", entries=[{"directory": self.folder, "file": "bad.c", "command": "cc @gone.rsp -c bad.c"}])
        self.check(INCOMPLETE, says="gone.rsp")

    def test_crashes_of_clang(self):
        for kind in ("crash", "parser_crash", "llvm_fatal_error"):
            with self.subTest(kind):
                self.bad_unit(INCOMPLETE, "bad.c: ", f"#pragma clang __debug {kind}\nint x;\n")

    def test_deep_nesting(self):
        deep = {
            "parentheses": "int f(void) { return " + "(" * 10000 + "1" + ")" * 10000 + "; }\n",
            "blocks": "void f(void) " + "{" * 10000 + "}" * 10000 + "\n",
            "operators": "int f(int a) { return " + "!" * 10000 + "a; }\n",
            "else-if": "int f(int a) {" + "".join(f"if (a == {i}) return {i}; else " for i in range(10000)) + "return 0; }\n",
            "sum": "int f(int a) { return a" + " + a" * 10000 + "; }\n",
            "pointers": "int " + "*" * 10000 + "p;\n",
            "macros": "#define A0 1\n" + "".join(f"#define A{i + 1} (A{i} + 1)\n" for i in range(10000)) + "int x = A10000;\n",
        }
        for kind, text in deep.items():
            with self.subTest(kind):
                self.write("bad.c", text)
                self.shop("bad.c", *SHOP)
                done = self.check(FINDINGS, "--format", "gcc")
                self.assertIn("pay.c:", done.stdout)
                self.assertNotIn("internal error", done.stderr)

    def test_two_hundred_thousand_lines(self):
        body = "int f{0}(int a)\n{{\n    int b = a;\n    for (int i = 0; i < {0}; i++)\n        b += g(i) ? f{1}(b) : {0};\n" \
               "    if (b > 3)\n        return b;\n    return a;\n}}\n\n"
        self.write("bad.c", "int g(int);\nint f0(int a) { return a; }\n" + "".join(body.format(i, i - 1) for i in range(1, 20001)))
        self.shop("bad.c", *SHOP)
        start = time.monotonic()
        self.check(FINDINGS, "--format", "gcc", silent=True)
        print(f"200,000 lines: {time.monotonic() - start:.1f} s", file=sys.stderr)

    def test_compiler_wrappers(self):
        self.write("flags.rsp", '-DLOUD "-DOTHER=\\"x\\""')
        for compiler in ("ccache gcc", "distcc ccache /usr/bin/gcc-12", "env A=b LC_ALL=C gcc", "/bin/sh ./libtool --mode=compile --tag=CC gcc",
                         "gcc @flags.rsp", "x86_64-linux-gnu-gcc-12", "arm-none-eabi-gcc -mthumb -mcpu=cortex-m4"):
            with self.subTest(compiler):
                self.shop("log.c", flags="-DNEEDS_LOUD -DLOUD", compiler=compiler)
                self.check(CLEAN, "--require-complete", silent=True)

    def test_flags_only_gcc_knows(self):
        flags = ("-fno-tree-vrp -fconserve-stack -fno-allow-store-data-races -mpreferred-stack-boundary=4 -mrecord-mcount -mskip-rax-setup "
                 "-fplugin=./x.so -Wno-maybe-uninitialized -Wlogical-op -Werror -fdump-tree-all -fno-ipa-sra -falign-jumps=1 -std=gnu17 "
                 "--param=max-inline=3 -fira-loop-pressure -mindirect-branch=thunk-extern -fanalyzer -fno-gcse -specs=x.specs -Wa,--noexecstack")
        self.shop("log.c", flags=flags)
        self.check(CLEAN, "--require-complete", silent=True)

    def test_duplicates_are_analysed_once(self):
        self.shop(entries=[{"directory": self.folder, "file": file, "command": f"cc -fPIC -Dshop_EXPORTS -o so/{file}.o -c {file}"} for file in SHOP])
        done = self.check(FINDINGS, "--format", "json")
        self.assertEqual(json.loads(done.stdout)["units"]["analysed"], 4)
        self.assertEqual(len(json.loads(done.stdout)["diagnostics"]), 2)


class Results(Case):
    """Exit statuses and formats."""

    def test_statuses(self):
        self.shop("log.c", "order.c")
        self.check(CLEAN, silent=True)
        self.shop()
        self.check(FINDINGS, silent=True)
        self.check(CLEAN, "--fail-on", "error")
        self.check(CLEAN, "--fail-on", "never")
        self.check(FINDINGS, "--fail-on", "error", "--severity", "lost-cancel=error")
        self.check(FINDINGS, "--fail-on", "note")
        self.check(CLEAN, "--severity", "lost-cancel=note", "--severity", "nested-timeout=off")

    def test_rules_are_switched(self):
        self.shop()
        both = [("lost-cancel", "ship.c"), ("nested-timeout", "pay.c")]
        self.assertEqual(self.findings(FINDINGS), both)
        self.assertEqual(self.findings(FINDINGS, "--disable", "nested-*"), both[:1])
        self.assertEqual(self.findings(FINDINGS, "--disable", "*", "--enable", "nested-timeout"), both[1:])
        self.assertEqual(self.findings(CLEAN, "--enable", "nested-timeout", "--disable", "lost-cancel,nested-timeout"), [])
        self.assertEqual(self.findings(FINDINGS, "--policy", "cascade"), both[:1])

    def test_only_findings_that_touch_the_files(self):
        self.shop()
        self.assertEqual(self.findings(FINDINGS, "ship.c"), [("lost-cancel", "ship.c")])
        self.assertIn(("nested-timeout", "pay.c"), self.findings(FINDINGS, "order.c"))
        self.assertEqual(self.findings(CLEAN, "log.c"), [])
        self.assertEqual(self.findings(CLEAN, "ctx.h", "log.c"), [])
        self.assertEqual(self.findings(FINDINGS, self.path("pay.c")), [("nested-timeout", "pay.c")])
        os.symlink(self.folder, self.path("link"))
        self.assertEqual(self.findings(FINDINGS, "link/pay.c"), [("nested-timeout", "pay.c")])
        self.refused("check", "gone.c", says="'gone.c' does not exist")
        self.refused("check", "link", says="'link' is a directory")
        self.write("lonely.h", "")
        self.refused("check", "lonely.h", says="neither compiled nor included")

    def test_two_formats_at_once(self):
        self.shop()
        done = self.check(FINDINGS, "--format", "text", "--format", "json:out.json", "--format=gcc:out.txt", silent=True)
        self.assertIn("help:", done.stdout)
        with open(self.path("out.json"), encoding="utf-8") as file:
            result = json.load(file)
        self.assertEqual((result["version"], result["complete"], result["units"]["failed"]), (1, True, 0))
        self.assertEqual(result["tool"]["name"], "timeoutlint")
        with open(self.path("out.txt"), encoding="utf-8") as file:
            self.assertEqual(len([line for line in file if not line.startswith(" ")]) >= 2, True)

    def test_color(self):
        self.shop()
        self.assertNotIn("\033", self.check(FINDINGS).stdout)
        self.assertIn("\033", self.check(FINDINGS, "--color", "always").stdout)
        self.assertIn("\033", self.check(FINDINGS, "--color=always", env={"NO_COLOR": "1"}).stdout)
        self.assertNotIn("\033", self.check(FINDINGS, "--color", "never").stdout)

    def test_progress_goes_to_stderr(self):
        self.shop()
        done = self.check(FINDINGS, "--progress", "always", "-j1", says="[4/4] ")
        self.assertNotIn("[4/4]", done.stdout)
        self.check(FINDINGS, "--progress", "never", silent=True)

    def test_same_output_for_every_order(self):
        self.write("bad.c", '#include "gone.h"\n')
        outputs = set()
        for files in (SHOP + ["bad.c", "none.c"], ["none.c", "bad.c"] + SHOP[::-1]):
            self.shop(*files)
            for jobs in ("1", "2", "7"):
                runs = [self.check(FINDINGS, f"-j{jobs}", "--format", form) for form in ("text", "gcc", "json")]
                outputs.add("\n".join(done.stdout + done.stderr for done in runs))
        self.assertEqual(len(outputs), 1)

    def test_dump(self):
        self.shop()
        done = self.run_program("dump", "ir")
        self.assertEqual((done.returncode, done.stderr), (CLEAN, ""))
        self.assertTrue("handle_order" in done.stdout and "log_line" in done.stdout)
        done = self.run_program("dump", "ir", "log.c")
        self.assertTrue("handle_order" not in done.stdout and "log_line" in done.stdout)
        for stage in ("callgraph", "summaries"):
            done = self.run_program("dump", stage)
            self.assertEqual((done.returncode, done.stderr), (CLEAN, ""))
            self.assertIn("pay", done.stdout)
        done = self.run_program("dump", "callgraph", "pay.c", "--", "-I.")
        self.assertIn("ctx_cancel", done.stdout)

    def test_closed_pipe_is_quiet(self):
        self.shop()
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = self.run_program("check", stdout=write_end)
        os.close(write_end)
        self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, ""))

    def test_full_disk_is_told(self):
        self.shop()
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.check(ERROR, stdout=full, says="cannot write the report")
        self.check(ERROR, "--format", "json:/dev/full", says="cannot write")

    def test_models(self):
        self.shop()
        self.refused("check", "--model", "gone.yaml", says="gone.yaml")
        self.write("bad.yaml", "model: [\n")
        self.refused("check", "--model", "bad.yaml", says="bad.yaml:")


class Workers(Case):
    """The processes behind it."""

    def left_over(self, session):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(pid))
        return found

    def test_nothing_is_left_when_the_program_is_killed(self):
        self.write("slow.c", "#pragma clang __debug overflow_stack\n")
        self.database("slow.c")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            process = subprocess.Popen([PROGRAM, "check"], cwd=self.folder, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            process.send_signal(number)
            process.wait(timeout=20)
            deadline = time.monotonic() + 20
            while self.left_over(process.pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            left = self.left_over(process.pid)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            self.assertEqual(left, [], f"after signal {number}")

    def test_the_worker_is_found_beside_the_program(self):
        self.shop("log.c")
        away = self.path("bin")
        os.mkdir(away)
        shutil.copy(PROGRAM, away)
        os.symlink(os.path.join(os.path.dirname(PROGRAM), "models"), os.path.join(away, "models"))
        words = [os.path.join(away, "timeoutlint"), "check"]
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, env={**os.environ, "PATH": "/usr/bin:/bin"}, check=False)
        self.assertEqual(done.returncode, ERROR)
        self.assertIn("timeoutlint-capture", done.stderr)
        os.makedirs(self.path("libexec/timeoutlint"))
        os.symlink(os.path.join(os.path.dirname(PROGRAM), "timeoutlint-capture"), self.path("libexec/timeoutlint/timeoutlint-capture"))
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (CLEAN, ""))


if __name__ == "__main__":
    del sys.argv[1]
    unittest.main(argv=["check_cli.py", *sys.argv[1:]])
