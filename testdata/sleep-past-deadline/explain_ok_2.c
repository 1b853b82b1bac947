// The good example of the documentation.
#include "waits.h"
#include "work.h"

static int wait_for_device(struct ctx *ctx, int id)
{
    while (!ctx_done(ctx)) {
        if (ready(id))
            return 0;
        pause_ms(20);
    }
    return -1;
}

int handle_request(int id)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);
    if (!request)
        return -1;
    int result = wait_for_device(request, id);
    ctx_cancel(request);
    return result;
}
