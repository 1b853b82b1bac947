// ir/: building, saving and loading, printing, verifying. A sample unit with one of everything serves all.
#include "base/map.h"
#include "ir/build.h"
#include "ir/print.h"
#include "ir/save.h"
#include "ir/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct sample {
    struct ir_builder b;
    uint32_t t_int, t_void, t_ptr, t_timespec, t_func;
    uint32_t f_wait, f_run, g_limit, field_sec;
};

static uint32_t at(struct ir_builder *b, uint32_t line) {
    struct ir_loc loc = {.file = 0, .line = line, .column = 5, .end_line = line, .end_column = 9};
    return ir_build_loc(b, &loc);
}

static uint32_t type(struct ir_builder *b, enum ir_type_kind kind, const char *name, uint32_t target, uint32_t record) {
    struct ir_type t = {.kind = (uint8_t)kind, .size = 4, .target = target, .record = record};
    t.name = t.canonical = ir_build_text(b, name);
    return ir_build_type(b, &t);
}

static struct ir_var var(struct ir_builder *b, enum ir_var_kind kind, const char *name, uint32_t type_id, uint32_t line) {
    return (struct ir_var){.kind = (uint8_t)kind, .name = ir_build_text(b, name), .type = type_id, .loc = at(b, line)};
}

static uint32_t declare(struct sample *s, const char *name, uint32_t line, const struct ir_var *params, uint32_t count) {
    char usr[64];
    snprintf(usr, sizeof usr, "c:@F@%s", name);
    struct ir_func head = {.name = ir_build_text(&s->b, name), .usr = ir_build_text(&s->b, usr),
                           .loc = at(&s->b, line), .type = s->t_func};
    return ir_build_declare(&s->b, &head, params, count);
}

static void sample_tables(struct sample *s) {
    struct ir_builder *b = &s->b;
    struct ir_file file = {.path = ir_build_text(b, "/src/run.c")};
    vec_push(&b->files, file);
    s->t_void = type(b, IR_VOID, "void", IR_NONE, IR_NONE);
    s->t_int = type(b, IR_INT, "int", IR_NONE, IR_NONE);
    struct ir_record record = {.name = ir_build_text(b, "timespec"), .usr = ir_build_text(b, "c:@S@timespec"), .field_count = 1};
    vec_push(&b->records, record);
    struct ir_field field = {.name = ir_build_text(b, "tv_sec"), .type = s->t_int};
    vec_push(&b->fields, field);
    s->t_timespec = type(b, IR_RECORD, "struct timespec", IR_NONE, 0);
    s->t_ptr = type(b, IR_POINTER, "struct timespec *", s->t_timespec, IR_NONE);
    s->t_func = type(b, IR_FUNCTION, "int (struct timespec *, int)", s->t_int, IR_NONE);
    struct ir_var limit = var(b, IR_VAR_GLOBAL, "limit", s->t_int, 2);
    limit.usr = ir_build_text(b, "c:@limit");
    limit.is_const = limit.is_defined = 1;
    s->g_limit = ir_build_global(b, &limit);
}

static struct ir_value addr(uint32_t index) {
    return (struct ir_value){IR_V_ADDR, index};
}

static struct ir_value one(struct sample *s, enum ir_op op, uint8_t sub, uint32_t type_id, uint32_t line, uint32_t aux,
                           struct ir_value arg) {
    return ir_build_inst(&s->b, op, sub, type_id, at(&s->b, line), aux, &arg, 1);
}

static struct ir_value two(struct sample *s, enum ir_op op, uint8_t sub, uint32_t type_id, uint32_t line, struct ir_value x,
                           struct ir_value y) {
    return ir_build_inst(&s->b, op, sub, type_id, at(&s->b, line), IR_NONE, (struct ir_value[]){x, y}, 2);
}

