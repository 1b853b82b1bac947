// Calls through structs of function pointers.
#include "ctx.h"
#include "work.h"

struct storage;

struct storage_ops {
    int (*read)(struct storage *storage, CTX_CONST struct ctx *ctx);
    int (*write)(struct storage *storage, CTX_CONST struct ctx *ctx);
};

struct storage {
    const struct storage_ops *ops;
    int reads;
};

static int disk_read_bad(struct storage *storage, CTX_CONST struct ctx *ctx)
{
    storage->reads++;
    return spend(ctx_with_timeout(ctx, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int disk_write_ok(struct storage *storage, CTX_CONST struct ctx *ctx)
{
    storage->reads++;
    return spend(ctx_with_timeout(ctx, ctx_remaining(ctx) - 10));
}

static int memory_read_bad(struct storage *storage, CTX_CONST struct ctx *ctx)
{
    (void)storage;
    return spend(ctx_with_timeout(ctx, 4000)); // want nested-timeout "4 s.*dead.*3 s"
}

static int memory_write_ok(struct storage *storage, CTX_CONST struct ctx *ctx)
{
    (void)storage;
    return fetch(ctx, 1);
}

const struct storage_ops disk_ops = { .read = disk_read_bad, .write = disk_write_ok };
const struct storage_ops memory_ops = { memory_read_bad, memory_write_ok };

static int load_ok(struct storage *storage, CTX_CONST struct ctx *ctx)
{
    return storage->ops->read(storage, ctx) + storage->ops->write(storage, ctx);
}

int handle_ok(CTX_CONST struct ctx *request, struct storage *storage)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = load_ok(storage, ctx);
    ctx_cancel(ctx);
    return result;
}

// A field set at run time.
struct plugin {
    int (*run)(CTX_CONST struct ctx *ctx);
    const char *name;
};

static int plugin_run_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 700)); // want nested-timeout "700 ms.*capped.*2 s"
}

void plugin_load_ok(struct plugin *plugin)
{
    plugin->run = plugin_run_bad;
}

int plugin_use_ok(const struct plugin *plugin, CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = plugin->run(ctx);
    ctx_cancel(ctx);
    return result;
}
