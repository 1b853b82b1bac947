# Prints the tree of a lost-cancel program as C. One statement per line, so that a line names at most one site.
#
# Expressions  ("int", n) ("null",) ("var", v) ("not", e) ("bin", op, a, b) ("cond", c, a, b) ("assign", v, e)
#              ("addr", v) ("deref", v) ("coin",) ("query", e, n) ("peek", e) ("cancel", e)
#              ("child",): r->child
#              ("derive", kind, parent, site) ("call", name, args, site) ("index", v, i) ("assignindex", v, i, e)
# Statements   ("decl", type, v, e) ("array", v, n) ("expr", e) ("if", c, then, else) ("while", c, body) ("do", body, c)
#              ("for", v, n, body) ("switch", e, ((labels, body), ...)) ("break",) ("continue",) ("goto", l) ("label", l)
#              ("return", e or None) ("block", body) ("exit", how) ("store", e) ("storeout", v, e)
from collections import namedtuple

# params: ((type, name), ...) with the types int, mask, ctx, out (struct ctx **), req; result: int, void or ctx.
Func = namedtuple("Func", "name result params body static")

TYPES = {"int": "int ", "mask": "unsigned ", "out": "struct ctx **", "req": "struct req *", "void": "void ", "ctx": "struct ctx *"}

HEADER = """#ifndef CTX_H
#define CTX_H
#include <stddef.h>
struct ctx;
struct ctx *ctx_background(void);
struct ctx *ctx_with_timeout(PARENT parent, int timeout_ms);
struct ctx *ctx_with_deadline(PARENT parent, long long deadline_ms);
struct ctx *ctx_with_cancel(PARENT parent);
void ctx_cancel(struct ctx *c);
int ctx_done(const struct ctx *c);
int ctx_err(const struct ctx *c);
int coin(void);
int query(struct ctx *c, int n);
int peek(const struct ctx *c);
struct req {
    int id;
    struct ctx *child;
};
void exit(int status) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));
#endif
"""


def header_name(const):
    return "ctx_const.h" if const else "ctx.h"


def header(const):
    return HEADER.replace("PARENT", "const struct ctx *" if const else "struct ctx *")


DERIVE = {"timeout": "ctx_with_timeout(%s, 100)", "deadline": "ctx_with_deadline(%s, 90000)", "cancel": "ctx_with_cancel(%s)"}


def expr(e):
    kind = e[0]
    if kind == "int":
        return str(e[1])
    if kind == "null":
        return "NULL"
    if kind == "var":
        return e[1]
    if kind == "not":
        return "!" + wrap(e[1])
    if kind == "bin":
        return "%s %s %s" % (wrap(e[2]), e[1], wrap(e[3]))
    if kind == "cond":
        return "%s ? %s : %s" % (wrap(e[1]), wrap(e[2]), wrap(e[3]))
    if kind == "assign":
        return "%s = %s" % (e[1], expr(e[2]))
    if kind == "addr":
        return "&" + e[1]
    if kind == "deref":
        return "*" + e[1]
    if kind == "child":
        return "r->child"
    if kind == "coin":
        return "coin()"
    if kind == "query":
        return "query(%s, %d)" % (expr(e[1]), e[2])
    if kind == "peek":
        return "peek(%s)" % expr(e[1])
    if kind == "cancel":
        return "ctx_cancel(%s)" % expr(e[1])
    if kind == "derive":
        return DERIVE[e[1]] % expr(e[2])
    if kind == "call":
        return "%s(%s)" % (e[1], ", ".join(expr(a) for a in e[2]))
    if kind == "index":
        return "%s[%s]" % (e[1], expr(e[2]))
    if kind == "assignindex":
        return "%s[%s] = %s" % (e[1], expr(e[2]), expr(e[3]))
    raise ValueError(kind)


def wrap(e):
    return "(%s)" % expr(e) if e[0] in ("bin", "cond", "assign", "not", "assignindex") else expr(e)


def sites_of(tree, found):
    if isinstance(tree, tuple):
        if tree and tree[0] in ("derive", "call") and isinstance(tree[-1], int):
            found.append(tree[-1])
        for part in tree:
            sites_of(part, found)
    return found


