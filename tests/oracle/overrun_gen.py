"""Random call trees that wait below deadlines, and the truth about them: every path is run, every sum is added up.

A statement knows how to print itself (one line for each place that can be reported) and how to run: `run(state, env)` yields every
(state, outcome) it can lead to. A state holds what was waited for so far."""
import random
from dataclasses import dataclass, field, replace

MS = 1000000
NEXT, BREAK, RETURN = "next", "break", "return"
PATHS_MAX = 4000


class TooMany(Exception):
    pass


@dataclass(frozen=True)
class Item:
    place: object      # the statement that is reported
    kind: str          # sleep, wait, bind, call
    amount: int        # ms
    call: object = None  # (function, argument) of a call
    own: bool = True   # the duration does not come from the caller
    in_loop: bool = False


@dataclass(frozen=True)
class State:
    items: tuple = ()
    proven: int = 0
    param_uses: int = 0
    in_loop: bool = False

    def wait(self, item):
        if item.amount <= 0:
            return self
        if item.kind != "call" and item.amount <= self.proven:
            return replace(self, proven=self.proven - item.amount)
        proven = self.proven if item.kind == "call" else 0
        return replace(self, items=self.items + (replace(item, in_loop=self.in_loop),), proven=proven)


@dataclass
class Env:
    function: object
    arg: object = None    # the number given for the parameter; "tried": it is a budget itself
    counters: dict = field(default_factory=dict)
    delay: dict = field(default_factory=dict)


def run_all(statements, state, env):
    if not statements:
        yield state, NEXT
        return
    for after, outcome in statements[0].run(state, env):
        if outcome == NEXT:
            yield from run_all(statements[1:], after, env)
        else:
            yield after, outcome


class Statement:
    def inner(self):
        return []


class Simple(Statement):
    """A wait of a fixed length, or of the parameter's."""

    def __init__(self, form, amount):
        self.form, self.amount = form, amount  # amount None: the parameter

    kinds = {"spend": "bind", "window": "bind", "rpc": "wait", "poll": "wait", "pause": "sleep", "usleep": "sleep", "nanosleep": "sleep", "helper": "sleep"}

    def run(self, state, env):
        amount = env.arg if self.amount is None else self.amount
        uses = state.param_uses
        if self.amount is None and env.arg == "tried":
            amount = 0
            uses += 2 if self.kinds[self.form] == "sleep" or state.in_loop else 1
        state = replace(state, param_uses=uses)
        yield state.wait(Item(self, self.kinds[self.form], amount, own=self.amount is not None)), NEXT

    def print(self, out, depth):
        n = "ms" if self.amount is None else str(self.amount)
        out.line(depth, {
            "spend": "r += spend(ctx_with_timeout(ctx, %s));",
            "window": "{ struct ctx *c = ctx_with_timeout(ctx, %s); r += fetch(c, id); ctx_cancel(c); }",
            "rpc": "r += rpc(id, %s);",
            "poll": "r += poll(0, 0, %s);",
            "pause": "pause_ms(%s);",
            "usleep": "usleep(1000 * %s);",
            "nanosleep": "{ struct timespec ts = {.tv_sec = 0}; ts.tv_nsec = %s * 1000000L; nanosleep(&ts, NULL); }",
            "helper": "pause_ms(plus(%s, 0));",
        }[self.form] % n, self)


class Free(Statement):
    """A wait that is derived from what is left, or is none of this budget's."""
    forms = [
        "r += spend(ctx_with_timeout(ctx, ctx_remaining(ctx) / 2));",
        "{ int64_t left = ctx_remaining(ctx); r += spend(ctx_with_timeout(ctx, left < 700 ? left : 700)); }",
        "{ int64_t left = ctx_remaining(ctx); if (left > 600) left = 600; r += spend(ctx_with_timeout(ctx, left)); }",
        "r += spend(ctx_with_timeout(ctx_background(), 700));",
        "r += spend(ctx_with_timeout(ctx, smaller(ctx_remaining(ctx), 800)));",
        "r += fetch(ctx, id);",
        "r += rpc(id, 0);",
        "say(\"step\");",
    ]

    deadline_forms = [
        "r += rpc(id, (end - now_ms()) / 2);",
        "{ int64_t left = end - now_ms(); r += rpc(id, left < 700 ? left : 700); }",
        "{ int64_t left = end - now_ms(); if (left > 600) left = 600; r += rpc(id, left); }",
        "r += rpc_until(id, end - 50);",
        "r += rpc(id, smaller(end - now_ms(), 800));",
        "r += rpc_until(id, end);",
        "r += rpc(id, 0);",
        "say(\"step\");",
    ]

    def __init__(self, form):
        self.form = form

    def run(self, state, env):
        yield state, NEXT

    def print(self, out, depth):
        out.line(depth, (self.deadline_forms if out.mode == "deadline" else self.forms)[self.form], self)


