#include "service.h"
#include "waits.h"

#define MAX_TRIES 3
#define PER_TRY_MS 700

int client_pay(CTX_CONST struct ctx *ctx, int id)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        if (i > 0)
            pause_ms(250);
        int result = transport_send(ctx, id, PER_TRY_MS); // want budget-overrun "up to 2600 ms \(3 attempts x 700 ms \+ 2 delays x 250 ms\) but 'handle_payment' allows 2000 ms"
        if (result >= 0)
            return result;
    }
    return -1;
}

int client_look(CTX_CONST struct ctx *ctx, int id)
{
    for (int i = 0; i < 2; i++) {
        int result = transport_send(ctx, id, PER_TRY_MS);
        if (result >= 0)
            return result;
    }
    return -1;
}