// int run(struct timespec *ts, int n) { int i = 0; while (i < n) { rc = wait(ts->tv_sec + limit, 2.5); if (rc < 0) return rc; i++; }
// switch (n) { case 1 ... 3: ; case 7: ... } }, with some dead code.
static void sample_run(struct sample *s) {
    struct ir_builder *b = &s->b;
    struct ir_var params[] = {var(b, IR_VAR_PARAM, "ts", s->t_ptr, 10), var(b, IR_VAR_PARAM, "n", s->t_int, 10)};
    s->f_run = declare(s, "run", 10, params, 2);
    ir_build_begin_func(b, s->f_run, params, 2);
    struct ir_var i_var = var(b, IR_VAR_LOCAL, "i", s->t_int, 11), rc_var = var(b, IR_VAR_LOCAL, "rc", s->t_int, 12);
    struct ir_value ts = ir_build_param(b, 0), n = ir_build_param(b, 1), i = ir_build_local(b, &i_var), rc = ir_build_local(b, &rc_var);
    uint32_t cond = ir_build_block(b), after = ir_build_block(b), body = ir_build_block(b);
    uint32_t fail = ir_build_block(b), next = ir_build_block(b);
    two(s, IR_STORE, 0, s->t_int, 11, i, ir_build_int(b, 0));
    ir_build_jump(b, cond, at(b, 11));
    assert_int_equal(one(s, IR_LOAD, 0, s->t_int, 11, IR_NONE, i).kind, IR_V_UNKNOWN); // unreachable: dropped
    ir_build_move_to(b, cond);
    struct ir_value i_now = one(s, IR_LOAD, 0, s->t_int, 12, IR_NONE, i), n_now = one(s, IR_LOAD, 0, s->t_int, 12, IR_NONE, n);
    struct ir_value less = two(s, IR_BINARY, IR_LT, s->t_int, 12, i_now, n_now);
    ir_build_branch(b, less, body, after, at(b, 12), ir_build_text(b, "i < n"));
    ir_build_move_to(b, body);
    struct ir_value field = one(s, IR_FIELD, 0, s->t_ptr, 13, s->field_sec, one(s, IR_LOAD, 0, s->t_ptr, 13, IR_NONE, ts));
    struct ir_value sec = one(s, IR_LOAD, 0, s->t_int, 13, IR_NONE, field);
    struct ir_value limit = one(s, IR_LOAD, 0, s->t_int, 13, IR_NONE, addr(s->g_limit));
    struct ir_value sum = two(s, IR_BINARY, IR_ADD, s->t_int, 13, sec, limit);
    struct ir_value args[] = {{IR_V_FUNC, s->f_wait}, sum, ir_build_float(b, 2.5)};
    struct ir_value got = ir_build_inst(b, IR_CALL, 0, s->t_int, at(b, 13), IR_NONE, args, 3);
    two(s, IR_STORE, 0, s->t_int, 13, rc, got);
    ir_build_branch(b, two(s, IR_BINARY, IR_LT, s->t_int, 14, got, ir_build_int(b, 0)), fail, next, at(b, 14), ir_build_text(b, "rc < 0"));
    ir_build_move_to(b, fail);
    struct ir_value result = one(s, IR_LOAD, 0, s->t_int, 14, IR_NONE, rc);
    ir_build_terminate(b, IR_RETURN, &result, 1, NULL, 0, at(b, 14), IR_NONE);
    ir_build_move_to(b, next);
    i_now = one(s, IR_LOAD, 0, s->t_int, 15, IR_NONE, i);
    two(s, IR_STORE, 0, s->t_int, 15, i, two(s, IR_BINARY, IR_ADD, s->t_int, 15, i_now, ir_build_int(b, 1)));
    ir_build_jump(b, cond, at(b, 15));
    uint32_t dead = ir_build_block(b), low = ir_build_block(b), seven = ir_build_block(b);
    ir_build_move_to(b, dead);
    one(s, IR_LOAD, 0, s->t_int, 16, IR_NONE, i);
    ir_build_jump(b, dead, at(b, 16));
    ir_build_move_to(b, after);
    n_now = one(s, IR_LOAD, 0, s->t_int, 17, IR_NONE, n);
    struct ir_value of[] = {n_now, ir_build_int(b, 1), ir_build_int(b, 3), ir_build_int(b, 7), ir_build_int(b, 7)};
    ir_build_terminate(b, IR_SWITCH, of, 5, (uint32_t[]){low, seven, seven}, 3, at(b, 17), ir_build_text(b, "n"));
    ir_build_move_to(b, low);
    one(s, IR_ZERO, 0, s->t_timespec, 18, IR_NONE, one(s, IR_LOAD, 0, s->t_ptr, 18, IR_NONE, ts));
    ir_build_jump(b, seven, at(b, 19)); // `seven` stays without terminator
    ir_build_end_func(b, s->f_run);
}