class Guarded(Statement):
    def __init__(self, check, amount):
        self.check, self.amount = check, amount

    def run(self, state, env):
        yield state, RETURN
        sure = replace(state, proven=max(state.proven, self.check))
        yield sure.wait(Item(self, "bind", self.amount)), NEXT

    def print(self, out, depth):
        left, wait = ("end - now_ms()", "rpc(id, %d)") if out.mode == "deadline" else ("ctx_remaining(ctx)", "spend(ctx_with_timeout(ctx, %d))")
        out.line(depth, "if (%s < %d)" % (left, self.check))
        out.line(depth + 1, "return -1;")
        out.line(depth, "r += " + wait % self.amount + ";", self)


class Call(Statement):
    def __init__(self, callee, arg=None, window=None):
        self.callee, self.arg, self.window = callee, arg, window

    def run(self, state, env):
        if self.window:
            yield state.wait(Item(self, "bind", self.window)), NEXT
            return
        total, _ = longest(self.callee, self.arg)
        yield state.wait(Item(self, "call", total, (self.callee, self.arg))), NEXT

    def print(self, out, depth):
        args = "%s, id" + (", %s" % self.arg if self.arg is not None else "")
        if out.mode == "deadline":
            text = "r += %s(%s);" % (self.callee.name, args % ("now_ms() + %d" % self.window if self.window else "end"))
        elif out.mode == "request" and self.window:
            text = "{ struct request sub = *rq; sub.ctx = ctx_with_timeout(ctx, %d); r += %s(%s); ctx_cancel(sub.ctx); }" % (
                self.window, self.callee.name, args % "&sub")
        elif out.mode == "request":
            text = "r += %s(%s);" % (self.callee.name, args % "rq")
        elif self.window:
            text = "{ struct ctx *c = ctx_with_timeout(ctx, %d); r += %s(%s); ctx_cancel(c); }" % (self.window, self.callee.name, args % "c")
        else:
            text = "r += %s(%s);" % (self.callee.name, args % "ctx")
        out.line(depth, text, self)


class If(Statement):
    def __init__(self, then, other):
        self.then, self.other = then, other

    def run(self, state, env):
        yield from run_all(self.then, state, env)
        yield from run_all(self.other, state, env)

    def inner(self):
        return self.then + self.other

    def print(self, out, depth):
        out.line(depth, "if (ready(id)) {")
        out.block(self.then, depth + 1)
        if self.other:
            out.line(depth, "} else {")
            out.block(self.other, depth + 1)
        out.line(depth, "}")


class Switch(Statement):
    def __init__(self, cases):
        self.cases = cases  # (statements, falls through)

    def run(self, state, env):
        for first in range(len(self.cases)):
            statements = []
            for body, falls in self.cases[first:]:
                statements = statements + body
                if not falls:
                    break
            yield from run_all(statements, state, env)
        yield state, NEXT

    def inner(self):
        return [s for body, _ in self.cases for s in body]

    def print(self, out, depth):
        out.line(depth, "switch (id) {")
        for n, (body, falls) in enumerate(self.cases):
            out.line(depth, "case %d: {" % n)
            out.block(body, depth + 1)
            out.line(depth, "}" if falls else "} break;")
        out.line(depth, "}")


class Leave(Statement):
    def __init__(self, how):
        self.how = how

    def run(self, state, env):
        yield state, self.how
        yield state, NEXT

    def print(self, out, depth):
        out.line(depth, "if (r >= 0)")
        out.line(depth + 1, "break;" if self.how == BREAK else "return r;")


