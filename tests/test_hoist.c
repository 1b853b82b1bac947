// frontend/prefix/hoist.h: units that include the same headers from outside the project in many ways are parsed behind one precompiled header,
// where that is the same, byte for byte; where the order of things could be seen, they are not.
#include "project.h"

#include "base/buf.h"
#include "base/file.h"
#include "frontend/workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { UNITS = 8 };

// The library: lib.h is long enough to pay.
static const char library[] =
    "#ifndef LIB_H\n#define LIB_H\n#include <stddef.h>\n#ifndef LIB_LIMIT\n#define LIB_LIMIT 10\n#endif\n#define LIB_MAX(a, b) ((a) > (b) ? (a) : (b))\n"
    "#define LIB_NAME lib_call\nstruct lib { int ms; struct lib_item *items; };\nstruct lib_item { int n; };\ntypedef long lib_time;\n"
    "enum { LIB_ONE = 1 };\nint lib_call(struct lib *, lib_time);\nextern int lib_errors;\n"
    "static inline int lib_twice(int x) { for (int i = 0; i < 2; i++) x += x; return x; }\n#endif\n/* ";

// What each unit of a project is, but for its number; how many are hoisted over is 0 or all.
static const struct {
    const char *what, *header, *unit; // own.h, and the source
    const char *other;                // other.h of the library
    bool fits;
} cases[] = {
    {"headers in any order", "#include <string.h>\nstruct own { int n; };\n",
     "#include \"own.h\"\n#include <lib.h>\nint f%u(struct own *o, struct lib *l) { return lib_twice(l->ms) + LIB_MAX(o->n, LIB_LIMIT) + (int)strlen(\"\"); }\n", "", true},
    {"behind code", "int own(int);\n", "#include \"own.h\"\nstatic int early(int n) { return own(n) + 1; }\n#include <lib.h>\nint f%u(struct lib *l) { return early(lib_call(l, LIB_ONE)); }\n", "", true},
    {"a macro that stands for its names", "#define WHEN lib_time\n#define ASK(l) LIB_NAME(l, LIB_ONE)\n",
     "#include \"own.h\"\n#include <lib.h>\nWHEN f%u(struct lib *l) { return ASK(l); }\n", "", true},
    {"the command line decides", "#ifdef WITH\n#include <lib.h>\n#endif\n", "#include \"own.h\"\nint f%u(struct lib *l) { return l->ms; }\n", "", true},
    {"text that nothing brings to life", "#ifdef NOBODY\n#include <lib.h>\nlib_time own(void);\n#endif\n", "#include \"own.h\"\n#include <lib.h>\nint f%u(struct lib *l) { return l->ms; }\n", "", true},
    {"a header that tests a macro of the unit", "#define LIB_LIMIT 3\n", "#include \"own.h\"\n#include <lib.h>\nint f%u = LIB_LIMIT;\n", "", false},
    {"a unit that tests a macro of the header", "#ifdef LIB_LIMIT\nenum { OWN = 1 };\n#else\nenum { OWN = 2 };\n#endif\n", "#include \"own.h\"\n#include <lib.h>\nint f%u = OWN;\n", "", false},
    {"a macro of both", "#ifndef LIB_MAX\n#define LIB_MAX(a, b) (b)\n#endif\nstatic int own(int a) { return LIB_MAX(a, 7); }\n#undef LIB_MAX\n",
     "#include \"own.h\"\n#include <lib.h>\nint f%u(int n) { return own(n); }\n", "", false},
    {"its guard", "#ifdef LIB_H\nenum { OWN = 1 };\n#else\nenum { OWN = 2 };\n#endif\n", "#include \"own.h\"\n#include <lib.h>\nint f%u = OWN;\n", "", false},
    {"a typedef before", "typedef long lib_time;\nlib_time own(void);\n", "#include \"own.h\"\n#include <lib.h>\nlib_time f%u(void) { return own(); }\n", "", false},
    {"a function before", "int lib_call();\nstatic int own(void) { return lib_call(); }\n", "#include \"own.h\"\n#include <lib.h>\nint f%u(void) { return own(); }\n", "", false},
    {"a tag before", "int own(struct lib_item *);\n", "#include \"own.h\"\n#include <lib.h>\nint f%u(struct lib *l) { return own(l->items); }\n", "", false},
    {"a name that is pasted", "#define OWN(x) lib_##x\n#define USE OWN(call)\nstatic int own(void) { return sizeof(int (*)(void)) == 8 ? 1 : OWN(errors); }\nenum { call, errors };\n",
     "#include \"own.h\"\n#include <lib.h>\nint f%u(struct lib *l) { return USE(l, 1) + own(); }\n", "", false},
    {"a macro that is used too early", "#define OWN LIB_ONE\nstatic int own(void) { return sizeof(OWN); }\n", "#include \"own.h\"\n#include <lib.h>\nint f%u(void) { return own(); }\n", "", false},
    {"a packing left open", "#pragma pack(push, 1)\n", "#include \"own.h\"\n#include <lib.h>\nint f%u = sizeof(struct lib);\n", "", false},
    {"under a condition", "#if 1 + 0\n#include <lib.h>\n#endif\n", "#include \"own.h\"\nint f%u(struct lib *l) { return l->ms; }\n", "", false},
    {"under a condition that a header changes", "#undef WITH\n#ifdef WITH\n#include <lib.h>\n#endif\n", "#include \"own.h\"\nint f%u;\n", "", false},
    {"in a comment", "/*\n#include <lib.h>\n*/\n", "#include \"own.h\"\nint f%u;\n", "", false},
    {"a header by a macro's name", "#define WHICH <other.h>\n#include WHICH\n", "#include \"own.h\"\n#include <lib.h>\nint f%u(struct lib *l) { return l->ms + OTHER; }\n",
     "#define OTHER 1\n", false},
    {"one without a guard", "\n", "#include <other.h>\n#include \"own.h\"\n#include <lib.h>\nint f%u(struct lib *l) { return l->ms + other; }\n", "static int other = LIB_LIMIT;\n#define LIB_LIMIT 5\n", false},
    {"a list that is read twice", "#define ITEM(x) x,\nenum {\n#include <other.h>\n};\n#undef ITEM\n#define ITEM(x) #x,\n",
     "#include \"own.h\"\n#include <lib.h>\nstatic const char *const names[] = {\n#include <other.h>\n};\nconst char *f%u(struct lib *l) { return names[l->ms % second]; }\n",
     "ITEM(first)\nITEM(second)\n", true},
    {"a counter", "enum { OWN = __COUNTER__ };\n", "#include \"own.h\"\n#include <lib.h>\nint f%u = OWN + __COUNTER__;\n", "", true},
};