static void sample_init(struct sample *s) {
    *s = (struct sample){0};
    struct ir_builder *b = &s->b;
    ir_build_init(b);
    sample_tables(s);
    struct ir_var params[] = {var(b, IR_VAR_PARAM, "ms", s->t_int, 5), var(b, IR_VAR_PARAM, "", s->t_int, 5)};
    s->f_wait = declare(s, "wait", 5, params, 2);
    sample_run(s);
    struct ir_func head = {.loc = IR_NONE, .type = type(b, IR_FUNCTION, "void (void)", s->t_void, IR_NONE), .is_init = 1};
    b->init_func = ir_build_declare(b, &head, NULL, 0);
    ir_build_begin_func(b, b->init_func, NULL, 0);
    two(s, IR_STORE, 0, s->t_int, 2, addr(s->g_limit), ir_build_int(b, 30));
    ir_build_end_func(b, b->init_func);
}

// A loaded copy of a unit that tests may break: the tables lie in `bytes`.
struct loaded {
    struct buf bytes;
    struct ir_unit unit;
};

static struct loaded load_sample(struct sample *s) {
    struct loaded l = {0};
    struct err err;
    ir_build_finish(&s->b, &l.bytes);
    if (!ir_load(l.bytes.data, l.bytes.len, &l.unit, &err))
        fail_msg("%s", err.text);
    return l;
}

static void free_sample(struct sample *s, struct loaded *l) {
    buf_done(&l->bytes);
    ir_build_done(&s->b);
}

static const char golden[] =
    "unit /src/run.c\n"
    "global limit: int const  // /src/run.c:2\n"
    "\n"
    "declare wait(ms: int, tmp: int): int  // /src/run.c:5\n"
    "\n"
    "function run(ts: struct timespec *, n: int): int  // /src/run.c:10\n"
    "  locals i: int, rc: int\n"
    "b0:  // from none; to b1\n"
    "    11 | store &i, 0\n"
    "    11 | jump b1\n"
    "b1:  // from b0 b4; to b2 b5\n"
    "    12 | %0 = load &i\n"
    "    12 | %1 = load &n\n"
    "    12 | %2 = lt %0, %1\n"
    "    12 | branch %2 ? b2 : b5  // \"i < n\"\n"
    "b2:  // from b1; to b3 b4\n"
    "    13 | %3 = load &ts\n"
    "    13 | %4 = field %3, timespec.tv_sec\n"
    "    13 | %5 = load %4\n"
    "    13 | %6 = load &limit\n"
    "    13 | %7 = add %5, %6\n"
    "    13 | %8 = call wait(%7, 2.5)\n"
    "    13 | store &rc, %8\n"
    "    14 | %9 = lt %8, 0\n"
    "    14 | branch %9 ? b3 : b4  // \"rc < 0\"\n"
    "b3:  // from b2; to none\n"
    "    14 | %10 = load &rc\n"
    "    14 | return %10\n"
    "b4:  // from b2; to b1\n"
    "    15 | %11 = load &i\n"
    "    15 | %12 = add %11, 1\n"
    "    15 | store &i, %12\n"
    "    15 | jump b1\n"
    "b5:  // from b1; to b6 b7\n"
    "    17 | %13 = load &n\n"
    "    17 | switch %13 ? 1..3: b6, 7: b7, else: b7  // \"n\"\n"
    "b6:  // from b5; to b7\n"
    "    18 | %14 = load &ts\n"
    "    18 | zero %14\n"
    "    19 | jump b7\n"
    "b7:  // from b5 b6; to none\n"
    "       | return\n"
    "\n"
    "init globals()  // made up\n"
    "b0:  // from none; to none\n"
    "     2 | store &limit, 30\n"
    "       | return\n";

static void units_print_readably(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct loaded l = load_sample(&s);
    struct buf text = {0};
    ir_print_unit(&l.unit, &text);
    assert_string_equal(buf_text(&text), golden);
    buf_done(&text);
    free_sample(&s, &l);
}

