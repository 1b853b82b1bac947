// A callback's type forces its parameters: not to need one of them is no mistake.
#include <unistd.h>

#include "waits.h"
#include "work.h"

struct operations {
    int (*open)(CTX_CONST struct ctx *ctx, int id);
    int (*close)(CTX_CONST struct ctx *ctx, int id);
};

static int open_ok(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id);
}

static int close_ok(CTX_CONST struct ctx *ctx, int id)
{
    return rpc(id, 100);
}

const struct operations operations = { .open = open_ok, .close = close_ok };

typedef int handler_fn(CTX_CONST struct ctx *ctx, void *data);
void server_on(const char *what, handler_fn *handler, void *data);

static int on_ping_ok(CTX_CONST struct ctx *ctx, void *data)
{
    (void)ctx;
    pause_ms(10);
    say(data);
    return 0;
}

void register_ok(void)
{
    server_on("ping", on_ping_ok, "pong");
}

static int step_ok(CTX_CONST struct ctx *ctx, int id)
{
    return rpc(id, 100);
}

static int last_step_ok(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id);
}

typedef int step_fn(CTX_CONST struct ctx *ctx, int id);
static step_fn *const steps[] = { step_ok, last_step_ok };

int run_ok(CTX_CONST struct ctx *ctx)
{
    int sum = 0;
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++)
        sum += steps[i](ctx, (int)i);
    return sum;
}

static int passed_ok(int id, int timeout_ms)
{
    return rpc_forever(id);
}

static int apply_ok(int (*function)(int, int), int id)
{
    return function(id, 100);
}

int pass_ok(int id)
{
    return apply_ok(passed_ok, id);
}

// Nobody takes the address of this one.
static int called_directly_bad(CTX_CONST struct ctx *ctx, int id) // want dropped-context "ctx"
{
    return rpc(id, 100);
}

int call_ok(CTX_CONST struct ctx *ctx, int id)
{
    return called_directly_bad(ctx, id);
}
