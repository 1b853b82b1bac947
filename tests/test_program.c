// program/: joining symbols, written globals, calls through pointers, components. The units are made by hand: see `struct tu`.
#include "ir/build.h"
#include "ir/save.h"
#include "ir/verify.h"
#include "program/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

// A translation unit in the making. Lines are counted by the instructions as they come.
struct tu {
    struct ir_builder b;
    uint32_t t_void, t_int, t_func, t_ptr, t_ptr_ptr, t_void_ptr, t_table, t_ops, t_ops_ptr;
    uint32_t file, line, run_field, count_field;
    uint32_t init;
    struct buf bytes;
    struct ir_unit ir;
};

static uint32_t text(struct tu *t, const char *s) {
    return ir_build_text(&t->b, s);
}

static uint32_t type(struct tu *t, enum ir_type_kind kind, const char *name, uint32_t target, uint32_t record) {
    struct ir_type made = {.kind = (uint8_t)kind, .name = text(t, name), .canonical = text(t, name), .target = target, .record = record};
    return ir_build_type(&t->b, &made);
}

static uint32_t add_file(struct tu *t, const char *path) {
    struct ir_file file = {.path = text(t, path)};
    vec_push(&t->b.files, file);
    return (uint32_t)t->b.files.len - 1;
}

static uint32_t place(struct tu *t, uint32_t file, uint32_t line) {
    struct ir_loc loc = {.file = file, .line = line, .column = 1, .end_line = line, .end_column = 2};
    return ir_build_loc(&t->b, &loc);
}

static uint32_t here(struct tu *t) {
    return place(t, t->file, t->line++);
}

static void start(struct tu *t, const char *path) {
    *t = (struct tu){.line = 1};
    ir_build_init(&t->b);
    t->file = add_file(t, path);
    t->t_void = type(t, IR_VOID, "void", IR_NONE, IR_NONE);
    t->t_int = type(t, IR_INT, "int", IR_NONE, IR_NONE);
    t->t_func = type(t, IR_FUNCTION, "void (int)", t->t_void, IR_NONE);
    t->t_ptr = type(t, IR_POINTER, "void (*)(int)", t->t_func, IR_NONE);
    t->t_ptr_ptr = type(t, IR_POINTER, "void (**)(int)", t->t_ptr, IR_NONE);
    t->t_void_ptr = type(t, IR_POINTER, "void *", t->t_void, IR_NONE);
    t->t_table = type(t, IR_ARRAY, "void (*[4])(int)", t->t_ptr, IR_NONE);
    t->t_ops = type(t, IR_RECORD, "struct ops", IR_NONE, 0);
    t->t_ops_ptr = type(t, IR_POINTER, "struct ops *", t->t_ops, IR_NONE);
    struct ir_record ops = {.name = text(t, "ops"), .usr = text(t, "c:@S@ops"), .field_count = 2};
    vec_push(&t->b.records, ops);
    struct ir_field run = {.name = text(t, "run"), .type = t->t_ptr}, count = {.name = text(t, "count"), .type = t->t_int};
    vec_push(&t->b.fields, run);
    vec_push(&t->b.fields, count);
    t->count_field = 1;
}

// A function of type `type_id` with one parameter "x" of type `param` (IR_NONE: none), standing at file:line.
static uint32_t func_at(struct tu *t, const char *name, const char *usr, uint32_t type_id, uint32_t param, uint32_t file, uint32_t line) {
    struct ir_func head = {.name = text(t, name), .usr = text(t, usr), .type = type_id, .loc = place(t, file, line)};
    struct ir_var x = {.kind = IR_VAR_PARAM, .name = text(t, "x"), .type = param, .loc = IR_NONE};
    return ir_build_declare(&t->b, &head, &x, param != IR_NONE);
}

static uint32_t func(struct tu *t, const char *name, uint32_t param) {
    char usr[64];
    snprintf(usr, sizeof usr, "c:@F@%s", name);
    return func_at(t, name, usr, t->t_func, param, t->file, t->line++);
}

static void open_with(struct tu *t, uint32_t f, uint32_t param) {
    struct ir_var x = {.kind = IR_VAR_PARAM, .name = text(t, "x"), .type = param, .loc = IR_NONE};
    ir_build_begin_func(&t->b, f, &x, param != IR_NONE);
}

static void open_body(struct tu *t, uint32_t f) {
    open_with(t, f, IR_NONE);
}

static void close_body(struct tu *t, uint32_t f) {
    ir_build_end_func(&t->b, f);
}

static struct ir_value addr(uint32_t var) {
    return (struct ir_value){IR_V_ADDR, var};
}

static struct ir_value code(uint32_t f) {
    return (struct ir_value){IR_V_FUNC, f};
}

