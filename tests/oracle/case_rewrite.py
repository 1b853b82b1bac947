# Rewrites of the cases of testdata/ that keep their meaning. A program is a dict from file name to its lines; a line is a pair
# of its text and its place in the case (file, number), None for a new one. So findings can be compared wherever a line went.
import re

from . import csource
from .csource import JUMPS

WORDS_OF_TIME = re.compile(r"(_|^)(ms|us|ns|sec|s|secs|msec|usec|seconds|millis)$|time|deadline|until|delay|wait|budget|left|remain|(Ms|Us|Ns|Sec)$", re.I)
WORDS_OF_CONTEXTS = re.compile(r"with_|cancel|background|done|err|deadline|remaining|now|clock|ctx", re.I)


class Cannot(Exception):
    """The rewrite does not fit this program."""


def read(name, text):
    return [(line, (name, number)) for number, line in enumerate(text.split("\n"), 1)]


def text_of(lines):
    return "\n".join(line for line, _ in lines)


def in_place(change):
    """A rewrite of the text of each file that keeps the lines where they are."""
    def rewrite(program):
        out = {}
        for name, lines in program.items():
            text = change(text_of(lines)) if name.endswith(".c") else text_of(lines)
            new = text.split("\n")
            assert len(new) == len(lines), name
            out[name] = [(line, place) for line, (_, place) in zip(new, lines)]
        return out
    return rewrite


# --- statements

def is_plain(stmt):
    """May stand anywhere as one statement."""
    return stmt.kind not in ("decl", "macro", "empty", "asm", "pp", "label", "case")


def if_one(text):
    def change(stmt, new, _):
        # A block that is the body of a function or a loop is none of its own; wrapped again, it does no harm.
        return "{ if (1) { %s } }" % new if is_plain(stmt) and stmt.kind not in JUMPS | {"block"} or stmt.kind == "return" else new
    return csource.with_bodies(text, change)


def goto_for_if(text):
    count = [0]

    def change(stmt, new, children):
        if stmt.kind != "if":
            return new
        count[0] += 1
        skip, end = "skip_%d" % count[0], "end_%d" % count[0]
        first, last = stmt.parts[0]
        # What stands between the parts are line breaks and comments: the lines must not move.
        gap = text[last + 1:stmt.children[0].start]
        out = "{ if (!(%s)) goto %s;%s{ %s }" % (text[first:last], skip, gap, children[0])
        if len(children) == 1:
            return out + " %s:; }" % skip
        gap = text[stmt.children[0].end:stmt.children[1].start].replace("else", "", 1)
        return out + " goto %s; %s:;%s{ %s } %s:; }" % (end, skip, gap, children[1], end)
    return csource.with_bodies(text, change)


def endless_loop(text):
    def change(stmt, new, children):
        if stmt.kind != "while":
            return new
        first, last = stmt.parts[0]
        return "for (;;) { if (!(%s)) break;%s%s }" % (text[first:last], text[last + 1:stmt.children[0].start], children[0])
    return csource.with_bodies(text, change)


def dead_code(text):
    """Code that cannot run, and code that does nothing, in front of every statement list."""
    def change(stmt, new, children):
        if stmt.kind == "block" and new.startswith("{"):
            return "{ if (0) { int dead = 1; while (dead) dead += 2; } (void)0; " + new[1:]
        return new
    text = csource.with_bodies(text, change)
    for func in reversed(csource.functions(text)):
        text = text[:func.brace + 1] + " int unused = 0; (void)unused; " + text[func.brace + 1:]
    return text


# --- expressions

def macros(text):
    """Numbers and whole expressions through macros."""
    numbers = set()

    def change(stmt, new, children):
        if stmt.kind == "expr":
            return "DO(%s);" % new[:-1]
        return new

    def number(match):
        numbers.add(match[0])
        return "NUMBER_" + match[0]

    text = csource.with_bodies(text, change)
    out, at = [], 0
    for func in csource.functions(text):
        for tok in csource.tokens(text[func.brace:func.end]):
            if tok.kind == "number" and re.fullmatch(r"[2-9]\d*|1\d+", tok.text):
                start = func.brace + tok.start
                out += [text[at:start], number(re.match(r"\d+", tok.text))]
                at = func.brace + tok.end
    return "".join(out) + text[at:], ["#define DO(...) __VA_ARGS__"] + ["#define NUMBER_%s %s" % (n, n) for n in sorted(numbers)]


def with_macros(program):
    out = {}
    for name, lines in program.items():
        if not name.endswith(".c"):
            out[name] = lines
            continue
        text, heads = macros(text_of(lines))
        out[name] = [(head, None) for head in heads] + [(line, place) for line, (_, place) in zip(text.split("\n"), lines)]
    return out


# --- names

def declared(text):
    """The parameters and local variables of the functions of a file."""
    names = set()
    for func in csource.functions(text):
        names |= set(func.params or ())
        toks = csource.tokens(text[func.brace:func.end])
        for i in range(1, len(toks) - 1):
            if toks[i].kind == "word" and toks[i].text not in csource.TYPE_WORDS and toks[i + 1].text in ("=", ";", ",", "["):
                j = i - 1
                while j > 0 and toks[j].text in ("*", "const"):
                    j -= 1
                if csource.is_type(toks, j):
                    names.add(toks[i].text)
    return names


