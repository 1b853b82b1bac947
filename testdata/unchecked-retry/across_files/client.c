#include "api.h"
#include "waits.h"

int client_bad(CTX_CONST struct ctx *ctx, int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = api_ask(ctx, id); // want unchecked-retry "."
        if (result >= 0)
            return result;
        pause_ms(10 << attempt);
    }
    return -1;
}

int client_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (int attempt = 0; !api_give_up(ctx, attempt); attempt++) {
        int result = api_ask(ctx, id);
        if (result >= 0)
            return result;
        pause_ms(10 << attempt);
    }
    return -1;
}
