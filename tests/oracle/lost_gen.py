# Random functions that make contexts and mostly, but not always, cancel them.
#
# They grow like careful code does: acquire, check, work, release, where every way out (return, break, continue, goto)
# releases what is open; then some releases are forgotten, guarded by the wrong condition or left to a helper that only
# sometimes does it. A second, smaller kind is plain statement soup.
#
# Conditions over one parameter use only constants, masks or truth, so that finitely many values stand for all.
import random

from .lost_print import Func


def helpers(rng, prefix, counter):
    """The static functions every file starts with. `counter` gives site numbers."""
    def site():
        counter[0] += 1
        return counter[0]

    c, p, x = ("var", "c"), ("var", "p"), ("var", "x")
    cancel = ("expr", ("cancel", c))
    derive = lambda: ("derive", rng.choice(("timeout", "cancel", "deadline")), p, site())
    name = lambda n: prefix + n
    fail = ("if", ("not", c), (("return", ("null",)),), ())
    k = rng.randrange(4)
    out = [
        Func(name("end"), "void", (("ctx", "c"),), (cancel,) if rng.random() < .5 else (("if", c, (cancel,), ()),), True),
        Func(name("end_if"), "void", (("ctx", "c"), ("int", "x")), (("if", x, (cancel,), ()),), True),
        Func(name("end_big"), "void", (("ctx", "c"), ("int", "x")),
             (("if", ("bin", "<=", x, ("int", k)), (("return", None),), ()), cancel), True),
        Func(name("end_maybe"), "void", (("ctx", "c"),), (("if", ("coin",), (cancel,), ()),), True),
        Func(name("end_rc"), "int", (("ctx", "c"),),
             (("if", ("bin", "<", ("query", c, 1), ("int", 0)), (("return", ("int", -1)),), ()), cancel, ("return", ("int", 0))), True),
        Func(name("look"), "int", (("ctx", "c"),), (("return", ("query", c, 3)),), True),
        Func(name("shut"), "void", (("out", "h"),),
             (("if", ("deref", "h"), (("expr", ("cancel", ("deref", "h"))), ("storeout", "h", ("null",))), ()),), True),
        Func(name("end_deep"), "void", (("ctx", "c"),), (("expr", ("call", name("end"), (c,), 0)),), True),
        Func(name("make"), "ctx", (("ctx", "p"),), (("return", derive()),), True),
        Func(name("make_ok"), "ctx", (("ctx", "p"),),
             (("decl", "ctx", "c", derive()), fail, ("if", ("bin", "<", ("query", c, 1), ("int", 0)), (cancel, ("return", ("null",))), ()),
              ("return", c)), True),
        Func(name("make_if"), "ctx", (("ctx", "p"), ("int", "x")),
             (("if", ("bin", ">", x, ("int", k)), (("return", derive()),), ()), ("return", ("null",))), True),
        Func(name("open_"), "int", (("ctx", "p"), ("out", "h")),
             (("decl", "ctx", "c", derive()), ("if", ("not", c), (("return", ("int", -1)),), ()), ("storeout", "h", c),
              ("return", ("int", 0))), True),
        Func(name("keep"), "void", (("req", "r"), ("ctx", "c")), (("store", c),), True),
        # What is stored is cancelled somewhere in the program.
        Func(name("req_over"), "void", (("req", "r"),), (("expr", ("cancel", ("child",))), ("store", ("null",))), False),
    ]
    out.append(Func(name("make_deep"), "ctx", (("ctx", "p"),), (("return", ("call", name("make_ok"), (p,), site())),), True))
    return out


FLIP = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


