// program/: joining symbols of many units, and the globals that are written. See test_calls.c for the call graph.
#include "tu.h"

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
        program_print_callgraph(&p, "/", "/s", &out);
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
        cmocka_unit_test(the_order_of_units_does_not_show),
        cmocka_unit_test(an_empty_program_is_a_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
