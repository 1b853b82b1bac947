"""How many leaking functions each analyzer finds: random functions whose lost cancels are known from enumerating all their runs (those of
check_oracle_lost_cancel.py), with the context library declared as each tool understands it best.

    recall.py TIMEOUTLINT [--seed N] [--count N]

gcc -fanalyzer and clang's analyzer know allocators and deallocators: ctx_with_* are declared as the first, ctx_cancel as the second. Counted by
function: a tool that reports any leak in a leaking function has found it. Tools that are not installed are left out."""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import check_oracle_lost_cancel as oracle  # noqa: E402
from oracle import lost_print  # noqa: E402

MAKERS = re.compile(r"^(struct ctx \*ctx_with_)", re.MULTILINE)
CANCEL = "void ctx_cancel(struct ctx *c);"


def gcc_header(text):
    text = text.replace(CANCEL, "").replace("struct ctx;\n", "struct ctx;\n" + CANCEL + "\n", 1)
    return MAKERS.sub(r"__attribute__((malloc(ctx_cancel, 1))) \1", text)


def clang_header(text):
    text = text.replace(CANCEL, CANCEL.replace(";", " __attribute__((ownership_takes(malloc, 1)));"))
    return MAKERS.sub(r"__attribute__((ownership_returns(malloc))) \1", text)


PEERS = {
    "gcc -fanalyzer": (gcc_header, ["gcc", "-fanalyzer", "-Wno-analyzer-too-complex", "-c", "-O1", "-o", "/dev/null"], r"leak of"),
    "clang --analyze": (
        clang_header,
        ["clang-19", "--analyze", "-Xclang", "-analyzer-config", "-Xclang", "unix.DynamicMemoryModeling:Optimistic=true", "-Xclang",
         "-analyzer-output=text", "-o", "/dev/null"],
        r"Potential (?:memory )?leak"),
}


def owners(file, lines):
    """The functions of the file that the lines lie in."""
    names, owner, found = {f.name for f in file.funcs}, None, set()
    for number, text in enumerate(file.text.split("\n"), 1):
        head = re.match(r"^(?:static )?[a-z_ *]*?\b(\w+)\(.*\)$", text)
        if head and head.group(1) in names:
            owner = head.group(1)
        if number in lines:
            found.add(owner)
    return found


def peer_finds(peer, file, folder, name):
    header, command, pattern = PEERS[peer]
    with open(os.path.join(folder, lost_print.header_name(file.const)), "w") as out:
        out.write(header(lost_print.header(file.const)))
    with open(os.path.join(folder, name), "w") as out:
        out.write(file.text)
    done = subprocess.run(command + [name], cwd=folder, capture_output=True, text=True, check=False)
    return owners(file, {int(line) for line in re.findall(r"%s:(\d+):\d+: warning: %s" % (name, pattern), done.stderr)})


def measure(finds, seed, count):
    """Of files with parents const and not: leaking functions, found, reported without a leak."""
    counts = {True: [0, 0, 0], False: [0, 0, 0]}
    for name, file in oracle.files(seed, count, set()):
        names = {f.name for f in file.funcs}
        truth = {function for function, _ in file.truth} & names
        with tempfile.TemporaryDirectory() as folder:
            found = finds(file, folder, name) & names
        for i, number in enumerate((len(truth), len(found & truth), len(found - truth))):
            counts[file.const][i] += number
    return counts


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--seed", default="1")
    p.add_argument("--count", type=int, default=200)
    a = p.parse_args()
    tools = {"timeoutlint": lambda file, folder, name: {function for function, _ in file.found(os.path.abspath(a.program), folder, name)}}
    for peer, (_, command, _) in PEERS.items():
        if shutil.which(command[0]):
            tools[peer] = lambda file, folder, name, peer=peer: peer_finds(peer, file, folder, name)
    print("| tool | parents | leaking functions | found | precision |\n|---|---|---|---|---|")
    for tool, finds in tools.items():
        for const, (due, found, wrong) in measure(finds, a.seed, a.count).items():
            if due:
                print("| %s | %s | %d | %.2f | %.2f |" % (tool, "const" if const else "not const", due, found / due, found / max(found + wrong, 1)), flush=True)


if __name__ == "__main__":
    main()
