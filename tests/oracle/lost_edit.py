# Rewrites lost-cancel functions: renumbers sites, deletes one cancel (mutants), proposes smaller ones (shrinking).
from . import lost_print, lost_run


def renumber(tree, counter):
    """The same tree with fresh site numbers, so that copies can stand in one file."""
    if not isinstance(tree, tuple):
        return tree
    parts = tuple(renumber(p, counter) for p in tree)
    if parts and parts[0] in ("derive", "call") and isinstance(parts[-1], int):
        counter[0] += 1
        parts = parts[:-1] + (counter[0],)
    return parts


def copy(func, name, counter):
    return func._replace(name=name, body=renumber(func.body, counter))


def called(tree, names):
    if isinstance(tree, tuple):
        if tree and tree[0] == "call":
            names.add(tree[1])
        for part in tree:
            called(part, names)
    return names


def stores(tree):
    return isinstance(tree, tuple) and (tree[:1] == ("store",) or any(stores(part) for part in tree))


def needed(common, funcs):
    """The helpers that `funcs` use, in order; and who cancels what they store."""
    names = set()
    for f in list(funcs) + list(reversed(common)):
        if f in funcs or f.name in names:
            called(f.body, names)
    kept = [h for h in common if h.name in names]
    if any(stores(f.body) for f in kept + list(funcs)):
        kept += [h for h in common if not h.static]
    return kept


# --- every way to replace one subtree

STATEMENTS = {"decl", "array", "expr", "if", "while", "do", "for", "switch", "break", "continue", "goto", "label", "return", "block", "exit",
              "store", "storeout"}


def is_body(tree):
    return isinstance(tree, tuple) and all(isinstance(s, tuple) and s and s[0] in STATEMENTS for s in tree)


def edits(tree, propose):
    """Every tree that differs from `tree` in one place, where `propose(part)` gives the replacements of a part."""
    yield from propose(tree)
    if isinstance(tree, tuple):
        for i, part in enumerate(tree):
            if isinstance(part, tuple):
                for new in edits(part, propose):
                    yield tree[:i] + (new,) + tree[i + 1:]


def smaller(tree):
    if not isinstance(tree, tuple) or not tree:
        return
    if is_body(tree):
        half = len(tree) // 2
        if half > 1:
            yield tree[half:]
            yield tree[:half]
        for i in range(len(tree)):
            yield tree[:i] + tree[i + 1:]
        for i, s in enumerate(tree):
            for inner in insides(s):
                yield tree[:i] + inner + tree[i + 1:]
    kind = tree[0]
    if kind == "bin" and tree[1] in ("&&", "||"):
        yield tree[2]
        yield tree[3]
    elif kind == "switch" and len(tree[2]) > 1:
        for i in range(len(tree[2])):
            yield tree[:2] + (tree[2][:i] + tree[2][i + 1:],)
    elif kind in ("bin", "not") and tree != ("coin",):
        yield ("coin",)
    elif kind == "call" and len(tree[2]) == 1 and tree[2][0][0] == "var":
        if "_end" in tree[1] and "_rc" not in tree[1]:
            yield ("cancel", tree[2][0])
        if "_make" in tree[1]:
            yield ("derive", "timeout", tree[2][0], tree[3])


def insides(s):
    if s[0] == "if":
        return [s[2], s[3]] + ([(s[:3] + ((),),)] if s[3] else [])
    if s[0] == "while":
        return [s[2]]
    if s[0] in ("do", "block"):
        return [s[1]]
    if s[0] == "for":
        return [s[3]]
    if s[0] == "switch":
        return [body for _, body in s[2]]
    return []


def valid(common, func):
    """Whether the function still is one: names known, a value returned, arrays read inside their bounds."""
    if func.result != "void" and not (func.body and func.body[-1][0] in ("return", "exit")):
        return False
    try:
        machine = lost_run.Machine(needed(common, [func]) + [func], 20000)
        machine.leaks(func)
        return machine.ended
    except (lost_run.Invalid, LookupError, TypeError):
        return False


def ends(e):
    return e[0] == "cancel" or e[0] == "call" and ("_end" in e[1] or "_shut" in e[1] or "_keep" in e[1])


def without_one_cancel(func):
    """Every version of `func` that lacks one of its cancels."""
    def propose(tree):
        if is_body(tree):
            for i, s in enumerate(tree):
                if s[0] == "store" or s[0] == "expr" and ends(s[1]):
                    yield tree[:i] + tree[i + 1:]
    for body in edits(func.body, propose):
        yield func._replace(body=body)


def shrink(common, func, fails, rounds=60):
    """A smaller function of which `fails` (a function of a list of functions, giving those that fail) still holds."""
    for _ in range(rounds):
        counter = [1000000]
        seen, candidates = set(), []
        for body in edits(func.body, smaller):
            if body not in seen and len(candidates) < 400:
                seen.add(body)
                candidate = func._replace(body=body)
                if valid(common, candidate):
                    candidates.append(copy(candidate, "%s_%d" % (func.name.split("_s")[0] + "_s", len(candidates)), counter))
        failing = fails(candidates)
        if not failing:
            return func
        func = min(failing, key=size)
    return func


def size(func):
    def count(tree):
        return sum(count(p) for p in tree) + 1 if isinstance(tree, tuple) else 0
    return count(func.body)


def text(func, const):
    p = lost_print.Printer()
    p.function(func, const)
    return "\n".join(p.lines)
