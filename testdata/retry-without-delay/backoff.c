// Attempts one right after the other, or always the same time apart: a server in trouble is hit harder.
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

int no_delay_bad(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500); // want retry-without-delay "no delay|without"
        if (result >= 0)
            return result;
    }
    return -1;
}

int constant_delay_bad(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500); // want retry-without-delay "constant|same|200 ms"
        if (result >= 0)
            return result;
        pause_ms(200);
    }
    return -1;
}

int doubling_ok(int id)
{
    int64_t delay = 100;
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(delay);
        delay *= 2;
    }
    return -1;
}

int shifted_ok(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        usleep(100000u << attempt);
    }
    return -1;
}

int limited_ok(int id)
{
    int64_t delay = 100;
    for (int attempt = 0; attempt < 9; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(delay);
        delay = delay * 2 < 5000 ? delay * 2 : 5000;
    }
    return -1;
}

int random_ok(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(100 + rand() % 400);
    }
    return -1;
}

static int64_t delay_of(int attempt)
{
    return 100LL << attempt;
}

int by_function_ok(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(delay_of(attempt));
    }
    return -1;
}

int from_a_table_ok(int id)
{
    static const int delays[] = { 100, 300, 1000 };
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(delays[attempt]);
    }
    return -1;
}

void wait_before_next(int attempt); // elsewhere: what it does is not known, and not called wrong

int unknown_ok(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        wait_before_next(attempt);
    }
    return -1;
}

int do_while_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result;
    do
        result = call(ctx, id); // want retry-without-delay "."
    while (result < 0 && !ctx_done(ctx));
    return result;
}

int by_goto_bad(int fd, const struct sockaddr *to, socklen_t size)
{
again:
    if (connect(fd, to, size) != 0) { // want retry-without-delay "."
        sleep(1);
        goto again;
    }
    return fd;
}

int by_goto_ok(int fd, const struct sockaddr *to, socklen_t size)
{
    unsigned delay = 1;
again:
    if (connect(fd, to, size) != 0) {
        sleep(delay);
        delay += delay;
        goto again;
    }
    return fd;
}

// The call is in another function.
static int one_try(int id)
{
    return rpc(id, 500) < 0 ? -1 : id;
}

int through_a_function_bad(int id)
{
    int result = -1;
    for (int attempt = 0; attempt < 5 && result < 0; attempt++)
        result = one_try(id); // want retry-without-delay "."
    return result;
}

// A socket for each try.
int new_socket_bad(const struct sockaddr *to, socklen_t size)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int fd = socket(to->sa_family, SOCK_STREAM, 0);
        if (connect(fd, to, size) == 0) // want retry-without-delay "no delay"
            return fd;
        close(fd);
    }
    return -1;
}

static bool reached(int id)
{
    return rpc(id, 500) >= 0;
}

int limited_bad(int id)
{
    for (int attempt = 0; attempt < 5; attempt++)
        if (reached(id)) // want retry-without-delay "."
            return id;
    return -1;
}

static void my_sleep(int ms)
{
    usleep((useconds_t)ms * 1000);
}

int by_wrapper_bad(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500); // want retry-without-delay "."
        if (result >= 0)
            return result;
        my_sleep(100);
    }
    return -1;
}

int by_wrapper_ok(int id)
{
    int delay = 100;
    for (int attempt = 0; attempt < 5; attempt++, delay *= 2) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        my_sleep(delay);
    }
    return -1;
}

struct settings {
    int delay_ms;
};

// As long as somebody set: it may change.
int configured_ok(int id, const struct settings *settings)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        pause_ms(settings->delay_ms);
    }
    return -1;
}

int in_slices_ok(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = rpc(id, 500);
        if (result >= 0)
            return result;
        for (int i = 0; i < attempt && !ready(id); i++)
            pause_ms(100);
    }
    return -1;
}
