// An oracle for the lowering: random structured functions (loops, switch with fall-through, goto, short-circuit, ?:, statement
// expressions, cleanup, structs, every integer width) run once compiled by the system's compiler and once as IR; results and the
// trace of all calls must agree. `test_lower_oracle COUNT` runs more programs.
//
// The programs have no undefined behaviour: signed arithmetic wraps (-fwrapv), divisors and shifts are bounded, all loops and
// backward jumps burn fuel, and within one expression only sequenced parts have effects.
#include "interpret.h"

#include <dlfcn.h>
#include <unistd.h>

enum { FUNCS_PER_PROGRAM = 12, RUNS_PER_FUNC = 8, DEPTH_MAX = 4 };

static unsigned program_count = 8;

struct gen {
    struct buf out;
    uint64_t seed;
    unsigned func;       // number of the function being made
    unsigned labels;     // used so far
    unsigned visible[32], visible_count; // labels that may be jumped to
    unsigned names;      // of locals in nested blocks
    bool in_loop, in_switch, may_jump;
};

static unsigned pick(struct gen *g, unsigned below) {
    g->seed ^= g->seed << 13;
    g->seed ^= g->seed >> 7;
    g->seed ^= g->seed << 17;
    return (unsigned)((g->seed >> 11) % below);
}

static bool chance(struct gen *g, unsigned percent) {
    return pick(g, 100) < percent;
}

#define EMIT(...) buf_printf(&g->out, __VA_ARGS__)

static const char *place(struct gen *g) {
    static const char *const places[] = {"a", "b", "v0", "v1", "v2", "u0", "c0", "h0", "l0", "w0", "t0", "list[1]", "list[v0 & 3]", "s.x", "s.y",
                                         "s.in[1]", "ps->x", "ps->in[v1 & 1]", "(*pi)", "s.deep", "s.low", "pi[1]", "gi"};
    return places[pick(g, ARRAY_LEN(places))];
}

static const char *type_name(struct gen *g) {
    static const char *const types[] = {"int", "unsigned", "signed char", "unsigned char", "short", "unsigned short", "long long",
                                        "unsigned long long", "_Bool"};
    return types[pick(g, ARRAY_LEN(types))];
}

static void constant(struct gen *g) {
    static const char *const values[] = {"0", "1", "2", "3", "7", "-1", "-5", "100", "255", "-128", "65535", "1u", "3000000000u", "5ll", "-7ll",
                                         "'x'", "LIMIT", "KIND_B", "sizeof(int)", "0x7fffffff", "(short)70000", "40 * LIMIT"};
    EMIT("%s", values[pick(g, ARRAY_LEN(values))]);
}

// An expression without effects.
static void pure(struct gen *g, unsigned depth) {
    static const char *const ops[] = {"+", "-", "*", "&", "|", "^", "<", ">", "<=", ">=", "==", "!="};
    unsigned kind = depth ? pick(g, 12) : pick(g, 3);
    if (kind == 0) {
        constant(g);
    } else if (kind < 3) {
        EMIT("%s", place(g));
    } else if (kind < 7) {
        EMIT("(");
        pure(g, depth - 1);
        EMIT(" %s ", ops[pick(g, ARRAY_LEN(ops))]);
        pure(g, depth - 1);
        EMIT(")");
    } else if (kind == 7) {
        EMIT("(");
        pure(g, depth - 1);
        EMIT(" %s ((", chance(g, 50) ? "/" : "%");
        pure(g, depth - 1);
        EMIT(" & 7) + 1))");
    } else if (kind == 8) {
        EMIT("(");
        pure(g, depth - 1);
        EMIT(" %s (", chance(g, 50) ? "<<" : ">>");
        pure(g, depth - 1);
        EMIT(" & 7))");
    } else if (kind == 9) {
        EMIT("%s(", chance(g, 33) ? "-" : chance(g, 50) ? "~" : "!");
        pure(g, depth - 1);
        EMIT(")");
    } else if (kind == 10) {
        EMIT("(%s)(", type_name(g));
        pure(g, depth - 1);
        EMIT(")");
    } else {
        EMIT("(");
        pure(g, depth - 1);
        EMIT(" ? ");
        pure(g, depth - 1);
        EMIT(" : ");
        pure(g, depth - 1);
        EMIT(")");
    }
}

