// Loops that try again without asking whether there is any time left.
#include "waits.h"
#include "work.h"

// After the deadline each attempt fails at once, and the loop goes on.
int never_asked_bad(CTX_CONST struct ctx *ctx, int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = call(ctx, id); // want unchecked-retry "ctx"
        if (result >= 0)
            return result;
        pause_ms(100 << attempt);
    }
    return -1;
}

int condition_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 3 && !ctx_done(ctx); attempt++) {
        result = call(ctx, id);
        if (result >= 0)
            return result;
        pause_ms(50 << attempt);
    }
    return result;
}

int body_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = call(ctx, id);
        if (result >= 0 || ctx_err(ctx))
            return result;
        pause_ms(50 << attempt);
    }
    return -1;
}

int remaining_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (;;) {
        if (ctx_remaining(ctx) <= 0)
            return -1;
        int result = call(ctx, id);
        if (result >= 0)
            return result;
    }
}

static bool may_try_again(CTX_CONST struct ctx *ctx, int attempt)
{
    return attempt < 3 && !ctx_done(ctx);
}

int function_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; may_try_again(ctx, attempt) && result < 0; attempt++)
        result = call(ctx, id);
    return result;
}

#define RETRY_WHILE(ctx, condition) while ((condition) && !ctx_done((ctx)))

int macro_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    RETRY_WHILE(ctx, result < 0)
        result = call(ctx, id);
    return result;
}

// The length of each try comes from what is left: the loop knows.
int share_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (int left = 3; left > 0; left--) {
        struct ctx *try = ctx_with_timeout(ctx, ctx_remaining(ctx) / left);
        int result = call(try, id);
        ctx_cancel(try);
        if (result >= 0)
            return result;
    }
    return -1;
}

// The first failure ends it.
int ends_on_failure_ok(CTX_CONST struct ctx *ctx, int count)
{
    for (int i = 0; i < count; i++)
        if (call(ctx, i) < 0)
            return -1;
    return 0;
}

// It asks, gets the answer, and goes on.
int asks_and_goes_on_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 3 && result < 0; attempt++) {
        result = call(ctx, id); // want unchecked-retry "."
        if (ctx_err(ctx))
            say("cancelled");
    }
    return result;
}

int continues_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    while (result < 0) {
        result = call(ctx, id); // want unchecked-retry "."
        if (ctx_done(ctx))
            continue;
        say("tried");
    }
    return result;
}

int breaks_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    while (result < 0) {
        result = call(ctx, id);
        if (ctx_done(ctx))
            break;
        say("tried");
    }
    return result;
}

// The budget of the try is asked, not that of the caller: a try that ran out is no reason to stop, the caller's end is.
int asks_the_try_only_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 3 && result < 0; attempt++) {
        struct ctx *try = ctx_with_timeout(ctx, 200);
        result = call(try, id); // want unchecked-retry "."
        if (ctx_err(try))
            say("this try ran out");
        ctx_cancel(try);
    }
    return result;
}

int asks_the_caller_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 3 && result < 0 && !ctx_err(ctx); attempt++) {
        struct ctx *try = ctx_with_timeout(ctx, 200);
        result = call(try, id);
        ctx_cancel(try);
    }
    return result;
}

// The call is in another function.
static int one_try(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id) < 0 ? -1 : id;
}

int through_a_function_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result;
    do
        result = one_try(ctx, id); // want unchecked-retry "."
    while (result < 0);
    return result;
}

int through_a_function_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result;
    do
        result = one_try(ctx, id);
    while (result < 0 && !ctx_done(ctx));
    return result;
}

int by_goto_bad(CTX_CONST struct ctx *ctx, int id)
{
again:;
    int result = call(ctx, id); // want unchecked-retry "."
    if (result < 0)
        goto again;
    return result;
}

int by_goto_ok(CTX_CONST struct ctx *ctx, int id)
{
again:;
    int result = call(ctx, id);
    if (result < 0 && !ctx_done(ctx))
        goto again;
    return result;
}

// No budget: nothing to ask.
int no_budget_ok(int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(100 << attempt);
    }
    return -1;
}

// No wait: nothing to retry.
int no_wait_ok(CTX_CONST struct ctx *ctx, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += ready(i);
    use(ctx);
    return sum;
}

// The context of each try is made for it alone, from none: nobody else's time is over.
struct pair {
    struct ctx *ctx;
    void (*end)(struct ctx *ctx);
};
TL("derive parent=arg0 result=return.ctx cancel=return.end") struct pair pair_new(CTX_CONST struct ctx *parent);

