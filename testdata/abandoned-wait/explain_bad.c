// The bad example of the documentation.
#include <pthread.h>
#include <time.h>

#include "waits.h"
#include "work.h"

static void *ask(void *arg)
{
    *(int *)arg = rpc(1, 60000);
    return NULL;
}

int ask_with_limit(const struct timespec *until)
{
    int answer = -1;
    pthread_t thread;
    if (pthread_create(&thread, NULL, ask, &answer) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) // want abandoned-wait "."
        return -1;
    return answer;
}
