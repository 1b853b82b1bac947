#include "pool.h"
#include "waits.h"

static void *work(void *arg)
{
    *(int *)arg = rpc_forever(1);
    return NULL;
}

int pool_start(pthread_t *ret_thread, int *ret_result)
{
    return pthread_create(ret_thread, NULL, work, ret_result);
}

void pool_stop(pthread_t thread)
{
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}