class Loop(Statement):
    """`count` turns, or (count None) nobody knows how many. `delay`: how long to sleep between two turns, and how that grows."""

    def __init__(self, name, form, count, body, delay=None, growth=None, guard="first", start=None):
        self.name, self.form, self.count, self.body = name, form, count, body
        self.delay, self.growth, self.guard = delay, growth, guard
        self.pause = Pause(self)

    def inner(self):
        return self.body + ([self.pause] if self.delay else [])

    def turn(self, state, env, number):
        delay = [self.pause] if self.delay else []
        body = delay + self.body if self.guard == "first" else self.body + delay
        env = replace(env, counters={**env.counters, self: number})
        for after, outcome in run_all(body, state, env):
            if outcome == NEXT and self.count is not None and number + 1 < self.count:
                yield from self.turn(after, env, number + 1)
            else:
                yield after, NEXT if outcome == BREAK else outcome

    def run(self, state, env):
        if self.count is not None:
            yield from self.turn(state, env, 0)
            return
        outside = state.in_loop
        if self.form not in ("do", "goto"):
            yield state, NEXT
        for after, outcome in self.turn(replace(state, in_loop=True), env, 0):
            yield replace(after, in_loop=outside), outcome

    def print(self, out, depth):
        i, limit = self.name, "id" if self.count is None else self.limit_text
        if self.delay and self.growth:
            out.line(depth, "int64_t d%s = %d;" % (i, self.delay))
        head, tail = {
            "for": ("for (int %s = 0; %s < %s; %s++) {" % (i, i, limit, i), "}"),
            "down": ("for (int %s = %s; %s > 0; %s--) {" % (i, limit, i, i), "}"),
            "while": ("int %s = 0; while (%s < %s) { %s++;" % (i, i, limit, i), "}"),
            "do": ("int %s = 0; do {" % i, "} while (++%s < %s);" % (i, limit)),
            "ever": ("int %s = 0; for (;;) { if (%s++ >= %s) break;" % (i, i, limit), "}"),
            "goto": ("int %s = 0; again_%s: {" % (i, i), "} if (++%s < %s) goto again_%s;" % (i, limit, i)),
        }[self.form]
        out.line(depth, head)
        if self.delay and self.guard == "first":
            self.pause.print(out, depth + 1)
        out.block(self.body, depth + 1)
        if self.delay and self.guard != "first":
            self.pause.print(out, depth + 1)
        out.line(depth, tail)

    @property
    def limit_text(self):
        return str(self.count) if self.name[-1] in "02468" else "plus(%d, 1)" % (self.count - 1)


class Pause(Statement):
    """The delay of a loop."""

    def __init__(self, loop):
        self.loop = loop

    def amount(self, number):
        amount = self.loop.delay
        for _ in range(number):
            if self.loop.growth == "double":
                amount *= 2
            elif self.loop.growth == "add":
                amount += 50
            elif self.loop.growth == "capped":
                amount = min(amount * 2, 200)
        return amount

    def run(self, state, env):
        number, loop = env.counters[self.loop], self.loop
        done = number  # delays before this one
        if loop.guard == "first":
            if number == 0:
                yield state, NEXT
                return
            done = number - 1
        if loop.guard == "last" and number + 1 >= loop.count:
            yield state, NEXT
            return
        yield state.wait(Item(self, "sleep", self.amount(done))), NEXT

    def print(self, out, depth):
        loop, i = self.loop, self.loop.name
        d = "d" + i if loop.growth else str(loop.delay)
        grow = {None: "", "double": " %s *= 2;" % d, "add": " %s += 50;" % d, "capped": " %s = smaller(%s * 2, 200);" % (d, d)}[loop.growth]
        first = {"for": "%s > 0", "down": "%s < " + (loop.limit_text if loop.count else "0"), "while": "%s > 1", "do": "%s > 0", "goto": "%s > 0", "ever": "%s > 1"}[loop.form] % i
        last = {"for": "{0} + 1 < {1}", "down": "{0} > 1", "while": "{0} < {1}", "do": "{0} + 1 < {1}", "goto": "{0} + 1 < {1}", "ever": "{0} < {1}"}[loop.form].format(i, loop.count)
        check = {"first": "if (%s) " % first, "last": "if (%s) " % last, "always": ""}[loop.guard]
        out.line(depth, "%s{ pause_ms(%s);%s }" % (check, d, grow), self)


