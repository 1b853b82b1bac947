// The bad example of the documentation.
#include <unistd.h>

#include "waits.h"
#include "work.h"

static int reset_device(struct ctx *ctx, int id)
{
    sleep(3); // want sleep-past-deadline "."
    return fetch(ctx, id);
}

int handle_request(int id)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);
    if (!request)
        return -1;
    int result = reset_device(request, id);
    ctx_cancel(request);
    return result;
}
