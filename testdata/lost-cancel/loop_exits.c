// break, continue and goto past the cancel.
#include "ctx.h"
#include "work.h"

int break_bad(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *each = ctx_with_cancel(parent); // want lost-cancel "each"
        int result = fetch(each, i);
        if (result < 0)
            break;
        sum += result;
        ctx_cancel(each);
    }
    return sum;
}

int break_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *each = ctx_with_cancel(parent);
        int result = fetch(each, i);
        ctx_cancel(each);
        if (result < 0)
            break;
        sum += result;
    }
    return sum;
}

int continue_bad(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *each = ctx_with_cancel(parent); // want lost-cancel "each"
        int result = fetch(each, i);
        if (result == 0)
            continue;
        sum += result;
        ctx_cancel(each);
    }
    return sum;
}

int continue_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *each = ctx_with_cancel(parent);
        int result = fetch(each, i);
        if (result == 0) {
            ctx_cancel(each);
            continue;
        }
        sum += result;
        ctx_cancel(each);
    }
    return sum;
}

int goto_bad(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *jumped = ctx_with_cancel(parent); // want lost-cancel "jumped"
    if (!ready(id))
        goto out;
    result = fetch(jumped, id);
    ctx_cancel(jumped);
out:
    return result;
}

int goto_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *jumped = ctx_with_cancel(parent);
    if (!ready(id))
        goto out;
    result = fetch(jumped, id);
out:
    ctx_cancel(jumped);
    return result;
}

// Derived before the loop, cancelled after it: break and continue are harmless, a return inside is not.
int around_the_loop_bad(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *whole = ctx_with_cancel(parent); // want lost-cancel "whole"
    for (int i = 0; i < count; i++) {
        int result = fetch(whole, i);
        if (result == 0)
            continue;
        if (result < 0)
            return result;
    }
    ctx_cancel(whole);
    return 0;
}

int around_the_loop_ok(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *whole = ctx_with_cancel(parent);
    int result = 0;
    for (int i = 0; i < count; i++) {
        result = fetch(whole, i);
        if (result == 0)
            continue;
        if (result < 0)
            break;
    }
    ctx_cancel(whole);
    return result;
}

int do_while_break_bad(CTX_CONST struct ctx *parent, int id)
{
    int result;
    do {
        struct ctx *attempt = ctx_with_cancel(parent); // want lost-cancel "attempt"
        result = fetch(attempt, id);
        if (result > 100)
            break;
        ctx_cancel(attempt);
    } while (result != 0);
    return result;
}

int do_while_continue_ok(CTX_CONST struct ctx *parent, int id)
{
    int result;
    do {
        struct ctx *attempt = ctx_with_cancel(parent);
        result = fetch(attempt, id);
        ctx_cancel(attempt);
        if (result > 100)
            continue;
        id = next_id();
    } while (result != 0);
    return result;
}

int nested_loops_labelled_goto_bad(CTX_CONST struct ctx *parent, int rows, int columns)
{
    int found = -1;
    for (int row = 0; row < rows; row++) {
        struct ctx *row_ctx = ctx_with_cancel(parent); // want lost-cancel "row_ctx"
        for (int column = 0; column < columns; column++)
            if (fetch(row_ctx, row * columns + column) > 0) {
                found = row;
                goto done;
            }
        ctx_cancel(row_ctx);
    }
done:
    return found;
}

int nested_loops_labelled_goto_ok(CTX_CONST struct ctx *parent, int rows, int columns)
{
    int found = -1;
    for (int row = 0; row < rows; row++) {
        struct ctx *row_ctx = ctx_with_cancel(parent);
        for (int column = 0; column < columns; column++)
            if (fetch(row_ctx, row * columns + column) > 0) {
                found = row;
                goto row_done;
            }
row_done:
        ctx_cancel(row_ctx);
        if (found >= 0)
            break;
    }
    return found;
}

// `break` leaves only the switch, not the loop.
int break_in_switch_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *each = ctx_with_cancel(parent);
        switch (fetch(each, i)) {
        case 0:
            break;
        default:
            sum++;
            break;
        }
        ctx_cancel(each);
    }
    return sum;
}

int continue_in_switch_bad(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *each = ctx_with_cancel(parent); // want lost-cancel "each"
        switch (fetch(each, i)) {
        case 0:
            continue;
        default:
            sum++;
            break;
        }
        ctx_cancel(each);
    }
    return sum;
}

// Never leaves: nothing is lost while the loop runs.
void serve_for_ever_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *server = ctx_with_cancel(parent);
    for (;;)
        use(server);
}

void serve_until_error_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *server = ctx_with_cancel(parent); // want lost-cancel "server"
    for (;;)
        if (fetch(server, next_id()) < 0)
            return;
}