static struct ir_value inst(struct tu *t, enum ir_op op, uint32_t type_id, uint32_t aux, struct ir_value a, struct ir_value b) {
    return ir_build_inst(&t->b, op, 0, type_id, here(t), aux, (struct ir_value[]){a, b}, b.kind == IR_V_NONE ? 1 : 2);
}

static const struct ir_value none = {IR_V_NONE, 0};

static struct ir_value load(struct tu *t, uint32_t type_id, struct ir_value from) {
    return inst(t, IR_LOAD, type_id, IR_NONE, from, none);
}

static void store(struct tu *t, uint32_t type_id, struct ir_value to, struct ir_value value) {
    inst(t, IR_STORE, type_id, IR_NONE, to, value);
}

static struct ir_value field(struct tu *t, struct ir_value of, uint32_t index) {
    return inst(t, IR_FIELD, index ? t->t_ptr : t->t_ptr_ptr, index, of, none);
}

static struct ir_value element(struct tu *t, struct ir_value of) {
    return inst(t, IR_INDEX, t->t_ptr_ptr, IR_NONE, of, ir_build_int(&t->b, 2));
}

static struct ir_value call(struct tu *t, struct ir_value callee, struct ir_value arg, uint32_t type_id) {
    uint32_t first = (uint32_t)t->b.call_args.len;
    struct ir_call_arg of_callee = {.type = t->t_ptr}, of_arg = {.type = t->t_int};
    vec_push(&t->b.call_args, of_callee);
    vec_push(&t->b.call_args, of_arg);
    return inst(t, IR_CALL, type_id, first, callee, arg);
}

static void plain_call(struct tu *t, uint32_t f) {
    call(t, code(f), none, IR_NONE);
}

// A function with a body that only calls `callee` (IR_NONE: nothing).
static uint32_t simple(struct tu *t, const char *name, uint32_t callee) {
    uint32_t f = func(t, name, IR_NONE);
    open_body(t, f);
    if (callee != IR_NONE)
        plain_call(t, callee);
    close_body(t, f);
    return f;
}

static uint32_t global(struct tu *t, const char *name, uint32_t type_id, bool defined) {
    char usr[64];
    snprintf(usr, sizeof usr, "c:@%s", name);
    struct ir_var var = {.kind = IR_VAR_GLOBAL, .name = text(t, name), .usr = text(t, usr), .type = type_id, .loc = here(t), .is_defined = defined};
    return ir_build_global(&t->b, &var);
}

static struct ir_value local(struct tu *t, const char *name, uint32_t type_id) {
    struct ir_var var = {.kind = IR_VAR_LOCAL, .name = text(t, name), .type = type_id, .loc = here(t)};
    return ir_build_local(&t->b, &var);
}

static void open_init(struct tu *t) {
    struct ir_func head = {.type = t->t_func, .loc = IR_NONE, .is_init = 1};
    t->init = t->b.init_func = ir_build_declare(&t->b, &head, NULL, 0);
    open_body(t, t->init);
}

static const struct ir_unit *finish(struct tu *t) {
    struct err err;
    ir_build_finish(&t->b, &t->bytes);
    if (!ir_load(t->bytes.data, t->bytes.len, &t->ir, &err) || !ir_verify(&t->ir, &err))
        fail_msg("%s", err.text);
    return &t->ir;
}

static void end(struct tu *t) {
    ir_build_done(&t->b);
    buf_done(&t->bytes);
}

static struct program link_one(struct tu *t) {
    struct program p;
    const struct ir_unit *unit = finish(t);
    program_link(&unit, 1, NULL, &p);
    return p;
}

static struct program link_two(struct tu *a, struct tu *b) {
    struct program p;
    const struct ir_unit *units[] = {finish(a), finish(b)};
    program_link(units, 2, NULL, &p);
    return p;
}

static const struct prog_func *named(const struct program *p, const char *name) {
    uint32_t id = program_find_func(p, name);
    if (id == IR_NONE)
        fail_msg("no function '%s'", name);
    return &p->funcs[id];
}

static const struct prog_global *global_named(const struct program *p, const char *usr) {
    for (uint32_t i = 0; i < p->global_count; i++)
        if (!strcmp(p->globals[i].usr, usr))
            return &p->globals[i];
    fail_msg("no global '%s'", usr);
    return NULL;
}

// The kind of the edge, or -1.
static int edge(const struct program *p, const char *from, const char *to) {
    const struct prog_func *caller = named(p, from);
    for (uint32_t i = 0; i < caller->call_count; i++)
        if (p->calls[caller->calls + i].callee == program_find_func(p, to))
            return p->calls[caller->calls + i].kind;
    return -1;
}

