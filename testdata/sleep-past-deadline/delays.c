// Delays between attempts, and lengths that come through parameters.
#include <pthread.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

static int backoff_bad(CTX_CONST struct ctx *ctx)
{
    int64_t delay = 200;
    for (int i = 0; i < 4; i++, delay *= 2) {
        if (call(ctx, i) >= 0)
            return 0;
        if (ctx_done(ctx))
            return -1;
        pause_ms(delay); // want sleep-past-deadline "."
    }
    return -1;
}

static int backoff_ok(CTX_CONST struct ctx *ctx)
{
    int64_t delay = 200;
    for (int i = 0; i < 4; i++, delay *= 2) {
        if (call(ctx, i) >= 0)
            return 0;
        if (ctx_remaining(ctx) < delay)
            return -1;
        pause_ms(delay);
    }
    return -1;
}

static int backoff_cut_ok(CTX_CONST struct ctx *ctx)
{
    int64_t delay = 200;
    for (int i = 0; i < 4; i++, delay *= 2) {
        if (call(ctx, i) >= 0)
            return 0;
        int64_t left = ctx_remaining(ctx);
        if (left <= 0)
            return -1;
        pause_ms(delay < left ? delay : left);
    }
    return -1;
}

// The length comes through a parameter: the finding is where the number is.
static void rest_ok(int ms)
{
    usleep((useconds_t)ms * 1000);
}

static void rest_a_while_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    rest_ok(2500); // want sleep-past-deadline "2500 ms|2.5 s"
}

static void rest_a_while_ok(CTX_CONST struct ctx *ctx)
{
    int left = (int)ctx_remaining(ctx);
    rest_ok(left < 2500 ? left : 2500);
}

// A thread of its own has no budget of the one that starts it.
static void *housekeeping_ok(void *arg)
{
    for (int i = 0; i < 100; i++) {
        sleep(5);
        say(arg);
    }
    return NULL;
}

int handle_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    pthread_t thread;
    if (pthread_create(&thread, NULL, housekeeping_ok, "swept") == 0)
        pthread_detach(thread);
    int sum = backoff_bad(ctx) + backoff_ok(ctx) + backoff_cut_ok(ctx);
    rest_a_while_bad(ctx);
    rest_a_while_ok(ctx);
    ctx_cancel(ctx);
    return sum;
}

// At the root, without a deadline.
int main(void)
{
    while (ready(0)) {
        sleep(60);
        say("still here");
    }
    return 0;
}
