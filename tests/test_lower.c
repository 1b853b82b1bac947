// The lowering of C: each file of testdata/ir is captured, verified and printed, and must read as the .ir file beside it says. What
// the printed form does not show (operands' texts, locations, hashes) is asked of the unit. The new form of a file that differs is
// left in the test's folder: look at each difference, then copy it over.
#include "capture.h"

#include "base/file.h"
#include "base/map.h"
#include "ir/print.h"

#include <sys/stat.h>
#include <unistd.h>

static struct workers *workers;
static char folder[] = "/tmp/timeoutlint-lower-XXXXXX";

static int set_up(void **state) {
    (void)state;
    workers = start_workers();
    return mkdtemp(folder) ? 0 : 1;
}

static int tear_down(void **state) {
    (void)state;
    workers_free(workers);
    rmdir(folder); // stays where a test left something to look at
    return 0;
}

// The printed unit without the machine's own paths.
static void print_portable(const struct ir_unit *unit, struct buf *out) {
    struct buf text = {0};
    ir_print_unit(unit, &text);
    static const char here[] = SOURCE_DIR "/testdata/ir/", system[] = "// /";
    for (const char *at = buf_text(&text); *at;) {
        if (!strncmp(at, here, sizeof here - 1)) {
            at += sizeof here - 1;
        } else if (!strncmp(at, system, sizeof system - 1) && strncmp(at + 3, here, sizeof here - 1) != 0) {
            buf_puts(out, "// system");
            at += strcspn(at, "\n");
        } else {
            buf_putc(out, *at++);
        }
    }
    buf_done(&text);
}

static void assert_reads(const char *name) {
    char source[500], expected_path[500], actual_path[500];
    snprintf(source, sizeof source, "%s/testdata/ir/%s.c", SOURCE_DIR, name);
    snprintf(expected_path, sizeof expected_path, "%s/testdata/ir/%s.ir", SOURCE_DIR, name);
    snprintf(actual_path, sizeof actual_path, "%s/%s.ir", folder, name);
    struct captured captured;
    struct buf actual = {0}, expected = {0};
    struct err err;
    capture(workers, source, &captured);
    print_portable(&captured.unit, &actual);
    if (!file_read(expected_path, 10 << 20, &expected, &err) || strcmp(buf_text(&actual), buf_text(&expected)) != 0) {
        write_text(actual_path, buf_text(&actual));
        fail_msg("%s differs: diff %s %s", name, expected_path, actual_path);
    }
    captured_done(&captured);
    buf_done(&actual);
    buf_done(&expected);
}

#define READS(name)                        \
    static void name##_reads(void **state) { \
        (void)state;                       \
        assert_reads(#name);               \
    }
READS(control)
READS(switch)
READS(jumps)
READS(cleanup)
READS(calls)
READS(constants)
READS(objects)
READS(atomics)
READS(extensions)
READS(included)
READS(broken)

// A unit from text; the file is gone afterwards.
static void capture_text(const char *text, struct captured *ret) {
    char path[500];
    snprintf(path, sizeof path, "%s/text.c", folder);
    write_text(path, text);
    capture(workers, path, ret);
    unlink(path);
}

static const struct ir_inst *nth_call(const struct ir_unit *unit, const char *func, uint32_t n) {
    const struct ir_func *f = func_named(unit, func);
    for (uint32_t b = 0; b < f->block_count; b++) {
        const struct ir_block *block = &unit->blocks[f->blocks + b];
        for (uint32_t i = 0; i < block->inst_count; i++)
            if (unit->insts[block->insts + i].op == IR_CALL && !n--)
                return &unit->insts[block->insts + i];
    }
    fail_msg("not that many calls in %s", func);
    return NULL;
}

static void operands_keep_their_text_and_type(void **state) {
    (void)state;
    struct captured c;
    capture_text("typedef long ms_t;\n#define LIMIT 500\nint wait(long a, long b, long c);\n"
                 "void run(ms_t t, short s) {\n    wait(t,  s +\n        1, LIMIT);\n}\n", &c);
    const struct ir_inst *call = nth_call(&c.unit, "run", 0);
    const struct ir_call_arg *args = &c.unit.call_args[call->aux];
    assert_int_equal(call->arg_count, 4);
    assert_string_equal(ir_text(&c.unit, args[0].text), "wait");
    assert_string_equal(ir_text(&c.unit, args[1].text), "t");
    assert_string_equal(ir_text(&c.unit, args[2].text), "s + 1");
    assert_string_equal(ir_text(&c.unit, args[3].text), "LIMIT");
    assert_string_equal(ir_text(&c.unit, c.unit.types[args[1].type].name), "ms_t");
    assert_string_equal(ir_text(&c.unit, c.unit.types[args[2].type].name), "int");
    const struct ir_loc *loc = &c.unit.locs[call->loc];
    assert_int_equal(loc->line, 5);
    assert_int_equal(loc->column, 5);
    assert_int_equal(loc->end_line, 6);
    assert_int_equal(loc->end_column, 18);
    assert_false(loc->in_macro);
    captured_done(&c);
}

