// A context that is returned belongs to the caller.
#include "ctx.h"
#include "work.h"

static struct ctx *open_scope(CTX_CONST struct ctx *parent)
{
    return ctx_with_cancel(parent);
}

int dropped_by_the_caller_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *scope = open_scope(parent); // want lost-cancel "scope"
    return fetch(scope, 1);
}

int kept_by_the_caller_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *scope = open_scope(parent);
    int result = fetch(scope, 1);
    ctx_cancel(scope);
    return result;
}

void discarded_by_the_caller_bad(CTX_CONST struct ctx *parent)
{
    open_scope(parent); // want lost-cancel "open_scope"
}

// Two levels up.
static struct ctx *open_named_scope(CTX_CONST struct ctx *parent, const char *name)
{
    struct ctx *scope = open_scope(parent);
    if (!scope)
        return NULL;
    say(name);
    return scope;
}

int dropped_two_levels_up_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *named = open_named_scope(parent, "b"); // want lost-cancel "named"
    if (!named)
        return -1;
    return fetch(named, 1);
}

int kept_two_levels_up_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *named = open_named_scope(parent, "g");
    if (!named)
        return -1;
    int result = fetch(named, 1);
    ctx_cancel(named);
    return result;
}

// Nobody in the program calls it: whoever does owns the result.
struct ctx *exported_constructor_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *fresh = ctx_with_timeout(parent, 900);
    use(fresh);
    return fresh;
}

struct ctx *lost_on_the_way_to_the_return_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *fresh = ctx_with_timeout(parent, 900); // want lost-cancel "fresh"
    if (fetch(fresh, id) < 0)
        return NULL;
    return fresh;
}

struct ctx *ended_on_the_way_to_the_return_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *fresh = ctx_with_timeout(parent, 900);
    if (fetch(fresh, id) < 0) {
        ctx_cancel(fresh);
        return NULL;
    }
    return fresh;
}

// Either the argument itself or a new context: the caller cannot tell, but comparing them can.
static struct ctx *narrow_if(struct ctx *parent, bool narrow)
{
    return narrow ? ctx_with_cancel(parent) : parent;
}

int told_to_narrow_bad(struct ctx *parent)
{
    struct ctx *narrowed = narrow_if(parent, true); // want lost-cancel "narrowed"
    return fetch(narrowed, 1);
}

int told_not_to_narrow_ok(struct ctx *parent)
{
    struct ctx *narrowed = narrow_if(parent, false);
    return fetch(narrowed, 1);
}

int compared_with_the_parent_ok(struct ctx *parent, bool narrow)
{
    struct ctx *narrowed = narrow_if(parent, narrow);
    int result = fetch(narrowed, 1);
    if (narrowed != parent)
        ctx_cancel(narrowed);
    return result;
}

// A callee that hands back what it got makes nothing new.
static struct ctx *same(struct ctx *ctx)
{
    use(ctx);
    return ctx;
}

int handed_back_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *given = ctx_with_cancel(parent);
    struct ctx *back = same(given);
    int result = fetch(back, 1);
    ctx_cancel(back);
    return result;
}

int handed_back_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *given = ctx_with_cancel(parent); // want lost-cancel "given"
    return fetch(same(given), 1);
}