static void a_unit_survives_saving_and_loading(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct loaded l = load_sample(&s);
    struct err err;
    assert_true(ir_verify(&l.unit, &err));
    assert_int_equal(l.unit.init_func, s.b.init_func);
    struct buf again = {0};
    ir_save(&l.unit, &again);
    assert_int_equal(again.len, l.bytes.len);
    assert_memory_equal(again.data, l.bytes.data, again.len);
    buf_done(&again);
    free_sample(&s, &l);
}

static void an_empty_unit_is_a_unit(void **state) {
    (void)state;
    struct sample s = {0};
    ir_build_init(&s.b);
    struct loaded l = load_sample(&s);
    struct err err;
    assert_true(ir_verify(&l.unit, &err));
    assert_int_equal(l.unit.init_func, IR_NONE);
    assert_string_equal(ir_text(&l.unit, 0), "");
    free_sample(&s, &l);
}

static void equal_things_are_kept_once(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    assert_int_equal(ir_build_int(&s.b, 30).index, ir_build_int(&s.b, 30).index);
    assert_int_not_equal(ir_build_int(&s.b, 30).index, ir_build_int(&s.b, -30).index);
    assert_int_not_equal(ir_build_float(&s.b, 0.0).index, ir_build_float(&s.b, -0.0).index);
    assert_int_equal(type(&s.b, IR_INT, "int", IR_NONE, IR_NONE), s.t_int);
    assert_int_equal(type(&s.b, IR_INT, "int", IR_NONE, IR_NONE), type(&s.b, IR_INT, "int", 3, 3)); // not for ints
    assert_int_not_equal(type(&s.b, IR_INT, "int32_t", IR_NONE, IR_NONE), s.t_int);
    assert_int_equal(at(&s.b, 900), at(&s.b, 900));
    ir_build_done(&s.b);
}

static void functions_may_call_each_other_before_they_are_built(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    uint32_t a = declare(&s, "a", 30, NULL, 0), b = declare(&s, "b", 31, NULL, 0);
    struct ir_value call_a = {IR_V_FUNC, a}, call_b = {IR_V_FUNC, b};
    struct ir_var local = var(&s.b, IR_VAR_LOCAL, "x", s.t_int, 31);
    ir_build_begin_func(&s.b, b, NULL, 0);
    struct ir_value x = ir_build_local(&s.b, &local);
    struct ir_var late = var(&s.b, IR_VAR_GLOBAL, "late", s.t_int, 1);
    struct ir_value global = addr(ir_build_global(&s.b, &late)); // while a function is open
    two(&s, IR_STORE, 0, s.t_int, 31, x, one(&s, IR_CALL, 0, s.t_int, 31, IR_NONE, call_a));
    two(&s, IR_STORE, 0, s.t_int, 31, global, ir_build_int(&s.b, 1));
    ir_build_end_func(&s.b, b);
    ir_build_begin_func(&s.b, a, NULL, 0);
    one(&s, IR_CALL, 0, s.t_void, 30, IR_NONE, call_b);
    ir_build_end_func(&s.b, a);
    struct loaded l = load_sample(&s);
    struct err err;
    assert_true(ir_verify(&l.unit, &err));
    struct buf text = {0};
    ir_print_func(&l.unit, &l.unit.funcs[b], &text);
    assert_non_null(strstr(buf_text(&text), "store &x, %0"));
    assert_non_null(strstr(buf_text(&text), "store &late, 1"));
    buf_done(&text);
    free_sample(&s, &l);
}

