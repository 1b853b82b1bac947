// A path that ends in a function that does not return loses nothing.
#include <assert.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <unistd.h>

#include "ctx.h"
#include "work.h"

__attribute__((__noreturn__)) void panic(const char *text);
noreturn void give_up(void);

// Nothing says so, but it never comes back.
static void die(const char *text)
{
    say(text);
    exit(3);
}

static void die_in_one_of_two_ways(int id)
{
    if (ready(id))
        fatal("ready");
    die("not ready");
}

static void spin(void)
{
    for (;;)
        say("waiting for the watchdog");
}

static void only_sometimes(int id)
{
    if (!ready(id))
        exit(1);
}

int declared_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *held = ctx_with_cancel(parent);
    if (id < 0)
        fatal("negative");
    if (id == 0)
        panic("zero");
    if (id == 1)
        give_up();
    int result = fetch(held, id);
    ctx_cancel(held);
    return result;
}

int library_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *held = ctx_with_cancel(parent);
    switch (id) {
    case 0: exit(0);
    case 1: abort();
    case 2: _exit(1);
    case 3: quick_exit(1);
    }
    int result = fetch(held, id);
    ctx_cancel(held);
    return result;
}

int inferred_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *held = ctx_with_cancel(parent);
    if (id < 0) {
        die("negative");
        return -1;
    }
    if (id == 0) {
        die_in_one_of_two_ways(id);
        return -1;
    }
    if (id == 1) {
        spin();
        return -1;
    }
    int result = fetch(held, id);
    ctx_cancel(held);
    return result;
}

int returns_sometimes_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *held = ctx_with_cancel(parent); // want lost-cancel "held"
    if (id < 0) {
        only_sometimes(id);
        return -1;
    }
    int result = fetch(held, id);
    ctx_cancel(held);
    return result;
}

int assertion_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *held = ctx_with_cancel(parent);
    assert(held);
    int result = fetch(held, id);
    assert(result >= 0);
    ctx_cancel(held);
    return result;
}

int unreachable_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *held = ctx_with_cancel(parent);
    switch (id & 1) {
    case 0:
        use(held);
        ctx_cancel(held);
        return 0;
    case 1:
        ctx_cancel(held);
        return 1;
    default:
        __builtin_unreachable();
    }
}