def renamed(program, fixed):
    """Other names for parameters, locals and functions; a name that tells a unit keeps its end, one that tells a role in a context
    library stays. `fixed` are names that something outside the C files refers to."""
    texts = {name: text_of(lines) for name, lines in program.items()}
    every = "\n".join(texts.values())
    if "##" in every:
        raise Cannot()
    locals_ = set().union(*(declared(t) for t in texts.values()))
    funcs = {f.name for t in texts.values() for f in csource.functions(t)} - {"main"}
    # What is also a member, a type, a macro or a name of a system header keeps its name.
    shared = {"environ", "errno", "time", "signal", "select", "poll", "read", "write", "connect"} | set(fixed)
    shared |= set(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", every, re.M)) | set(re.findall(r"\b(?:struct|union|enum)\s+(\w+)", every))
    new = {}
    shared |= {name for name in funcs if name.startswith("__wrap_")} # names for the linker
    for number, name in enumerate(sorted((locals_ | funcs) - shared)):
        if name in funcs:
            if re.search("_(bad|ok)$", name) or not WORDS_OF_CONTEXTS.search(name):
                new[name] = "routine_%d" % number
        elif WORDS_OF_TIME.search(name):
            new[name] = "other_" + name
        else:
            new[name] = "v%d" % number

    def in_text(text):
        def word(match):
            before = text[:match.start()].rstrip()[-2:]
            is_member = before.endswith("->") or before.endswith(".") and not before.endswith("..")
            return match[0] if is_member or match[0] not in new else new[match[0]]
        out, at = [], 0
        for tok in csource.tokens(text):
            if tok.kind == "word" or tok.kind == "pp" and not re.match(r"\s*#\s*include", tok.text):
                out.append(text[at:tok.start])
                out.append(re.sub(r'"(?:\\.|[^"\\])*"|\b[A-Za-z_]\w*', lambda m: m[0] if m[0][0] == '"' else pick(tok, m), tok.text) if tok.kind == "pp" else
                           word(re.compile(r"\w+").match(text, tok.start)))
                at = tok.end
        return "".join(out) + text[at:]

    def pick(tok, match):
        before = tok.text[:match.start()].rstrip()[-2:]
        return match[0] if before.endswith((".", "->")) or match[0] not in new else new[match[0]]

    # A member of a struct of the case that shares its name with a variable is declared without `.`: keep such names.
    inside = set(re.findall(r"\w+", " ".join(re.findall(r"\b(?:struct|union)(?:\s+\w+)?\s*\{.*?\}", every, re.S))))
    for name in inside & set(new):
        del new[name]
    return {name: list(zip(in_text(text_of(lines)).split("\n"), (place for _, place in lines))) for name, lines in program.items()}


# --- functions

def is_called(text, name):
    """Called in this file, and its address is not taken: neither a root nor a function that must have its type."""
    uses = re.findall(r"\b%s\b\s*(\(?)" % name, text)
    return len(uses) > 1 + len(re.findall(r"^[^\s(][^;{}=]*\b%s\([^;{}]*\);" % name, text, re.M)) and all(uses)


def forwarded(text):
    """Every function that others call becomes one that only calls another, which has its body."""
    out, at = [], 0
    for func in csource.functions(text):
        if not is_called(text, func.name) or func.params is None or "##" in text or MACRO_NAME.search(func.signature):
            continue
        inner = "body_of_" + func.name
        head = re.sub(r"\b%s\b" % func.name, inner, func.signature)
        head = head if re.match(r".*\bstatic\b", head) else "static " + head
        is_void = re.search(r"\bvoid %s \(" % func.name, func.signature)
        call = "%s%s(%s);" % ("" if is_void else "return ", inner, ", ".join(func.params))
        out += [text[at:func.start], func.signature, "; ", prefix_lines(text, func, head), text[func.brace:func.end], " ", func.signature, " { ", call, " }"]
        at = func.end
    return "".join(out) + text[at:]


MACRO_NAME = re.compile(r"\b(?!CTX_CONST\b)[A-Z][A-Z0-9_]+ \(")


def prefix_lines(text, func, head):
    """`head` over as many lines as the signature took."""
    return head + "\n" * text.count("\n", func.start, func.brace)


def prototypes(header):
    """name -> (signature, parameters) of the functions that a header declares."""
    out = {}
    for item in csource.items(header):
        text = " ".join(t.text for t in csource.tokens(header[item.start:item.end]))
        text = re.sub(r'^TL \( (?:"[^"]*" )+\) ', "", text)
        match = re.fullmatch(r"((?:[\w*] ?)+?)(\w+) \( (.*) \) ;", text)
        if item.kind == "other" and match and not text.startswith("typedef"):
            params = csource.parameter_names(csource.tokens(match[3]))
            if params is not None:
                out[match[2]] = (match[1], match[3], params)
    return out


MAKES_CONTEXTS = re.compile("with_|background|without_cancel")


def through_helpers(program, headers, makes_contexts):
    """Calls of the functions that `headers` declare go through functions of the program: those that make contexts, or the others."""
    known = {}
    for header in headers:
        known.update({name: one for name, one in prototypes(header).items() if bool(MAKES_CONTEXTS.search(name)) == makes_contexts})
    out = {}
    for name, lines in program.items():
        text = text_of(lines)
        if not name.endswith(".c"):
            out[name] = lines
            continue
        used, parts, at = set(), [], 0
        for func in csource.functions(text):
            toks = csource.tokens(text[func.brace:func.end])
            for i, tok in enumerate(toks[:-1]):
                if tok.text in known and toks[i + 1].text == "(" and toks[i - 1].text not in (".", "->"):
                    used.add(tok.text)
                    parts += [text[at:func.brace + tok.start], "helper_for_" + tok.text]
                    at = func.brace + tok.end
        helpers = []
        for used_name in sorted(used):
            result, params, names = known[used_name]
            call = "%s%s(%s);" % ("" if result.strip() == "void" else "return ", used_name, ", ".join(names))
            result = result.replace("_Noreturn", "").strip()
            helpers.append("static inline %s helper_for_%s(%s) { %s }" % (result, used_name, params, call))
        new = list(zip(("".join(parts) + text[at:]).split("\n"), (place for _, place in lines)))
        last = max((i for i, (line, _) in enumerate(lines) if re.match(r"#\s*include", line)), default=-1) + 1
        out[name] = new[:last] + [(helper, None) for helper in helpers] + new[last:]
    return out


# --- places

def pieces(lines):
    """The lines that belong to functions, one list each, and all the others with prototypes in their place."""
    text = text_of(lines)
    if re.search(r"^\s*#\s*(if|undef)", text, re.M):
        raise Cannot()
    for match in re.finditer(r"^\s*#\s*define\s+(\w+)", text, re.M):
        if re.search(r"\b%s\b" % match[1], text[:match.start()]): # means something else before
            raise Cannot()
    funcs, others, at = [], [], 0
    for func in csource.functions(text):
        first, last = csource.line_of(text, func.start) - 1, csource.line_of(text, func.end) - 1
        if first < at:
            raise Cannot()
        others += lines[at:first] + [(func.signature + ";", None)]
        funcs.append((func, lines[first:last + 1]))
        at = last + 1
    return funcs, others + lines[at:]


def reversed_functions(program):
    out = {}
    for name, lines in program.items():
        if name.endswith(".c"):
            funcs, others = pieces(lines)
            lines = others + [line for _, own in reversed(funcs) for line in own]
        out[name] = lines
    return out


def two_files(program):
    """Every other function moves to a file of its own; what both need stands in both."""
    names = [n for n in program if n.endswith(".c")]
    if len(names) != 1:
        raise Cannot()
    lines = program[names[0]]
    funcs, _ = pieces(lines)
    text = text_of(lines)
    public = {f.name for f, _ in funcs if re.search(r"\bstatic\b", f.signature)}
    first, second, at = [], [], 0
    kinds = csource.items(text)
    for item in kinds:
        a, b = csource.line_of(text, item.start) - 1, csource.line_of(text, item.end - 1) - 1
        if a < at:
            raise Cannot()
        first += lines[at:a] if item.kind != "func" else []
        at = b + 1
        own = [(re.sub(r"\bstatic\b ?(inline\b ?)?", "", line, count=1), place) for line, place in lines[a:b + 1]]
        if item.kind == "func":
            head = re.sub(r"\b(static|inline)\b ?", "", item.signature) + ";"
            first.append((head, None))
            second.append((head, None))
            continue
        body = text[item.start:item.end]
        constant = re.match(r"static const (?!struct)\w+ \w+ =", body)
        prototype = re.match(r"static [^={]*\)\s*;$", body, re.S) and any(re.search(r"\b%s\b" % n, body) for n in public)
        if prototype:
            first += own
            second += [(line, None) for line, _ in own]
        elif item.kind == "other" and is_variable(body) and not constant:
            first += own
            head = re.split(r"=", re.sub(r"\bstatic\b ?", "", body), maxsplit=1)[0].rstrip("; \n")
            second += [("extern " + head.replace("\n", " ") + ";", None)]
        else:
            first += lines[a:b + 1]
            second += [(line, None) for line, _ in lines[a:b + 1]]
    for index, (func, own) in enumerate(funcs):
        own = [(re.sub(r"\b(static|inline)\b ?", "", line) if i == 0 else line, place) for i, (line, place) in enumerate(own)]
        (second if index % 2 else first).extend(own)
    return {**{n: l for n, l in program.items() if n != names[0]}, names[0]: first, "moved_" + names[0]: second}


def is_variable(body):
    if re.match(r"\s*(typedef\b|extern\b|_Static_assert\b|TL\(|enum[ \w]*\{)", body):
        return False
    if re.match(r"(static |const )*(struct|union|enum)( \w+)?\s*\{[^=]*\}\s*;$", body, re.S):
        return False
    if re.match(r"(struct|union|enum) \w+;$", body):
        return False
    return "=" in body or not body.rstrip("; \n").endswith(")")