static void statements(struct gen *g, unsigned depth, unsigned count);
static void effect(struct gen *g, unsigned depth);

static void pair(struct gen *g, unsigned depth, const char *between) {
    EMIT("(");
    effect(g, depth - 1);
    EMIT("%s", between);
    effect(g, depth - 1);
    EMIT(")");
}

// Statements inside an expression may not jump out of it.
static void statement_expression(struct gen *g, unsigned depth) {
    bool in_loop = g->in_loop, in_switch = g->in_switch, may_jump = g->may_jump;
    g->in_loop = g->in_switch = g->may_jump = false;
    EMIT("({ ");
    if (chance(g, 40))
        EMIT("AUTO n%u = %u; ", g->names++, pick(g, 50));
    statements(g, depth - 1, 2);
    effect(g, depth - 1);
    EMIT("; })");
    g->in_loop = in_loop;
    g->in_switch = in_switch;
    g->may_jump = may_jump;
}

static void assignment(struct gen *g, unsigned depth) {
    static const char *const ops[] = {"=", "+=", "-=", "*=", "^=", "|=", "&=", "="};
    if (chance(g, 15)) {
        EMIT("(%s %s (", place(g), chance(g, 50) ? "<<=" : ">>=");
        pure(g, 1);
        EMIT(" & 7))");
        return;
    }
    EMIT("(%s %s ", place(g), ops[pick(g, ARRAY_LEN(ops))]);
    pure(g, depth);
    EMIT(")");
}

// An expression whose effects are sequenced.
static void effect(struct gen *g, unsigned depth) {
    static const char *const calls[] = {"note", "twice", "fp", "ops.call", "table[v1 & 1]"};
    unsigned kind = depth ? pick(g, 14) : pick(g, 5);
    if (kind == 0) {
        pure(g, 2);
    } else if (kind == 1) {
        EMIT("%s(", calls[pick(g, ARRAY_LEN(calls))]);
        pure(g, 1);
        EMIT(")");
    } else if (kind == 2) {
        assignment(g, 2);
    } else if (kind == 3) {
        EMIT(chance(g, 50) ? "%s%s" : "%2$s%1$s", place(g), chance(g, 50) ? "++" : "--");
    } else if (kind == 4) {
        EMIT("changed(s, %u).x", pick(g, 9));
    } else if (kind < 7) {
        pair(g, depth, " && ");
    } else if (kind < 9) {
        pair(g, depth, " || ");
    } else if (kind == 9) {
        pair(g, depth, ", ");
    } else if (kind == 10) {
        pair(g, depth, " ?: ");
    } else if (kind == 11) {
        EMIT("(");
        effect(g, depth - 1);
        EMIT(" ? ");
        effect(g, depth - 1);
        EMIT(" : ");
        effect(g, depth - 1);
        EMIT(")");
    } else if (kind == 12) {
        EMIT(chance(g, 50) ? "!(" : "(%s)(", type_name(g));
        effect(g, depth - 1);
        EMIT(")");
    } else {
        statement_expression(g, depth);
    }
}