@dataclass(eq=False)
class Function:
    name: str
    has_param: bool
    body: list
    deadline: int = None   # a root: what it allows
    uses_deadline: bool = True
    cache: dict = field(default_factory=dict)


def paths(function, arg):
    """Every path through the function: (items, how often the parameter was waited for)."""
    key = arg
    if key not in function.cache:
        found = {}
        for state, _ in run_all(function.body, State(), Env(function, arg)):
            found[state.items, state.param_uses] = True
            if len(found) > PATHS_MAX:
                raise TooMany()
        function.cache[key] = list(found)
    return function.cache[key]


def longest(function, arg):
    best = max(paths(function, arg), key=lambda path: sum(item.amount for item in path[0]))[0]
    lower = any(item.in_loop or (item.call and longest(*item.call)[1]) for item in best)
    return sum(item.amount for item in best), lower


class Judge:
    """One deadline against everything below it."""

    def __init__(self, answers):
        self.answers, self.seen = answers, set()

    def judge(self, function, arg, allowed, chain):
        if (function, arg, allowed) in self.seen:
            return
        self.seen.add((function, arg, allowed))
        self.sums([items for items, _ in paths(function, arg)], allowed, chain)

    def sums(self, every, allowed, chain):
        best, most = None, -1
        for items in every:
            counted = [i for i in items if (i.amount <= allowed if i.kind == "call" else i.amount < allowed)]
            total = sum(i.amount for i in counted)
            if total > most:
                best, most = counted, total
        if most > allowed:
            self.report(best, most, allowed, chain)
        for items in every:
            for item in items:
                if item.kind == "call" and item.amount > allowed:
                    self.judge(item.call[0], item.call[1], allowed, chain + [item.place])

    def report(self, items, needed, allowed, chain):
        terms = {}
        for item in items:
            terms.setdefault((item.place, item.kind), []).append(item)
        place, most = None, -1
        for (at, _), parts in terms.items():
            if sum(i.amount for i in parts) > most:
                place, most, own = at, sum(i.amount for i in parts), parts[0].own
        if not own and chain:
            place = chain[-1]
        lower = any(i.in_loop or (i.call and longest(*i.call)[1]) for i in items)
        answer = (allowed * MS, needed * MS, lower)
        known = self.answers.get(place)
        if known is None or (answer[0], -answer[1]) < (known[0], -known[1]):
            self.answers[place] = answer


def all_statements(statements):
    for statement in statements:
        yield statement
        yield from all_statements(statement.inner())


def truth(program):
    """{statement: (allowed, needed, lower bound)}"""
    answers = {}
    judge = Judge(answers)
    for function in program.functions:
        if function.deadline:
            judge.sums([items for items, _ in paths(function, None)], function.deadline, [])
        for statement in all_statements(function.body):
            if not isinstance(statement, Call):
                continue
            if statement.window:
                total, _ = longest(statement.callee, statement.arg)
                if total > statement.window:
                    judge.judge(statement.callee, statement.arg, statement.window, [statement])
            if statement.arg is not None and statement.callee.bounds_param:
                tried = paths(statement.callee, "tried")
                if all(uses < 2 for _, uses in tried) and longest(statement.callee, "tried")[0] > statement.arg:
                    judge.judge(statement.callee, "tried", statement.arg, [statement])
    return answers


# ---- programs

FEATURES = {"deadlines", "requests", "calls", "loops", "unknown-loops", "switch", "guards", "free", "params", "windows", "growth", "leave"}


@dataclass
class Program:
    prefix: str
    functions: list
    mode: str  # how the budget travels: ctx, request (a context in a struct), deadline (a number)


