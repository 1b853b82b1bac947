# Mutants of clean functions: one mistake each, of the kinds that the rules are for. A mutant is an edit of a text that keeps its
# lines. `places` says which functions may be mutated how: a bound is only inner where something calls the function, and a
# function that nothing calls is a root, which may choose its bound.
import re
from collections import namedtuple

from . import csource

# kind: what was done; func: the name of the function; text[start:end] becomes `new`.
Mutant = namedtuple("Mutant", "kind func line start end new")

DONE = re.compile(r"\b\w*?(?:_done|_err|_over|IsDone|expired\w*)\s*\((?:[^()]|\([^()]*\))*\)")
LEFT = re.compile(r"\b\w*?(?:_remaining|_left)\s*\([^()]*\)\s*(<=|<|>|>=|==)\s*\w+|\bnow_ms\(\)\s*(<|<=|>|>=)\s*\w+")
DERIVE = re.compile(r"\b(\w*?)_with_(timeout|deadline)\s*$|\b(\w*?)WithTimeout\s*$")
WAITS = {"rpc": 1, "call_within": 2, "poll": 2, "pause_ms": 0, "usleep": 0}
LENGTHS = {"pause_ms": "3000", "usleep": "3000000"}
FROM_BUDGET = re.compile(r"remaining|left|share|budget|deadline|timeout|until|\bnow", re.I)


def arguments(toks, i):
    """The token ranges of the arguments in the parentheses at toks[i]."""
    end, parts, first, depth = csource.closing(toks, i), [], i + 1, 0
    for j in range(i + 1, end):
        depth += (toks[j].text in csource.OPEN) - (toks[j].text in csource.CLOSE)
        if toks[j].text == "," and depth == 0:
            parts.append((first, j))
            first = j + 1
    return parts + [(first, end)] if end > i + 1 else []


def cancels(text, func):
    for stmt in csource.walk(func.body):
        body = text[stmt.start:stmt.end]
        match = re.fullmatch(r"\w*(?:_cancel|Cancel)\s*\(([^;]*)\);", body)
        if stmt.kind == "expr" and match:
            # What the argument does stays: it may count a loop down.
            yield Mutant("delete cancel", func.name, csource.line_of(text, stmt.start), stmt.start, stmt.end, "(void)(%s);" % match[1])


def is_fixed(text):
    return not re.search(r"[a-z_]\w*\s*\(|\b[a-z]\w*\b", re.sub(r"\b\w+_ms\b(?!\s*\()", "", text)) and re.search(r"\w", text)


def bounds(text, func):
    """Calls that set a bound on a context, and waits that take a number."""
    toks = csource.tokens(text[func.brace:func.end])
    for i in range(len(toks) - 1):
        if toks[i].kind != "word" or toks[i + 1].text != "(" or toks[i - 1].text in (".", "->"):
            continue
        derive = DERIVE.match(toks[i].text)
        args = arguments(toks, i + 1)
        in_place = derive and args and toks[args[0][0]].text == "&"
        which = 1 + bool(in_place) if derive else WAITS.get(toks[i].text)
        if which is None or len(args) <= which or toks[args[which][0]].text == "&":
            continue
        parent = " ".join(t.text for t in toks[args[0][0]:args[0][1]])
        first, last = toks[args[which][0]], toks[args[which][1] - 1]
        start, end = func.brace + first.start, func.brace + last.end
        yield toks[i].text, derive, parent, start, end, text[start:end]


def replaced_bounds(text, func):
    for name, derive, parent, start, end, bound in bounds(text, func):
        line = csource.line_of(text, start)
        if "background" in parent or "\n" in bound:
            continue
        if derive and derive[2] == "deadline":
            if derive[1] in ("ctx", "kctx", "vctx") and not is_fixed(bound):
                yield Mutant("constant for derived", func.name, line, start, end, "%s_now() + 50000" % derive[1])
        elif derive and is_fixed(bound):
            yield Mutant("raise inner timeout", func.name, line, start, end, "(%s) * 1000" % bound)
        elif derive or FROM_BUDGET.search(bound):
            yield Mutant("constant for derived", func.name, line, start, end, LENGTHS.get(name, "50000"))


def in_loops(stmts, inside=False):
    for stmt in stmts:
        is_loop = stmt.kind in ("while", "for", "do")
        if stmt.parts and (is_loop or inside and stmt.kind == "if"):
            yield stmt
        yield from in_loops(stmt.children, inside or is_loop)


def dropped_checks(text, func):
    for stmt in in_loops(func.body):
        first, last = stmt.parts[0]
        for match in DONE.finditer(text, first, last):
            if re.search(r"!\s*$", text[first:match.start()]):
                # `!done(...)`: not done.
                yield Mutant("drop done-check", func.name, csource.line_of(text, match.start()), match.start(), match.end(), "0")
            elif not re.search(r"[=<>]\s*$", text[first:match.start()]):
                yield Mutant("drop done-check", func.name, csource.line_of(text, match.start()), match.start(), match.end(), "0")
        for match in LEFT.finditer(text, first, last):
            goes_on = stmt.kind != "if"
            yield Mutant("drop done-check", func.name, csource.line_of(text, match.start()), match.start(), match.end(), "1" if goes_on else "0")


def of_function(text, func, is_called):
    yield from cancels(text, func)
    if is_called:
        yield from replaced_bounds(text, func)
    yield from dropped_checks(text, func)


def apply(text, mutants):
    for m in sorted(mutants, key=lambda m: -m.start):
        text = text[:m.start] + m.new + text[m.end:]
    return text
