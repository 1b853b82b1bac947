// Units made by hand, for tests of what comes after the front end: a short name for each thing that a unit needs.
#ifndef TESTS_TU_H
#define TESTS_TU_H

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

static inline uint32_t text(struct tu *t, const char *s) {
    return ir_build_text(&t->b, s);
}

static inline uint32_t type(struct tu *t, enum ir_type_kind kind, const char *name, uint32_t target, uint32_t record) {
    struct ir_type made = {.kind = (uint8_t)kind, .name = text(t, name), .canonical = text(t, name), .target = target, .record = record};
    return ir_build_type(&t->b, &made);
}

static inline uint32_t add_file(struct tu *t, const char *path) {
    struct ir_file file = {.path = text(t, path)};
    vec_push(&t->b.files, file);
    return (uint32_t)t->b.files.len - 1;
}

static inline uint32_t place(struct tu *t, uint32_t file, uint32_t line) {
    struct ir_loc loc = {.file = file, .line = line, .column = 1, .end_line = line, .end_column = 2};
    return ir_build_loc(&t->b, &loc);
}

static inline uint32_t here(struct tu *t) {
    return place(t, t->file, t->line++);
}

static inline void start(struct tu *t, const char *path) {
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
static inline uint32_t func_at(struct tu *t, const char *name, const char *usr, uint32_t type_id, uint32_t param, uint32_t file,
                               uint32_t line) {
    struct ir_func head = {.name = text(t, name), .usr = text(t, usr), .type = type_id, .loc = place(t, file, line)};
    struct ir_var x = {.kind = IR_VAR_PARAM, .name = text(t, "x"), .type = param, .loc = IR_NONE};
    return ir_build_declare(&t->b, &head, &x, param != IR_NONE);
}

static inline uint32_t func(struct tu *t, const char *name, uint32_t param) {
    char usr[64];
    snprintf(usr, sizeof usr, "c:@F@%s", name);
    return func_at(t, name, usr, t->t_func, param, t->file, t->line++);
}

static inline void open_with(struct tu *t, uint32_t f, uint32_t param) {
    struct ir_var x = {.kind = IR_VAR_PARAM, .name = text(t, "x"), .type = param, .loc = IR_NONE};
    ir_build_begin_func(&t->b, f, &x, param != IR_NONE);
}

static inline void open_body(struct tu *t, uint32_t f) {
    open_with(t, f, IR_NONE);
}

static inline void close_body(struct tu *t, uint32_t f) {
    ir_build_end_func(&t->b, f);
}

static inline struct ir_value addr(uint32_t var) {
    return (struct ir_value){IR_V_ADDR, var};
}

static inline struct ir_value code(uint32_t f) {
    return (struct ir_value){IR_V_FUNC, f};
}

static inline struct ir_value inst(struct tu *t, enum ir_op op, uint32_t type_id, uint32_t aux, struct ir_value a, struct ir_value b) {
    return ir_build_inst(&t->b, op, 0, type_id, here(t), aux, (struct ir_value[]){a, b}, b.kind == IR_V_NONE ? 1 : 2);
}

static const struct ir_value none = {IR_V_NONE, 0};

static inline struct ir_value load(struct tu *t, uint32_t type_id, struct ir_value from) {
    return inst(t, IR_LOAD, type_id, IR_NONE, from, none);
}

static inline void store(struct tu *t, uint32_t type_id, struct ir_value to, struct ir_value value) {
    inst(t, IR_STORE, type_id, IR_NONE, to, value);
}

static inline struct ir_value field(struct tu *t, struct ir_value of, uint32_t index) {
    return inst(t, IR_FIELD, index ? t->t_ptr : t->t_ptr_ptr, index, of, none);
}

static inline struct ir_value element(struct tu *t, struct ir_value of) {
    return inst(t, IR_INDEX, t->t_ptr_ptr, IR_NONE, of, ir_build_int(&t->b, 2));
}

static inline struct ir_value call(struct tu *t, struct ir_value callee, struct ir_value arg, uint32_t type_id) {
    uint32_t first = (uint32_t)t->b.call_args.len;
    struct ir_call_arg of_callee = {.type = t->t_ptr}, of_arg = {.type = t->t_ptr};
    vec_push(&t->b.call_args, of_callee);
    vec_push(&t->b.call_args, of_arg);
    return inst(t, IR_CALL, type_id, first, callee, arg);
}

static inline void plain_call(struct tu *t, uint32_t f) {
    call(t, code(f), none, IR_NONE);
}

// A function with a body that only calls `callee` (IR_NONE: nothing).
static inline uint32_t simple(struct tu *t, const char *name, uint32_t callee) {
    uint32_t f = func(t, name, IR_NONE);
    open_body(t, f);
    if (callee != IR_NONE)
        plain_call(t, callee);
    close_body(t, f);
    return f;
}

static inline uint32_t global(struct tu *t, const char *name, uint32_t type_id, bool defined) {
    char usr[64];
    snprintf(usr, sizeof usr, "c:@%s", name);
    struct ir_var var = {.kind = IR_VAR_GLOBAL, .name = text(t, name), .usr = text(t, usr), .type = type_id, .is_defined = defined};
    var.loc = here(t);
    return ir_build_global(&t->b, &var);
}

static inline struct ir_value local(struct tu *t, const char *name, uint32_t type_id) {
    struct ir_var var = {.kind = IR_VAR_LOCAL, .name = text(t, name), .type = type_id, .loc = here(t)};
    return ir_build_local(&t->b, &var);
}

static inline void open_init(struct tu *t) {
    struct ir_func head = {.type = t->t_func, .loc = IR_NONE, .is_init = 1};
    t->init = t->b.init_func = ir_build_declare(&t->b, &head, NULL, 0);
    open_body(t, t->init);
}

static inline const struct ir_unit *finish(struct tu *t) {
    struct err err;
    ir_build_finish(&t->b, &t->bytes);
    if (!ir_load(t->bytes.data, t->bytes.len, &t->ir, &err) || !ir_verify(&t->ir, &err))
        fail_msg("%s", err.text);
    return &t->ir;
}

static inline void end(struct tu *t) {
    ir_build_done(&t->b);
    buf_done(&t->bytes);
}

static inline struct program link_one(struct tu *t) {
    struct program p;
    const struct ir_unit *unit = finish(t);
    program_link(&unit, 1, NULL, &p);
    return p;
}

static inline struct program link_two(struct tu *a, struct tu *b) {
    struct program p;
    const struct ir_unit *units[] = {finish(a), finish(b)};
    program_link(units, 2, NULL, &p);
    return p;
}

static inline const struct prog_func *named(const struct program *p, const char *name) {
    uint32_t id = program_find_func(p, name);
    if (id == IR_NONE)
        fail_msg("no function '%s'", name);
    return &p->funcs[id];
}

static inline const struct prog_global *global_named(const struct program *p, const char *usr) {
    for (uint32_t i = 0; i < p->global_count; i++)
        if (!strcmp(p->globals[i].usr, usr))
            return &p->globals[i];
    fail_msg("no global '%s'", usr);
    return NULL;
}

// The kind of the edge, or -1.
static inline int edge(const struct program *p, const char *from, const char *to) {
    const struct prog_func *caller = named(p, from);
    for (uint32_t i = 0; i < caller->call_count; i++)
        if (p->calls[caller->calls + i].callee == program_find_func(p, to))
            return p->calls[caller->calls + i].kind;
    return -1;
}

#endif
