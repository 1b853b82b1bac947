// The good example of the documentation.
#include <unistd.h>

#include "waits.h"
#include "work.h"

static int reset_device(struct ctx *ctx, int id)
{
    if (ctx_remaining(ctx) < 3000)
        return -1;
    sleep(3);
    return fetch(ctx, id);
}

int handle_request(int id)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), 5000);
    if (!request)
        return -1;
    int result = reset_device(request, id);
    ctx_cancel(request);
    return result;
}
