# Prints a described program (nested_gen.py) as C files. Every site stands alone on its line.
from . import nested_gen

HEADER = """#ifndef CTX_H
#define CTX_H
#include <stddef.h>
#include <stdint.h>
struct ctx;
struct ctx *ctx_background(void);
struct ctx *ctx_with_timeout(PARENT parent, int64_t timeout_UNIT);
struct ctx *ctx_with_cancel(PARENT parent);
DEADLINE
void ctx_cancel(struct ctx *ctx);
int ctx_done(const struct ctx *ctx);
int64_t ctx_remaining_UNIT(const struct ctx *ctx);
int work(PARENT ctx, int n);
int chance(void);
struct incoming {
    int id;
    struct ctx *ctx;
};
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif
"""
DEADLINE = "struct ctx *ctx_with_deadline(PARENT parent, int64_t deadline_ms);\nint64_t ctx_now_ms(void);"


def header(unit, const, absolute=False):
    text = HEADER.replace("DEADLINE", DEADLINE if absolute or unit == "ms" else "")
    return text.replace("UNIT", unit).replace("PARENT", "const struct ctx *" if const else "struct ctx *")


class Printer:
    def __init__(self, program):
        self.p = program
        self.unit = nested_gen.UNITS[program.unit]
        self.parent = "const struct ctx *" if program.const else "struct ctx *"
        self.place = {}  # site -> (file, line)
        self.func = {}   # (file, line) -> function
        self.names = 0
        self.files = []
        for number in range(program.files):
            self.files.append(self.file(number))
        self.files.append(self.wrappers())

    def fresh(self, word):
        self.names += 1
        return "%s%d" % (word, self.names)

    def name_of(self, number):
        return "%sfile%d.c" % (self.p.prefix, number)

    def prototype(self, fn):
        params = {"ctx": self.parent + "ctx, int n", "param": self.parent + "ctx, int n", "background": "int n", "main": "void",
                  "incoming": "struct incoming *req", "req": "struct %s *req" % fn.request,
                  "supply": self.parent + "ctx, int64_t timeout_" + self.p.unit}[fn.source]
        return "int %s(%s)" % ("main" if fn.source == "main" else fn.name, params)

    def header(self):
        p = self.p
        out = ['#include "ctx.h"']
        for request in sorted({f.request for f in p.fns.values() if f.request}):
            out += ["struct %s {" % request, "    int id;", "    struct ctx *ctx;", "};"]
        for table in p.tables:
            out += ["struct %s_type {" % table, "    const char *name;", "    int (*run)(%sctx, int n);" % self.parent, "};",
                    "extern const struct %s_type *const %s[];" % (table, table)]
        out += [self.prototype(f) + ";" for f in p.fns.values() if f.source != "main"]
        if self.uses(lambda i: i[:2] == ("derived", "function")):
            out.append("int64_t %ssmaller(int64_t a, int64_t b);" % p.prefix)
        for depth in self.depths():
            out.append("struct ctx *%sbounded%d(%sparent, int64_t timeout_%s);" % (p.prefix, depth, self.parent, p.unit))
        for which in sorted({i[2] for i in self.uses(lambda i: i[0] == "apply")}):
            out.append("int %sapply%d(%sctx, int (*fn)(%sctx, int n));" % (p.prefix, which, self.parent, self.parent))
        return "\n".join(["#ifndef %sH" % p.prefix.upper(), "#define %sH" % p.prefix.upper()] + out + ["#endif", ""])

    def uses(self, wanted):
        return [i for f in self.p.fns.values() for i in nested_gen.walk(f.items) if wanted(i)]

    def depths(self):
        """How deep the wrappers that are needed go."""
        return range(max((i[4] + 1 for i in self.uses(lambda i: i[0] == "wrap")), default=0))

    def wrappers(self):
        p = self.p
        out = ['#include "%sall.h"' % p.prefix]
        for table, members in p.tables.items():
            for i, m in enumerate(members):
                out.append('static const struct %s_type %s_%d = {.name = "%s", .run = %s};' % (table, table, i, m, m))
            out.append("const struct %s_type *const %s[] = {%s};" % (table, table, ", ".join("&%s_%d" % (table, i) for i in range(len(members)))))
        if self.uses(lambda i: i[:2] == ("derived", "function")):
            out += ["int64_t %ssmaller(int64_t a, int64_t b)" % p.prefix, "{", "    return a < b ? a : b;", "}"]
        inner = "ctx_with_timeout"
        for depth in self.depths():
            name = "%sbounded%d" % (p.prefix, depth)
            out += ["struct ctx *%s(%sparent, int64_t timeout_%s)" % (name, self.parent, p.unit), "{",
                    "    return %s(parent, timeout_%s);" % (inner, p.unit), "}"]
            inner = name
        for which in sorted({i[2] for i in self.uses(lambda i: i[0] == "apply")}):
            out += ["int %sapply%d(%sctx, int (*fn)(%sctx, int n))" % (p.prefix, which, self.parent, self.parent), "{",
                    "    return fn(ctx, 1);", "}"]
        return self.name_of(len(self.files)), "\n".join(out) + "\n"

    def file(self, number):
        self.lines = ['#include "%sall.h"' % self.p.prefix, ""]
        self.file_name = self.name_of(number)
        for fn in self.p.fns.values():
            if fn.file == number:
                self.function(fn)
        return self.file_name, "\n".join(self.lines) + "\n"

    def line(self, depth, text):
        self.lines.append("    " * depth + text)

    def mark(self, site):
        self.place[site] = (self.file_name, len(self.lines) + 1)

    def function(self, fn):
        constants = [item for item in nested_gen.walk(fn.items) if item[0] in ("bind", "wrap", "supply") and item[2] in ("macro", "enum", "static")]
        for item in constants:
            value = item[3] // self.unit
            name = "%sK%d" % (self.p.prefix.upper(), item[1])
            self.line(0, {"macro": "#define %s %d" % (name, value), "enum": "enum { %s = %d };" % (name, value),
                          "static": "static const int64_t %s = %d;" % (name, value)}[item[2] if value < 2**31 or item[2] != "enum" else "static"])
        start = len(self.lines) + 1
        self.line(0, self.prototype(fn))
        self.line(0, "{")
        self.line(1, "int rc = 0;")
        cur = {"background": "ctx_background()", "main": "ctx_background()", "incoming": "req->ctx", "req": "req->ctx"}.get(fn.source)
        if cur:
            self.line(1, "%scur = %s;" % (self.parent if fn.source in ("background", "main") else "struct ctx *", cur))
        self.fn = fn
        self.incoming = "cur" if cur else "ctx"
        if fn.source == "supply":
            self.line(1, "struct ctx *own = ctx_with_timeout(ctx, timeout_%s);" % self.p.unit)
            self.items(fn.items, 1, "own")
            self.line(1, "ctx_cancel(own);")
        else:
            self.items(fn.items, 1, self.incoming)
        self.line(1, "return rc;")
        self.line(0, "}")
        for n in range(start, len(self.lines) + 1):
            self.func[(self.file_name, n)] = "main" if fn.source == "main" else fn.name
        self.line(0, "")

    def items(self, items, depth, cur):
        for item in items:
            getattr(self, "item_" + item[0])(item, depth, cur)

    def number(self, site, form, ns, depth):
        value = ns // self.unit
        if form in ("macro", "enum", "static"):
            return "%sK%d" % (self.p.prefix.upper(), site)
        if form == "product" and value % 10 == 0:
            return "%d%s * 10" % (value // 10, "LL" if value > 2**31 else "")
        if form == "local":
            name = self.fresh("limit")
            self.line(depth, "int64_t %s = %d;" % (name, value))
            return name
        return str(value)

    def child(self, depth, cur, make, items, site=None):
        name = self.fresh("b")
        if site:
            self.mark(site)
        self.line(depth, "struct ctx *%s = %s;" % (name, make))
        self.line(depth, "if (%s) {" % name)
        self.items(items, depth + 1, name)
        self.line(depth + 1, "ctx_cancel(%s);" % name)
        self.line(depth, "}")

    def item_work(self, item, depth, cur):
        self.line(depth, "rc += work(%s, %d);" % (cur, depth))

    def item_bind(self, item, depth, cur):
        _, site, form, ns, items = item
        number = self.number(site, form, ns, depth)
        make = "ctx_with_timeout(%s, %s)" % (cur, number)
        if form == "deadline":
            make = "ctx_with_deadline(%s, ctx_now_ms() + %s)" % (cur, number)
        self.child(depth, cur, make, items, site)

    def item_wrap(self, item, depth, cur):
        _, site, form, ns, deep, items = item
        number = self.number(site, form, ns, depth)
        self.child(depth, cur, "%sbounded%d(%s, %s)" % (self.p.prefix, deep, cur, number), items, site)

    def item_plain(self, item, depth, cur):
        self.child(depth, cur, "ctx_with_cancel(%s)" % cur, item[1])

    def item_if(self, item, depth, cur):
        self.line(depth, "if (chance()) {")
        self.items(item[1], depth + 1, cur)
        self.line(depth, "} else {")
        self.items(item[2], depth + 1, cur)
        self.line(depth, "}")

    def item_loop(self, item, depth, cur):
        self.line(depth, "while (chance()) {")
        self.items(item[1], depth + 1, cur)
        self.line(depth, "}")

    def item_derived(self, item, depth, cur):
        _, form, ns = item
        k = ns // self.unit
        left = "ctx_remaining_%s(%s)" % (self.p.unit, cur)
        name = self.fresh("left")
        value = {"half": left + " / 2", "min": "MIN(%d, %s)" % (k, left), "minus": "%s - %d" % (left, k)}.get(form)
        if form == "guard":
            self.line(depth, "if (%s >= %d) {" % (left, k))
            self.child(depth + 1, cur, "ctx_with_timeout(%s, %d)" % (cur, k), (("work",),))
            self.line(depth, "}")
            return
        if form == "function":
            value = "%ssmaller(%s, %d)" % (self.p.prefix, left, k)
        self.line(depth, "int64_t %s = %s;" % (name, value or left))
        if form == "if":
            self.line(depth, "if (%s > %d)" % (name, k))
            self.line(depth + 1, "%s = %d;" % (name, k))
        bound = "%s < %d ? %s : %d" % (name, k, name, k) if form == "ternary" else name
        self.child(depth, cur, "ctx_with_timeout(%s, %s)" % (cur, bound), (("work",),))

    def item_call(self, item, depth, cur):
        callee = self.p.fns[item[1]]
        if callee.source != "req":
            self.line(depth, "rc += %s(%s, %d);" % (callee.name, cur, depth))
        elif self.fn.request == callee.request and cur == self.incoming:
            self.line(depth, "rc += %s(req);" % callee.name)
        else:
            name = self.fresh("r")
            cast = "(struct ctx *)" if self.p.const else ""
            if len(name) % 2:
                self.line(depth, "struct %s %s = {.id = 1, .ctx = %s%s};" % (callee.request, name, cast, cur))
            else:
                self.line(depth, "struct %s %s;" % (callee.request, name))
                self.line(depth, "%s.id = 2;" % name)
                self.line(depth, "%s.ctx = %s%s;" % (name, cast, cur))
            self.line(depth, "rc += %s(&%s);" % (callee.name, name))

    def item_again(self, item, depth, cur):
        self.line(depth, "if (chance())")
        self.line(depth + 1, "rc += %s(%s, rc);" % (item[1], cur))

    def item_apply(self, item, depth, cur):
        self.line(depth, "rc += %sapply%d(%s, %s);" % (self.p.prefix, item[2], cur, item[1]))

    def item_ops(self, item, depth, cur):
        name = self.fresh("ops")
        count = len(self.p.tables[item[1]])
        self.line(depth, "const struct %s_type *%s = %s[(unsigned)work(%s, 2) %% %d];" % (item[1], name, item[1], cur, count))
        self.line(depth, "rc += %s->run(%s, 3);" % (name, cur))

    def item_supply(self, item, depth, cur):
        _, site, form, ns, callee = item
        number = self.number(site, form, ns, depth)
        self.mark(site)
        self.line(depth, "rc += %s(%s, %s);" % (callee, cur, number))
