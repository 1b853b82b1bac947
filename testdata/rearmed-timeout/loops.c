// A timeout in a loop: the next attempt, the next piece of a message.
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "waits.h"
#include "work.h"

// The next attempt gets all of it again.
int attempts_bad(int id, int timeout_ms)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = rpc(id, timeout_ms); // want rearmed-timeout "."
        if (result >= 0)
            return result;
    }
    return -1;
}

int attempts_ok(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = rpc(id, deadline - now_ms());
        if (result >= 0)
            return result;
    }
    return -1;
}

// Each attempt gets its share.
int shares_ok(int id, int timeout_ms)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = rpc(id, timeout_ms / 3);
        if (result >= 0)
            return result;
    }
    return -1;
}

// A peer that sends one byte at a time keeps the caller for ever.
int receive_all_bad(int fd, char *to, int size, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    for (int got = 0; got < size;) {
        if (poll(&entry, 1, timeout_ms) <= 0) // want rearmed-timeout "."
            return -1;
        ssize_t more = recv(fd, to + got, (size_t)(size - got), MSG_DONTWAIT);
        if (more <= 0)
            return -1;
        got += (int)more;
    }
    return size;
}

int receive_all_ok(int fd, char *to, int size, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    int64_t deadline = now_ms() + timeout_ms;
    for (int got = 0; got < size;) {
        if (poll(&entry, 1, (int)(deadline - now_ms())) <= 0)
            return -1;
        ssize_t more = recv(fd, to + got, (size_t)(size - got), MSG_DONTWAIT);
        if (more <= 0)
            return -1;
        got += (int)more;
    }
    return size;
}

// The loop subtracts what was spent, in three ways.
int subtracted_ok(int id, int timeout_ms)
{
    while (timeout_ms > 0) {
        int64_t start = now_ms();
        int result = rpc(id, timeout_ms);
        if (result >= 0)
            return result;
        timeout_ms -= (int)(now_ms() - start);
    }
    return -1;
}

int counted_in_slices_ok(int id, int timeout_ms)
{
    for (; timeout_ms > 0; timeout_ms -= 100) {
        int result = rpc(id, timeout_ms < 100 ? timeout_ms : 100);
        if (result >= 0)
            return result;
    }
    return -1;
}

static int wait_and_subtract_ok(int id, int *timeout_ms)
{
    int64_t start = now_ms();
    int result = rpc(id, *timeout_ms);
    *timeout_ms -= (int)(now_ms() - start);
    return result;
}

int in_out_ok(int id, int timeout_ms)
{
    while (timeout_ms > 0) {
        int result = wait_and_subtract_ok(id, &timeout_ms);
        if (result >= 0)
            return result;
    }
    return -1;
}

// The slice is one number, the end another: the loop looks at the end.
int slices_until_ok(int id, int slice_ms, int64_t deadline)
{
    while (now_ms() < deadline) {
        int result = rpc(id, slice_ms);
        if (result >= 0)
            return result;
    }
    return -1;
}

int slices_under_a_context_ok(CTX_CONST struct ctx *ctx, int id, int slice_ms)
{
    while (!ctx_done(ctx)) {
        int result = rpc(id, slice_ms);
        if (result >= 0)
            return result;
    }
    return -1;
}

// A period, not a budget: the loop of a server has no end of its own.
static atomic_bool stopping;

void serve_ok(struct pollfd *fds, unsigned count, int period_ms)
{
    while (!stopping) {
        int ready = poll(fds, count, period_ms);
        if (ready == 0)
            say("nothing to do");
    }
}

void serve_for_ever_ok(struct pollfd *fds, unsigned count)
{
    for (;;)
        if (poll(fds, count, 1000) == 0)
            say("nothing to do");
}

// Each turn sets its own number: how long until the next timer is due.
int64_t next_timer(void);
long take_one(void);

void timers_ok(struct pollfd *fds, unsigned count)
{
    for (;;) {
        int64_t next = next_timer();
        poll(fds, count, (int)next);
    }
}

// Started again for each turn of the loop.
int timer_bad(int id, int timeout_ms)
{
    int result = -1;
    for (int i = 0; i < 5 && result < 0; i++) {
        struct timer timer;
        timer_start(&timer, timeout_ms);
        result = rpc_timer(id, &timer); // want rearmed-timeout "."
    }
    return result;
}

int timer_ok(int id, int timeout_ms)
{
    struct timer timer;
    timer_start(&timer, timeout_ms);
    int result = -1;
    for (int i = 0; i < 5 && result < 0; i++)
        result = rpc_timer(id, &timer);
    return result;
}

// Where the contexts come from.
int root_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = call(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// Who says how many tries there are, and how long, means each of them.
int tries_ok(int id, int max_tries, int timeout_ms)
{
    int result = -1;
    while (result < 0 && max_tries-- > 0)
        result = rpc(id, timeout_ms);
    return result;
}

int tries_upwards_ok(int id, int max_tries, int timeout_ms)
{
    for (int i = 0; i < max_tries; i++) {
        int result = rpc(id, timeout_ms);
        if (result >= 0)
            return result;
    }
    return -1;
}

// How many come is nobody's to say.
int some_bad(int id, int wanted, int timeout_ms)
{
    int total = 0;
    while (total < wanted) {
        int got = rpc(id, timeout_ms); // want rearmed-timeout "."
        if (got < 0)
            return -1;
        total += got;
    }
    return total;
}

// A moment, given again and again, to a function that takes the time of some clock from it.
struct instant {
    int64_t since_start;
};
struct instant instant_now(void);

static int wait_until(struct pollfd *fd, int64_t expire_at)
{
    int timeout;
    if (expire_at < 0)
        timeout = -1;
    else {
        timeout = (int)((expire_at - instant_now().since_start) / 1000);
        if (timeout < 0)
            timeout = 0;
    }
    return poll(fd, 1, timeout) > 0;
}

long receive_until_ok(struct pollfd *fd, int64_t expire_at)
{
    long got;
    do
        got = take_one();
    while (got < 0 && wait_until(fd, expire_at));
    return got;
}

// The same of a function that waits all of it.
static int wait_for(struct pollfd *fd, int64_t timeout_us)
{
    return poll(fd, 1, (int)(timeout_us / 1000)) > 0;
}

long receive_for_bad(struct pollfd *fd, int64_t timeout_us)
{
    long got;
    do
        got = take_one();
    while (got < 0 && wait_for(fd, timeout_us)); // want rearmed-timeout "."
    return got;
}