static void block(struct gen *g, unsigned depth) {
    unsigned visible = g->visible_count, end = 0;
    EMIT("{\n");
    if (chance(g, 15) && g->may_jump && visible < 30) { // a label at the end, so no cleanup of this block may be jumped into
        end = ++g->labels;
        g->visible[g->visible_count++] = end;
    } else {
        if (chance(g, 30))
            EMIT("AUTO n%u = %u;\n", g->names++, pick(g, 50));
        if (chance(g, 15) && visible < 30) {
            EMIT("L%u:;\n", ++g->labels);
            g->visible[g->visible_count++] = g->labels;
        }
        if (chance(g, 20))
            EMIT("AUTO n%u = v0;\n", g->names++);
    }
    statements(g, depth, 1 + pick(g, 3));
    if (end)
        EMIT("L%u:;\n", end);
    EMIT("}\n");
    g->visible_count = visible;
}

static void body(struct gen *g, unsigned depth, bool in_loop) {
    bool was_loop = g->in_loop, was_switch = g->in_switch;
    g->in_loop = in_loop || was_loop;
    g->in_switch = !in_loop && was_switch;
    block(g, depth);
    g->in_loop = was_loop;
    g->in_switch = was_switch;
}

static void loop(struct gen *g, unsigned depth) {
    unsigned kind = pick(g, 5);
    if (kind == 0) {
        EMIT("while (--fuel > 0 && ");
        effect(g, 2);
        EMIT(")\n");
        body(g, depth - 1, true);
    } else if (kind == 1) {
        EMIT("do\n");
        body(g, depth - 1, true);
        EMIT("while (--fuel > 0 && ");
        effect(g, 2);
        EMIT(");\n");
    } else if (kind == 2) {
        EMIT("for (int i%u = 0; i%u < %u && --fuel > 0; i%u++)\n", depth, depth, pick(g, 6), depth);
        body(g, depth - 1, true);
    } else if (kind == 3) {
        EMIT("for (%s; --fuel > 0;", chance(g, 50) ? "v2 = 1" : "");
        if (chance(g, 50))
            effect(g, 1);
        EMIT(")\n");
        body(g, depth - 1, true);
    } else {
        EMIT("for (;;) { if (--fuel <= 0) break;\n");
        body(g, depth - 1, true);
        EMIT("if (");
        effect(g, 2);
        EMIT(") break; }\n");
    }
}

static void switch_statement(struct gen *g, unsigned depth) {
    bool was_switch = g->in_switch;
    unsigned arms = 1 + pick(g, 5), fallback = pick(g, 8), from = 0;
    g->in_switch = true;
    EMIT("switch (");
    effect(g, 1);
    EMIT(chance(g, 50) ? " & 15) {\n" : " %% 9) {\n");
    for (unsigned i = 0; i < arms; i++) {
        if (i == fallback)
            EMIT("default:\n");
        unsigned to = from + pick(g, 3);
        if (to > from)
            EMIT("case %u ... %u:\n", from, to);
        else
            EMIT("case %u:\n", from);
        from = to + 1;
        if (chance(g, 20))
            EMIT("case %d:\n", -1 - (int)i);
        block(g, depth - 1);
        if (chance(g, 50))
            EMIT("break;\n");
    }
    EMIT("}\n");
    g->in_switch = was_switch;
}

// Cases inside a loop inside the switch.
static void duff(struct gen *g) {
    EMIT("switch (%s & 3) {\ncase 0: do { ", place(g));
    for (int i = 3; i > 0; i--) {
        effect(g, 1);
        EMIT(";\ncase %d: ", i);
    }
    EMIT("note(8); } while (--fuel > 0 && ");
    pure(g, 1);
    EMIT(");\n}\n");
}

static void leave(struct gen *g) {
    unsigned kind = pick(g, 4);
    if (kind == 0 && g->in_loop)
        EMIT("if (%s) continue;\n", place(g));
    else if (kind == 1 && (g->in_loop || g->in_switch))
        EMIT("if (%s) break;\n", place(g));
    else if (kind == 2 && g->may_jump && chance(g, 30))
        EMIT("if (%s > 3) return %s + 1;\n", place(g), place(g));
    else if (g->may_jump && g->visible_count)
        EMIT("if (--fuel > 0 && %s) goto L%u;\n", place(g), g->visible[pick(g, g->visible_count)]);
}

