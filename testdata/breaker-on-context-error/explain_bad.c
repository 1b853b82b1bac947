// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, struct breaker *breaker, int id)
{
    int user = call(ctx, id);
    if (user < 0)
        breaker_failed(breaker); // want breaker-on-context-error "."
    else
        breaker_passed(breaker);
    return user;
}
