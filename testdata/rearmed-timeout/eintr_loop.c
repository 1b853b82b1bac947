// A wait that a signal interrupts starts again with the whole timeout: signals in a row keep it waiting for ever.
#include <errno.h>
#include <poll.h>
#include <sys/select.h>
#include <time.h>

#include "waits.h"

int restarted_bad(struct pollfd *fd, int timeout_ms)
{
    int count;
    do
        count = poll(fd, 1, timeout_ms); // want rearmed-timeout "timeout_ms|again"
    while (count < 0 && errno == EINTR);
    return count;
}

int restarted_ok(struct pollfd *fd, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    int count;
    do {
        int64_t left = deadline - now_ms();
        count = poll(fd, 1, left > 0 ? (int)left : 0);
    } while (count < 0 && errno == EINTR);
    return count;
}

int by_goto_bad(struct pollfd *fd, int timeout_ms)
{
again:;
    int count = poll(fd, 1, timeout_ms); // want rearmed-timeout "."
    if (count < 0 && errno == EINTR)
        goto again;
    return count;
}

int by_goto_ok(struct pollfd *fd, int timeout_ms)
{
    int64_t start = now_ms();
    int left = timeout_ms;
again:;
    int count = poll(fd, 1, left);
    if (count < 0 && errno == EINTR) {
        left = timeout_ms - (int)(now_ms() - start);
        if (left > 0)
            goto again;
    }
    return count;
}

#define RETRY_ON_EINTR(result, expression) \
    do                                     \
        (result) = (expression);           \
    while ((result) < 0 && errno == EINTR)

int by_macro_bad(struct pollfd *fd, int timeout_ms)
{
    int count;
    RETRY_ON_EINTR(count, poll(fd, 1, timeout_ms)); // want rearmed-timeout "."
    return count;
}

int by_macro_ok(struct pollfd *fd, int64_t deadline)
{
    int count;
    RETRY_ON_EINTR(count, poll(fd, 1, (int)(deadline - now_ms())));
    return count;
}

// Not to wait at all may be repeated.
int without_waiting_ok(struct pollfd *fd)
{
    int count;
    RETRY_ON_EINTR(count, poll(fd, 1, 0));
    return count;
}

// One wait per call: the loop ends with it.
int once_ok(struct pollfd *fd, int timeout_ms)
{
    for (;;) {
        int count = poll(fd, 1, timeout_ms);
        if (count != 0)
            return count;
        return -1;
    }
}

// select writes back what is left (Linux); filled in again in the loop, that is lost.
int select_bad(int fd, fd_set *set, int timeout_ms)
{
    int count;
    do {
        struct timeval left = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
        count = select(fd + 1, set, NULL, NULL, &left); // want rearmed-timeout "."
    } while (count < 0 && errno == EINTR);
    return count;
}

int select_ok(int fd, fd_set *set, int timeout_ms)
{
    struct timeval left = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    int count;
    do
        count = select(fd + 1, set, NULL, NULL, &left);
    while (count < 0 && errno == EINTR);
    return count;
}

// nanosleep can say what is left.
void sleep_bad(int ms)
{
    struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    while (nanosleep(&time, NULL) != 0 && errno == EINTR) // want rearmed-timeout "."
        ;
}

void sleep_ok(int ms)
{
    struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    while (nanosleep(&time, &time) != 0 && errno == EINTR)
        ;
}

void sleep_in_two_ok(int ms)
{
    struct timespec left, time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    while (nanosleep(&time, &left) != 0 && errno == EINTR)
        time = left;
}
