// The bad example of the documentation.
#include <pthread.h>
#include <time.h>

#include "waits.h"
#include "work.h"

int wait_for_change(pthread_cond_t *changed, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 5;
    return pthread_cond_timedwait(changed, lock, &until); // want deadline-arithmetic "."
}
