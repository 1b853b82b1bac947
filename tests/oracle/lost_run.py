# The truth about a lost-cancel program: runs every function concretely, once for every value of its parameters (one value
# of each class that its constants can tell apart) and every outcome of every opaque call, to any number of loop rounds,
# and notes which contexts are alive, neither returned nor stored, when it returns. No symbols, no joins, no summaries:
# helpers are run, not summarised. States already seen are not run again, which is what ends loops.
#
# A context belongs to the line that made it; one that a helper returns or writes through a pointer belongs from then on to
# the line of the call. One that is stored in r->child is safe while it stays there: storing another one loses it.
# Runs that end in exit or abort lose nothing.

NULL = 0
DEAD = ("dead",)     # pointer to a context already cancelled
PARAM = ("param",)   # pointer to something owned elsewhere
OUTSIDE = ("outside",)  # pointer to a handle of an unknown caller
LAZY = ("lazy",)     # parameter whose value has not mattered yet


class Invalid(Exception):
    pass


OPS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "&": lambda a, b: a & b, "+": lambda a, b: a + b,
}


class Code:
    """One function as a flat list of steps. Operands are slot numbers; constants live in slots too."""

    def __init__(self, func):
        self.func = func
        self.slots = {}
        self.initial = []
        self.ops = []
        self.labels = {}
        self.patches = []
        self.breaks, self.continues = [], []
        for _, name in func.params:
            self.slot(name)
        self.child = self.slot("r->child", PARAM)
        self.body(func.body)
        self.ops.append(("ret", None))
        for at, label in self.patches:
            if label not in self.labels:
                raise Invalid("no label " + label)
            self.ops[at] = ("jmp", self.labels[label])

    def slot(self, name, value=None):
        self.slots[name] = len(self.initial)
        self.initial.append(value)
        return self.slots[name]

    def temp(self):
        self.initial.append(None)
        return len(self.initial) - 1

    def const(self, value):
        key = ("const", value)
        if key not in self.slots:
            self.slot(key, value)
        return self.slots[key]

    def var(self, name):
        if name not in self.slots:
            raise Invalid("no variable " + name)
        return self.slots[name]

    def emit(self, *op):
        self.ops.append(op)
        return len(self.ops) - 1

    def value(self, e):
        kind = e[0]
        if kind == "int":
            return self.const(e[1])
        if kind == "null":
            return self.const(NULL)
        if kind == "var":
            return self.var(e[1])
        if kind == "assign":
            self.emit("mov", self.var(e[1]), self.value(e[2]))
            return self.var(e[1])
        if kind == "assignindex":
            v = self.value(e[3])
            self.emit("setindex", self.var(e[1]), self.value(e[2]), v)
            return v
        if kind == "cancel":
            self.emit("cancel", self.value(e[1]))
            return self.const(0)
        if kind == "child":
            return self.const(PARAM)
        if kind == "peek" or kind == "query":
            self.value(e[1])
        t = self.temp()
        if kind == "not":
            self.emit("not", t, self.value(e[1]))
        elif kind == "bin" and e[1] in ("&&", "||"):
            self.truth(e, t)
        elif kind == "bin":
            a = self.value(e[2])
            self.emit("bin", t, OPS[e[1]], a, self.value(e[3]))
        elif kind == "cond":
            self.choice(e, t)
        elif kind == "addr":
            self.emit("addr", t, self.var(e[1]))
        elif kind == "deref":
            self.emit("load", t, self.var(e[1]))
        elif kind == "index":
            self.emit("getindex", t, self.var(e[1]), self.value(e[2]))
        elif kind == "coin":
            self.emit("choose", t, (0, 1))
        elif kind in ("query", "peek"):
            self.emit("choose", t, (-1, 0, 1))
        elif kind == "derive":
            self.value(e[2])
            self.emit("derive", t, e[3])
        elif kind == "call":
            args = tuple(self.value(a) for a in e[2])
            self.emit("call", t, e[1], args, e[3])
        else:
            raise Invalid(kind)
        return t

    def truth(self, e, t):
        self.emit("bool", t, self.value(e[2]))
        br = self.emit("br")
        right = len(self.ops)
        self.emit("bool", t, self.value(e[3]))
        end = len(self.ops)
        self.ops[br] = ("br", t, right, end) if e[1] == "&&" else ("br", t, end, right)

    def choice(self, e, t):
        c = self.value(e[1])
        br = self.emit("br")
        self.emit("mov", t, self.value(e[2]))
        skip = self.emit("jmp")
        other = len(self.ops)
        self.emit("mov", t, self.value(e[3]))
        self.ops[br] = ("br", c, br + 1, other)
        self.ops[skip] = ("jmp", len(self.ops))

    def body(self, body):
        for s in body:
            base = len(self.initial)
            self.stmt(s)
            if s[0] in ("expr", "decl"):
                temps = tuple(i for i in range(base, len(self.initial)) if self.initial[i] is None and i not in self.slots.values())
                if temps:
                    self.emit("kill", temps)

    def branch(self, cond):
        c = self.value(cond)
        at = self.emit("br")
        return lambda yes, no: self.ops.__setitem__(at, ("br", c, yes, no))

    def loop(self, body, here):
        self.breaks.append([])
        self.continues.append([])
        self.body(body)
        continues = self.continues.pop()
        for at in continues:
            self.ops[at] = ("jmp", len(self.ops) if here is None else here)
        return self.breaks.pop()

    def end_breaks(self, breaks):
        for at in breaks:
            self.ops[at] = ("jmp", len(self.ops))

    def stmt(self, s):
        kind = s[0]
        if kind == "decl":
            v = self.value(s[3]) if s[3] else self.const(0)
            self.emit("mov", self.slots[s[2]] if s[2] in self.slots else self.slot(s[2]), v)
        elif kind == "array":
            self.emit("array", self.slots[s[1]] if s[1] in self.slots else self.slot(s[1]), s[2])
        elif kind == "expr":
            self.value(s[1])
        elif kind == "block":
            self.body(s[1])
        elif kind == "if":
            fill = self.branch(s[1])
            start = len(self.ops)
            self.body(s[2])
            skip = self.emit("jmp")
            other = len(self.ops)
            self.body(s[3])
            fill(start, other)
            self.ops[skip] = ("jmp", len(self.ops))
        elif kind == "while":
            head = len(self.ops)
            fill = self.branch(s[1])
            start = len(self.ops)
            breaks = self.loop(s[2], head)
            self.emit("jmp", head)
            fill(start, len(self.ops))
            self.end_breaks(breaks)
        elif kind == "do":
            start = len(self.ops)
            breaks = self.loop(s[1], None)
            fill = self.branch(s[2])
            fill(start, len(self.ops))
            self.end_breaks(breaks)
        elif kind == "for":
            i = self.slots[s[1]] if s[1] in self.slots else self.slot(s[1])
            self.emit("mov", i, self.const(0))
            head = len(self.ops)
            fill = self.branch(("bin", "<", ("var", s[1]), ("int", s[2])))
            start = len(self.ops)
            breaks = self.loop(s[3], None)
            self.emit("bin", i, OPS["+"], i, self.const(1))
            self.emit("jmp", head)
            fill(start, len(self.ops))
            self.end_breaks(breaks)
        elif kind == "switch":
            self.switch(s)
        elif kind in ("break", "continue"):
            where = self.breaks if kind == "break" else self.continues
            if not where:
                raise Invalid(kind + " outside a loop")
            where[-1].append(self.emit("jmp"))
        elif kind == "goto":
            self.patches.append((self.emit("jmp"), s[1]))
        elif kind == "label":
            self.labels[s[1]] = len(self.ops)
        elif kind == "return":
            self.emit("ret", self.value(s[1]) if s[1] else None)
        elif kind == "exit":
            self.emit("exit")
        elif kind == "store":
            self.emit("keep", self.value(s[1]))
        elif kind == "storeout":
            self.emit("store", self.var(s[1]), self.value(s[2]))
        else:
            raise Invalid(kind)

    def switch(self, s):
        v = self.value(s[1])
        at = self.emit("switch")
        table, default = {}, None
        self.breaks.append([])
        for labels, body in s[2]:
            for label in labels:
                if label == "default":
                    default = len(self.ops)
                else:
                    table[label] = len(self.ops)
            self.body(body)
        self.end_breaks(self.breaks.pop())
        self.ops[at] = ("switch", v, table, len(self.ops) if default is None else default)


