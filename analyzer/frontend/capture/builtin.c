// Calls of __builtin_ functions: those with a meaning in the IR get it, and those that stand for a library function call that. The
// rest are calls of functions nobody defines: clang could compute some of them, but clang_Cursor_Evaluate crashes on calls.
#include "frontend/capture/lower.h"

#include <math.h>
#include <string.h>

static const struct ir_value no_value = {IR_V_NONE, 0};

static bool is_any_of(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static void effects(struct lower *l, struct nodes args) {
    for (uint32_t i = 0; i < args.count; i++)
        expr_effects(l, args.items[i]);
}

// Its first operand is its value; the others are hints.
static bool is_hint(const char *name) {
    static const char *const names[] = {"expect", "expect_with_probability", "assume_aligned", "launder"};
    return is_any_of(name, names, ARRAY_LEN(names));
}

static bool is_nothing(const char *name) {
    static const char *const names[] = {"va_end", "assume", "prefetch", "__clear_cache"};
    return is_any_of(name, names, ARRAY_LEN(names));
}

static bool is_library(const char *name) {
    static const char *const names[] = {
        "abort", "alloca", "bcmp", "bcopy", "bzero", "calloc", "exit", "_exit", "fprintf", "fputs", "free", "index", "longjmp", "malloc",
        "memchr", "memcmp", "memcpy", "memmove", "memset", "printf", "putchar", "puts", "realloc", "rindex", "snprintf", "sprintf",
        "stpcpy", "strcat", "strchr", "strcmp", "strcpy", "strcspn", "strdup", "strlen", "strncat", "strncmp", "strncpy", "strndup",
        "strpbrk", "strrchr", "strspn", "strstr", "vprintf", "vsnprintf", "vsprintf"};
    return is_any_of(name, names, ARRAY_LEN(names));
}

static bool is_last_call(const char *name) {
    static const char *const names[] = {"abort", "exit", "_exit", "longjmp"};
    return is_any_of(name, names, ARRAY_LEN(names));
}

static struct ir_value library_call(struct lower *l, struct node *call, const char *name, struct nodes args) {
    struct ir_value *values = arena_array(&l->arena, struct ir_value, args.count);
    for (uint32_t i = 0; i < args.count; i++)
        values[i] = expr_value(l, args.items[i]);
    struct nodes exprs = call->exprs;
    uint32_t loc = source_loc(l, call), type = type_pointee(l, type_of(l, exprs.items[0]));
    struct ir_value callee = decl_named_func(l, name, type);
    struct ir_value value = emit_call(l, callee, values, args.count, type_of(l, call), loc);
    if (is_last_call(name)) {
        l->b.funcs.items[callee.index].is_noreturn = 1;
        ir_build_terminate(&l->b, IR_UNREACHABLE, NULL, 0, NULL, 0, loc, IR_NONE);
    }
    return value;
}

// __builtin_add_overflow(a, b, &result) and its typed forms. That it overflows is unknown.
static bool overflow_op(const char *name, uint8_t *ret_op) {
    if (!strstr(name, "_overflow"))
        return false;
    *ret_op = strstr(name, "add") ? IR_ADD : strstr(name, "sub") ? IR_SUB : IR_MUL;
    return true;
}

static struct ir_value overflow_value(struct lower *l, struct node *call, uint8_t op, struct nodes args) {
    struct ir_value a = expr_value(l, args.items[0]), b = expr_value(l, args.items[1]), to = expr_value(l, args.items[2]);
    uint32_t type = type_pointee(l, type_of(l, args.items[2])), loc = source_loc(l, call);
    emit_store(l, to, emit_binary(l, op, a, b, type, type, loc), type, loc);
    l->has_effects = true;
    return emit_havoc(l, type_of(l, call), loc);
}

static void start_va_list(struct lower *l, struct node *call, struct nodes args) {
    struct ir_value list = expr_value(l, args.items[0]);
    ir_build_inst(&l->b, IR_ASM, 0, IR_NONE, source_loc(l, call), IR_NONE, &list, 1);
    l->has_effects = true;
}

static bool constant(struct lower *l, const char *name, struct nodes args, struct ir_value *ret_value) {
    struct ir_value value;
    if (!strcmp(name, "constant_p") && args.count)
        *ret_value = ir_build_int(&l->b, decl_dry_constant(l, args.items[0], type_of(l, args.items[0]), &value));
    else if (strstr(name, "object_size"))
        *ret_value = ir_build_int(&l->b, -1);
    else if (!strncmp(name, "inf", 3) || !strncmp(name, "huge_val", 8))
        *ret_value = ir_build_float(&l->b, INFINITY);
    else
        return false;
    return true;
}

static bool end_of_path(const char *name) {
    static const char *const names[] = {"unreachable", "trap", "verbose_trap"};
    return is_any_of(name, names, ARRAY_LEN(names));
}

bool builtin_value(struct lower *l, struct node *call, const char *name, struct nodes args, struct ir_value *ret_value) {
    uint8_t op;
    struct ir_value value = no_value;
    if (is_hint(name) && args.count) {
        value = expr_value(l, args.items[0]);
    } else if (is_nothing(name)) {
        effects(l, args);
    } else if (end_of_path(name)) {
        ir_build_terminate(&l->b, IR_UNREACHABLE, NULL, 0, NULL, 0, source_loc(l, call), IR_NONE);
        l->has_effects = true;
    } else if ((!strcmp(name, "va_start") || !strcmp(name, "va_copy")) && args.count) {
        start_va_list(l, call, args);
    } else if (overflow_op(name, &op) && args.count == 3) {
        value = overflow_value(l, call, op, args);
    } else if (is_library(name) && !l->is_dry) {
        value = library_call(l, call, name, args);
    } else if (!constant(l, name, args, &value)) {
        return false;
    }
    *ret_value = value;
    return true;
}