static void struct_statement(struct gen *g) {
    switch (pick(g, 6)) {
    case 0:
        EMIT("s = changed(s, v1 & 7);\n");
        break;
    case 1:
        EMIT("s = (struct s){.y = (short)v0, .in = {1, [1] = v1}, .low = 3};\n");
        break;
    case 2:
        EMIT("{ struct s other = *ps; other.in[0]++; *ps = other; }\n");
        break;
    case 3:
        EMIT("{ struct s two[2] = {s, {4, 5, 6, 7, .deep = 9}}; s = two[%s & 1]; }\n", place(g));
        break;
    case 4:
        EMIT("{ int grid[2][2] = {1, %s, {3}}; pi = &list[grid[0][1] & 1]; v2 += grid[1][0] + grid[v0 & 1][v1 & 1]; }\n", place(g));
        break;
    default:
        EMIT("{ int span[6] = {[1 ... 3] = %s, 8, [0] = 2}; v1 ^= span[v0 & 3] + span[4]; }\n", place(g));
    }
}

static void statement(struct gen *g, unsigned depth) {
    unsigned kind = depth ? pick(g, 15) : pick(g, 4);
    if (kind < 3) {
        effect(g, 3);
        EMIT(";\n");
    } else if (kind == 3) {
        leave(g);
    } else if (kind < 7) {
        EMIT("if (");
        effect(g, 2);
        EMIT(")\n");
        body(g, depth - 1, false);
        if (chance(g, 50)) {
            EMIT("else\n");
            body(g, depth - 1, false);
        }
    } else if (kind < 10) {
        loop(g, depth);
    } else if (kind == 10) {
        switch_statement(g, depth);
    } else if (kind == 11) {
        duff(g);
    } else if (kind == 12) {
        struct_statement(g);
    } else if (kind == 13 && g->func) {
        EMIT("if (--fuel > 0) v2 ^= f%u(%s, v1);\n", pick(g, g->func), place(g));
    } else {
        EMIT("l0 += (long long)(v0 * 0.5) + (v1 > 2.5) + !(v2 * 1.25);\n");
    }
}

static void statements(struct gen *g, unsigned depth, unsigned count) {
    while (count--)
        statement(g, depth);
}

static void function(struct gen *g) {
    g->visible_count = 0;
    g->in_loop = g->in_switch = false;
    g->may_jump = true;
    EMIT("int f%u(int a, int b) {\n", g->func);
    EMIT("int v0 = a, v1 = b, v2 = 3, list[4] = {1, 2, a, [3] = b}; unsigned u0 = b; signed char c0 = a; unsigned short h0 = b;\n"
         "long long l0 = a; unsigned long long w0 = b; _Bool t0 = a > b; struct s s = {a, .in = {2, b}, .deep = 5}, *ps = &s;\n"
         "int *pi = &list[1], (*fp)(int) = a & 1 ? note : twice;\n");
    statements(g, DEPTH_MAX, 5);
    EMIT("return v0 ^ v1 * 3 ^ v2 * 5 ^ list[0] ^ list[1] * 7 ^ list[2] ^ list[3] ^ (int)u0 ^ c0 ^ h0 ^ (int)l0 ^ (int)(w0 >> 3) ^ t0 ^ s.x ^ s.y ^\n"
         "s.in[0] ^ s.in[1] ^ s.deep ^ s.low ^ *pi ^ gi ^ a ^ b;\n}\n");
    g->func++;
}