# --- which values of a parameter must be tried

def constants_of(func, helpers):
    """Constants each integer variable is compared with, copies and helper arguments included."""
    seen = {name: set() for _, name in func.params}
    copies = []

    def note(e, value):
        if e[0] == "var":
            seen.setdefault(e[1], set()).add(value)

    def walk(tree):
        if not isinstance(tree, tuple) or not tree:
            return
        if tree[0] == "bin" and tree[1] in OPS:
            if tree[3][0] == "int":
                note(tree[2], tree[3][1])
            if tree[2][0] == "int":
                note(tree[3], tree[2][1])
        if tree[0] == "bin" and tree[1] in ("&&", "||"):
            note(tree[2], 0)
            note(tree[3], 0)
        if tree[0] in ("not", "if", "while", "cond"):
            note(tree[1], 0)
        if tree[0] == "do":
            note(tree[2], 0)
        if tree[0] == "switch":
            for labels, _ in tree[2]:
                for label in labels:
                    if label != "default":
                        note(tree[1], label)
        if tree[0] == "decl" and tree[3] and tree[3][0] == "var":
            copies.append((tree[2], tree[3][1]))
        if tree[0] == "assign" and tree[2][0] == "var":
            copies.append((tree[1], tree[2][1]))
        if tree[0] == "call" and tree[1] in helpers:
            for arg, (_, name) in zip(tree[2], helpers[tree[1]].params):
                for value in constants_of(helpers[tree[1]], helpers).get(name, ()):
                    note(arg, value)
        for part in tree:
            walk(part)

    walk(func.body)
    for _ in copies:
        for a, b in copies:
            seen.setdefault(b, set()).update(seen.setdefault(a, set()))
    return seen


