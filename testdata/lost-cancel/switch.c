// Switches: a case that forgets, fall-through, nested cases, no default.
#include "ctx.h"
#include "work.h"

int one_case_forgets_bad(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    switch (kind) {
    case 0:
        ctx_cancel(made);
        return 0;
    case 1:
        return fetch(made, 1);
    default:
        ctx_cancel(made);
        return -1;
    }
}

int every_case_ok(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = 0;
    switch (kind) {
    case 0:
        ctx_cancel(made);
        return 0;
    case 1:
        result = fetch(made, 1);
        ctx_cancel(made);
        return result;
    default:
        ctx_cancel(made);
        return -1;
    }
}

int fall_through_ok(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = 0;
    switch (kind) {
    case 0:
        result = fetch(made, 0);
        __attribute__((fallthrough));
    case 1:
        result += fetch(made, 1);
        __attribute__((fallthrough));
    default:
        ctx_cancel(made);
    }
    return result;
}

int fall_through_stopped_bad(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    int result = 0;
    switch (kind) {
    case 0:
        result = fetch(made, 0);
        __attribute__((fallthrough));
    case 1:
        result += fetch(made, 1);
        break;
    default:
        ctx_cancel(made);
    }
    return result;
}

int no_default_bad(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    switch (kind) {
    case 0:
        ctx_cancel(made);
        break;
    case 1:
        use(made);
        ctx_cancel(made);
        break;
    }
    return 0;
}

int derived_in_a_case_ok(CTX_CONST struct ctx *parent, int kind)
{
    int result = 0;
    switch (kind) {
    case 0: {
        struct ctx *made = ctx_with_cancel(parent);
        result = fetch(made, 0);
        ctx_cancel(made);
        break;
    }
    case 1:
        result = 1;
        break;
    }
    return result;
}

int derived_in_a_case_bad(CTX_CONST struct ctx *parent, int kind)
{
    int result = 0;
    switch (kind) {
    case 0: {
        struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
        result = fetch(made, 0);
        break;
    }
    case 1:
        result = 1;
        break;
    }
    return result;
}

int case_inside_a_loop_ok(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = 0;
    switch (count % 2) {
        do {
            __attribute__((fallthrough));
    case 0:
            result += fetch(made, count);
            __attribute__((fallthrough));
    case 1:
            result += fetch(made, count + 1);
        } while ((count -= 2) > 0);
    }
    ctx_cancel(made);
    return result;
}

int case_range_bad(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    switch (kind) {
    case 0 ... 9:
        ctx_cancel(made);
        return 0;
    case 10 ... 19:
        return 1;
    }
    ctx_cancel(made);
    return 2;
}

int computed_goto_ok(CTX_CONST struct ctx *parent, const int *program)
{
    static const void *const labels[] = { &&step, &&leave };
    struct ctx *made = ctx_with_cancel(parent);
    int result = 0;
    goto *labels[*program++];
step:
    result += fetch(made, *program);
    goto *labels[*program++];
leave:
    ctx_cancel(made);
    return result;
}

int computed_goto_bad(CTX_CONST struct ctx *parent, const int *program)
{
    static const void *const labels[] = { &&step, &&leave };
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    int result = 0;
    goto *labels[*program++];
step:
    result += fetch(made, *program);
    ctx_cancel(made);
    return result;
leave:
    return result;
}
