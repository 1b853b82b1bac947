// Threads are started and stopped in one file and waited for in another.
#ifndef POOL_H
#define POOL_H

#include <pthread.h>
#include <time.h>

int pool_start(pthread_t *ret_thread, int *ret_result);
void pool_stop(pthread_t thread);
int ask_bad(const struct timespec *until);
int ask_ok(const struct timespec *until);

#endif
