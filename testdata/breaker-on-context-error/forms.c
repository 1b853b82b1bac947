// The caller's budget is a number or the thread's own.
#include "waits.h"
#include "work.h"

int deadline_bad(int64_t deadline, struct breaker *breaker, int id)
{
    int result = rpc_until(id, deadline);
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "deadline|caller"
    return result;
}

int deadline_ok(int64_t deadline, struct breaker *breaker, int id)
{
    int result = rpc_until(id, deadline);
    if (result < 0 && now_ms() < deadline)
        breaker_failed(breaker);
    return result;
}

int timer_bad(struct timer *timer, struct breaker *breaker, int id)
{
    int result = rpc_timer(id, timer);
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

int timer_ok(struct timer *timer, struct breaker *breaker, int id)
{
    int result = rpc_timer(id, timer);
    if (result < 0 && !timer_over(timer))
        breaker_failed(breaker);
    return result;
}

static int ambient_bad(struct breaker *breaker, int id)
{
    int result = rpc_ambient(id);
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

static int ambient_ok(struct breaker *breaker, int id)
{
    int result = rpc_ambient(id);
    if (result < 0 && !budget_over())
        breaker_failed(breaker);
    return result;
}

int handle_ambient_ok(struct breaker *breaker, int id)
{
    budget_begin(2000);
    int result = ambient_bad(breaker, id) + ambient_ok(breaker, id);
    budget_end();
    return result;
}

// A plain timeout is this call's own: a parameter called so says how long this request may take. (It may be what is left of a
// budget; nothing shows it, so nothing is said.)
int timeout_ok(int timeout_ms, struct breaker *breaker, int id)
{
    int result = rpc(id, timeout_ms);
    if (result < 0)
        breaker_failed(breaker);
    return result;
}
