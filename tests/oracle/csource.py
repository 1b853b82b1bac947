# Reads C as far as rewriting the cases of testdata/ needs it: tokens, the items of a file, the statements of a function. It
# expands no macro: a statement that begins with a macro in capitals stays as it is.
import re
from collections import namedtuple

Token = namedtuple("Token", "kind text start end")
# kind: "pp" (a directive), "func", "other". `start` and `end` are places in the text; the others only for functions: the place
# of `{`, the name, the names of the parameters, the signature as text, the statements.
Item = namedtuple("Item", "kind start end brace name params signature body")
# `parts` are the places of a condition in parentheses, `children` the statements inside.
Stmt = namedtuple("Stmt", "kind start end parts children")

TOKEN = re.compile(r"""
    (?P<space>\s+|\\\n|//[^\n]*|/\*.*?\*/)
  | (?P<pp>(?<![^\n])[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\])*")
  | (?P<char>'(?:\\.|[^'\\])*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<punct>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)
""", re.VERBOSE | re.DOTALL)

OPEN, CLOSE = {"(", "{", "["}, {")", "}", "]"}
TYPE_WORDS = set("""void bool char short int long signed unsigned float double _Bool struct union enum const volatile static extern register
    auto _Atomic _Thread_local _Alignas __attribute__ __auto_type __typeof__ typeof typedef inline _Noreturn _Static_assert""".split())
JUMPS = {"return", "break", "continue", "goto"}
MACRO = re.compile(r"[A-Z][A-Z0-9_]*$")


def tokens(text):
    out, at = [], 0
    while at < len(text):
        # A directive may follow blanks, which are no token of their own then.
        match = re.compile(r"[ \t]*\#(?:\\\n|[^\n])*").match(text, at) if at == 0 or text[at - 1] == "\n" else None
        if match:
            out.append(Token("pp", match[0], match.start(), match.end()))
        else:
            match = TOKEN.match(text, at)
            if match.lastgroup != "space":
                out.append(Token(match.lastgroup, match[0], match.start(), match.end()))
            elif "\n" in match[0] and not match[0].startswith("/"):
                at += match[0].rindex("\n") + 1
                continue
        at = match.end()
    return out


def closing(toks, i):
    """The index of what closes toks[i]."""
    depth = 0
    for j in range(i, len(toks)):
        depth += (toks[j].text in OPEN) - (toks[j].text in CLOSE) if toks[j].kind == "punct" else 0
        if depth == 0:
            return j
    raise ValueError("no end of '%s'" % toks[i].text)


def is_type(toks, i):
    word = toks[i]
    return word.kind == "word" and (word.text in TYPE_WORDS or word.text.endswith("_t") or (i > 0 and toks[i - 1].text in ("struct", "union", "enum")))


class Parser:
    def __init__(self, toks):
        self.toks = toks

    def text(self, i):
        return self.toks[i].text if i < len(self.toks) else ""

    def made(self, kind, first, last, parts=(), children=()):
        return Stmt(kind, self.toks[first].start, self.toks[last].end, parts, children)

    def block(self, i):
        """toks[i] is `{`: the statements inside and the index of `}`."""
        end, out, i = closing(self.toks, i), [], i + 1
        while i < end:
            stmt, i = self.statement(i)
            out.append(stmt)
        return out, end

    def condition(self, i):
        end = closing(self.toks, i)
        return (self.toks[i].end, self.toks[end].start), end + 1

    def statement(self, i):
        """The statement at toks[i] and the index after it."""
        first, word = i, self.text(i)
        if self.toks[i].kind == "pp":
            return self.made("pp", i, i), i + 1
        if word == "{":
            inner, end = self.block(i)
            return self.made("block", first, end, (), tuple(inner)), end + 1
        if word in ("if", "while", "for", "switch"):
            part, i = self.condition(i + 1)
            child, i = self.statement(i)
            children = (child,)
            if word == "if" and self.text(i) == "else":
                other, i = self.statement(i + 1)
                children += (other,)
            return self.made(word, first, i - 1, (part,), children), i
        if word == "do":
            child, i = self.statement(i + 1)
            part, i = self.condition(i + 1)
            return self.made("do", first, i, (part,), (child,)), i + 1
        if word in ("case", "default") or (self.toks[i].kind == "word" and self.text(i + 1) == ":"):
            return self.label(i)
        return self.simple(i)

    def label(self, i):
        first = i
        while self.text(i) != ":":
            i += 1
        kind = "label" if self.text(first) not in ("case", "default") else "case"
        if self.text(i + 1) == "}" or self.text(i + 1) == "":
            return self.made(kind, first, i), i + 1
        child, i = self.statement(i + 1)
        return self.made(kind, first, i - 1, (), (child,)), i

    def simple(self, i):
        first, word = i, self.text(i)
        if MACRO.match(word) and self.text(i + 1) == "(":
            end = closing(self.toks, i + 1)
            if self.text(end + 1) == ";":
                return self.made("macro", first, end + 1), end + 2
            if self.text(end + 1) == "{":
                child, i = self.statement(end + 1)
                return self.made("macro", first, i - 1, (), (child,)), i
            if self.toks[end + 1].kind == "word":
                child, i = self.statement(end + 1)
                return self.made("macro", first, i - 1, (), (child,)), i
        while self.text(i) != ";":
            i = closing(self.toks, i) if self.text(i) in OPEN else i
            i += 1
        return self.made(self.kind(first), first, i), i + 1

    def kind(self, i):
        word = self.text(i)
        if word == ";":
            return "empty"
        if word in JUMPS:
            return word
        if word in ("asm", "__asm__"):
            return "asm"
        two_words = self.toks[i].kind == "word" and self.toks[i + 1].kind == "word"
        pointer = self.text(i + 1) == "*" and self.toks[i + 2].kind == "word" and self.text(i + 3) in ("=", ";", ",", "[")
        return "decl" if is_type(self.toks, i) or two_words or pointer else "expr"


