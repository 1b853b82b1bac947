// This program tells its condition variables to look at the monotonic clock.
#include <pthread.h>
#include <time.h>

static pthread_cond_t changed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void init_ok(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

int wait_ok(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 5;
    pthread_mutex_lock(&lock);
    int error = pthread_cond_timedwait(&changed, &lock, &until);
    pthread_mutex_unlock(&lock);
    return error;
}
