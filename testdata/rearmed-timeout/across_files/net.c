#include "net.h"

#include <poll.h>
#include <time.h>

int64_t net_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int net_wait(int fd, int events, int ms)
{
    struct pollfd entry = { .fd = fd, .events = (short)events };
    return poll(&entry, 1, ms);
}

int net_left(int64_t start, int ms)
{
    int64_t left = ms - (net_clock() - start);
    return left > 0 ? (int)left : 0;
}
