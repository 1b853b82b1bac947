# testdata/README.md names the cases for each sentence about a rule: they must be there, bad ones with good twins, and three for each kind
# of code that must stay quiet. Every rule must have its part.
#
#   check_cases.py TIMEOUTLINT     (which is not run)
import os
import re
import sys

from oracle import cases, csource

CASE = re.compile(r"([\w./-]+\.c):(\w+)")
QUIET_MIN = 3


def functions_of(path, known={}):
    if path not in known:
        with open(path) as text:
            known[path] = {f.name for f in csource.functions(text.read())}
    return known[path]


def problem(rule, case):
    """What is wrong with one case, None where it is there."""
    for folder in (rule, ""):
        path = os.path.join(cases.TESTDATA, folder, case[0])
        if os.path.exists(path):
            return None if case[1] in functions_of(path) else "%s has no function '%s'" % case
    return "there is no file '%s'" % case[0]


def rows(text):
    """(rule or "", cells) of all tables."""
    rule = ""
    for line in text.split("\n"):
        if line.startswith("#"):
            rule = line.lstrip("# ") if line.startswith("### ") else ""
        elif line.startswith("|") and not re.match(r"\|(-|.*\| (good|in different dress) \|$)", line):
            yield rule, [cell.strip() for cell in line.strip("|").split(" | ")]


def main():
    with open(os.path.join(cases.TESTDATA, "README.md")) as text:
        text = text.read()
    wrong, named = [], set(re.findall(r"^### (\S+)$", text, re.M))
    for rule, cells in rows(text):
        found = [CASE.findall(cell) for cell in cells[1:]]
        for case in sum(found, []):
            named.add(case[0].split("/")[0])
            if problem(rule, case):
                wrong.append("%s: %s" % (cells[0], problem(rule, case)))
        if len(found) == 2 and not (found[0] and found[1]):
            wrong.append("%s: a bad case and a good twin are needed" % cells[0])
        if len(found) == 2 and not all(name.endswith("_bad") for _, name in found[0]):
            wrong.append("%s: a bad case is called '..._bad'" % cells[0])
        if len(found) == 1 and len(set(found[0])) < QUIET_MIN:
            wrong.append("%s: %d cases are too few" % (cells[0], len(found[0])))
    wrong += ["%s is not spoken of" % rule for rule in cases.rules() if rule not in named]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
