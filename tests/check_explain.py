"""The examples in the documentation of the rules are true: every block of C under "Bad" and "Good" compiles, the bad ones are
reported by their rule at the line marked `// <- reported` and nowhere else, and no rule has anything to say about the good ones."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "testdata" / "include"
HEAD = '#include "waits.h"\n#include "work.h"\n\n'


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def rule_ids():
    names = re.findall(r"RULE\((\w+)\)", (ROOT / "rules" / "rules.def").read_text())
    return [name.replace("_", "-") for name in names]


def section(doc, heading):
    match = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", doc, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


def examples(doc, heading):
    return [HEAD + block for block in re.findall(r"^```c\n(.*?)^```$", section(doc, heading), re.MULTILINE | re.DOTALL)]


def findings(tool, file):
    done = run(tool, "check", "--format", "json", "--no-cache", "-q", file, "--", "-std=c17", "-D_GNU_SOURCE", f"-I{INCLUDE}")
    if done.returncode > 1:
        raise RuntimeError(f"exit status {done.returncode}: {done.stderr}")
    return {(found["rule"], found["line"]) for found in json.loads(done.stdout)["diagnostics"]}


def problems_of(tool, rule, heading, code, folder):
    file = pathlib.Path(folder) / "example.c"
    file.write_text(code)
    compiled = run("cc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{INCLUDE}", file)
    if compiled.returncode != 0:
        return [f"does not compile:\n{compiled.stderr}"]
    wanted = {(rule, number) for number, line in enumerate(code.splitlines(), 1) if "// <- reported" in line}
    if bool(wanted) != (heading == "Bad"):
        return ["a bad example marks its line with `// <- reported`, a good one marks none"]
    found = {(what, line) for what, line in findings(tool, file) if heading == "Good" or what == rule}
    return [f"line {line}: {what} is not found" for what, line in sorted(wanted - found)] + [
        f"line {line}: nobody wants this {what}" for what, line in sorted(found - wanted)]


def check_rule(tool, rule, folder):
    shown = run(tool, "explain", rule)
    if shown.returncode != 0:
        return [f"explain {rule}: exit status {shown.returncode}: {shown.stderr}"]
    problems = []
    for heading in ("Bad", "Good"):
        blocks = examples(shown.stdout, heading)
        if not blocks:
            problems.append(f"{rule}: no example under {heading}")
        for number, code in enumerate(blocks, 1):
            problems += [f"{rule}, {heading} {number}: {text}" for text in problems_of(tool, rule, heading, code, folder)]
    return problems


def main(tool):
    with tempfile.TemporaryDirectory() as folder:
        problems = [problem for rule in rule_ids() for problem in check_rule(tool, rule, folder)]
    print("\n".join(problems) or "every example in the documentation is true")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