def masks_of(func):
    bits = set()

    def walk(tree):
        if isinstance(tree, tuple):
            if len(tree) == 4 and tree[:2] == ("bin", "&"):
                bits.update(b for b in (1, 2, 4, 8) if tree[3][1] & b)
            for part in tree:
                walk(part)
    walk(func.body)
    values = [0]
    for b in sorted(bits):
        values += [v | b for v in values]
    return values


def domain(constants):
    if not constants:
        return [0]
    values = {min(constants) - 1}
    for c in constants:
        values.update((c, c + 1))
    return sorted(values)


# --- running

class Machine:
    def __init__(self, funcs, limit=50000):
        self.helpers = {f.name: f for f in funcs}
        self.code = {f.name: Code(f) for f in funcs}
        self.limit = limit
        self.ended = False # some run returned

    def start(self, func):
        code = self.code[func.name]
        env = list(code.initial)
        self.domains = {}
        constants = constants_of(func, self.helpers)
        for i, (kind, name) in enumerate(func.params):
            if kind == "int":
                env[i] = LAZY
                self.domains[i] = domain(constants[name])
            elif kind == "mask":
                env[i] = LAZY
                self.domains[i] = masks_of(func)
            else:
                env[i] = OUTSIDE if kind == "out" else PARAM
        return (((func.name, 0, tuple(env), None, None),), (), frozenset())

    def leaks(self, func):
        """Sites that some run of this function, called from outside, loses."""
        todo = [self.start(func)]
        seen = set()
        lost = set()
        while todo:
            state = todo.pop()
            if state in seen:
                continue
            seen.add(state)
            if len(seen) > self.limit:
                raise Invalid("too many states")
            for following in self.run(state, lost):
                todo.append(following)
        return lost

    def pack(self, frames, live, gone):
        used = {v[1] for f in frames for v in f[2] if type(v) is tuple and v[0] == "c"}
        used |= {x[1] for f in frames for v in f[2] if type(v) is tuple and v[0] == "array" for x in v[1] if type(x) is tuple and x[0] == "c"}
        lost = frozenset(site for i, site in live.items() if i not in used)
        return (tuple((f[0], f[1], tuple(f[2]), f[3], f[4]) for f in frames),
                tuple(sorted((i, s) for i, s in live.items() if i in used)), gone | lost)

    def replace(self, frames, old, new):
        for f in frames:
            env = f[2]
            for i, v in enumerate(env):
                if v == old:
                    env[i] = new
                elif type(v) is tuple and v and v[0] == "array" and old in v[1]:
                    env[i] = ("array", tuple(new if x == old else x for x in v[1]))

    def run(self, state, lost):
        frames = [[f[0], f[1], list(f[2]), f[3], f[4]] for f in state[0]]
        live, gone = dict(state[1]), state[2]
        while True:
            frame = frames[-1]
            op = self.code[frame[0]].ops[frame[1]]
            env = frame[2]
            kind = op[0]
            if len(frames) == 1:
                for o in op[1:]:
                    for i in o if type(o) is tuple else (o,):
                        if type(i) is int and i in self.domains and env[i] is LAZY and kind not in ("choose", "kill", "jmp"):
                            return self.fork(frames, live, gone, i, self.domains[i])
            frame[1] += 1
            if kind == "mov":
                env[op[1]] = env[op[2]]
            elif kind == "kill":
                for i in op[1]:
                    env[i] = None
            elif kind == "bin":
                env[op[1]] = int(op[2](env[op[3]], env[op[4]]))
            elif kind == "not":
                env[op[1]] = int(not env[op[2]])
            elif kind == "bool":
                env[op[1]] = int(bool(env[op[2]]))
            elif kind == "br":
                frame[1] = op[2] if env[op[1]] else op[3]
            elif kind == "jmp":
                back = op[1] < frame[1]
                frame[1] = op[1]
                if back:
                    return [self.pack(frames, live, gone)]
            elif kind == "switch":
                frame[1] = op[2].get(env[op[1]], op[3])
            elif kind == "choose":
                return self.fork(frames, live, gone, op[1], op[2])
            elif kind == "derive":
                packed = self.pack(frames, live, gone)
                frames = [[f[0], f[1], list(f[2]), f[3], f[4]] for f in packed[0]]
                live, gone = dict(packed[1]), packed[2]
                number = next(i for i in range(len(live) + 1) if i not in live)
                frames[-1][2][op[1]] = NULL
                failed = self.pack(frames, live, gone)
                live[number] = op[2]
                frames[-1][2][op[1]] = ("c", number)
                return [self.pack(frames, live, gone), failed]
            elif kind == "cancel":
                v = env[op[1]]
                if type(v) is tuple and v[0] == "c":
                    del live[v[1]]
                    self.replace(frames, v, DEAD)
            elif kind == "keep":
                frames[0][2][self.code[frames[0][0]].child] = env[op[1]]
            elif kind == "addr":
                env[op[1]] = ("ref", len(frames) - 1, op[2])
            elif kind == "load":
                ref = env[op[2]]
                if ref == OUTSIDE:
                    return self.fork(frames, live, gone, op[1], (NULL, PARAM))
                env[op[1]] = frames[ref[1]][2][ref[2]]
            elif kind == "store":
                ref, v = env[op[1]], env[op[2]]
                if ref != OUTSIDE:
                    frames[ref[1]][2][ref[2]] = v
                    if type(v) is tuple and v[0] == "c":
                        live[v[1]] = frames[ref[1] + 1][4]
                elif type(v) is tuple and v[0] == "c":
                    del live[v[1]]
                    self.replace(frames, v, PARAM)
            elif kind == "array":
                env[op[1]] = ("array", (NULL,) * op[2])
            elif kind == "getindex":
                env[op[1]] = env[op[2]][1][env[op[3]]]
            elif kind == "setindex":
                items = list(env[op[1]][1])
                items[env[op[2]]] = env[op[3]]
                env[op[1]] = ("array", tuple(items))
            elif kind == "call":
                callee = self.code[op[2]]
                inner = list(callee.initial)
                inner[:len(op[3])] = [env[i] for i in op[3]]
                frames.append([op[2], 0, inner, op[1], op[4]])
            elif kind == "ret":
                v = env[op[1]] if op[1] is not None else None
                owned = type(v) is tuple and v[0] == "c"
                if len(frames) == 1:
                    self.ended = True
                    for kept in (v, env[self.code[frame[0]].child]):
                        if type(kept) is tuple and kept[0] == "c":
                            live.pop(kept[1], None)
                    lost.update(live.values())
                    lost.update(gone)
                    return []
                if owned:
                    live[v[1]] = frame[4]
                frames.pop()
                frames[-1][2][frame[3]] = v
            elif kind == "exit":
                return []
            else:
                raise Invalid(kind)

    def fork(self, frames, live, gone, slot, values):
        out = []
        for v in values:
            frames[-1][2][slot] = v
            out.append(self.pack(frames, live, gone))
        return out


def leaks_of(funcs):
    """{function: sites that some run of it loses}, without the few functions that have too many states to visit."""
    machine = Machine(funcs)
    out = {}
    for f in funcs:
        try:
            out[f.name] = machine.leaks(f)
        except Invalid:
            continue
    return out


def truth(funcs):
    """Sites lost in some run of some function; every function may be called from outside."""
    return set().union(*leaks_of(funcs).values())