static const char prelude[] =
    "#define LIMIT (3 * 7)\nenum kind { KIND_A, KIND_B = 6 };\n"
    "int fuel, gi = 4; unsigned long long trace;\n"
    "struct s { int x; short y; int in[2]; struct { int deep; struct { unsigned char low; }; }; };\n"
    "static int note(int x) { trace = trace * 31 + (unsigned)x; return x * 3 - 1; }\n"
    "static int twice(int x) { return note(x) + note(x + 1); }\n"
    "static struct s changed(struct s s, int by) { s.x += by; s.in[by & 1] ^= note(s.x); return s; }\n"
    "static void closed(int *p) { note(*p + 1000); }\n"
    "#define AUTO __attribute__((cleanup(closed))) int\n"
    "static const struct { int (*call)(int); } ops = {.call = twice};\n"
    "static int (*const table[])(int) = {note, twice};\n"
    "void reset(void) { fuel = 60; gi = 4; trace = 0; }\n";

struct native {
    void *library;
    void (*reset)(void);
    unsigned long long *trace;
};

static struct native build(const char *folder, const char *source) {
    char command[1200], library[500];
    snprintf(library, sizeof library, "%s/program.so", folder);
    snprintf(command, sizeof command, "cc -w -O0 -fwrapv -shared -fPIC -o %s %s", library, source);
    assert_int_equal(system(command), 0);
    struct native n = {.library = dlopen(library, RTLD_NOW | RTLD_LOCAL)};
    if (!n.library)
        fail_msg("%s", dlerror());
    *(void **)&n.reset = dlsym(n.library, "reset");
    n.trace = dlsym(n.library, "trace");
    unlink(library);
    return n;
}

static void compare(struct gen *g, const struct ir_unit *unit, const struct native *n, unsigned func) {
    char name[20];
    snprintf(name, sizeof name, "f%u", func);
    int (*compiled)(int, int);
    *(void **)&compiled = dlsym(n->library, name);
    uint32_t id = (uint32_t)(func_named(unit, name) - unit->funcs), reset = (uint32_t)(func_named(unit, "reset") - unit->funcs);
    for (unsigned run = 0; run < RUNS_PER_FUNC; run++) {
        int a = run < 4 ? (int)run - 1 : (int)pick(g, 2000) - 1000, b = run & 1 ? (int)g->seed : (int)pick(g, 10);
        n->reset();
        int expected = compiled(a, b);
        struct machine m;
        machine_start(&m, unit);
        run_func(&m, reset, NULL);
        int64_t got = run_func(&m, id, (struct val[]){int_val(a), int_val(b)}).i;
        if (got != expected || (unsigned long long)global_value(&m, "trace") != *n->trace)
            fail_msg("%s(%d, %d): compiled %d, trace %llx; as IR %lld, trace %llx", name, a, b, expected, *n->trace, (long long)got,
                     (unsigned long long)global_value(&m, "trace"));
        machine_end(&m);
    }
}

static void compiled_and_lowered_agree(void **state) {
    (void)state;
    char folder[] = "/tmp/timeoutlint-oracle-XXXXXX", source[500];
    assert_non_null(mkdtemp(folder));
    snprintf(source, sizeof source, "%s/program.c", folder); // stays where a test fails
    struct workers *workers = start_workers();
    for (unsigned program = 1; program <= program_count; program++) {
        struct gen g = {.seed = program * 0x9e3779b97f4a7c15u};
        struct captured captured;
        buf_puts(&g.out, prelude);
        for (int i = 0; i < FUNCS_PER_PROGRAM; i++)
            function(&g);
        write_text(source, buf_text(&g.out));
        struct native native = build(folder, source);
        capture(workers, source, &captured);
        assert_string_equal(ir_text(&captured.unit, captured.unit.diagnostics), "");
        for (unsigned i = 0; i < FUNCS_PER_PROGRAM; i++)
            compare(&g, &captured.unit, &native, i);
        captured_done(&captured);
        dlclose(native.library);
        buf_done(&g.out);
    }
    workers_free(workers);
    unlink(source);
    rmdir(folder);
}

int main(int argc, char **argv) {
    if (argc > 1)
        program_count = (unsigned)strtoul(argv[1], NULL, 10);
    const struct CMUnitTest tests[] = {cmocka_unit_test(compiled_and_lowered_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
