// The less usual parts of C.
#include <stdatomic.h>

#include "ctx.h"
#include "work.h"

typedef struct ctx *ctx_ref;
typedef CTX_CONST struct ctx *parent_ref;

int typedef_bad(parent_ref parent, int id)
{
    ctx_ref made = ctx_with_cancel(parent); // want lost-cancel "made"
    return fetch(made, id);
}

int typedef_ok(parent_ref parent, int id)
{
    ctx_ref made = ctx_with_cancel(parent);
    int result = fetch(made, id);
    ctx_cancel(made);
    return result;
}

#define derive(parent) _Generic((parent), struct ctx *: ctx_with_cancel, const struct ctx *: ctx_with_cancel)(parent)

int generic_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = derive(parent); // want lost-cancel "made"
    return fetch(made, id);
}

int generic_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = derive(parent);
    int result = fetch(made, id);
    ctx_cancel(made);
    return result;
}

int variable_length_array_ok(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *all[count];
    for (int i = 0; i < count; i++)
        all[i] = ctx_with_cancel(parent);
    int result = fetch(all[0], 0);
    for (int i = 0; i < count; i++)
        ctx_cancel(all[i]);
    return result;
}

int variable_length_array_bad(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *all[count];
    for (int i = 0; i < count; i++)
        all[i] = ctx_with_cancel(parent); // want lost-cancel "all|ctx_with_cancel"
    return fetch(all[0], 0);
}

static _Atomic(struct ctx *) slot;
static _Thread_local struct ctx *per_thread;

void atomic_put_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *old = atomic_exchange(&slot, ctx_with_cancel(parent));
    ctx_cancel(old);
}

void atomic_clear_ok(void)
{
    ctx_cancel(atomic_exchange(&slot, NULL));
}

// Whether the global holds a context here is not followed from one function to the next.
void FN_atomic_forget_bad(void)
{
    atomic_store(&slot, NULL);
}

void per_thread_start_ok(CTX_CONST struct ctx *parent)
{
    per_thread = ctx_with_cancel(parent);
}

void per_thread_stop_ok(void)
{
    ctx_cancel(per_thread);
}

struct flags {
    unsigned narrow : 1, loud : 1;
};

int bit_field_ok(CTX_CONST struct ctx *parent, struct flags flags)
{
    struct ctx *narrowed = NULL;
    if (flags.narrow)
        narrowed = ctx_with_cancel(parent);
    int result = fetch(parent, 1);
    if (flags.narrow)
        ctx_cancel(narrowed);
    return result;
}

int bit_field_bad(CTX_CONST struct ctx *parent, struct flags flags)
{
    struct ctx *narrowed = NULL;
    if (flags.narrow)
        narrowed = ctx_with_cancel(parent); // want lost-cancel "narrowed"
    int result = fetch(parent, 1);
    if (flags.loud)
        ctx_cancel(narrowed);
    return result;
}

int old_style_bad(parent, id)
    CTX_CONST struct ctx *parent;
    int id;
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    return fetch(made, id);
}

int assembler_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = fetch(made, id);
    __asm__ volatile("" : "+r"(result) : : "memory");
    ctx_cancel(made);
    return result;
}

int assembler_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    int result = fetch(made, id);
    __asm__ volatile("" : "+r"(result));
    if (result)
        return result;
    ctx_cancel(made);
    return 0;
}

int designated_ok(CTX_CONST struct ctx *parent, int id)
{
    struct { int id; struct ctx *all[3]; } set = { .id = id, .all = { [1] = ctx_with_cancel(parent) } };
    int result = fetch(set.all[1], set.id);
    ctx_cancel(set.all[1]);
    return result;
}
