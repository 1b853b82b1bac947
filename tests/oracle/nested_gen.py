# Random programs in which deadlines are set, handed down and narrowed, described abstractly; and the truth about them, from
# walking every call path of the description.
#
# A program is {name: Fn}. A function receives one context (from its caller, out of a request, or as a root) and works
# through its items:
#   ("work",)
#   ("bind", site, form, ns, items)       a fixed bound on the context in hand; `items` run under it
#   ("wrap", site, form, ns, depth, items) the same through a wrapper that forwards the duration
#   ("plain", items)                      a child that can only be cancelled
#   ("derived", form, ns)                 a bound that looks at what is left; only work below it
#   ("call", name)                        direct; a callee that takes a request gets a new one around the context in hand
#   ("ops", table)                        any function of the table, through a const struct of function pointers
#   ("apply", name, which)                through a function that takes the callee as a parameter
#   ("supply", site, form, ns, name)      a callee that takes the duration and binds the context with it
#   ("if", items, items) ("loop", items)
# Callees come later in the order of names than their callers, except ("again", name): a call back up, which makes a cycle.
import random
from collections import namedtuple

# source: ctx, req (then `request` is its type), supply; roots: background, incoming (a request from outside), param, main.
Fn = namedtuple("Fn", "name file source request items")
Program = namedtuple("Program", "prefix files fns tables unit const")

ROOTS = ("background", "incoming", "param", "main")
UNITS = {"ms": 10**6, "us": 10**3, "ns": 1, "s": 10**9}
FORMS = ("literal", "macro", "enum", "static", "product", "local", "deadline")
DERIVED = ("half", "min", "ternary", "if", "function", "minus", "guard")
FEATURES = frozenset(("ops", "requests", "shared_requests", "apply", "shared_apply", "supply", "wrap", "cycles", "deadline"))


class Gen:
    def __init__(self, rng, prefix, unit, const, features, with_main):
        self.rng, self.prefix, self.unit, self.const, self.features = rng, prefix, unit, const, features
        self.with_main = with_main
        self.sites = 0

    def amount(self):
        if self.unit == "s":
            return self.rng.choice((1, 2, 3, 5, 8, 10)) * 10**9
        return self.rng.choice((50, 100, 200, 250, 500, 500, 800, 1000, 1000, 1500, 2000, 3000, 5000)) * 10**6

    def site(self):
        self.sites += 1
        return self.sites

    def form(self):
        form = self.rng.choice(FORMS)
        return "literal" if form == "deadline" and (self.unit != "ms" or "deadline" not in self.features) else form

    def program(self):
        rng = self.rng
        count = rng.randint(3, 9)
        files = rng.randint(1, 3)
        roots = rng.randint(1, 3)
        kinds = []
        for i in range(count):
            if i < roots:
                kind = rng.choice(("background", "background", "incoming", "param"))
                kinds.append("main" if i == 0 and self.with_main else kind)
            else:
                kinds.append(rng.choice(["ctx"] * 4 + ["req"] * 2 * ("requests" in self.features) + ["supply"] * ("supply" in self.features)))
        names = ["%sf%d" % (self.prefix, i) for i in range(count)]
        self.kinds = dict(zip(names, kinds))
        self.tables = {}
        plain = [n for n in names[roots:] if self.kinds[n] == "ctx"]
        if "ops" in self.features and len(plain) > 1 and rng.random() < .6:
            members = sorted(rng.sample(plain, rng.randint(1, min(3, len(plain)))))
            self.tables["%sops" % self.prefix] = tuple(members)
        self.in_table = {m: t for t, ms in self.tables.items() for m in ms}
        requests = 0
        fns = {}
        for i, name in enumerate(names):
            self.later = [n for n in names[i + 1:] if self.kinds[n] not in ROOTS]
            self.me = name
            self.open_tables = [t for t, ms in self.tables.items() if name < ms[0]]
            self.budget = rng.randint(2, 5)
            self.earlier = [n for n in names[roots:i + 1] if self.kinds[n] == "ctx"] if "cycles" in self.features and rng.random() < .15 else []
            request = None
            if kinds[i] == "req":
                shared = "shared_requests" in self.features and requests and rng.random() < .5
                request = "%sreq%d" % (self.prefix, rng.randrange(requests) if shared else requests)
                requests += not shared
            items = self.items(0)
            fns[name] = Fn(name, rng.randrange(files), kinds[i], request, items)
        return connect(Program(self.prefix, files, fns, self.tables, self.unit, self.const), rng)

    def items(self, depth):
        out = []
        for _ in range(self.rng.randint(1, 3)):
            if self.budget <= 0:
                break
            self.budget -= 1
            out.append(self.item(depth))
        return tuple(out) or (("work",),)

    def item(self, depth):
        rng = self.rng
        roll = rng.random()
        if depth < 3:
            if roll < .2:
                return ("bind", self.site(), self.form(), self.amount(), self.items(depth + 1))
            if roll < .28 and "wrap" in self.features:
                form = self.form()
                return ("wrap", self.site(), "literal" if form == "deadline" else form, self.amount(), rng.randrange(2), self.items(depth + 1))
            if roll < .34:
                return ("plain", self.items(depth + 1))
            if roll < .4:
                return ("if", self.items(depth + 1), self.items(depth + 1))
            if roll < .44:
                return ("loop", self.items(depth + 1))
        if roll < .54:
            return ("derived", rng.choice(DERIVED), self.amount())
        if roll < .6 and self.open_tables:
            return ("ops", rng.choice(self.open_tables))
        if roll < .63 and self.earlier:
            return ("again", rng.choice(self.earlier))
        if self.later and roll < .95:
            return self.call(rng.choice(self.later))
        return ("work",)

    def call(self, name):
        if self.kinds[name] == "supply":
            form = self.form()
            return ("supply", self.site(), "literal" if form == "deadline" else form, self.amount(), name)
        if self.kinds[name] == "ctx" and "apply" in self.features and self.rng.random() < .2:
            return ("apply", name, 0 if "shared_apply" in self.features else self.site())
        return ("call", name)


