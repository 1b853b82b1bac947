#include "pool.h"

int ask_bad(const struct timespec *until)
{
    int result;
    pthread_t thread;
    if (pool_start(&thread, &result) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) // want abandoned-wait "."
        return -1;
    return result;
}

int ask_ok(const struct timespec *until)
{
    int result;
    pthread_t thread;
    if (pool_start(&thread, &result) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) {
        pool_stop(thread);
        return -1;
    }
    return result;
}
