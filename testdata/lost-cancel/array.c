// Arrays of contexts, cancelled in a loop of their own.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

enum { COUNT = 4 };

void second_loop_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *all[COUNT];
    for (int i = 0; i < COUNT; i++)
        all[i] = ctx_with_cancel(parent);
    for (int i = 0; i < COUNT; i++)
        use(all[i]);
    for (int i = 0; i < COUNT; i++)
        ctx_cancel(all[i]);
}

void no_second_loop_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *all[COUNT];
    for (int i = 0; i < COUNT; i++)
        all[i] = ctx_with_cancel(parent); // want lost-cancel "all|ctx_with_cancel"
    for (int i = 0; i < COUNT; i++)
        use(all[i]);
}

int return_before_the_second_loop_bad(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *all[COUNT];
    for (int i = 0; i < COUNT; i++)
        all[i] = ctx_with_cancel(parent); // want lost-cancel "all|ctx_with_cancel"
    if (count > COUNT)
        return -1;
    for (int i = 0; i < COUNT; i++)
        ctx_cancel(all[i]);
    return 0;
}

int return_before_the_second_loop_ok(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *all[COUNT];
    if (count > COUNT)
        return -1;
    for (int i = 0; i < COUNT; i++)
        all[i] = ctx_with_cancel(parent);
    for (int i = COUNT - 1; i >= 0; i--)
        ctx_cancel(all[i]);
    return 0;
}

void variable_count_ok(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *all[16];
    for (int i = 0; i < count; i++)
        all[i] = ctx_with_cancel(parent);
    while (count > 0)
        ctx_cancel(all[--count]);
}

void by_pointer_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *all[COUNT];
    for (struct ctx **at = all; at < all + COUNT; at++)
        *at = ctx_with_cancel(parent);
    for (struct ctx **at = all; at < all + COUNT; at++)
        ctx_cancel(*at);
}

// A failure half way: cancel those made so far.
int unwind_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *all[COUNT];
    int made = 0, result = -1;
    for (; made < COUNT; made++) {
        all[made] = ctx_with_cancel(parent);
        if (!all[made])
            goto out;
    }
    result = fetch(all[0], 1);
out:
    while (made-- > 0)
        ctx_cancel(all[made]);
    return result;
}

int no_unwind_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *all[COUNT];
    for (int i = 0; i < COUNT; i++) {
        all[i] = ctx_with_cancel(parent); // want lost-cancel "all|ctx_with_cancel"
        if (!all[i])
            return -1;
    }
    int result = fetch(all[0], 1);
    for (int i = 0; i < COUNT; i++)
        ctx_cancel(all[i]);
    return result;
}

void heap_array_ok(CTX_CONST struct ctx *parent, size_t count)
{
    struct ctx **all = calloc(count, sizeof *all);
    if (!all)
        return;
    for (size_t i = 0; i < count; i++)
        all[i] = ctx_with_cancel(parent);
    for (size_t i = 0; i < count; i++)
        ctx_cancel(all[i]);
    free(all);
}

void heap_array_bad(CTX_CONST struct ctx *parent, size_t count)
{
    struct ctx **all = calloc(count, sizeof *all);
    if (!all)
        return;
    for (size_t i = 0; i < count; i++)
        all[i] = ctx_with_cancel(parent); // want lost-cancel "all|ctx_with_cancel"
    use(all[0]);
    free(all);
}

void grown_array_ok(CTX_CONST struct ctx *parent)
{
    struct ctx **all = NULL;
    size_t count = 0;
    while (ready((int)count)) {
        struct ctx **grown = realloc(all, (count + 1) * sizeof *grown);
        if (!grown)
            break;
        all = grown;
        all[count++] = ctx_with_cancel(parent);
    }
    for (size_t i = 0; i < count; i++)
        ctx_cancel(all[i]);
    free(all);
}

// In a function of its own.
static void cancel_all(struct ctx **all, int count)
{
    for (int i = 0; i < count; i++)
        ctx_cancel(all[i]);
}

void by_helper_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *all[COUNT];
    for (int i = 0; i < COUNT; i++)
        all[i] = ctx_with_cancel(parent);
    use(all[2]);
    cancel_all(all, COUNT);
}

void each_by_name_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *pair[2] = { ctx_with_cancel(parent), ctx_with_cancel(parent) };
    use(pair[0]);
    ctx_cancel(pair[0]);
    ctx_cancel(pair[1]);
}

void each_by_name_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *pair[2];
    pair[0] = ctx_with_cancel(parent);
    pair[1] = ctx_with_cancel(parent); // want lost-cancel "pair|ctx_with_cancel"
    use(pair[0]);
    ctx_cancel(pair[0]);
}
