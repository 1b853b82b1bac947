// main that returns ends its threads with the process.
#include <pthread.h>
#include <time.h>

#include "waits.h"

static int result;

static void *work_ok(void *arg)
{
    *(int *)arg = rpc_forever(1);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 5;
    if (pthread_create(&thread, NULL, work_ok, &result) != 0)
        return 1;
    if (pthread_timedjoin_np(thread, NULL, &until) != 0)
        return 1;
    return result;
}
