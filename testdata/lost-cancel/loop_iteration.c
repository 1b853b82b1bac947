// A context made in every turn of a loop needs a cancel in every turn.
#include "ctx.h"
#include "work.h"

int only_the_last_bad(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    struct ctx *last = NULL;
    for (int i = 0; i < count; i++) {
        last = ctx_with_cancel(parent); // want lost-cancel "last"
        sum += fetch(last, i);
    }
    ctx_cancel(last);
    return sum;
}

int each_before_the_next_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    struct ctx *last = NULL;
    for (int i = 0; i < count; i++) {
        ctx_cancel(last);
        last = ctx_with_cancel(parent);
        sum += fetch(last, i);
    }
    ctx_cancel(last);
    return sum;
}

int retry_bad(CTX_CONST struct ctx *parent, int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        struct ctx *tried = ctx_with_cancel(parent); // want lost-cancel "tried"
        int result = fetch(tried, id);
        if (result >= 0) {
            ctx_cancel(tried);
            return result;
        }
    }
    return -1;
}

int retry_ok(CTX_CONST struct ctx *parent, int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        struct ctx *tried = ctx_with_cancel(parent);
        int result = fetch(tried, id);
        ctx_cancel(tried);
        if (result >= 0)
            return result;
    }
    return -1;
}

// The last turn is special.
int cancelled_in_all_turns_but_one_bad(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *turn = ctx_with_cancel(parent); // want lost-cancel "turn"
        sum += fetch(turn, i);
        if (i != count - 1)
            ctx_cancel(turn);
    }
    return sum;
}

int lazily_made_once_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    struct ctx *lazy = NULL;
    for (int i = 0; i < count; i++) {
        if (!lazy)
            lazy = ctx_with_cancel(parent);
        sum += fetch(lazy, i);
    }
    if (lazy)
        ctx_cancel(lazy);
    return sum;
}

int lazily_made_never_ended_bad(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    struct ctx *lazy = NULL;
    for (int i = 0; i < count; i++) {
        if (!lazy)
            lazy = ctx_with_cancel(parent); // want lost-cancel "lazy"
        sum += fetch(lazy, i);
    }
    return sum;
}

int while_with_comma_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *turn;
    int sum = 0, id;
    while (turn = ctx_with_cancel(parent), (id = next_id()) > 0) {
        sum += fetch(turn, id);
        ctx_cancel(turn);
    }
    ctx_cancel(turn);
    return sum;
}

int while_with_comma_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *turn;
    int sum = 0, id;
    while (turn = ctx_with_cancel(parent), (id = next_id()) > 0) { // want lost-cancel "turn"
        sum += fetch(turn, id);
        ctx_cancel(turn);
    }
    return sum;
}