static void write_library(struct project *p) {
    struct buf text = {0};
    buf_puts(&text, library);
    while (text.len < 100000)
        buf_puts(&text, "long enough to pay for itself ");
    buf_puts(&text, "*/\n");
    write_file(p, "lib/lib.h", buf_text(&text));
    buf_done(&text);
}

// `number` is a case. Half of the units include the header in another order.
static void write_project(struct project *p, size_t number) {
    const char *names[UNITS];
    memset(p, 0, sizeof *p);
    strcpy(p->folder, "/tmp/timeoutlint-test-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    assert_int_equal(mkdir(arena_printf(&p->arena, "%s/lib", p->folder), 0700), 0);
    assert_int_equal(mkdir(arena_printf(&p->arena, "%s/src", p->folder), 0700), 0);
    write_library(p);
    write_file(p, "lib/other.h", cases[number].other);
    write_file(p, "src/own.h", cases[number].header);
    for (unsigned i = 0; i < UNITS; i++) {
        struct buf text = {0};
        buf_printf(&text, "int unit%u;\n%s", i, i % 2 ? "#include <errno.h>\n" : ""); // so that no unit's first lines are another's
        for (const char *at = cases[number].unit; *at; at++)
            if (at[0] == '%' && at[1] == 'u')
                buf_printf(&text, "%u", i), at++;
            else
                buf_putc(&text, *at);
        names[i] = write_file(p, arena_printf(&p->arena, "src/u%u.c", i), buf_text(&text));
        buf_done(&text);
    }
    const char *flags[] = {"-DWITH", arena_printf(&p->arena, "-I%s/lib", p->folder)};
    struct err err;
    assert_true(database_from_files(p->folder, names, UNITS, flags, 2, &p->db, &err));
}

static void remove_project(struct project *p) {
    static const char *const rest[] = {"lib/lib.h", "lib/other.h", "src/own.h"};
    for (unsigned i = 0; i < UNITS; i++)
        unlink(p->db.commands[i].file);
    for (size_t i = 0; i < ARRAY_LEN(rest); i++)
        unlink(arena_printf(&p->arena, "%s/%s", p->folder, rest[i]));
    rmdir(arena_printf(&p->arena, "%s/lib", p->folder));
    rmdir(arena_printf(&p->arena, "%s/src", p->folder));
    assert_int_equal(rmdir(p->folder), 0);
    database_done(&p->db);
    arena_done(&p->arena);
}

static struct workers_stats make(const struct project *p, bool without, struct capture_result *results) {
    struct workers_options options = {.program = CAPTURE, .project = p->folder, .jobs = 1, .unit_limit_ms = 60000, .without_prefixes = without};
    struct workers *workers = workers_new(&options);
    struct err err;
    assert_true(workers_run(workers, p->db.commands, p->db.command_count, results, &err));
    struct workers_stats stats = workers_stats(workers);
    workers_free(workers);
    return stats;
}

static void headers_are_hoisted_where_nobody_can_tell(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct project p;
        struct capture_result with[UNITS], without[UNITS];
        write_project(&p, i);
        make(&p, true, without);
        struct workers_stats stats = make(&p, false, with);
        for (unsigned k = 0; k < UNITS; k++)
            if (with[k].failure || without[k].failure || with[k].size != without[k].size || memcmp(with[k].bytes, without[k].bytes, with[k].size))
                fail_msg("%s: unit %u is another one", cases[i].what, k);
        if (stats.hoisted != (cases[i].fits ? UNITS : 0))
            fail_msg("%s: %u units were hoisted over", cases[i].what, stats.hoisted);
        for (unsigned k = 0; k < UNITS; k++) {
            free(with[k].bytes);
            free(without[k].bytes);
        }
        remove_project(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_hoisted_where_nobody_can_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