class Printer:
    def __init__(self):
        self.lines = []
        self.site_line = {}
        self.func_of_line = {}

    def line(self, depth, text, tree=None):
        self.lines.append("    " * depth + text)
        for site in sites_of(tree, []):
            self.site_line[site] = len(self.lines)

    def body(self, body, depth):
        for s in body:
            self.stmt(s, depth)

    def closing(self, depth, text="}", tree=None):
        self.line(depth, text, tree)

    def stmt(self, s, d):
        kind = s[0]
        if kind == "decl":
            self.line(d, "%s%s%s;" % (TYPES[s[1]], s[2], " = " + expr(s[3]) if s[3] else ""), s)
        elif kind == "array":
            self.line(d, "struct ctx *%s[%d] = {0};" % (s[1], s[2]))
        elif kind == "expr":
            self.line(d, expr(s[1]) + ";", s)
        elif kind == "if":
            self.line(d, "if (%s) {" % expr(s[1]), s[1])
            self.body(s[2], d + 1)
            if s[3]:
                self.line(d, "} else {")
                self.body(s[3], d + 1)
            self.closing(d)
        elif kind == "while":
            self.line(d, "while (%s) {" % expr(s[1]), s[1])
            self.body(s[2], d + 1)
            self.closing(d)
        elif kind == "do":
            self.line(d, "do {")
            self.body(s[1], d + 1)
            self.closing(d, "} while (%s);" % expr(s[2]), s[2])
        elif kind == "for":
            self.line(d, "for (int %s = 0; %s < %d; %s++) {" % (s[1], s[1], s[2], s[1]))
            self.body(s[3], d + 1)
            self.closing(d)
        elif kind == "switch":
            self.line(d, "switch (%s) {" % expr(s[1]), s[1])
            for labels, body in s[2]:
                for label in labels:
                    self.line(d, "default:" if label == "default" else "case %d:" % label)
                self.body(body, d + 1)
                if not body:
                    self.line(d + 1, ";")
            self.closing(d)
        elif kind in ("break", "continue"):
            self.line(d, kind + ";")
        elif kind == "goto":
            self.line(d, "goto %s;" % s[1])
        elif kind == "label":
            self.line(0, "%s:;" % s[1])
        elif kind == "return":
            self.line(d, "return%s;" % (" " + expr(s[1]) if s[1] else ""), s)
        elif kind == "block":
            self.line(d, "{")
            self.body(s[1], d + 1)
            self.closing(d)
        elif kind == "exit":
            self.line(d, s[1] + ";")
        elif kind == "store":
            self.line(d, "r->child = %s;" % expr(s[1]), s)
        elif kind == "storeout":
            self.line(d, "*%s = %s;" % (s[1], expr(s[2])), s)
        else:
            raise ValueError(kind)

    def function(self, f, const_param):
        types = dict(TYPES, ctx="struct ctx *")
        params = ["%s%s%s" % ("const " if n in ("ctx", "p") and const_param else "", types[t], n) for t, n in f.params]
        start = len(self.lines) + 1
        self.line(0, "%s%s%s(%s)" % ("static " if f.static else "", TYPES[f.result], f.name, ", ".join(params) or "void"))
        self.line(0, "{")
        self.body(f.body, 1)
        self.line(0, "}")
        for n in range(start, len(self.lines) + 1):
            self.func_of_line[n] = f.name


# The macros by which a compiled program tells its stubs who owns a context that a helper of its own made.
def harness_lines(f):
    if f.result == "ctx":
        return ["#define %s(...) stub_adopt(__LINE__, %s(__VA_ARGS__))" % (f.name, f.name)]
    if f.result == "int" and any(t == "out" for t, _ in f.params):
        out = [n for t, n in f.params].index(next(n for t, n in f.params if t == "out"))
        names = ", ".join("a%d" % i for i in range(len(f.params)))
        return ["#define %s(%s) ({ int m_ = stub_mark(); struct ctx **o_ = a%d; int r_ = %s(%s); stub_adopt_newer(__LINE__, *o_, m_); r_; })"
                % (f.name, names, out, f.name, names.replace("a%d" % out, "o_"))]
    return []


# Text, line of each site, function of each line. harness=True adds the macros above without moving a line number.
def print_file(funcs, const, harness=False):
    p = Printer()
    p.line(0, '#include "%s"' % header_name(const))
    extra = []
    for f in funcs:
        p.line(0, "")
        p.function(f, const)
        if harness and f.static:
            extra.append((len(p.lines), harness_lines(f)))
    lines = list(p.lines)
    for at, more in reversed(extra):
        if more:
            lines[at:at] = more + ["#line %d" % (at + 1)]
    return "\n".join(lines) + "\n", p.site_line, p.func_of_line
