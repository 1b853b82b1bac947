// A circuit breaker counts failures of a server. That the caller ran out of time, or went away, says nothing about the server.
#include "waits.h"
#include "work.h"

// Whatever made the call fail is counted, also the end of the caller's context.
int every_error_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "ctx|caller"
    else
        breaker_passed(breaker);
    return result;
}

int every_error_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (result >= 0)
        breaker_passed(breaker);
    else if (!ctx_err(ctx))
        breaker_failed(breaker);
    return result;
}

// It asks, and counts exactly the wrong ones.
int upside_down_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (result < 0 && ctx_err(ctx))
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

int returned_before_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (ctx_done(ctx))
        return -1;
    if (result < 0)
        breaker_failed(breaker);
    return result;
}

// It is asked, and only said.
int only_said_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (ctx_done(ctx))
        say("the caller has gone");
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

static bool servers_fault(CTX_CONST struct ctx *ctx, int result)
{
    return result < 0 && !ctx_err(ctx);
}

int by_function_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (servers_fault(ctx, result))
        breaker_failed(breaker);
    return result;
}

#define COUNT_FAILURE(ctx, breaker, result)       \
    do {                                          \
        if ((result) < 0 && !ctx_done((ctx)))     \
            breaker_failed((breaker));            \
    } while (0)

int by_macro_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    COUNT_FAILURE(ctx, breaker, result);
    return result;
}

int by_switch_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    switch (ctx_err(ctx)) {
    case 0:
        if (result < 0)
            breaker_failed(breaker);
        break;
    default: break;
    }
    return result;
}

// The try has a limit of its own. Its error may still be the caller's: a child ends with its parent.
int asks_the_try_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    struct ctx *try = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(try, id);
    if (result < 0 && ctx_err(try))
        breaker_failed(breaker); // want breaker-on-context-error "."
    ctx_cancel(try);
    return result;
}

int asks_the_caller_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    struct ctx *try = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(try, id);
    if (result < 0 && !ctx_err(ctx))
        breaker_failed(breaker);
    ctx_cancel(try);
    return result;
}

// The call's own timeout: the server was too slow, and that counts.
int own_timeout_ok(struct breaker *breaker, int id)
{
    int result = rpc(id, 500);
    if (result < 0)
        breaker_failed(breaker);
    return result;
}

int own_timeout_beside_a_context_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    if (ctx_done(ctx))
        return -1;
    int result = rpc(id, 500);
    if (result < 0)
        breaker_failed(breaker);
    return result;
}

// A context of this function's own: nobody else can end it.
int own_context_ok(struct breaker *breaker, int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 500);
    int result = call(ctx, id);
    if (result < 0)
        breaker_failed(breaker);
    ctx_cancel(ctx);
    return result;
}

// Checked before the call is not checked after it.
int checked_too_early_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    if (ctx_done(ctx))
        return -1;
    int result = call(ctx, id);
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

// In a loop of attempts.
int attempts_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    for (int attempt = 0; attempt < 3 && breaker_allows(breaker) && !ctx_done(ctx); attempt++) {
        int result = call(ctx, id);
        if (result >= 0)
            return result;
        breaker_failed(breaker); // want breaker-on-context-error "."
    }
    return -1;
}

int attempts_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    for (int attempt = 0; attempt < 3 && breaker_allows(breaker); attempt++) {
        int result = call(ctx, id);
        if (result >= 0)
            return result;
        if (ctx_done(ctx))
            break;
        breaker_failed(breaker);
    }
    return -1;
}

// The breaker is told in a function that does not know why it failed.
static void count(struct breaker *breaker, int result)
{
    if (result < 0)
        breaker_failed(breaker);
    else
        breaker_passed(breaker);
}

int through_a_function_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    count(breaker, result); // want breaker-on-context-error "."
    return result;
}

int through_a_function_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (!ctx_done(ctx))
        count(breaker, result);
    return result;
}

// What failed is the second call, which has a limit of its own.
int another_call_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int first = call(ctx, id);
    if (first < 0)
        say("no answer");
    int result = rpc(first, 500);
    if (result < 0)
        breaker_failed(breaker);
    return result;
}

// Only errors that are the server's.
int by_error_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (result < 0 && result != -125)
        breaker_failed(breaker);
    return result;
}

bool is_servers_fault(int result); // elsewhere: what it does is not known

int somebody_decides_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (result < 0 && is_servers_fault(result))
        breaker_failed(breaker);
    return result;
}

int by_flag_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    bool is_failure = result < 0;
    if (ctx_done(ctx))
        is_failure = false;
    if (is_failure)
        breaker_failed(breaker);
    return result;
}

int by_flag_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    bool is_failure = false;
    if (result < 0)
        is_failure = true;
    if (is_failure)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

// Success, but the answer makes no sense.
int bad_answer_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    if (result < 0)
        return -1;
    if (!ready(result))
        breaker_failed(breaker);
    return result;
}

// Asked after the call, kept, and used later.
int kept_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = call(ctx, id);
    bool is_over = ctx_done(ctx);
    say("asked");
    if (result < 0 && !is_over)
        breaker_failed(breaker);
    return result;
}

// Kept from before the call.
int kept_too_early_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    bool is_over = ctx_done(ctx);
    int result = call(ctx, id);
    if (result < 0 && !is_over)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}