static void a_macro_s_code_stands_at_its_use(void **state) {
    (void)state;
    struct captured c;
    capture_text("int wait(int);\n#define WAIT(x) wait(wait(x))\nvoid run(int t) {\n    WAIT(wait(t));\n}\n", &c);
    for (uint32_t i = 0; i < 3; i++) { // the argument's call first
        const struct ir_loc *loc = &c.unit.locs[nth_call(&c.unit, "run", i)->loc];
        assert_int_equal(loc->line, 4);
        assert_int_equal(loc->column, 5);
        assert_int_equal(loc->end_column, 18);
        assert_true(loc->in_macro);
    }
    captured_done(&c);
}

// Statements before which another can stand: not those without braces around them, not what comes right behind a label or a case.
static void statements_of_blocks_are_known(void **state) {
    (void)state;
    struct captured c;
    struct buf found = {0};
    capture_text("int f(int);\n"
                 "int run(int t) {\n"
                 "    int a = f(t);\n"
                 "    if (f(a))\n"
                 "        f(1);\n"
                 "    while (f(a)) { f(2); }\n"
                 "    a++;\n"
                 "out: f(3);\n"
                 "    return a;\n"
                 "}\n", &c);
    for (uint32_t i = 0; i < c.unit.statements_count; i++) {
        const struct ir_loc *loc = &c.unit.locs[c.unit.statements[i]];
        buf_printf(&found, "%u:%u-%u%s ", loc->line, loc->column, loc->end_column, loc->is_statement ? ";" : "");
    }
    assert_string_equal(buf_text(&found), "3:5-18 4:5-13 6:20-24; 6:5-5 9:5-13; ");
    assert_true(c.unit.locs[nth_call(&c.unit, "run", 2)->loc].is_statement); // f(1) is one, though not in a block
    assert_false(c.unit.locs[nth_call(&c.unit, "run", 1)->loc].is_statement);
    buf_done(&found);
    captured_done(&c);
}

static void variables_know_their_scope(void **state) {
    (void)state;
    struct captured c;
    capture_text("void run(int p) {\n    int a = p;\n    for (int i = 0; i < a; i++) {\n        int b = i;\n        p += b;\n    }\n}\n", &c);
    const struct ir_func *fn = func_named(&c.unit, "run");
    const char *const names[] = {"p", "a", "i", "b"};
    const unsigned lines[] = {0, 1, 3, 3}, columns[] = {0, 17, 5, 33};
    for (uint32_t i = 0; i < fn->var_count; i++) {
        const struct ir_var *var = &c.unit.vars[fn->vars + i];
        assert_string_equal(ir_text(&c.unit, var->name), names[i]);
        assert_int_equal(c.unit.locs[var->scope].line, lines[i]);
        assert_int_equal(c.unit.locs[var->scope].column, columns[i]);
    }
    captured_done(&c);
}

static void const_shows_on_the_pointee(void **state) {
    (void)state;
    struct captured c;
    capture_text("typedef struct ctx ctx;\nvoid borrow(const ctx *c);\nvoid take(ctx *const c);\nvoid run(ctx *c) { borrow(c); take(c); }\n", &c);
    const struct ir_type *borrowed = &c.unit.types[c.unit.vars[func_named(&c.unit, "borrow")->vars].type];
    const struct ir_type *taken = &c.unit.types[c.unit.vars[func_named(&c.unit, "take")->vars].type];
    assert_true(c.unit.types[borrowed->target].is_const);
    assert_false(c.unit.types[taken->target].is_const);
    assert_true(taken->is_const);
    assert_string_equal(ir_text(&c.unit, borrowed->name), "ctx *");
    assert_string_equal(ir_text(&c.unit, taken->name), "ctx *");
    assert_string_equal(ir_text(&c.unit, borrowed->canonical), "struct ctx *");
    assert_string_equal(ir_text(&c.unit, c.unit.types[taken->target].name), "ctx");
    captured_done(&c);
}

