// The good example of the documentation.
#include <pthread.h>

#include "waits.h"
#include "work.h"

static void *notify(void *arg)
{
    fetch(arg, 1);
    return NULL;
}

int handle_request(struct ctx *ctx)
{
    pthread_t thread;
    struct ctx *work = ctx_with_cancel(ctx);
    if (!work)
        return -1;
    if (pthread_create(&thread, NULL, notify, work) == 0)
        pthread_join(thread, NULL);
    ctx_cancel(work);
    return 0;
}
