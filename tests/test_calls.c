// program/: calls through pointers, components, the printed call graph.
#include "tu.h"

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
    struct ir_value now = load(&t, t.t_ptr, addr(handler));
    ir_build_inst(&t.b, IR_BINARY, IR_EQ, t.t_int, here(&t), IR_NONE, (struct ir_value[]){now, code(compared)}, 2);
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

static void too_many_targets_are_none(void **state) {
    (void)state;
    for (unsigned count = 512; count <= 513; count++) {
        struct tu t;
        start(&t, "/s/a.c");
        uint32_t go = func(&t, "go", IR_NONE), handler = global(&t, "handler", t.t_ptr, true);
        open_body(&t, go);
        call(&t, load(&t, t.t_ptr, addr(handler)), none, IR_NONE);
        close_body(&t, go);
        for (unsigned i = 0; i < count; i++) {
            char name[16];
            snprintf(name, sizeof name, "f%u", i);
            uint32_t f = func(&t, name, IR_NONE);
            open_body(&t, f);
            store(&t, t.t_ptr, addr(handler), code(f));
            close_body(&t, f);
        }
        struct program p = link_one(&t);
        assert_int_equal(p.call_count, count == 512 ? 512 : 0);
        assert_int_equal(named(&p, "f0")->address_taken, count == 513);
        program_done(&p);
        end(&t);
    }
}

// Random copies between global pointers; the truth by repeating all copies until nothing changes.
static void functions_flow_along_any_copies(void **state) {
    (void)state;
    enum { VARS = 8, FUNCS = 6, COPIES = 12 };
    uint64_t random = 4711;
    for (unsigned round = 0; round < 200; round++) {
        struct tu t;
        start(&t, "/s/a.c");
        uint32_t vars[VARS], funcs[FUNCS], from[COPIES], to[COPIES];
        bool holds[VARS][FUNCS] = {{0}};
        char name[16];
        for (unsigned i = 0; i < VARS; i++) {
            snprintf(name, sizeof name, "v%u", i);
            vars[i] = global(&t, name, t.t_ptr, true);
        }
        for (unsigned i = 0; i < FUNCS; i++) {
            snprintf(name, sizeof name, "f%u", i);
            funcs[i] = simple(&t, name, IR_NONE);
        }
        uint32_t mover = func(&t, "mover", IR_NONE);
        open_body(&t, mover);
        for (unsigned i = 0; i < COPIES; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            from[i] = (uint32_t)(random >> 33) % (VARS + FUNCS);
            to[i] = (uint32_t)(random >> 50) % VARS;
            store(&t, t.t_ptr, addr(vars[to[i]]), from[i] < VARS ? load(&t, t.t_ptr, addr(vars[from[i]])) : code(funcs[from[i] - VARS]));
        }
        close_body(&t, mover);
        for (unsigned i = 0; i < VARS; i++) {
            snprintf(name, sizeof name, "call%u", i);
            uint32_t caller = func(&t, name, IR_NONE);
            open_body(&t, caller);
            call(&t, load(&t, t.t_ptr, addr(vars[i])), none, IR_NONE);
            close_body(&t, caller);
        }
        for (unsigned pass = 0; pass < VARS; pass++)
            for (unsigned i = 0; i < COPIES; i++)
                for (unsigned f = 0; f < FUNCS; f++)
                    holds[to[i]][f] |= from[i] < VARS ? holds[from[i]][f] : from[i] - VARS == f;
        struct program p = link_one(&t);
        for (unsigned i = 0; i < VARS; i++)
            for (unsigned f = 0; f < FUNCS; f++) {
                char callee[16];
                snprintf(name, sizeof name, "call%u", i);
                snprintf(callee, sizeof callee, "f%u", f);
                assert_int_equal(edge(&p, name, callee) == CALL_INDIRECT, holds[i][f]);
            }
        program_done(&p);
        end(&t);
    }
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
    program_print_callgraph(&p, "/", "/s", &out);
    assert_string_equal(buf_text(&out), "root a (a.c:4)\n"
                                        "root b (a.c:2)\n"
                                        "a (a.c:5) -> leaf\n"
                                        "a (a.c:6) -> leaf\n"
                                        "b (a.c:3) -> leaf\n");
    buf_done(&out);
    program_done(&p);
    end(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_through_fields_of_other_units_resolve),
        cmocka_unit_test(calls_through_variables_and_arrays_resolve),
        cmocka_unit_test(a_store_through_a_pointer_reaches_the_variable),
        cmocka_unit_test(parameters_and_results_carry_functions),
        cmocka_unit_test(functions_given_to_opaque_code_may_be_called_from_outside),
        cmocka_unit_test(unknown_pointers_are_guessed_by_type_where_few_fit),
        cmocka_unit_test(too_many_targets_are_none),
        cmocka_unit_test(functions_flow_along_any_copies),
        cmocka_unit_test(callees_come_before_callers),
        cmocka_unit_test(a_chain_of_any_length_is_fine),
        cmocka_unit_test(callers_and_calls_are_two_views_of_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