class Gen:
    def __init__(self, rng, number, prefix, counter, features, const):
        self.const = const
        self.rng = rng
        self.prefix = prefix
        self.counter = counter
        self.features = features
        self.name = "f_%d" % number
        self.ints = ["x", "y"][:rng.randint(1, 2)]
        self.mask = "flags" if rng.random() < .3 else None
        self.req = rng.random() < .15
        self.result = rng.choice(("int", "int", "int", "void", "ctx"))
        self.goto_style = rng.random() < .3
        self.omit = 0 if rng.random() < .35 else rng.choice((.15, .4))
        self.size = rng.choice((6, 10, 14, 20))
        self.top = []     # declarations at the top
        self.flags = 0
        self.handles = 0
        self.at_out = []  # what the label `out` releases, in goto style
        self.used_out = False
        self.chance = lambda p: rng.random() < p
        self.pick = rng.choice

    def site(self):
        self.counter[0] += 1
        return self.counter[0]

    def call(self, name, *args):
        return ("call", self.prefix + name, args, self.site())

    def ask(self, n):
        """An opaque call that borrows the function's own context, which may be const."""
        return ("peek", ("var", "ctx")) if self.const else ("query", ("var", "ctx"), n)

    # conditions

    def atom(self):
        if self.mask and self.chance(.3):
            m = self.pick((1, 2, 4))
            f = ("bin", "&", ("var", self.mask), ("int", m))
            return self.pick((f, ("not", f), ("bin", "!=", f, ("int", 0)), ("bin", "==", f, ("int", m))))
        v = ("var", self.pick(self.ints))
        if self.chance(.25):
            return v if self.chance(.6) else ("not", v)
        return ("bin", self.pick(("<", "<=", ">", ">=", "==", "==", "!=")), v, ("int", self.rng.randrange(5)))

    def cond(self):
        if self.chance(.3):
            return ("bin", self.pick(("&&", "||")), self.atom(), self.atom())
        return self.atom()

    def any_cond(self):
        return self.pick((("coin",), ("not", ("coin",)), ("bin", "<", self.ask(1), ("int", 0)), self.cond(), self.cond()))

    def negated(self, e):
        if e[0] == "not":
            return e[1]
        if e[0] == "bin" and e[1] in FLIP:
            return ("bin", FLIP[e[1]], e[2], e[3])
        if e[0] == "bin" and e[1] in ("&&", "||") and self.chance(.6):
            return ("bin", "||" if e[1] == "&&" else "&&", self.negated(e[2]), self.negated(e[3]))
        return ("not", e)

    def same(self, e):
        """The same condition, perhaps written another way."""
        roll = self.rng.random()
        if roll < .4:
            return e
        if e[0] == "bin" and e[1] in MIRROR and e[2][0] == "var":
            v, k = e[2], e[3][1]
            if roll < .55 and e[1] in (">", "<="):
                return ("bin", ">=" if e[1] == ">" else "<", v, ("int", k + 1))
            if roll < .7:
                return ("bin", MIRROR[e[1]], e[3], v)
        if roll < .85:
            return ("not", self.negated(e))
        if e[0] == "bin" and e[1] in ("&&", "||"):
            return ("bin", e[1], e[3], e[2])
        if e[0] == "var":
            return ("bin", "!=", e, ("int", 0))
        return e

    # making and ending contexts

    def derive(self):
        return ("derive", self.pick(("timeout", "timeout", "cancel", "deadline")), ("var", "ctx"), self.site())

    def maker(self):
        roll = self.rng.random()
        if roll < .7:
            return self.derive()
        if roll < .8:
            return self.call("make", ("var", "ctx"))
        if roll < .9:
            return self.call("make_ok", ("var", "ctx"))
        if roll < .95:
            return self.call("make_deep", ("var", "ctx"))
        return self.call("make_if", ("var", "ctx"), ("var", self.pick(self.ints)))

    def handle(self):
        name = "c%d" % self.handles
        self.handles += 1
        self.top.append(("decl", "ctx", name, ("null",)))
        return name

    def flag(self):
        name = "own%d" % self.flags
        self.flags += 1
        self.top.append(("decl", "int", name, ("int", 0)))
        return name

    def release(self, v, guard, final=False):
        """Statements that end `v`, owned where `guard` (None: wherever it is not NULL)."""
        if self.chance(self.omit):
            return self.bad_release(v, guard)
        c = ("var", v)
        if guard and self.chance(.7):
            return [("if", self.same(guard), tuple(self.release_plain(v, False)), ())]
        if guard and self.chance(.25) and guard[0] == "var":
            return [("expr", self.call("end_if", c, guard))]
        if guard and self.chance(.2):
            return [("if", self.negated(guard), (("expr", self.ask(2)),), tuple(self.release_plain(v, False)))]
        return self.release_plain(v, True)

    def release_plain(self, v, may_be_null):
        c = ("var", v)
        roll = self.rng.random()
        if roll < .45:
            return [("expr", ("cancel", c))]
        if roll < .6:
            return [("if", self.pick((c, ("bin", "!=", c, ("null",)))), (("expr", ("cancel", c)),), ())]
        if roll < .7:
            return [("expr", self.call("end", c))]
        if roll < .75:
            return [("expr", self.call("end_deep", c))]
        if roll < .82:
            return [("expr", self.call("shut", ("addr", v)))]
        if roll < .86:
            return [("expr", self.call("end_if", c, ("int", 1)))]
        if roll < .9:
            return [("block", (("decl", "ctx", "alias", c), ("expr", ("cancel", ("var", "alias")))))]
        if roll < .93:
            return [("do", (("expr", ("cancel", c)),), ("int", 0))]
        if roll < .96:
            return [("if", ("bin", "<", self.call("end_rc", c), ("int", 0)), (("expr", ("cancel", c)),), ())]
        if self.req and may_be_null:
            return [self.pick((("store", c), ("expr", self.call("keep", ("var", "r"), c))))]
        return [("if", ("not", c), (("expr", self.ask(4)),), (("expr", ("cancel", c)),))]

    def bad_release(self, v, guard):
        c = ("var", v)
        roll = self.rng.random()
        if roll < .45:
            return []
        if roll < .55:
            return [("expr", self.call("look", c))]
        if roll < .65:
            return [("expr", self.call("end_maybe", c))]
        if roll < .72:
            return [("expr", self.call("end_big", c, ("var", self.pick(self.ints))))]
        if roll < .78:
            return [("expr", self.call("end_if", c, ("var", self.pick(self.ints))))]
        if roll < .84:
            return [("expr", self.call("end_rc", c))]
        return [("if", self.any_cond(), (("expr", ("cancel", c)),), ())]

    def acquire(self, v, opens):
        """Statements that fill `v`, and the guard under which it is owned."""
        roll = self.rng.random()
        if roll < .4:
            made = [("expr", ("assign", v, self.maker()))]
            if self.chance(.5):
                made.append(("if", self.pick((("not", ("var", v)), ("bin", "==", ("var", v), ("null",)))), tuple(self.leave(opens)), ()))
            return made, None
        if roll < .5:
            return [("if", ("not", ("assign", v, self.maker())), tuple(self.leave(opens)), ())], None
        if roll < .62:
            opened = self.call("open_", ("var", "ctx"), ("addr", v))
            test = self.pick((("bin", "<", opened, ("int", 0)), ("bin", "!=", opened, ("int", 0)), opened))
            return [("if", test, tuple(self.leave(opens)), ())], None
        if roll < .8:
            guard = self.cond()
            return [("if", guard, (("expr", ("assign", v, self.maker())),), ())], guard
        if roll < .9:
            flag = self.flag()
            return [("if", self.any_cond(), (("expr", ("assign", v, self.maker())), ("expr", ("assign", flag, ("int", 1)))), ())], ("var", flag)
        guard = self.cond()
        return [("expr", ("assign", v, ("cond", guard, self.derive(), ("null",))))], guard

    # ways out

    def result_value(self):
        if self.result == "void":
            return None
        return ("null",) if self.result == "ctx" else ("int", self.rng.randrange(-1, 2))

    def leave(self, opens):
        if self.chance(.04):
            return [("exit", self.pick(("exit(1)", "abort()")))]
        if self.goto_style and self.chance(.8):
            self.used_out = True
            out = []
            for v, guard in reversed(opens):
                if (v, guard) not in self.at_out:
                    out += self.release(v, guard)
            return out + [("goto", "out")]
        out = []
        for v, guard in reversed(opens):
            out += self.release(v, guard)
        return out + [("return", self.result_value())]

    def hop(self, opens, loop):
        """break or continue, after releasing what the loop's body opened."""
        out = []
        for v, guard in reversed(opens[loop[0]:]):
            out += self.release(v, guard)
        return out + [(self.pick(loop[1]),)]

    # bodies

    def block(self, depth, opens, loop):
        out = []
        for _ in range(self.rng.randint(1, 3)):
            if self.size <= 0:
                break
            self.size -= 1
            out += self.statement(depth, opens, loop)
        return out

    def statement(self, depth, opens, loop):
        roll = self.rng.random()
        deep = depth >= 3
        if roll < .18 or (deep and roll < .5):
            return [self.noise(opens)]
        if roll < .36 and not deep:
            return self.scope(depth, opens, loop)
        if roll < .5:
            out = self.hop(opens, loop) if loop and self.chance(.5) else self.leave(opens)
            if self.chance(.2):
                out = [self.noise(opens)] + out
            return [("if", self.any_cond(), tuple(out), ())]
        if roll < .66:
            other = self.block(depth + 1, opens, loop) if self.chance(.5) else []
            return [("if", self.any_cond(), tuple(self.block(depth + 1, opens, loop)), tuple(other))]
        if roll < .84:
            return self.loop(depth, opens)
        return self.switch(depth, opens, loop)

    def noise(self, opens):
        roll = self.rng.random()
        if opens and roll < .6:
            c = ("var", self.pick(opens)[0])
            return ("expr", self.pick((("query", c, 1), ("peek", c), self.call("look", c))))
        if roll < .7:
            return ("expr", ("assign", self.pick(self.ints), ("int", self.rng.randrange(5))))
        return ("expr", self.ask(7))

    def scope(self, depth, opens, loop):
        v = self.handle()
        made, guard = self.acquire(v, opens)
        entry = (v, guard)
        if self.goto_style and depth == 0 and not loop:
            self.at_out.append(entry)
            out = made + self.block(depth + 1, opens + [entry], loop)
            if self.chance(.3):
                out += self.release(v, guard) + [("expr", ("assign", v, ("null",)))]
            return out
        out = made + self.block(depth + 1, opens + [entry], loop) + self.release(v, guard)
        if guard and loop or self.chance(.2):
            out.append(("expr", ("assign", v, ("null",))))
            if guard and guard[0] == "var" and guard[1].startswith("own"):
                out.append(("expr", ("assign", guard[1], ("int", 0))))
        return out

    def loop(self, depth, opens):
        roll = self.rng.random()
        endless = .6 <= roll < .7 # its `continue` could spin for ever
        inside = (len(opens), ("break",) if endless else ("break", "continue"))
        body = tuple(self.block(depth + 1, opens, inside)) or (self.noise(opens),)
        if roll < .4:
            return [("while", self.pick((("coin",), ("bin", ">", self.ask(5), ("int", 0)))), body)]
        if roll < .6:
            return [("do", body, ("coin",))]
        if endless:
            return [("while", ("int", 1), body + (("if", ("coin",), (("break",),), ()),))]
        return [("for", "i%d" % depth, self.pick((1, 2, 3)), body)]

    def switch(self, depth, opens, loop):
        inside = (len(opens), ("break",)) if not loop else None
        labels = self.rng.sample(range(5), self.rng.randint(1, 3))
        cases = [[(k,), self.case(depth, opens, loop)] for k in labels]
        if len(cases) > 1 and self.chance(.3):
            cases[0][0] += ("default",) if self.chance(.3) else ()
        if self.chance(.7) and not any("default" in c[0] for c in cases):
            cases.insert(self.rng.randrange(len(cases) + 1), [("default",), self.case(depth, opens, loop)])
        return [("switch", ("var", self.pick(self.ints)), tuple((tuple(a), tuple(b)) for a, b in cases))]

    def case(self, depth, opens, loop):
        # In a switch `continue` still means the loop, `break` the switch: so only `continue` may hop out.
        inner = (loop[0], ("continue",)) if loop and "continue" in loop[1] else None
        body = self.block(depth + 1, opens, inner)
        return body + [("break",)] if self.chance(.7) else body

    def ladder(self):
        a, b = self.handle(), self.handle()
        work = []
        for _ in range(self.rng.randint(1, 3)):
            work.append(("if", self.any_cond(), (("goto", "drop_b" if not self.chance(self.omit) else self.pick(("drop_a", "done"))),), ()))
        work += [] if self.chance(.6) else [("return", self.result_value())]
        keep = lambda v: self.release(v, None)
        return ([("expr", ("assign", a, self.maker())), ("if", ("not", ("var", a)), (("goto", "done"),), ()),
                 ("expr", ("assign", b, self.maker())),
                 ("if", ("not", ("var", b)), (("goto", "drop_a" if not self.chance(self.omit) else "done"),), ())] + work
                + [("label", "drop_b")] + keep(b) + [("label", "drop_a")] + keep(a) + [("label", "done"), ("return", self.result_value())])

    def again(self):
        body = self.block(1, [], None) or [self.noise([])]
        return [("label", "again")] + body + [("if", ("coin",), (("goto", "again"),), ())]

    def giving(self):
        """A function that returns what it made."""
        v = self.handle()
        made, guard = self.acquire(v, [])
        body = self.block(1, [(v, guard)], None)
        return made + body + [("return", ("var", v))]

    def borrowed(self):
        """Own one only if needed, else use the caller's: told apart by comparing pointers."""
        v = self.handle()
        guard = self.cond()
        out = [("expr", ("assign", v, ("cond", guard, self.derive(), ("var", "ctx")))), ("expr", ("query", ("var", v), 1))]
        if self.chance(.3):
            out.append(("if", self.any_cond(), tuple(self.leave([])), ()))
        if not self.chance(self.omit):
            out.append(("if", ("bin", "!=", ("var", v), ("var", "ctx")) if self.chance(.6) else self.same(guard), (("expr", ("cancel", ("var", v))),), ()))
        return out

    def arrays(self):
        n = self.pick((2, 3))
        i = ("var", "k")
        self.top.append(("array", "cs", n))
        fill = [("expr", ("assignindex", "cs", i, self.derive()))]
        if self.chance(self.omit):
            fill.append(("if", ("coin",), tuple(self.leave([])), ()))
        drop = ("expr", ("cancel", ("index", "cs", i)))
        if self.chance(.4):
            drop = ("if", ("index", "cs", i), (drop,), ())
        end = n - 1 if "partial_arrays" in self.features and self.chance(self.omit) else n
        return [("for", "k", n, tuple(fill)), ("for", "k", end, (drop,))] if not self.chance(self.omit / 2) else [("for", "k", n, tuple(fill))]

    def soup(self, depth, loop):
        """Anything at all over two handles."""
        out = []
        for _ in range(self.rng.randint(1, 4)):
            self.size -= 1
            roll = self.rng.random()
            v = self.pick(("c0", "c1"))
            c = ("var", v)
            if roll < .22:
                out.append(("expr", ("assign", v, self.maker())))
            elif roll < .42:
                out += self.release_plain(v, True)
            elif roll < .48:
                out.append(("expr", ("assign", v, self.pick((("null",), ("var", "c1" if v == "c0" else "c0"))))))
            elif roll < .52:
                out.append(("expr", self.pick((self.maker(), ("query", self.maker(), 1), self.call("end", self.maker()), self.call("look", self.maker())))))
            elif roll < .6:
                out.append(("if", self.pick((c, ("not", c), self.cond())), tuple(self.leave([])), ()))
            elif roll < .66 and loop:
                out.append(("if", self.any_cond(), ((self.pick(("break", "continue")),),), ()))
            elif roll < .78 and depth < 3:
                out.append(("if", self.any_cond(), tuple(self.soup(depth + 1, loop)), tuple(self.soup(depth + 1, loop)) if self.chance(.5) else ()))
            elif roll < .86 and depth < 2:
                out.append(("while", ("coin",), tuple(self.soup(depth + 1, True))))
            elif self.result == "ctx" and roll < .9:
                out.append(("if", self.any_cond(), (("return", c),), ()))
            else:
                out.append(self.noise([(v, None)]))
        return out

    def function(self):
        roll = self.rng.random()
        if self.result == "ctx" and roll < .7:
            self.goto_style = False
            body = self.giving()
        elif roll < .1:
            self.goto_style = False
            self.handle(), self.handle()
            body = self.soup(0, False) + [("return", self.result_value())]
        elif roll < .2:
            self.goto_style = False
            body = self.ladder()
        elif roll < .24 and "borrowed" in self.features:
            self.goto_style = False
            body = self.borrowed() + [("return", self.result_value())]
        elif roll < .28 and "arrays" in self.features:
            self.goto_style = False
            body = self.arrays() + [("return", self.result_value())]
        elif roll < .34:
            self.goto_style = False
            body = self.again() + self.scope(0, [], None) + [("return", self.result_value())]
        else:
            body = self.scope(0, [], None) + self.block(0, [], None)
            if self.used_out or self.at_out:
                self.used_out = True
                tail = [("label", "out")]
                for v, guard in reversed(self.at_out):
                    if guard and guard[0] != "var":
                        guard = None  # a jump may come before the acquisition
                    tail += self.release(v, guard)
                body += tail
            elif self.used_out:
                body += [("label", "out")]
            body += [("return", self.result_value())]
        params = (("ctx", "ctx"),) + tuple(("int", v) for v in self.ints)
        if self.mask:
            params += (("mask", self.mask),)
        if self.req:
            params += (("req", "r"),)
        return Func(self.name, self.result, params, tuple(self.top) + tuple(body), False)


# partial_arrays: a second loop that cancels all but the last element; only an analyzer that tells elements apart can see it.
ALL = frozenset(("borrowed", "arrays", "partial_arrays"))
USUAL = ALL - {"partial_arrays"}


def file_of(seed, index, count, features=USUAL):
    """Helpers and `count` functions for one file; whether its header's constructors take a const parent."""
    rng = random.Random("%s/%s" % (seed, index))
    const = rng.random() < .5
    counter = [0]
    prefix = "h%d_" % index
    common = helpers(rng, prefix, counter)
    if const:
        features = features - {"borrowed"}
    funcs = [Gen(rng, index * 1000 + i, prefix, counter, features, const).function() for i in range(count)]
    return common, funcs, const
