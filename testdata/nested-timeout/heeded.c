// A timeout that no wait is bounded with: looked at, slept for in part, passed in and out. It is a budget all the same.
#include "waits.h"
#include "work.h"

static int sleeps_bad(int id, int timeout_ms)
{
    pause_ms(timeout_ms / 4);
    return rpc(id, 50000); // want nested-timeout "50 s.*overrun.*1 s set in 'handle_sleeps_ok'"
}

static int sleeps_ok(int id, int timeout_ms)
{
    pause_ms(timeout_ms / 4);
    return rpc(id, timeout_ms - timeout_ms / 4);
}

int handle_sleeps_ok(void)
{
    return sleeps_bad(1, 1000) + sleeps_ok(1, 1000);
}

int checked_bad(int id, int timeout_ms)
{
    if (timeout_ms < 1500)
        return -1;
    return rpc(id, 50000); // want nested-timeout "50 s.*overrun.*'checked_bad' is given"
}

// As much as the wait takes.
int checked_ok(int id, int timeout_ms)
{
    if (timeout_ms < 1500)
        return -1;
    return rpc(id, 1500);
}

int in_out_bad(int id, int *timeout_ms)
{
    int64_t start = now_ms();
    int result = rpc(id, 50000); // want nested-timeout "50 s.*overrun.*'in_out_bad' is given"
    *timeout_ms -= (int)(now_ms() - start);
    return result;
}

int in_out_ok(int id, int *timeout_ms)
{
    int64_t start = now_ms();
    int result = rpc(id, *timeout_ms);
    *timeout_ms -= (int)(now_ms() - start);
    return result;
}

// A delay: all of it is slept, and what follows has its own time.
int delayed_ok(int id, int64_t timeout_ms)
{
    pause_ms(timeout_ms);
    return rpc(id, 50000);
}

// Kept for later.
struct client {
    int timeout_ms, id;
};

int client_open_ok(struct client *client, int timeout_ms)
{
    if (timeout_ms < 0)
        return -1;
    client->timeout_ms = timeout_ms;
    return rpc(client->id, 200);
}

// Only told.
void tell(const char *what, int number);

int client_tell_ok(int id, int timeout_ms)
{
    if (timeout_ms < 0)
        return -1;
    tell("timeout", timeout_ms);
    return rpc(id, 200);
}

// A number with another name is none.
int volume_ok(int id, int volume)
{
    if (volume < 15)
        return -1;
    return rpc(id, 200);
}

// Counted up to it, in slices.
int sliced_ok(int id, int timeout_ms)
{
    for (int waited = 0; waited < timeout_ms; waited += 50)
        if (rpc(id, 50) >= 0)
            return 0;
    return -1;
}

int long_slices_bad(int id, int timeout_ms)
{
    for (int waited = 0; waited < timeout_ms; waited += 5000)
        if (rpc(id, 5000) >= 0) // want nested-timeout "5 s.*'long_slices_bad' is given"
            return 0;
    return -1;
}
