// Functions that take a moment or a duration, as a flag says: their callers are believed.
#include <poll.h>

#include "waits.h"
#include "work.h"

static int64_t after(int64_t duration)
{
    return now_ms() + duration;
}

static int chosen(int id, bool is_end, int64_t time)
{
    return rpc_until(id, is_end ? time : after(time));
}

int chosen_ok(int id)
{
    return chosen(id, true, after(500)) + chosen(id, false, 500);
}

int64_t opaque_after(int64_t duration);

static int branched(int id, bool is_end, int64_t time)
{
    if (is_end)
        return rpc_until(id, time);
    return rpc_until(id, opaque_after(time));
}

int branched_ok(int id)
{
    return branched(id, true, after(500)) + branched(id, false, 500);
}

static int switched(struct pollfd *fd, int kind, int64_t time)
{
    switch (kind) {
    case 0: return rpc_until(1, time);
    case 1: return rpc(1, time);
    default: return poll(fd, 1, (int)time);
    }
}

int switched_ok(struct pollfd *fd)
{
    return switched(fd, 0, after(500)) + switched(fd, 1, 500);
}

static int logged(int id, int64_t end)
{
    say("waits");
    return rpc_until(id, end);
}

int logged_bad(int id)
{
    return logged(id, 500); // want deadline-arithmetic "point in time"
}

// A limit, or for ever.
static int limited(int id, int64_t end)
{
    if (end < 0)
        end = -1;
    return rpc_until(id, end);
}

int limited_ok(int id)
{
    return limited(id, -7) + limited(id, after(500));
}

int limited_bad(int id)
{
    return limited(id, 500); // want deadline-arithmetic "point in time"
}