static void values_of_dropped_code_become_unknown(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct ir_builder *b = &s.b;
    uint32_t f = declare(&s, "f", 30, NULL, 0);
    ir_build_begin_func(b, f, NULL, 0);
    uint32_t dead = ir_build_block(b), end = ir_build_block(b);
    ir_build_jump(b, end, at(b, 30));
    ir_build_move_to(b, dead);
    struct ir_value lost = one(&s, IR_LOAD, 0, s.t_int, 31, IR_NONE, addr(s.g_limit));
    ir_build_jump(b, end, at(b, 31));
    ir_build_move_to(b, end);
    assert_int_equal(one(&s, IR_LOAD, 0, s.t_void, 32, IR_NONE, addr(s.g_limit)).kind, IR_V_NONE); // nothing to read
    one(&s, IR_HAVOC, 0, s.t_int, 32, IR_NONE, (struct ir_value){IR_V_NONE, 0});
    ir_build_terminate(b, IR_RETURN, &lost, 1, NULL, 0, at(b, 32), IR_NONE);
    ir_build_end_func(b, f);
    struct loaded l = load_sample(&s);
    struct buf text = {0};
    ir_print_func(&l.unit, &l.unit.funcs[f], &text);
    assert_non_null(strstr(buf_text(&text), "havoc unknown"));
    assert_non_null(strstr(buf_text(&text), "return unknown"));
    assert_int_equal(l.unit.funcs[f].block_count, 2);
    assert_int_equal(l.unit.funcs[f].temp_count, 1);
    buf_done(&text);
    free_sample(&s, &l);
}

static void a_function_of_any_size_is_laid_out(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    uint32_t f = declare(&s, "long_one", 30, NULL, 0);
    ir_build_begin_func(&s.b, f, NULL, 0);
    for (unsigned i = 0; i < 200000; i++) {
        uint32_t next = ir_build_block(&s.b), other = ir_build_block(&s.b);
        struct ir_value cond = one(&s, IR_LOAD, 0, s.t_int, i, IR_NONE, addr(s.g_limit));
        ir_build_branch(&s.b, cond, other, next, at(&s.b, i), 0);
        ir_build_move_to(&s.b, other);
        ir_build_jump(&s.b, next, at(&s.b, i));
        ir_build_move_to(&s.b, next);
    }
    ir_build_end_func(&s.b, f);
    struct loaded l = load_sample(&s);
    struct err err;
    assert_true(ir_verify(&l.unit, &err));
    assert_int_equal(l.unit.funcs[f].block_count, 400001);
    free_sample(&s, &l);
}

// Loads a copy that stands at the very end of its memory, so that the sanitizer sees any step beyond.
static bool loads(const char *bytes, size_t size, struct err *err) {
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    struct ir_unit unit;
    bool ok = ir_load(copy, size, &unit, err);
    free(copy);
    return ok;
}

static void cut_files_are_refused(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct loaded l = load_sample(&s);
    struct err err;
    for (size_t size = 0; size < l.bytes.len; size++)
        assert_false(loads(l.bytes.data, size, &err));
    assert_non_null(strstr(err.text, "cut short"));
    buf_puts(&l.bytes, "12345678");
    assert_false(loads(l.bytes.data, l.bytes.len, &err));
    free_sample(&s, &l);
}