static void a_call_finds_its_definition_in_another_unit(void **state) {
    (void)state;
    struct tu a, b;
    start(&a, "/s/a.c");
    simple(&a, "main", func(&a, "work", IR_NONE));
    start(&b, "/s/b.c");
    simple(&b, "work", IR_NONE);
    struct program p = link_two(&a, &b);
    assert_int_equal(p.func_count, 2);
    assert_int_equal(named(&p, "work")->unit, 1);
    assert_true(named(&p, "work")->has_body);
    assert_int_equal(edge(&p, "main", "work"), CALL_DIRECT);
    assert_int_equal(program_find_func(&p, "c:@F@work"), program_find_func(&p, "work"));
    assert_int_equal(program_find_func(&p, "nothing"), IR_NONE);
    assert_int_equal(named(&p, "work")->caller_count, 1);
    program_done(&p);
    end(&a);
    end(&b);
}

static void equal_definitions_fold(void **state) {
    (void)state;
    struct tu t[3]; // a.c twice, and b.c; both include a header with an inline function
    struct program p;
    const struct ir_unit *units[3];
    for (unsigned i = 0; i < 3; i++) {
        start(&t[i], i < 2 ? "/s/a.c" : "/s/b.c");
        uint32_t header = add_file(&t[i], "/s/h.h");
        uint32_t f = func_at(&t[i], "inlined", "c:h.h@F@inlined", t[i].t_func, IR_NONE, header, 7);
        open_body(&t[i], f);
        close_body(&t[i], f);
        simple(&t[i], i < 2 ? "main" : "other", f);
        units[i] = finish(&t[i]);
    }
    program_link(units, 3, NULL, &p);
    assert_int_equal(p.func_count, 3);
    assert_int_equal(p.call_count, 2);
    assert_int_equal(p.units[2].func_ids[0], p.units[0].func_ids[0]);
    program_done(&p);
    for (unsigned i = 0; i < 3; i++)
        end(&t[i]);
}

static void different_definitions_of_one_name_stay_apart(void **state) {
    (void)state;
    struct tu t[3];
    struct program p;
    const struct ir_unit *units[3];
    static const char *const paths[] = {"/s/a/x.c", "/s/b/x.c", "/s/c.c"};
    for (unsigned i = 0; i < 3; i++) { // two programs with a main, a static helper in files of equal name; a third that calls main
        start(&t[i], paths[i]);
        uint32_t helper = func_at(&t[i], "helper", "c:x.c@F@helper", t[i].t_func, IR_NONE, 0, 3);
        if (i < 2) {
            open_body(&t[i], helper);
            close_body(&t[i], helper);
            simple(&t[i], "main", helper);
        } else {
            simple(&t[i], "third", func(&t[i], "main", IR_NONE));
        }
        units[i] = finish(&t[i]);
    }
    program_link(units, 3, NULL, &p);
    uint32_t first = program_find_func(&p, "c:@F@main"), second = program_find_func(&p, "c:@F@main#2");
    assert_int_equal(p.funcs[first].unit, 0);
    assert_int_equal(p.funcs[second].unit, 1);
    assert_int_equal(p.calls[p.funcs[first].calls].callee, program_find_func(&p, "c:x.c@F@helper"));
    assert_int_equal(p.calls[p.funcs[second].calls].callee, program_find_func(&p, "c:x.c@F@helper#2"));
    assert_int_equal(edge(&p, "third", "c:@F@main"), CALL_DIRECT);
    assert_int_equal(named(&p, "third")->call_count, 1);
    assert_int_equal(program_find_func(&p, "main"), first);
    program_done(&p);
    for (unsigned i = 0; i < 3; i++)
        end(&t[i]);
}