static void annotations_are_kept(void **state) {
    (void)state;
    struct captured c;
    capture_text("#define NOTE(x) __attribute__((annotate(x)))\n"
                 "struct s { int a NOTE(\"timeoutlint: deadline\") NOTE(\"timeoutlint: unit=ms\"); int b; };\n"
                 "NOTE(\"timeoutlint:derive\") int f(int t NOTE(\"timeoutlint: timeout\"));\n"
                 "int g NOTE(\"timeoutlint: global\");\nint run(struct s *s) { return f(s->a) + g; }\n", &c);
    const struct ir_func *f = func_named(&c.unit, "f");
    assert_string_equal(ir_text(&c.unit, f->annotation), "derive");
    assert_string_equal(ir_text(&c.unit, c.unit.vars[f->vars].annotation), "timeout");
    assert_string_equal(ir_text(&c.unit, c.unit.fields[0].annotation), "deadline\nunit=ms");
    assert_int_equal(c.unit.fields[1].annotation, 0);
    for (uint32_t i = 0; i < c.unit.vars_count; i++)
        if (c.unit.vars[i].kind == IR_VAR_GLOBAL)
            assert_string_equal(ir_text(&c.unit, c.unit.vars[i].annotation), "global");
    captured_done(&c);
}

static void static_names_of_two_files_differ(void **state) {
    (void)state;
    char a[500], b[500];
    struct captured first, second;
    snprintf(a, sizeof a, "%s/one", folder);
    assert_int_equal(mkdir(a, 0777), 0);
    snprintf(b, sizeof b, "%s/one/same.c", folder);
    snprintf(a, sizeof a, "%s/same.c", folder);
    write_text(a, "static int f(void) { static int n; return n; }\nint (*p)(void) = f;\n");
    write_text(b, "static int f(void) { static int n; return n; }\nint (*q)(void) = f;\n");
    capture(workers, a, &first);
    capture(workers, b, &second);
    const char *usr = ir_text(&first.unit, func_named(&first.unit, "f")->usr);
    assert_string_not_equal(usr, ir_text(&second.unit, func_named(&second.unit, "f")->usr));
    unlink(a);
    unlink(b);
    snprintf(a, sizeof a, "%s/one", folder);
    rmdir(a);
    captured_done(&first);
    captured_done(&second);
}

static bool has_input(const struct capture_result *result, enum input_kind kind, uint64_t hash, const char *name) {
    const char *at = result->inputs;
    struct input input;
    while (inputs_next(&at, result->inputs + result->inputs_size, &input))
        if (input.kind == kind && input.hash == hash && !strcmp(input.name, name))
            return true;
    return false;
}

static void files_come_with_their_hash(void **state) {
    (void)state;
    struct captured c;
    struct buf text = {0};
    struct err err;
    capture(workers, SOURCE_DIR "/testdata/ir/included.c", &c);
    assert_int_equal(c.unit.files_count, 2);
    assert_string_equal(ir_text(&c.unit, c.unit.files[0].path), SOURCE_DIR "/testdata/ir/included.c");
    assert_string_equal(ir_text(&c.unit, c.unit.files[1].path), SOURCE_DIR "/testdata/ir/included.h");
    assert_true(file_read(SOURCE_DIR "/testdata/ir/included.h", 1 << 20, &text, &err));
    assert_false(c.unit.files[1].is_system);
    assert_true(has_input(&c.result, INPUT_FILE, hash_bytes(text.data, text.len), SOURCE_DIR "/testdata/ir/included.h"));
    assert_true(has_input(&c.result, INPUT_NAME, 0, "included.h"));
    buf_done(&text);
    captured_done(&c);
}

static void capture_with(const char *text, const char **flags, unsigned flag_count, struct captured *ret) {
    char path[500];
    snprintf(path, sizeof path, "%s/flags.c", folder);
    write_text(path, text);
    assert_true(try_capture(workers, folder, path, flags, flag_count, ret));
    unlink(path);
}

