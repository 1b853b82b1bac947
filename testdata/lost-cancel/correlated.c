// The condition of the derive comes back as the condition of the cancel.
#include "ctx.h"
#include "work.h"

enum { WITH_LIMIT = 1, WITH_LOG = 2 };

int same_parameter_ok(CTX_CONST struct ctx *parent, int64_t t)
{
    struct ctx *limited = NULL;
    if (t)
        limited = ctx_with_timeout(parent, t);
    int result = fetch(parent, 1);
    if (t)
        ctx_cancel(limited);
    return result;
}

int same_parameter_bad(CTX_CONST struct ctx *parent, int64_t t)
{
    struct ctx *limited = NULL;
    if (t)
        limited = ctx_with_timeout(parent, t); // want lost-cancel "limited"
    int result = fetch(parent, 1);
    if (!t)
        ctx_cancel(limited);
    return result;
}

int other_parameter_bad(CTX_CONST struct ctx *parent, int64_t t, int64_t u)
{
    struct ctx *limited = NULL;
    if (t)
        limited = ctx_with_timeout(parent, t); // want lost-cancel "limited"
    int result = fetch(parent, 1);
    if (u)
        ctx_cancel(limited);
    return result;
}

int parameter_changed_between_bad(CTX_CONST struct ctx *parent, int64_t t)
{
    struct ctx *limited = NULL;
    if (t)
        limited = ctx_with_timeout(parent, t); // want lost-cancel "limited"
    t = next_id();
    if (t)
        ctx_cancel(limited);
    return 0;
}

int flag_variable_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *limited;
    bool has_limit = false;
    if (ready(id)) {
        limited = ctx_with_cancel(parent);
        has_limit = true;
    }
    int result = fetch(parent, id);
    if (has_limit)
        ctx_cancel(limited);
    return result;
}

int flag_variable_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *limited;
    bool has_limit = false;
    if (ready(id)) {
        limited = ctx_with_cancel(parent); // want lost-cancel "limited"
        has_limit = ready(id + 1);
    }
    int result = fetch(parent, id);
    if (has_limit)
        ctx_cancel(limited);
    return result;
}

int flag_set_before_ok(CTX_CONST struct ctx *parent, int id)
{
    bool narrow = ready(id);
    struct ctx *narrowed = narrow ? ctx_with_cancel(parent) : NULL;
    int result = narrow ? fetch(narrowed, id) : fetch(parent, id);
    if (narrow)
        ctx_cancel(narrowed);
    return result;
}

int comparison_ok(CTX_CONST struct ctx *parent, int level)
{
    struct ctx *deep = NULL;
    if (level > 3)
        deep = ctx_with_cancel(parent);
    int result = fetch(parent, level);
    if (level > 3)
        ctx_cancel(deep);
    return result;
}

int comparison_negated_ok(CTX_CONST struct ctx *parent, int level)
{
    struct ctx *deep = NULL;
    if (level > 3)
        deep = ctx_with_cancel(parent);
    if (level <= 3)
        return fetch(parent, level);
    int result = fetch(deep, level);
    ctx_cancel(deep);
    return result;
}

int comparison_off_by_one_bad(CTX_CONST struct ctx *parent, int level)
{
    struct ctx *deep = NULL;
    if (level >= 3)
        deep = ctx_with_cancel(parent); // want lost-cancel "deep"
    int result = fetch(parent, level);
    if (level > 3)
        ctx_cancel(deep);
    return result;
}

int comparison_wider_ok(CTX_CONST struct ctx *parent, int level)
{
    struct ctx *deep = NULL;
    if (level == 7)
        deep = ctx_with_cancel(parent);
    int result = fetch(parent, level);
    if (level > 3 && deep)
        ctx_cancel(deep);
    return result;
}

int switch_on_the_same_value_ok(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *own = NULL;
    switch (kind) {
    case 1:
    case 2:
        own = ctx_with_cancel(parent);
        break;
    default:
        break;
    }
    int result = fetch(parent, kind);
    switch (kind) {
    case 1:
        ctx_cancel(own);
        break;
    case 2:
        say("two");
        ctx_cancel(own);
        break;
    }
    return result;
}

int switch_on_the_same_value_bad(CTX_CONST struct ctx *parent, int kind)
{
    struct ctx *own = NULL;
    switch (kind) {
    case 1:
    case 2:
        own = ctx_with_cancel(parent); // want lost-cancel "own"
        break;
    default:
        break;
    }
    int result = fetch(parent, kind);
    switch (kind) {
    case 1:
        ctx_cancel(own);
        break;
    case 2:
        say("two");
        break;
    }
    return result;
}

int bit_of_a_mask_ok(CTX_CONST struct ctx *parent, unsigned flags)
{
    struct ctx *limited = NULL;
    if (flags & WITH_LIMIT)
        limited = ctx_with_cancel(parent);
    if (flags & WITH_LOG)
        say("start");
    int result = fetch(parent, 1);
    if (flags & WITH_LIMIT)
        ctx_cancel(limited);
    return result;
}

int other_bit_of_a_mask_bad(CTX_CONST struct ctx *parent, unsigned flags)
{
    struct ctx *limited = NULL;
    if (flags & WITH_LIMIT)
        limited = ctx_with_cancel(parent); // want lost-cancel "limited"
    int result = fetch(parent, 1);
    if (flags & WITH_LOG)
        ctx_cancel(limited);
    return result;
}

int null_stands_for_the_condition_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *narrowed = NULL;
    if (ready(id))
        narrowed = ctx_with_cancel(parent);
    int result = fetch(narrowed ? narrowed : parent, id);
    if (narrowed)
        ctx_cancel(narrowed);
    return result;
}

struct options {
    bool narrow;
    int level;
};

int field_of_const_options_ok(CTX_CONST struct ctx *parent, const struct options *options)
{
    struct ctx *narrowed = NULL;
    if (options->narrow)
        narrowed = ctx_with_cancel(parent);
    int level = options->level;
    if (options->narrow) {
        use(narrowed);
        ctx_cancel(narrowed);
    }
    return level;
}

int other_field_of_options_bad(CTX_CONST struct ctx *parent, const struct options *options)
{
    struct ctx *narrowed = NULL;
    if (options->narrow)
        narrowed = ctx_with_cancel(parent); // want lost-cancel "narrowed"
    if (options->level)
        ctx_cancel(narrowed);
    return 0;
}

// The error code tells how far it came.
int error_code_ok(CTX_CONST struct ctx *parent, int id)
{
    int err = 0;
    struct ctx *made = NULL;
    if (!ready(id))
        err = 1;
    else
        made = ctx_with_cancel(parent);
    if (err)
        return -err;
    int result = fetch(made, id);
    ctx_cancel(made);
    return result;
}

int conjunction_ok(CTX_CONST struct ctx *parent, bool a, bool b)
{
    struct ctx *both = NULL;
    if (a && b)
        both = ctx_with_cancel(parent);
    int result = fetch(parent, 1);
    if (a) {
        if (b)
            ctx_cancel(both);
    }
    return result;
}

int conjunction_bad(CTX_CONST struct ctx *parent, bool a, bool b)
{
    struct ctx *either = NULL;
    if (a || b)
        either = ctx_with_cancel(parent); // want lost-cancel "either"
    int result = fetch(parent, 1);
    if (a)
        ctx_cancel(either);
    return result;
}

// The same function asked twice may answer differently.
int asked_twice_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *asked = NULL;
    if (ready(id))
        asked = ctx_with_cancel(parent); // want lost-cancel "asked"
    if (ready(id))
        ctx_cancel(asked);
    return 0;
}