static void fields_join_by_record_and_member(void **state) {
    (void)state;
    struct tu a, b;
    start(&a, "/s/a.c");
    start(&b, "/s/b.c");
    struct ir_record nameless = {.usr = text(&b, "c:b.c@Sa"), .fields = 2, .field_count = 2};
    vec_push(&b.b.records, nameless);
    struct ir_field member = {.name = text(&b, "m"), .type = b.t_int, .record = 1}, hidden = {.type = b.t_int, .record = 1};
    vec_push(&b.b.fields, member);
    vec_push(&b.b.fields, hidden);
    struct program p = link_two(&a, &b);
    static const char *const names[] = {"c:b.c@Sa.#1", "c:b.c@Sa.m", "ops.count", "ops.run"};
    assert_int_equal(p.field_count, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_string_equal(p.fields[i].name, names[i]);
    assert_int_equal(p.units[0].field_ids[0], 3);
    assert_int_equal(p.units[1].field_ids[0], 3);
    assert_int_equal(p.units[1].field_ids[3], 0);
    assert_string_equal(p.fields[3].record, "ops");
    assert_string_equal(p.fields[3].member, "run");
    program_done(&p);
    end(&a);
    end(&b);
}

static void globals_join_and_know_their_initializer(void **state) {
    (void)state;
    struct tu a, b;
    start(&a, "/s/a.c");
    global(&a, "limit", a.t_int, false);
    global(&a, "common", a.t_int, true);
    uint32_t mine = global(&a, "verbose", a.t_int, true);
    open_init(&a);
    store(&a, a.t_int, addr(mine), ir_build_int(&a.b, 1));
    close_body(&a, a.init);
    start(&b, "/s/b.c");
    b.line = 50;
    uint32_t limit = global(&b, "limit", b.t_int, true), verbose = global(&b, "verbose", b.t_int, true);
    global(&b, "common", b.t_int, true);
    open_init(&b);
    store(&b, b.t_int, addr(limit), ir_build_int(&b.b, 30));
    store(&b, b.t_int, addr(verbose), ir_build_int(&b.b, 2));
    close_body(&b, b.init);
    struct program p = link_two(&a, &b);
    assert_int_equal(p.global_count, 4);
    assert_int_equal(global_named(&p, "c:@limit")->unit, 1);
    assert_int_equal(global_named(&p, "c:@limit")->init_unit, 1);
    assert_int_equal(global_named(&p, "c:@common")->init_unit, IR_NONE);
    assert_int_equal(global_named(&p, "c:@verbose")->init_unit, 0);
    assert_int_equal(global_named(&p, "c:@verbose#2")->init_unit, 1);
    assert_ptr_equal(&p.globals[p.units[1].global_ids[verbose]], global_named(&p, "c:@verbose#2"));
    assert_false(global_named(&p, "c:@limit")->is_written);
    program_done(&p);
    end(&a);
    end(&b);
}

static void static_variables_of_one_header_are_one(void **state) {
    (void)state;
    struct tu t[2];
    for (unsigned i = 0; i < 2; i++) {
        start(&t[i], i ? "/s/b.c" : "/s/a.c");
        uint32_t header = add_file(&t[i], "/s/h.h");
        struct ir_var var = {.kind = IR_VAR_GLOBAL, .is_static = 1, .is_defined = 1, .name = text(&t[i], "level"), .type = t[i].t_int};
        var.usr = text(&t[i], "c:h.h@level");
        var.loc = place(&t[i], header, 4);
        ir_build_global(&t[i].b, &var);
        var.usr = text(&t[i], "c:x.h@own"); // the same USR in two files
        var.loc = place(&t[i], 0, 4);
        ir_build_global(&t[i].b, &var);
    }
    struct program p = link_two(&t[0], &t[1]);
    assert_int_equal(p.global_count, 3);
    assert_int_equal(p.units[0].global_ids[0], p.units[1].global_ids[0]);
    assert_int_not_equal(p.units[0].global_ids[1], p.units[1].global_ids[1]);
    program_done(&p);
    end(&t[0]);
    end(&t[1]);
}

static void written_globals_are_known(void **state) {
    (void)state;
    static const struct {
        const char *usr;
        bool written;
    } expected[] = {{"c:@assigned", 1}, {"c:@constant", 0}, {"c:@element", 1}, {"c:@hidden", 1}, {"c:@member", 1},
                    {"c:@passed", 1},   {"c:@pointee", 1},  {"c:@read", 0},    {"c:@zeroed", 1}};
    struct tu t;
    start(&t, "/s/a.c");
    uint32_t assigned = global(&t, "assigned", t.t_int, true), constant = global(&t, "constant", t.t_int, true);
    uint32_t element_of = global(&t, "element", t.t_table, true), member = global(&t, "member", t.t_ops, true);
    uint32_t passed = global(&t, "passed", t.t_int, true), read = global(&t, "read", t.t_ops, true);
    uint32_t zeroed = global(&t, "zeroed", t.t_ops, true), pointee = global(&t, "pointee", t.t_int, true);
    uint32_t hidden = global(&t, "hidden", t.t_ptr_ptr, true);
    t.b.vars.items[constant].is_const = 1;
    uint32_t f = func(&t, "f", IR_NONE), opaque = func(&t, "opaque", IR_NONE);
    open_body(&t, f);
    store(&t, t.t_int, addr(assigned), ir_build_int(&t.b, 1));
    store(&t, t.t_ptr, element(&t, addr(element_of)), code(f));
    store(&t, t.t_int, field(&t, addr(member), t.count_field), ir_build_int(&t.b, 1));
    call(&t, code(opaque), addr(passed), IR_NONE);
    call(&t, code(opaque), addr(constant), IR_NONE);
    load(&t, t.t_int, field(&t, addr(read), t.count_field));
    inst(&t, IR_ZERO, t.t_ops, IR_NONE, addr(zeroed), none);
    store(&t, t.t_ptr_ptr, addr(hidden), ir_build_int(&t.b, 0));
    close_body(&t, f);
    open_init(&t);
    store(&t, t.t_int, field(&t, addr(read), t.count_field), ir_build_int(&t.b, 5));
    store(&t, t.t_ptr_ptr, addr(hidden), addr(pointee)); // who has a pointer to it may write it
    close_body(&t, t.init);
    struct program p = link_one(&t);
    for (unsigned i = 0; i < ARRAY_LEN(expected); i++)
        if (global_named(&p, expected[i].usr)->is_written != expected[i].written)
            fail_msg("%s should be %s", expected[i].usr, expected[i].written ? "written" : "unwritten");
    assert_int_equal(global_named(&p, "c:@read")->init_unit, 0);
    program_done(&p);
    end(&t);
}

static void calls_through_fields_of_other_units_resolve(void **state) {
    (void)state;
    struct tu a, b;
    start(&a, "/s/a.c"); // static struct ops table = {.run = impl};
    uint32_t impl = simple(&a, "impl", IR_NONE), table = global(&a, "table", a.t_ops, true);
    simple(&a, "lonely", IR_NONE); // same type, but its address is nowhere
    open_init(&a);
    store(&a, a.t_ptr, field(&a, addr(table), 0), code(impl));
    close_body(&a, a.init);
    start(&b, "/s/b.c"); // void use(struct ops *x) { x->run(); }
    uint32_t use = func(&b, "use", b.t_ops_ptr);
    open_with(&b, use, b.t_ops_ptr);
    struct ir_value ops = load(&b, b.t_ops_ptr, ir_build_param(&b.b, 0));
    call(&b, load(&b, b.t_ptr, field(&b, ops, 0)), ir_build_int(&b.b, 1), IR_NONE);
    close_body(&b, use);
    struct program p = link_two(&a, &b);
    assert_int_equal(edge(&p, "use", "impl"), CALL_INDIRECT);
    assert_int_equal(p.call_count, 1);
    assert_false(named(&p, "impl")->address_taken);
    assert_false(named(&p, "lonely")->address_taken);
    uint32_t count;
    const struct prog_call *targets = program_targets(&p, program_find_func(&p, "use"), p.calls[0].inst, &count);
    assert_int_equal(count, 1);
    assert_int_equal(targets->callee, program_find_func(&p, "impl"));
    program_targets(&p, program_find_func(&p, "use"), p.calls[0].inst - 1, &count);
    assert_int_equal(count, 0);
    program_done(&p);
    end(&a);
    end(&b);
}

static void calls_through_variables_and_arrays_resolve(void **state) {
    (void)state;
    struct tu t;
    start(&t, "/s/a.c");
    uint32_t one = simple(&t, "one", IR_NONE), two = simple(&t, "two", IR_NONE), three = simple(&t, "three", IR_NONE);
    uint32_t handler = global(&t, "handler", t.t_ptr, true), table = global(&t, "table", t.t_table, true);
    open_init(&t);
    store(&t, t.t_ptr, element(&t, addr(table)), code(two));
    close_body(&t, t.init);
    uint32_t set = func(&t, "set", IR_NONE), by_global = func(&t, "by_global", IR_NONE), by_array = func(&t, "by_array", IR_NONE);
    uint32_t by_local = func(&t, "by_local", IR_NONE);
    open_body(&t, set);
    store(&t, t.t_ptr, addr(handler), code(one));
    close_body(&t, set);
    open_body(&t, by_global);
    call(&t, load(&t, t.t_ptr, addr(handler)), none, IR_NONE);
    close_body(&t, by_global);
    open_body(&t, by_array); // p = table; p[2]()
    struct ir_value p_var = local(&t, "p", t.t_ptr_ptr);
    store(&t, t.t_ptr_ptr, p_var, addr(table));
    call(&t, load(&t, t.t_ptr, element(&t, load(&t, t.t_ptr_ptr, p_var))), none, IR_NONE);
    close_body(&t, by_array);
    open_body(&t, by_local); // f = (void *)three; f()
    struct ir_value any = local(&t, "any", t.t_void_ptr), f_var = local(&t, "f", t.t_ptr);
    store(&t, t.t_void_ptr, any, code(three));
    store(&t, t.t_ptr, f_var, inst(&t, IR_CAST, t.t_ptr, IR_NONE, load(&t, t.t_void_ptr, any), none));
    call(&t, load(&t, t.t_ptr, f_var), none, IR_NONE);
    close_body(&t, by_local);
    struct program p = link_one(&t);
    assert_int_equal(edge(&p, "by_global", "one"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "by_array", "two"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "by_local", "three"), CALL_INDIRECT);
    assert_int_equal(p.call_count, 3);
    program_done(&p);
    end(&t);
}

static void a_store_through_a_pointer_reaches_the_variable(void **state) {
    (void)state;
    struct tu t;
    start(&t, "/s/a.c"); // void fill(handler *x) { *x = impl; }  void go(void) { handler h; fill(&h); h(); }
    uint32_t impl = simple(&t, "impl", IR_NONE), fill = func(&t, "fill", t.t_ptr_ptr), go = func(&t, "go", IR_NONE);
    open_with(&t, fill, t.t_ptr_ptr);
    store(&t, t.t_ptr, load(&t, t.t_ptr_ptr, ir_build_param(&t.b, 0)), code(impl));
    close_body(&t, fill);
    open_body(&t, go);
    struct ir_value h = local(&t, "h", t.t_ptr);
    call(&t, code(fill), h, IR_NONE);
    call(&t, load(&t, t.t_ptr, h), none, IR_NONE);
    close_body(&t, go);
    struct program p = link_one(&t);
    assert_int_equal(edge(&p, "go", "impl"), CALL_INDIRECT);
    program_done(&p);
    end(&t);
}

static void parameters_and_results_carry_functions(void **state) {
    (void)state;
    struct tu t;
    start(&t, "/s/a.c");
    uint32_t impl = simple(&t, "impl", IR_NONE), other = simple(&t, "other", IR_NONE);
    uint32_t apply = func(&t, "apply", t.t_ptr), relay = func(&t, "relay", t.t_ptr), go = func(&t, "go", IR_NONE);
    open_with(&t, apply, t.t_ptr); // apply(x) { x(); }
    call(&t, load(&t, t.t_ptr, ir_build_param(&t.b, 0)), none, IR_NONE);
    close_body(&t, apply);
    open_with(&t, relay, t.t_ptr); // relay(x) { via = apply; via(x); }
    struct ir_value via = local(&t, "via", t.t_ptr);
    store(&t, t.t_ptr, via, code(apply));
    struct ir_value callee = load(&t, t.t_ptr, via);
    call(&t, callee, load(&t, t.t_ptr, ir_build_param(&t.b, 0)), IR_NONE);
    close_body(&t, relay);
    uint32_t returns_ptr = type(&t, IR_FUNCTION, "handler (void)", t.t_ptr, IR_NONE);
    uint32_t pick = func_at(&t, "pick", "c:@F@pick", returns_ptr, IR_NONE, 0, 90);
    open_body(&t, pick);
    struct ir_value result = code(other);
    ir_build_terminate(&t.b, IR_RETURN, &result, 1, NULL, 0, here(&t), IR_NONE);
    close_body(&t, pick);
    open_body(&t, go); // relay(impl); pick()(); chosen = pick; chosen()();
    call(&t, code(relay), code(impl), IR_NONE);
    call(&t, call(&t, code(pick), none, t.t_ptr), none, IR_NONE);
    close_body(&t, go);
    uint32_t again = func(&t, "again", IR_NONE);
    open_body(&t, again);
    struct ir_value chosen = local(&t, "chosen", t.t_ptr);
    store(&t, t.t_ptr, chosen, code(pick));
    call(&t, call(&t, load(&t, t.t_ptr, chosen), none, t.t_ptr), none, IR_NONE);
    close_body(&t, again);
    struct program p = link_one(&t);
    assert_int_equal(edge(&p, "relay", "apply"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "apply", "impl"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "go", "other"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "again", "pick"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "again", "other"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "apply", "other"), -1);
    assert_false(named(&p, "impl")->address_taken);
    program_done(&p);
    end(&t);
}

static void functions_given_to_opaque_code_may_be_called_from_outside(void **state) {
    (void)state;
    struct tu t;
    start(&t, "/s/a.c");
    uint32_t given = simple(&t, "given", IR_NONE), both = simple(&t, "both", IR_NONE), compared = simple(&t, "compared", IR_NONE);
    uint32_t library = func(&t, "library", t.t_ptr), go = func(&t, "go", IR_NONE), handler = global(&t, "handler", t.t_ptr, true);
    open_body(&t, go);
    call(&t, code(library), code(given), IR_NONE);
    store(&t, t.t_ptr, addr(handler), code(both));
    call(&t, load(&t, t.t_ptr, addr(handler)), none, IR_NONE);
    call(&t, code(library), load(&t, t.t_ptr, addr(handler)), IR_NONE);
    ir_build_inst(&t.b, IR_BINARY, IR_EQ, t.t_int, here(&t), IR_NONE, (struct ir_value[]){load(&t, t.t_ptr, addr(handler)), code(compared)}, 2);
    close_body(&t, go);
    struct program p = link_one(&t);
    assert_true(named(&p, "given")->address_taken);
    assert_true(named(&p, "both")->address_taken);
    assert_false(named(&p, "compared")->address_taken);
    assert_int_equal(edge(&p, "go", "both"), CALL_INDIRECT);
    assert_int_equal(edge(&p, "go", "given"), -1);
    program_done(&p);
    end(&t);
}

static void unknown_pointers_are_guessed_by_type_where_few_fit(void **state) {
    (void)state;
    for (unsigned count = 8; count <= 9; count++) {
        struct tu t;
        start(&t, "/s/a.c");
        uint32_t library = func(&t, "library", t.t_ptr), go = func(&t, "go", t.t_ptr), source = func(&t, "source", IR_NONE);
        uint32_t other_type = type(&t, IR_FUNCTION, "void (long)", t.t_void, IR_NONE);
        uint32_t misfit = func_at(&t, "misfit", "c:@F@misfit", other_type, IR_NONE, 0, 400);
        open_body(&t, misfit);
        close_body(&t, misfit);
        uint32_t fits[9];
        for (unsigned i = 0; i < count; i++) {
            char name[16];
            snprintf(name, sizeof name, "fit%u", i);
            fits[i] = simple(&t, name, IR_NONE);
        }
        open_with(&t, go, t.t_ptr); // nobody in the program calls it
        for (unsigned i = 0; i < count; i++)
            call(&t, code(library), code(fits[i]), IR_NONE);
        call(&t, code(library), code(misfit), IR_NONE);
        call(&t, call(&t, code(source), none, t.t_ptr), none, IR_NONE);
        close_body(&t, go);
        struct program p = link_one(&t);
        assert_int_equal(edge(&p, "go", "fit7"), count == 8 ? (int)CALL_BY_TYPE : -1);
        assert_int_equal(edge(&p, "go", "misfit"), -1);
        assert_true(named(&p, "fit0")->address_taken);
        program_done(&p);
        end(&t);
    }
}

static void the_order_of_units_does_not_show(void **state) {
    (void)state;
    struct tu t[4];
    const struct ir_unit *units[4];
    for (unsigned i = 0; i < 4; i++) {
        char path[32], name[32], next[32];
        snprintf(path, sizeof path, "/s/%u.c", i / 2); // two units of each file
        snprintf(name, sizeof name, "f%u", i);
        snprintf(next, sizeof next, "f%u", (i + 1) % 4);
        start(&t[i], path);
        simple(&t[i], name, func(&t[i], next, IR_NONE));
        simple(&t[i], "main", func(&t[i], name, IR_NONE));
        units[i] = finish(&t[i]);
    }
    struct buf first = {0};
    for (unsigned round = 0; round < 24; round++) {
        const struct ir_unit *left[] = {units[0], units[1], units[2], units[3]}, *order[4];
        for (unsigned i = 0, code_of = round; i < 4; code_of /= 4 - i, i++) {
            unsigned pick = code_of % (4 - i);
            order[i] = left[pick];
            memmove(left + pick, left + pick + 1, (3 - pick) * sizeof *left);
        }
        struct program p;
        struct buf out = {0};
        program_link(order, 4, NULL, &p);
        program_print_callgraph(&p, "/s", &out);
        for (uint32_t i = 0; i < p.func_count; i++)
            buf_printf(&out, "%s %u %u\n", p.funcs[i].usr, p.funcs[i].unit, p.funcs[i].scc);
        if (!round)
            buf_puts(&first, buf_text(&out));
        assert_string_equal(buf_text(&out), buf_text(&first));
        buf_done(&out);
        program_done(&p);
    }
    buf_done(&first);
    for (unsigned i = 0; i < 4; i++)
        end(&t[i]);
}

static void callees_come_before_callers(void **state) {
    (void)state;
    enum { COUNT = 12 };
    uint64_t random = 99;
    for (unsigned round = 0; round < 300; round++) {
        struct tu t;
        start(&t, "/s/a.c");
        uint32_t ids[COUNT];
        bool reaches[COUNT][COUNT] = {{0}};
        for (unsigned i = 0; i < COUNT; i++) {
            char name[16];
            snprintf(name, sizeof name, "f%02u", i);
            ids[i] = func(&t, name, IR_NONE);
        }
        for (unsigned i = 0; i < COUNT; i++) {
            open_body(&t, ids[i]);
            for (unsigned j = 0; j < COUNT; j++) {
                random = random * 6364136223846793005u + 1442695040888963407u;
                reaches[i][j] = (random >> 40) % 100 < 3 + round % 20;
                if (reaches[i][j])
                    plain_call(&t, ids[j]);
            }
            close_body(&t, ids[i]);
        }
        for (unsigned k = 0; k < COUNT; k++)
            for (unsigned i = 0; i < COUNT; i++)
                for (unsigned j = 0; j < COUNT; j++)
                    reaches[i][j] |= reaches[i][k] && reaches[k][j];
        struct program p = link_one(&t);
        for (unsigned i = 0; i < COUNT; i++) // names sort as numbers: ids are indices
            for (unsigned j = 0; j < COUNT; j++) {
                assert_int_equal(p.funcs[i].scc == p.funcs[j].scc, i == j || (reaches[i][j] && reaches[j][i]));
                assert_true(!reaches[i][j] || p.funcs[j].scc <= p.funcs[i].scc);
            }
        assert_int_equal(p.scc_starts[p.scc_count], COUNT);
        for (uint32_t c = 0; c < p.scc_count; c++)
            for (uint32_t i = p.scc_starts[c]; i < p.scc_starts[c + 1]; i++)
                assert_int_equal(p.funcs[p.scc_funcs[i]].scc, c);
        program_done(&p);
        end(&t);
    }
}

static void a_chain_of_any_length_is_fine(void **state) {
    (void)state;
    enum { COUNT = 100000 };
    struct tu t;
    start(&t, "/s/a.c");
    uint32_t callee = IR_NONE;
    for (unsigned i = 0; i < COUNT; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%06u", COUNT - i);
        callee = simple(&t, name, callee);
    }
    struct program p = link_one(&t);
    assert_int_equal(p.scc_count, COUNT);
    assert_int_equal(p.funcs[0].scc, COUNT - 1);
    assert_int_equal(p.call_count, COUNT - 1);
    program_done(&p);
    end(&t);
}

static void callers_and_calls_are_two_views_of_the_same(void **state) {
    (void)state;
    struct tu t;
    start(&t, "/s/a.c");
    uint32_t leaf = simple(&t, "leaf", IR_NONE);
    simple(&t, "b", leaf);
    uint32_t a = func(&t, "a", IR_NONE);
    open_body(&t, a);
    plain_call(&t, leaf);
    plain_call(&t, leaf);
    close_body(&t, a);
    struct program p = link_one(&t);
    const struct prog_func *f = named(&p, "leaf");
    assert_int_equal(f->caller_count, 3);
    for (uint32_t i = 0; i < f->caller_count; i++)
        assert_int_equal(p.calls[p.callers[f->callers + i]].callee, program_find_func(&p, "leaf"));
    struct buf out = {0};
    program_print_callgraph(&p, "/s", &out);
    assert_string_equal(buf_text(&out), "root a (a.c:4)\n"
                                        "root b (a.c:2)\n"
                                        "a (a.c:5) -> leaf\n"
                                        "a (a.c:6) -> leaf\n"
                                        "b (a.c:3) -> leaf\n");
    buf_done(&out);
    program_done(&p);
    end(&t);
}

static void an_empty_program_is_a_program(void **state) {
    (void)state;
    struct program p;
    program_link(NULL, 0, NULL, &p);
    assert_int_equal(p.func_count + p.global_count + p.field_count + p.call_count + p.scc_count, 0);
    program_done(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_finds_its_definition_in_another_unit),
        cmocka_unit_test(equal_definitions_fold),
        cmocka_unit_test(different_definitions_of_one_name_stay_apart),
        cmocka_unit_test(fields_join_by_record_and_member),
        cmocka_unit_test(globals_join_and_know_their_initializer),
        cmocka_unit_test(static_variables_of_one_header_are_one),
        cmocka_unit_test(written_globals_are_known),
        cmocka_unit_test(calls_through_fields_of_other_units_resolve),
        cmocka_unit_test(calls_through_variables_and_arrays_resolve),
        cmocka_unit_test(a_store_through_a_pointer_reaches_the_variable),
        cmocka_unit_test(parameters_and_results_carry_functions),
        cmocka_unit_test(functions_given_to_opaque_code_may_be_called_from_outside),
        cmocka_unit_test(unknown_pointers_are_guessed_by_type_where_few_fit),
        cmocka_unit_test(the_order_of_units_does_not_show),
        cmocka_unit_test(callees_come_before_callers),
        cmocka_unit_test(a_chain_of_any_length_is_fine),
        cmocka_unit_test(callers_and_calls_are_two_views_of_the_same),
        cmocka_unit_test(an_empty_program_is_a_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
