// The good example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, int id)
{
    int64_t delay = 20;
    for (int attempt = 0; attempt < 3 && !ctx_done(ctx); attempt++) {
        int user = call(ctx, id);
        if (user >= 0)
            return user;
        int64_t left = ctx_remaining(ctx);
        pause_ms(delay < left ? delay : left);
        delay *= 2;
    }
    return -1;
}