class Generator:
    def __init__(self, rng, prefix, features):
        self.rng, self.prefix, self.features = rng, prefix, features
        self.functions, self.loops = [], 0
        self.mode = rng.choice(["ctx", "ctx"] + ["request"] * ("requests" in features) + ["deadline"] * ("deadlines" in features))

    def amount(self):
        return self.rng.randrange(11, 90) * 10 + self.rng.randrange(10) # shorter ones may be slices

    def simple(self, has_param):
        bounds = [] if self.mode == "deadline" else ["spend", "spend", "window"]
        forms = bounds + ["rpc", "poll", "pause", "usleep", "nanosleep", "helper"]
        if has_param and self.rng.random() < 0.6:
            return Simple(self.rng.choice(bounds + ["rpc"]), None)
        return Simple(self.rng.choice(forms), self.amount())

    def call(self):
        callee = self.rng.choice([f for f in self.functions if not f.deadline] or [None])
        if callee is None:
            return self.simple(False)
        window = self.amount() if "windows" in self.features and self.rng.random() < 0.15 else None
        return Call(callee, self.amount() if callee.has_param else None, window)

    def loop(self, depth, has_param, inside):
        count = self.rng.randrange(1, 5)
        form = self.rng.choice(["for", "down", "while", "do", "ever", "goto"])
        if "unknown-loops" in self.features and self.rng.random() < 0.2:
            count, form = None, self.rng.choice(["for", "do"])
        self.loops += 1
        name = "i%d" % self.loops
        body = self.block(depth - 1, has_param, 1, True)
        if "leave" in self.features and self.rng.random() < 0.5:
            body.append(Leave(RETURN if form == "goto" else self.rng.choice([BREAK, RETURN])))
        delay = growth = None
        guard = self.rng.choice(["first", "last", "always"])
        if count and self.rng.random() < 0.6:
            delay = self.rng.randrange(101, 180)
            growth = self.rng.choice([None, None, "double", "add", "capped"]) if "growth" in self.features else None
        return Loop(name, form, count, body, delay, growth, guard)

    def statement(self, depth, has_param, inside):
        choices = [lambda: self.simple(has_param)] * 3
        if "calls" in self.features:
            choices += [self.call] * 2
        if "free" in self.features:
            choices += [lambda: Free(self.rng.randrange(len(Free.forms)))]
        if "guards" in self.features:
            amount = self.amount()
            choices += [lambda: Guarded(amount + self.rng.choice([0, 0, 50, -20]), amount)]
        if depth > 0:
            choices += [lambda: If(self.block(depth - 1, has_param, 2, inside), self.block(depth - 1, has_param, 1, inside) if self.rng.random() < 0.5 else [])]
            if "loops" in self.features:
                choices += [lambda: self.loop(depth, has_param, inside)] * 2
            if "switch" in self.features:
                choices += [lambda: Switch([(self.block(depth - 1, has_param, 1, inside), self.rng.random() < 0.4) for _ in range(self.rng.randrange(2, 4))])]
        return self.rng.choice(choices)()

    def block(self, depth, has_param, most, inside):
        return [self.statement(depth, has_param, inside) for _ in range(self.rng.randrange(1, most + 1))]

    def function(self, number):
        has_param = "params" in self.features and self.rng.random() < 0.3
        function = Function("%sf%d" % (self.prefix, number), has_param, self.block(2, has_param, 3, False))
        function.bounds_param = has_param and any(isinstance(s, Simple) and s.amount is None for s in all_statements(function.body))
        return function

    def root(self, number):
        calls = [self.call() for _ in range(self.rng.randrange(1, 3))]
        others = [self.simple(False)] if self.rng.random() < 0.4 else []
        body = calls + others
        self.rng.shuffle(body)
        function = Function("%sroot%d" % (self.prefix, number), False, body, deadline=self.rng.randrange(60, 300) * 10)
        function.bounds_param = False
        return function

    def program(self):
        for n in range(self.rng.randrange(2, 6)):
            self.functions.append(self.function(n))
        for n in range(self.rng.randrange(1, 4)):
            self.functions.append(self.root(n))
        return Program(self.prefix, self.functions, self.mode)


def programs(seed, index, count, features=FEATURES):
    out, attempt = [], 0
    while len(out) < count:
        rng = random.Random("%s/%s/%s/%s" % (seed, index, len(out), attempt))
        program = Generator(rng, "p%d_" % len(out), features).program()
        try:
            truth(program)
            out.append(program)
        except (TooMany, RecursionError):
            attempt += 1
    return out
