"""Prints programs of overrun_gen as C, over several files, and remembers the place of each statement."""
import re

HEADER = """#ifndef ALL_H
#define ALL_H
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#define TL(text) __attribute__((annotate("timeoutlint: " text)))
struct ctx;
struct ctx *ctx_background(void);
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t timeout_ms);
struct ctx *ctx_with_cancel(struct ctx *parent);
void ctx_cancel(struct ctx *ctx);
bool ctx_done(struct ctx *ctx);
int ctx_err(struct ctx *ctx);
int64_t ctx_deadline(struct ctx *ctx);
int64_t ctx_remaining(struct ctx *ctx);
int fetch(struct ctx *ctx, int id);
bool ready(int id);
void say(const char *text);
TL("block timeout=arg1:ms infinite=-1 nowait=0") int rpc(int id, int64_t timeout_ms);
TL("block deadline=arg1:ms clock=monotonic infinite=-1") int rpc_until(int id, int64_t deadline_ms);
TL("now result=return:ms clock=monotonic") int64_t now_ms(void);
struct request {
    int id;
    struct ctx *ctx;
};
TL("sleep timeout=arg0:ms") void pause_ms(int64_t ms);
static inline int spend(struct ctx *ctx) { int result = fetch(ctx, 1); ctx_cancel(ctx); return result; }
static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int plus(int a, int b) { return a + b; }
"""


class Printer:
    def __init__(self, program, rng):
        self.files, self.place, self.lines, self.mode = [], {}, [], program.mode
        names = [program.prefix + "%d.c" % n for n in range(rng.randrange(1, 4))]
        texts = {name: ['#include "all.h"'] for name in names}
        self.prototypes = []
        for function in program.functions:
            self.name = rng.choice(names)
            self.lines = texts[self.name]
            self.function(function)
        self.files = [(name, "\n".join(lines) + "\n") for name, lines in texts.items()]

    def line(self, depth, text, statement=None):
        if self.mode == "request":
            text = re.sub(r"(?<!struct )(?<![.>*])\bctx\b", "rq->ctx", text)
        self.lines.append("    " * depth + text)
        if statement is not None:
            self.place[statement] = (self.name, len(self.lines))

    def block(self, statements, depth):
        for statement in statements:
            statement.print(self, depth)

    def function(self, function):
        if function.deadline:
            self.root(function)
            return
        budget = {"ctx": "struct ctx *ctx", "request": "struct request *rq", "deadline": "int64_t end"}[self.mode]
        head = "int %s(%s, int id%s)" % (function.name, budget, ", int ms" if function.has_param else "")
        self.prototypes.append(head + ";")
        self.lines.append(head)
        self.line(0, "{")
        self.line(1, "int r = rpc(id, 0);")
        if self.mode == "deadline":
            self.line(1, "r += rpc_until(id, end);")
        if function.has_param:
            self.line(1, "(void)ms;")
        self.block(function.body, 1)
        self.line(1, "return r;")
        self.line(0, "}")

    def root(self, function):
        self.line(0, "int %s(int id)" % function.name)
        self.line(0, "{")
        self.line(1, "int r = rpc(id, 0);")
        if self.mode == "deadline":
            self.line(1, "int64_t end = now_ms() + %d;" % function.deadline)
        elif self.mode == "request":
            self.line(1, "struct request own = {.id = id, .ctx = ctx_with_timeout(ctx_background(), %d)}, *rq = &own;" % function.deadline)
        else:
            self.line(1, "struct ctx *ctx = ctx_with_timeout(ctx_background(), %d);" % function.deadline)
        self.block(function.body, 1)
        self.line(1, "r += rpc_until(id, end);" if self.mode == "deadline" else "ctx_cancel(ctx);")
        self.line(1, "return r;")
        self.line(0, "}")


def header(printers):
    return HEADER + "\n".join(line for printer in printers for line in printer.prototypes) + "\n#endif\n"
