// Scopes of a program in several files.
#ifndef SCOPE_H
#define SCOPE_H

#include "ctx.h"

struct scope {
    struct ctx *ctx;
    const char *name;
};

struct monitor {
    struct ctx *ctx;
};

struct ctx *scope_derive(CTX_CONST struct ctx *parent, const char *name);
void scope_end(struct ctx *ctx, bool now);
void scope_open(struct scope *scope, CTX_CONST struct ctx *parent);
void scope_close(struct scope *scope);
void monitor_open(struct monitor *monitor, CTX_CONST struct ctx *parent);
void monitor_poll(const struct monitor *monitor);

static inline int scope_check(CTX_CONST struct ctx *ctx)
{
    return ctx_err(ctx);
}

static inline void scope_finish(struct ctx *ctx)
{
    scope_end(ctx, true);
}

extern struct ctx *global_scope;
extern struct ctx *global_leak;

#endif