int own_context_ok(int count)
{
    int result = -1;
    for (int i = 0; i < count && result < 0; i++) {
        struct pair pair = pair_new(ctx_background());
        result = one_try(pair.ctx, i);
        pair.end(pair.ctx);
    }
    return result;
}

int derived_context_bad(CTX_CONST struct ctx *ctx, int count)
{
    int result = -1;
    for (int i = 0; i < count && result < 0; i++) {
        struct pair pair = pair_new(ctx);
        result = one_try(pair.ctx, i); // want unchecked-retry "."
        pair.end(pair.ctx);
    }
    return result;
}

// Only an error of one kind is tried again.
int one_error_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (;;) {
        int result = call(ctx, id);
        if (result != -7)
            return result;
    }
}

// The error that says so ends it.
int by_error_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = call(ctx, id);
        if (result >= 0 || result == -125)
            return result;
    }
    return -1;
}

int by_switch_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (;;) {
        int result = call(ctx, id);
        switch (result) {
        case 0: return 0;
        case -125:
        case -110: return -1;
        default: break;
        }
    }
}

bool is_final(int error);

int somebody_decides_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (;;) {
        int result = call(ctx, id);
        if (result >= 0 || is_final(result))
            return result;
    }
}

int by_flag_ok(CTX_CONST struct ctx *ctx, int id)
{
    bool stop = false;
    int result = -1;
    while (result < 0 && !stop) {
        result = call(ctx, id);
        if (ctx_err(ctx))
            stop = true;
    }
    return result;
}

int wait_under(CTX_CONST struct ctx *ctx, int ms);

// What waits in between ends with the context, too.
int wait_tells_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    do
        result = call(ctx, id);
    while (result < 0 && wait_under(ctx, 100) == 0);
    return result;
}

// Somebody behind a pointer decides.
struct hooks {
    bool (*goes_on)(struct hooks *hooks, int error);
};

int by_pointer_ok(CTX_CONST struct ctx *ctx, struct hooks *hooks, int id)
{
    int result;
    do
        result = call(ctx, id);
    while (result < 0 && hooks->goes_on(hooks, result));
    return result;
}

static int status_of(CTX_CONST struct ctx *ctx, int id)
{
    if (call(ctx, id) < 0)
        return -1;
    return 0;
}

int until_zero_bad(CTX_CONST struct ctx *ctx, int id)
{
    while (status_of(ctx, id) != 0) // want unchecked-retry "."
        say("again");
    return id;
}

// 1: there is more to do; 0: that was all.
static int more(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id) > 0 ? 1 : 0;
}

void work_ok(CTX_CONST struct ctx *ctx, int id)
{
    while (more(ctx, id) != 0)
        say("next");
}

// The next request; an error ends it.
void serve_ok(CTX_CONST struct ctx *ctx)
{
    for (;;) {
        int request = call(ctx, 0);
        if (request < 0)
            break;
        say("a request");
    }
}

// An error is said, and the next request read: after the end there is one error after the other.
void serve_bad(CTX_CONST struct ctx *ctx)
{
    for (;;) {
        int request = call(ctx, 0); // want unchecked-retry "."
        if (request < 0) {
            say("error");
            continue;
        }
        say("a request");
    }
}

// Each item has its own call: after the end the rest fail, one by one, and the count ends it.
int items_ok(CTX_CONST struct ctx *ctx, const int *items, int count)
{
    int failed = 0;
    for (int i = 0; i < count; i++)
        if (call(ctx, items[i]) < 0)
            failed++;
    return failed;
}

// What was derived for all tries is the loop's budget, too.
int own_budget_bad(int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result;
    do
        result = call(ctx, id); // want unchecked-retry "."
    while (result < 0);
    ctx_cancel(ctx);
    return result;
}

int never_ends_ok(int id)
{
    int result;
    do
        result = call(ctx_background(), id);
    while (result < 0);
    return result;
}

// The first try needs no question.
int not_before_the_first_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 5 && result < 0; attempt++) {
        if (attempt > 0 && ctx_err(ctx))
            break;
        result = call(ctx, id);
    }
    return result;
}

int every_tenth_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 500 && result < 0; attempt++) {
        if (attempt % 10 == 9 && ctx_err(ctx))
            break;
        result = call(ctx, id);
    }
    return result;
}

// One try is none too many.
int once_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 1 && result < 0; attempt++)
        result = call(ctx, id);
    return result;
}
