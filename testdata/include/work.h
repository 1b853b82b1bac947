// What the cases do with their contexts: functions of which nothing but the prototype is known.
#ifndef WORK_H
#define WORK_H

#include "ctx.h"

int fetch(CTX_CONST struct ctx *ctx, int id);
void use(CTX_CONST struct ctx *ctx);
bool ready(int id);
int next_id(void);
void say(const char *text);
_Noreturn void fatal(const char *text);

// Works under `ctx` and ends it.
static inline int spend(struct ctx *ctx)
{
    int result = fetch(ctx, 1);
    ctx_cancel(ctx);
    return result;
}

#endif
