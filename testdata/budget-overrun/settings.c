// Lengths that get to the waits through members, helpers and memory, from functions that know nothing of time.
#include "waits.h"
#include "work.h"

#include <stdlib.h>

struct settings {
    int64_t connect_ms, read_ms;
    int tries;
};

static void set_lengths(struct settings *settings, int64_t connect_ms, int64_t read_ms)
{
    settings->connect_ms = connect_ms;
    settings->read_ms = read_ms;
}

// The deadline is set down here; the lengths are set by callers.
static int run_members_bad(const struct settings *settings)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = spend(ctx_with_timeout(ctx, settings->connect_ms));
    result += spend(ctx_with_timeout(ctx, settings->read_ms)); // want budget-overrun "up to 2400 ms \(900 ms \+ 1500 ms\) but 'run_members_bad' allows 2000 ms"
    ctx_cancel(ctx);
    return result;
}

int handle_members_ok(void)
{
    struct settings settings = {0};
    settings.connect_ms = 900;
    settings.read_ms = 1500;
    return run_members_bad(&settings);
}

static int run_helper_bad(const struct settings *settings)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = spend(ctx_with_timeout(ctx, settings->connect_ms));
    result += spend(ctx_with_timeout(ctx, settings->read_ms)); // want budget-overrun "up to 2500 ms \(1200 ms \+ 1300 ms\) but 'run_helper_bad' allows 2000 ms"
    ctx_cancel(ctx);
    return result;
}

int handle_helper_ok(void)
{
    struct settings settings = {0};
    set_lengths(&settings, 1200, 1300);
    return run_helper_bad(&settings);
}

static int run_memory_bad(const struct settings *settings)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = spend(ctx_with_timeout(ctx, settings->connect_ms));
    result += spend(ctx_with_timeout(ctx, settings->read_ms)); // want budget-overrun "up to 2100 ms \(1000 ms \+ 1100 ms\) but 'run_memory_bad' allows 2000 ms"
    ctx_cancel(ctx);
    return result;
}

int handle_memory_ok(void)
{
    struct settings *settings = malloc(sizeof *settings);
    settings->connect_ms = 1000;
    settings->read_ms = 1100;
    int result = run_memory_bad(settings);
    free(settings);
    return result;
}

static int run_fitting_ok(const struct settings *settings)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = spend(ctx_with_timeout(ctx, settings->connect_ms));
    result += spend(ctx_with_timeout(ctx, settings->read_ms));
    ctx_cancel(ctx);
    return result;
}

int handle_fitting_ok(void)
{
    struct settings settings = {0};
    set_lengths(&settings, 600, 700);
    return run_fitting_ok(&settings);
}

// The loop's count comes from above the deadline.
static int try_bad(int id, int tries)
{
    int64_t end = now_ms() + 2000;
    int result = -1;
    for (int i = 0; result < 0 && i < tries; i++)
        result = rpc(id, 800); // want budget-overrun "up to 3200 ms \(4 attempts x 800 ms\) but 'try_bad' allows 2000 ms"
    return result < 0 ? rpc_until(id, end) : result;
}

int handle_tries_ok(int id)
{
    return try_bad(id, 4);
}

// The clock is read by a helper that keeps it.
struct job {
    int64_t end_ms;
};

static void begin_job(struct job *job, int64_t ms)
{
    job->end_ms = now_ms() + ms;
}

static int finish_job(const struct job *job, int id)
{
    return rpc_until(id, job->end_ms);
}

// A moment that a helper keeps in memory is not followed into another one.
int FN_handle_job_bad(int id)
{
    struct job job;
    begin_job(&job, 2000);
    int result = rpc(id, 1200) + rpc(id, 1000);
    return result + finish_job(&job, id);
}

int handle_job_ok(int id)
{
    struct job job;
    begin_job(&job, 2000);
    int result = rpc(id, 1200) + rpc(id, 700);
    return result + finish_job(&job, id);
}

// What is waited for on the way out of the program is nobody's time.
static void give_up(void)
{
    pause_ms(1500);
    exit(1);
}

int handle_exit_ok(int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = spend(ctx_with_timeout(ctx, 900));
    if (result < 0)
        give_up();
    ctx_cancel(ctx);
    return result + id;
}
