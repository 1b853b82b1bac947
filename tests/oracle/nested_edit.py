# Proposes smaller programs, to show the smallest on which analyzer and truth differ.
from . import nested_gen


def smaller_items(items):
    for i, item in enumerate(items):
        yield items[:i] + items[i + 1:]
        for part in nested_gen.inner(item):
            yield items[:i] + part + items[i + 1:]
        if item[0] in ("bind", "wrap", "supply") and item[2] != "literal":
            yield items[:i] + (item[:2] + ("literal",) + item[3:],) + items[i + 1:]
        if item[0] == "wrap":
            yield items[:i] + (("bind",) + item[1:4] + item[5:],) + items[i + 1:]
        if item[0] == "apply":
            yield items[:i] + (("call", item[1]),) + items[i + 1:]
        for position, part in enumerate(item):
            if part in nested_gen.inner(item) and isinstance(part, tuple):
                for new in smaller_items(part):
                    yield items[:i] + (item[:position] + (new,) + item[position + 1:],) + items[i + 1:]


def tidy(program):
    """Without what no root reaches."""
    names, tables = nested_gen.reached(program)
    return program._replace(fns={n: f for n, f in program.fns.items() if n in names},
                            tables={t: m for t, m in program.tables.items() if t in tables})


def candidates(program):
    for name, fn in program.fns.items():
        if fn.source in nested_gen.ROOTS and sum(f.source in nested_gen.ROOTS for f in program.fns.values()) > 1:
            yield tidy(program._replace(fns={n: f for n, f in program.fns.items() if n != name}))
        for items in smaller_items(fn.items):
            yield tidy(program._replace(fns=dict(program.fns, **{name: fn._replace(items=items)})))
    for table, members in program.tables.items():
        if len(members) > 1:
            for m in members:
                yield tidy(program._replace(tables=dict(program.tables, **{table: tuple(x for x in members if x != m)})))
    if program.files > 1:
        yield program._replace(files=1, fns={n: f._replace(file=0) for n, f in program.fns.items()})


def rename(program, prefix):
    """The same program with another prefix, so that several stand side by side."""
    old = program.prefix

    def change(tree):
        if isinstance(tree, str) and tree.startswith(old):
            return prefix + tree[len(old):]
        return tuple(change(t) for t in tree) if isinstance(tree, tuple) else tree

    fns = {change(n): f._replace(name=change(n), request=change(f.request) if f.request else None, items=change(f.items)) for n, f in program.fns.items()}
    return program._replace(prefix=prefix, fns=fns, tables={change(t): change(m) for t, m in program.tables.items()})


def size(program):
    return sum(2 + sum(1 for _ in nested_gen.walk(f.items)) for f in program.fns.values()) + program.files


def shrink(program, fails, rounds=40):
    for _ in range(rounds):
        tried = []
        for candidate in candidates(program):
            candidate = candidate._replace(fns={n: f if f.source != "main" else f._replace(source="background") for n, f in candidate.fns.items()})
            if candidate.fns and size(candidate) < size(program) + 1 and len(tried) < 60:
                tried.append(rename(candidate, "s%d_" % len(tried)))
        failing = fails(tried) if tried else []
        best = min(failing, key=size, default=None)
        if best is None or best == program:
            return program
        if size(best) == size(program) and rename(best, "x_") == rename(program, "x_"):
            return program
        program = best
    return program
