# Rewrites of lost-cancel functions that change the text but not the meaning. Sites keep their numbers, so that the verdict
# before and after can be compared site by site.
from .lost_edit import is_body
from .lost_print import Func


def everywhere(tree, change):
    """`change` applied to every subtree, from the leaves up."""
    if not isinstance(tree, tuple):
        return tree
    return change(tuple(everywhere(part, change) for part in tree))


def statements(func, change):
    """`change(statement)` gives the statements that stand for it."""
    def body(tree):
        if is_body(tree):
            return tuple(new for s in tree for new in change(s))
        return tree
    return func._replace(body=everywhere(func.body, body))


def around(func, make):
    """Declarations and the last return stay; what is between them goes into `make(body)`."""
    first = next((i for i, s in enumerate(func.body) if s[0] not in ("decl", "array")), len(func.body))
    last = len(func.body) - (func.body[-1:] != () and func.body[-1][0] == "return")
    if last <= first:
        return func
    return func._replace(body=func.body[:first] + (make(func.body[first:last]),) + func.body[last:])


def if_one(func):
    return around(func, lambda body: ("if", ("int", 1), body, ()))


def do_once(func):
    return around(func, lambda body: ("do", body, ("int", 0)))


def rename(func):
    names = {"x": "amount", "y": "level", "flags": "mode"}

    def change(tree):
        if len(tree) > 1 and tree[0] in ("var", "assign", "addr", "deref", "array", "index", "assignindex", "storeout") and isinstance(tree[1], str):
            return (tree[0], fresh(tree[1])) + tree[2:]
        if tree[:1] == ("decl",):
            return tree[:2] + (fresh(tree[2]),) + tree[3:]
        if tree[:1] == ("for",):
            return (tree[0], fresh(tree[1])) + tree[2:]
        return tree

    def fresh(name):
        return name if name in ("ctx", "r", "p", "h") else names.get(name, "v_" + name)

    params = tuple((t, fresh(n)) for t, n in func.params)
    return func._replace(params=params, body=everywhere(func.body, change))


def invert(func):
    def change(s):
        if s[0] == "if":
            return (("if", ("not", s[1]), s[3], s[2]),) if s[3] else (("if", ("not", s[1]), (("block", ()),), s[2]),)
        return (s,)
    return statements(func, change)


def goto_for_if(func):
    count = [0]

    def change(s):
        if s[0] != "if":
            return (s,)
        count[0] += 1
        skip, end = "skip%d" % count[0], "end%d" % count[0]
        out = (("if", ("not", s[1]), (("goto", skip),), ()), ("block", s[2]))
        if s[3]:
            return out + (("goto", end), ("label", skip), ("block", s[3]), ("label", end))
        return out + (("label", skip),)
    return statements(func, change)


def endless_loop(func):
    def change(s):
        if s[0] == "while":
            return (("while", ("int", 1), (("if", ("not", s[1]), (("break",),), ()),) + s[2]),)
        return (s,)
    return statements(func, change)


def split_and(func):
    def change(s):
        if s[0] == "if" and not s[3] and s[1][:2] == ("bin", "&&"):
            return (("if", s[1][2], (("if", s[1][3], s[2], ()),), ()),)
        return (s,)
    return statements(func, change)


def extract(func, prefix):
    """Cancels, derives and questions go through functions of their own."""
    def change(tree):
        if tree[:1] == ("cancel",):
            return ("call", prefix + "x_end", (tree[1],), 0)
        if tree[:2] == ("derive", "timeout"):
            return ("call", prefix + "x_make", (tree[2],), tree[3])
        if tree[:1] == ("query",) and tree[1] != ("var", "ctx"):
            return ("call", prefix + "x_ask", (tree[1],), 0)
        return tree
    return func._replace(body=everywhere(func.body, change))


def extracted(prefix):
    c = ("var", "c")
    return [Func(prefix + "x_end", "void", (("ctx", "c"),), (("expr", ("cancel", c)),), True),
            Func(prefix + "x_make", "ctx", (("ctx", "p"),), (("return", ("derive", "timeout", ("var", "p"), 900000001)),), True),
            Func(prefix + "x_ask", "int", (("ctx", "c"),), (("return", ("query", c, 1)),), True)]


SIMPLE = {"if (1)": if_one, "do while (0)": do_once, "rename": rename, "invert if": invert, "goto for if": goto_for_if,
          "endless loop with break": endless_loop, "split &&": split_and}
