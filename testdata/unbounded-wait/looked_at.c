// A time that a function only looks at, to see when to stop trying, says nothing of what it calls.
#include "waits.h"
#include "work.h"

static int prepare(int id)
{
    return rpc_forever(id);
}

static int try_until_ok(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    int result = prepare(id);
    while (result < 0 && now_ms() < deadline)
        result = rpc(id + 1, 50);
    return result;
}

static int try_for_ever_bad(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    int result;
    do
        result = rpc_forever(id); // want unbounded-wait "."
    while (result < 0 && now_ms() < deadline);
    return result;
}

int handle(int id)
{
    return try_until_ok(id, 5000) + try_for_ever_bad(id, 5000);
}
