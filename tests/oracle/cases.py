# The cases of testdata/: every folder that is named like a rule, one program for each C file and each folder in it.
import os
import re

from . import tool

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTDATA = os.path.join(SOURCE, "testdata")
INCLUDE = os.path.join(TESTDATA, "include")
FLAGS = ["-D_GNU_SOURCE", "-I" + INCLUDE]


def rules():
    with open(os.path.join(SOURCE, "rules", "rules.def")) as text:
        return [name.replace("_", "-") for name in re.findall(r"RULE\((\w+)\)", text.read())]


def folder_case(name, path):
    """(name, {file: text}, model) of the C files and headers in a folder."""
    files = {}
    for f in sorted(os.listdir(path)):
        if f.endswith((".c", ".h")):
            with open(os.path.join(path, f)) as text:
                files[f] = text.read()
    model = os.path.join(path, "model.yaml")
    return name, files, model if os.path.exists(model) else None


def all_cases():
    for rule in rules():
        top = os.path.join(TESTDATA, rule)
        for name in sorted(os.listdir(top)) if os.path.isdir(top) else ():
            path = os.path.join(top, name)
            if name.endswith(".c"):
                with open(path) as text:
                    yield rule + "/" + name, {name: text.read()}, None
            elif os.path.isdir(path):
                yield folder_case(rule + "/" + name, path)


def projects():
    for top in ("projects", "mutation"):
        folder = os.path.join(TESTDATA, top)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if os.path.isdir(os.path.join(folder, name)):
                yield folder_case(top + "/" + name, os.path.join(folder, name))


def analyse(program, folder, files, model=None):
    """The findings of all rules."""
    os.makedirs(folder, exist_ok=True)
    for name, text in files.items():
        tool.write(folder, name, text)
    options = ["--model", model] if model else []
    return tool.check(program, folder, [f for f in files if f.endswith(".c")], ["*"], FLAGS, options)
