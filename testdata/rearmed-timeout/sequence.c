// The same timeout for one wait after the other: the caller waits twice as long as it said.
#include <poll.h>
#include <sys/socket.h>

#include "waits.h"

int twice_bad(int id, int timeout_ms)
{
    if (rpc(id, timeout_ms) < 0)
        return -1;
    return rpc(id + 1, timeout_ms); // want rearmed-timeout "timeout_ms|again"
}

int twice_ok(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms) < 0)
        return -1;
    return rpc(id + 1, timeout_ms - (now_ms() - start));
}

int by_deadline_ok(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    if (rpc_until(id, deadline) < 0)
        return -1;
    return rpc_until(id + 1, deadline);
}

int halves_ok(int id, int timeout_ms)
{
    if (rpc(id, timeout_ms / 2) < 0)
        return -1;
    return rpc(id + 1, timeout_ms / 2);
}

// Either or.
int branches_ok(int id, int timeout_ms)
{
    if (id > 0)
        return rpc(id, timeout_ms);
    return rpc(-id, timeout_ms);
}

// The second server is asked when the first one's time is over.
int fallback_bad(int id, int timeout_ms)
{
    int result = rpc(id, timeout_ms);
    if (result < 0)
        result = rpc(-id, timeout_ms); // want rearmed-timeout "."
    return result;
}

int fallback_ok(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    int result = rpc(id, timeout_ms / 2);
    if (result < 0)
        result = rpc(-id, deadline - now_ms());
    return result;
}

// Only the first, or only the second.
int exclusive_ok(int id, int timeout_ms)
{
    int result = 0;
    if (id > 0)
        result = rpc(id, timeout_ms);
    if (id <= 0)
        result = rpc(-id, timeout_ms);
    return result;
}

// Through functions that wait as long as they are told.
static int wait_readable_ok(int fd, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    return poll(&entry, 1, timeout_ms);
}

static int wait_writable_ok(int fd, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLOUT };
    return poll(&entry, 1, timeout_ms);
}

int exchange_bad(int fd, const char *question, size_t size, int timeout_ms)
{
    if (wait_writable_ok(fd, timeout_ms) <= 0 || send(fd, question, size, 0) < 0)
        return -1;
    return wait_readable_ok(fd, timeout_ms); // want rearmed-timeout "."
}

int exchange_ok(int fd, const char *question, size_t size, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    if (wait_writable_ok(fd, timeout_ms) <= 0 || send(fd, question, size, 0) < 0)
        return -1;
    return wait_readable_ok(fd, (int)(deadline - now_ms()));
}

// The unit changes, the mistake does not.
int converted_bad(int id, int timeout_s)
{
    int64_t ms = timeout_s * 1000LL;
    if (rpc(id, ms) < 0)
        return -1;
    return rpc(id + 1, timeout_s * 1000); // want rearmed-timeout "."
}

// A timer that is started again.
int timer_bad(int id, int timeout_ms)
{
    struct timer timer;
    timer_start(&timer, timeout_ms);
    if (rpc_timer(id, &timer) < 0)
        return -1;
    timer_start(&timer, timeout_ms);
    return rpc_timer(id + 1, &timer); // want rearmed-timeout "."
}

int timer_ok(int id, int timeout_ms)
{
    struct timer timer;
    timer_start(&timer, timeout_ms);
    if (rpc_timer(id, &timer) < 0)
        return -1;
    return rpc_timer(id + 1, &timer);
}

// A second number is a second budget.
int two_numbers_ok(int id, int connect_timeout_ms, int read_timeout_ms)
{
    if (rpc(id, connect_timeout_ms) < 0)
        return -1;
    return rpc(id, read_timeout_ms);
}

// The first one does not wait.
int try_first_ok(int id, int timeout_ms)
{
    int result = rpc(id, 0);
    return result < 0 ? rpc(id, timeout_ms) : result;
}