static void every_flipped_bit_is_noticed(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct loaded l = load_sample(&s);
    struct err err;
    for (size_t bit = 0; bit < l.bytes.len * 8; bit++) {
        l.bytes.data[bit / 8] ^= (char)(1 << bit % 8);
        assert_false(loads(l.bytes.data, l.bytes.len, &err));
        l.bytes.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    assert_true(loads(l.bytes.data, l.bytes.len, &err));
    free_sample(&s, &l);
}

enum { CHECKSUM_AT = 8, SIZE_AT = 16, VERSION_AT = 24 };

static void sign(struct buf *bytes) {
    uint64_t sum = hash_bytes(bytes->data + SIZE_AT, bytes->len - SIZE_AT);
    memcpy(bytes->data + CHECKSUM_AT, &sum, sizeof sum);
}

static void foreign_files_are_refused_with_the_reason(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct loaded l = load_sample(&s);
    struct err err;
    static const char elf[4096] = "\177ELF";
    assert_false(loads(elf, sizeof elf, &err));
    assert_non_null(strstr(err.text, "not a unit file"));
    l.bytes.data[VERSION_AT] = '9';
    sign(&l.bytes);
    assert_false(loads(l.bytes.data, l.bytes.len, &err));
    assert_non_null(strstr(err.text, "another version"));
    free_sample(&s, &l);
}

// Crafted files: damaged, then signed again. Whatever is accepted must be safe to walk.
static void crafted_files_never_lead_out_of_the_tables(void **state) {
    (void)state;
    struct sample s;
    sample_init(&s);
    struct loaded l = load_sample(&s);
    uint64_t random = 12345;
    char *original = malloc(l.bytes.len);
    assert_non_null(original);
    memcpy(original, l.bytes.data, l.bytes.len);
    unsigned accepted = 0;
    for (unsigned round = 0; round < 30000; round++) {
        for (unsigned i = 0; i <= round % 3; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            size_t place = SIZE_AT + (random >> 33) % (l.bytes.len - SIZE_AT);
            char bytes[] = {0, (char)(random >> 24), (char)0xff, (char)(l.bytes.data[place] + 1), (char)(l.bytes.data[place] - 1)};
            l.bytes.data[place] = bytes[(random >> 60) % sizeof bytes];
        }
        sign(&l.bytes);
        char *copy = malloc(l.bytes.len);
        assert_non_null(copy);
        memcpy(copy, l.bytes.data, l.bytes.len);
        struct ir_unit unit;
        struct err err;
        struct buf text = {0};
        if (ir_load(copy, l.bytes.len, &unit, &err)) {
            accepted++;
            ir_verify(&unit, &err);
            ir_print_unit(&unit, &text);
        }
        buf_done(&text);
        free(copy);
        memcpy(l.bytes.data, original, l.bytes.len);
    }
    assert_true(accepted > 1000);
    free(original);
    free_sample(&s, &l);
}

// Places in the sample that tests break. The tables of a loaded unit are const, but lie in the test's own buffer.
static struct ir_inst *inst_of(struct loaded *l, uint32_t func, uint32_t block, uint32_t inst) {
    const struct ir_block *b = &l->unit.blocks[l->unit.funcs[func].blocks + block];
    return (struct ir_inst *)(uintptr_t)&l->unit.insts[b->insts + inst];
}

static struct ir_value *arg_of(struct loaded *l, uint32_t func, uint32_t block, uint32_t inst, uint32_t arg) {
    return (struct ir_value *)(uintptr_t)&l->unit.values[inst_of(l, func, block, inst)->args + arg];
}

static struct ir_block *block_of(struct loaded *l, uint32_t func, uint32_t block) {
    return (struct ir_block *)(uintptr_t)&l->unit.blocks[l->unit.funcs[func].blocks + block];
}

enum { RUN = 1 };

static void used_in_an_earlier_block(struct loaded *l) { *arg_of(l, RUN, 1, 2, 0) = (struct ir_value){IR_V_TEMP, 11}; }
static void used_before_in_the_block(struct loaded *l) { *arg_of(l, RUN, 2, 4, 0) = (struct ir_value){IR_V_TEMP, 8}; }
static void used_by_its_own_instruction(struct loaded *l) { *arg_of(l, RUN, 2, 4, 0) = (struct ir_value){IR_V_TEMP, 7}; }
static void made_on_one_path_only(struct loaded *l) { *arg_of(l, RUN, 5, 1, 0) = (struct ir_value){IR_V_TEMP, 8}; }
static void made_nowhere(struct loaded *l) { // as by a lost instruction
    inst_of(l, RUN, 6, 0)->op = IR_ASM;
    inst_of(l, RUN, 6, 0)->result = IR_NONE;
}
static void written_twice(struct loaded *l) { inst_of(l, RUN, 4, 0)->result = 3; }
static void no_such_temp(struct loaded *l) { arg_of(l, RUN, 5, 1, 0)->index = 15; }
static void no_such_result(struct loaded *l) { inst_of(l, RUN, 4, 0)->result = 15; }
static void foreign_variable(struct loaded *l) { arg_of(l, RUN, 0, 0, 0)->index = l->unit.funcs[0].vars; }
static void missing_operand(struct loaded *l) { arg_of(l, RUN, 0, 0, 1)->kind = IR_V_NONE; }
static void number_as_address(struct loaded *l) { *arg_of(l, RUN, 0, 0, 0) = (struct ir_value){IR_V_FLOAT, 0}; }
static void no_terminator(struct loaded *l) { block_of(l, RUN, 0)->inst_count = 1; }
static void terminator_inside(struct loaded *l) { block_of(l, RUN, 0)->inst_count = 3; }
static void empty_block(struct loaded *l) { block_of(l, RUN, 0)->inst_count = 0; }
static void too_few_successors(struct loaded *l) { block_of(l, RUN, 1)->succ_count = 1; }
static void too_many_successors(struct loaded *l) { block_of(l, RUN, 0)->succ_count = 2; }
static void case_not_constant(struct loaded *l) { arg_of(l, RUN, 5, 1, 2)->kind = IR_V_UNKNOWN; }
static void wrong_operand_count(struct loaded *l) { inst_of(l, RUN, 0, 0)->arg_count = 1; }
static void store_with_result(struct loaded *l) { inst_of(l, RUN, 0, 0)->result = 0; }
static void load_without_result(struct loaded *l) { inst_of(l, RUN, 1, 0)->result = IR_NONE; }
static void no_such_operation(struct loaded *l) { inst_of(l, RUN, 1, 2)->sub = IR_GE + 1; }
static void no_such_op(struct loaded *l) { inst_of(l, RUN, 1, 2)->op = IR_UNREACHABLE + 1; }
static void no_type(struct loaded *l) { inst_of(l, RUN, 0, 0)->type = IR_NONE; }
static void no_field(struct loaded *l) { inst_of(l, RUN, 2, 1)->aux = l->unit.fields_count; }
static void no_call_args(struct loaded *l) { inst_of(l, RUN, 2, 5)->aux = l->unit.call_args_count; }
static void local_among_parameters(struct loaded *l) { ((struct ir_func *)(uintptr_t)l->unit.funcs)[RUN].param_count = 3; }
static void no_function_type(struct loaded *l) { ((struct ir_func *)(uintptr_t)l->unit.funcs)[RUN].type = 0; }
static void type_of_itself(struct loaded *l) {
    for (uint32_t i = 0; i < l->unit.types_count; i++)
        if (l->unit.types[i].kind == IR_POINTER)
            ((struct ir_type *)(uintptr_t)l->unit.types)[i].target = i;
}

static void the_verifier_refuses_broken_units(void **state) {
    (void)state;
    static const struct {
        void (*damage)(struct loaded *l);
        const char *says;
    } cases[] = {
        {used_in_an_earlier_block, "b1, near line 12: a temporary is used where it may not be written yet"},
        {used_before_in_the_block, "may not be written yet"}, {used_by_its_own_instruction, "may not be written yet"},
        {made_on_one_path_only, "b5, near line 17"}, {made_nowhere, "never written"}, {written_twice, "written twice"},
        {no_such_temp, "a temporary does not exist"}, {no_such_result, "too high"}, {foreign_variable, "another function"},
        {missing_operand, "an operand is missing"}, {number_as_address, "used as an address"}, {no_terminator, "end in a terminator"},
        {terminator_inside, "after its terminator"}, {empty_block, "no instruction"}, {too_few_successors, "number of successors"},
        {too_many_successors, "number of successors"}, {case_not_constant, "not a constant"}, {wrong_operand_count, "number of operands"},
        {store_with_result, "makes a value that it cannot"}, {load_without_result, "none where it must"},
        {no_such_operation, "no such binary"}, {no_such_op, "no such instruction"}, {no_type, "no type"}, {no_field, "no field"},
        {no_call_args, "source of its operands"}, {local_among_parameters, "wrong kind"}, {no_function_type, "no function type"},
        {type_of_itself, "does not come before it"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sample s;
        sample_init(&s);
        struct loaded l = load_sample(&s);
        struct err err = {{0}};
        cases[i].damage(&l);
        if (ir_verify(&l.unit, &err) || !strstr(err.text, cases[i].says))
            fail_msg("expected \"%s\", got \"%s\"", cases[i].says, err.text);
        free_sample(&s, &l);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_print_readably),
        cmocka_unit_test(a_unit_survives_saving_and_loading),
        cmocka_unit_test(an_empty_unit_is_a_unit),
        cmocka_unit_test(equal_things_are_kept_once),
        cmocka_unit_test(functions_may_call_each_other_before_they_are_built),
        cmocka_unit_test(values_of_dropped_code_become_unknown),
        cmocka_unit_test(a_function_of_any_size_is_laid_out),
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(foreign_files_are_refused_with_the_reason),
        cmocka_unit_test(crafted_files_never_lead_out_of_the_tables),
        cmocka_unit_test(the_verifier_refuses_broken_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
