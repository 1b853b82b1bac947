// The bad example of the documentation.
#include <poll.h>

#include "waits.h"
#include "work.h"

static int wait_for_reply(struct ctx *ctx, int fd)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    if (ctx_done(ctx))
        return -1;
    return poll(&entry, 1, -1); // want unbounded-wait "."
}

int handle_request(int fd)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);
    if (!request)
        return -1;
    int result = wait_for_reply(request, fd);
    ctx_cancel(request);
    return result;
}