def reached(program):
    """The functions and tables that some root reaches."""
    names, tables = set(), set()
    todo = [n for n, f in program.fns.items() if f.source in ROOTS]
    while todo:
        name = todo.pop()
        if name not in names:
            names.add(name)
            items = program.fns[name].items
            tables.update(tables_of(items))
            todo += callees(items, program.tables)
    return names, tables


def connect(program, rng):
    """Gives every function and table that no root reaches a caller."""
    fns = program.fns
    names = sorted(fns)
    for table in program.tables:
        if table not in reached(program)[1]:
            first = fns[names[0]]
            fns[first.name] = first._replace(items=first.items + (("ops", table),))
    for i, name in enumerate(names):
        known = reached(program)[0]
        if name in known:
            continue
        caller = fns[rng.choice([n for n in names[:i] if n in known])]
        item = ("call", name)
        if fns[name].source == "supply":
            item = ("supply", 1000 + i, "literal", 500 * 10**6 if program.unit != "s" else 10**9, name)
        fns[caller.name] = caller._replace(items=caller.items + (item,))
    return program


def inner(item):
    return {"bind": item[4:5], "wrap": item[5:6], "plain": item[1:2], "if": item[1:3], "loop": item[1:2]}.get(item[0], ())


def walk(items):
    for item in items:
        yield item
        for part in inner(item):
            yield from walk(part)


def callees(items, tables):
    for item in walk(items):
        if item[0] in ("call", "again", "apply"):
            yield item[1]
        elif item[0] == "supply":
            yield item[4]
        elif item[0] == "ops":
            yield from tables.get(item[1], ())


def tables_of(items):
    return [item[1] for item in walk(items) if item[0] == "ops"]


# --- the truth

def paths(program):
    """{site: (fixed ns, {(deadline above or None, below the root)})} over all call paths from all roots."""
    seen = set()
    sites = {}

    def bound(site, ns, above, below):
        sites.setdefault(site, (ns, set()))[1].add((above, below))
        return ns if above is None else min(above, ns)

    def enter(name, above):
        if (name, above) in seen:
            return
        seen.add((name, above))
        run(program.fns[name].items, above, True)

    def run(items, above, below):
        for item in items:
            kind = item[0]
            if kind == "bind":
                run(item[4], bound(item[1], item[3], above, below), below)
            elif kind == "wrap":
                run(item[5], bound(item[1], item[3], above, below), below)
            elif kind in ("plain", "loop"):
                run(item[1], above, below)
            elif kind == "if":
                run(item[1], above, below)
                run(item[2], above, below)
            elif kind in ("call", "apply", "again"):
                enter(item[1], above)
            elif kind == "supply":
                enter(item[4], bound(item[1], item[3], above, below))
            elif kind == "ops":
                for member in program.tables[item[1]]:
                    enter(member, above)

    for fn in program.fns.values():
        if fn.source in ROOTS:
            run(fn.items, None, False)
    return sites


def truth(program):
    """{site: (rule, grade, upstream ns, bound ns)} of the places to report."""
    out = {}
    for site, (ns, ways) in paths(program).items():
        above = [a for a, _ in ways if a is not None]
        if above:
            dead = len(above) == len(ways) and all(ns >= a for a in above)
            out[site] = ("nested-timeout", "dead" if dead else "capped", min(above), ns)
        elif any(below for _, below in ways):
            out[site] = ("timeout-below-root", None, None, ns)
    return out


def programs(seed, index, count, features=FEATURES):
    """`count` programs that can be analysed in one run: one unit of time, names apart."""
    rng = random.Random("%s/%s" % (seed, index))
    unit = rng.choice(("ms", "ms", "ms", "us", "ns", "s"))
    const = rng.random() < .5
    return [Gen(rng, "p%d_" % i, unit, const, features, i == 0 and rng.random() < .3).program() for i in range(count)]
