// The good example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, struct breaker *breaker, int id)
{
    int user = call(ctx, id);
    if (user >= 0)
        breaker_passed(breaker);
    else if (!ctx_err(ctx))
        breaker_failed(breaker);
    return user;
}