static void flags_only_gcc_knows_do_not_hurt(void **state) {
    (void)state;
    const char *flags[] = {"-fno-such-flag", "-mno-such-machine=3", "-Wno-such-warning", "-fplugin=nothing.so", "-fconserve-stack", "-O9",
                           "-DVALUE=3", "-std=gnu23", "--param=max-inline-insns-single=4", "-specs=/nowhere", "-Werror", "-fanalyzer"};
    struct captured c;
    capture_with("#include <stddef.h>\n#include <stdarg.h>\nint value(void) { return VALUE; }\n", flags, ARRAY_LEN(flags), &c);
    assert_string_equal(ir_text(&c.unit, c.unit.diagnostics), "");
    assert_int_equal(func_named(&c.unit, "value")->block_count, 1);
    captured_done(&c);
}

static void a_flag_that_clang_refuses_is_left_out(void **state) {
    (void)state;
    const char *flags[] = {"-DVALUE=3", "-std=gnu99x", "-march=no-such-machine"};
    for (unsigned i = 1; i < ARRAY_LEN(flags); i++) {
        struct captured c;
        capture_with("int value(void) { return VALUE; }\n", (const char *[]){flags[0], flags[i]}, 2, &c);
        assert_string_equal(ir_text(&c.unit, c.unit.diagnostics), "");
        assert_int_equal(func_named(&c.unit, "value")->block_count, 1);
        captured_done(&c);
    }
}

static void errors_on_the_command_line_count(void **state) {
    (void)state;
    static const char *flags[][2] = {{"-include", "gone.h"}, {"-imacros", "gone.h"}, {"-D", "=3"}};
    for (unsigned i = 0; i < ARRAY_LEN(flags); i++) {
        struct captured c;
        capture_with("int value(void) { return 3; }\n", flags[i], 2, &c);
        assert_true(!strncmp(ir_text(&c.unit, c.unit.diagnostics), "command line: ", strlen("command line: ")));
        assert_false(func_named(&c.unit, "value")->is_incomplete);
        captured_done(&c);
    }
}

static void a_missing_file_is_a_sentence(void **state) {
    (void)state;
    struct captured c;
    assert_false(try_capture(workers, SOURCE_DIR, SOURCE_DIR "/testdata/ir/nowhere.c", NULL, 0, &c));
    assert_non_null(strstr(c.result.failure, "nowhere.c"));
    captured_done(&c);
}

static void repeat(struct buf *out, const char *text, unsigned times) {
    while (times--)
        buf_puts(out, text);
}

static void deep_nesting_is_fine(void **state) {
    (void)state;
    struct captured c;
    struct buf text = {0};
    buf_puts(&text, "int f(int x);\nint deep(int x) {\n");
    repeat(&text, "{ if (x) ", 240);
    buf_puts(&text, "x = ");
    repeat(&text, "f(-(", 120);
    buf_puts(&text, "x");
    repeat(&text, "))", 120);
    buf_puts(&text, ";");
    repeat(&text, "}", 240);
    buf_puts(&text, "\nreturn x\n");
    repeat(&text, "+ f(x)\n", 20000);
    buf_puts(&text, ";\n}\nvoid ladder(int x) {\n");
    repeat(&text, "if (x == 1) f(1); else ", 5000);
    buf_puts(&text, "f(2);\n}\n");
    capture_text(buf_text(&text), &c);
    assert_true(func_named(&c.unit, "ladder")->block_count > 10000);
    buf_done(&text);
    captured_done(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_of_blocks_are_known),
        cmocka_unit_test(variables_know_their_scope),
        cmocka_unit_test(control_reads),
        cmocka_unit_test(switch_reads),
        cmocka_unit_test(jumps_reads),
        cmocka_unit_test(cleanup_reads),
        cmocka_unit_test(calls_reads),
        cmocka_unit_test(constants_reads),
        cmocka_unit_test(objects_reads),
        cmocka_unit_test(atomics_reads),
        cmocka_unit_test(extensions_reads),
        cmocka_unit_test(included_reads),
        cmocka_unit_test(broken_reads),
        cmocka_unit_test(operands_keep_their_text_and_type),
        cmocka_unit_test(a_macro_s_code_stands_at_its_use),
        cmocka_unit_test(const_shows_on_the_pointee),
        cmocka_unit_test(annotations_are_kept),
        cmocka_unit_test(static_names_of_two_files_differ),
        cmocka_unit_test(files_come_with_their_hash),
        cmocka_unit_test(flags_only_gcc_knows_do_not_hurt),
        cmocka_unit_test(a_flag_that_clang_refuses_is_left_out),
        cmocka_unit_test(errors_on_the_command_line_count),
        cmocka_unit_test(a_missing_file_is_a_sentence),
        cmocka_unit_test(deep_nesting_is_fine),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