def parameter_names(toks):
    """Of a parameter list without its parentheses; None where one has no plain name."""
    parts, depth = [[]], 0
    for tok in toks:
        depth += (tok.text in OPEN) - (tok.text in CLOSE)
        if tok.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(tok)
    names = []
    for part in parts:
        words = [t.text for t in part]
        if words in (["void"], []):
            continue
        if "..." in words:
            return None
        pointer = re.search(r"\( \* (?:const )?(\w+) \)", " ".join(words))
        plain = [t.text for t in part[:words.index("[")] if t.kind == "word"] if "[" in words else [t.text for t in part if t.kind == "word"]
        if not pointer and (len(plain) < 2 or "(" in words):
            return None
        names.append(pointer[1] if pointer else plain[-1])
    return tuple(names)


def function_item(toks, first, brace):
    """The function whose body starts at toks[brace], or None."""
    i, groups = first, []
    while i < brace:
        if toks[i].text == "=":
            return None
        if toks[i].text == "(":
            end = closing(toks, i)
            groups.append((i, end))
            i = end
        i += 1
    groups = [(a, b) for a, b in groups if a > first and toks[a - 1].kind == "word" and toks[a - 1].text not in ("__attribute__", "TL")]
    if not groups or toks[groups[-1][1] + 1].text not in ("{", "__attribute__"):
        return None
    a, b = groups[-1]
    end = closing(toks, brace)
    body, _ = Parser(toks).block(brace)
    signature = " ".join(t.text for t in toks[first:brace])
    return Item("func", toks[first].start, toks[end].end, toks[brace].start, toks[a - 1].text, parameter_names(toks[a + 1:b]), signature, tuple(body)), end


def items(text):
    toks, out, i = tokens(text), [], 0
    while i < len(toks):
        if toks[i].kind == "pp":
            out.append(Item("pp", toks[i].start, toks[i].end, 0, None, None, None, ()))
            i += 1
            continue
        first = i
        while i < len(toks) and toks[i].text != ";":
            if toks[i].text == "{":
                found = function_item(toks, first, i)
                if found:
                    break
            i = closing(toks, i) + 1 if toks[i].text in OPEN else i + 1
        else:
            found = None
        if found:
            item, i = found
            out.append(item)
        else:
            i = min(i, len(toks) - 1)
            out.append(Item("other", toks[first].start, toks[i].end, 0, None, None, None, ()))
        i += 1
    return out


def functions(text):
    return [item for item in items(text) if item.kind == "func"]


def walk(stmts):
    for stmt in stmts:
        yield stmt
        yield from walk(stmt.children)


def render(text, stmt, change):
    """The text of a statement, `change(stmt, text, texts of its children)` applied to each from the leaves up."""
    out, at, children = [], stmt.start, []
    for child in stmt.children:
        new = render(text, child, change)
        children.append(new)
        out += [text[at:child.start], new]
        at = child.end
    return change(stmt, "".join(out) + text[at:stmt.end], children)


def with_bodies(text, change):
    """`text` with `change` applied to every statement of every function."""
    out, at = [], 0
    for func in functions(text):
        for stmt in func.body:
            out += [text[at:stmt.start], render(text, stmt, change)]
            at = stmt.end
    return "".join(out) + text[at:]


def line_of(text, place):
    return text.count("\n", 0, place) + 1
