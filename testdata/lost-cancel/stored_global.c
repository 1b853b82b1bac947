// A context stored in a global variable: some function of the program must cancel it.
#include "ctx.h"
#include "work.h"

static struct ctx *orphan;
struct ctx *shared;
static struct ctx *table[4];
static struct ctx *orphans[4];
static struct { struct ctx *ctx; bool is_up; } service;

void orphan_start_bad(CTX_CONST struct ctx *parent)
{
    orphan = ctx_with_cancel(parent); // want lost-cancel "orphan"
}

void orphan_work_ok(void)
{
    use(orphan);
}

void shared_start_ok(CTX_CONST struct ctx *parent)
{
    shared = ctx_with_cancel(parent);
}

void shared_stop_ok(void)
{
    if (!shared)
        return;
    ctx_cancel(shared);
    shared = NULL;
}

void table_fill_ok(CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < 4; i++)
        table[i] = ctx_with_cancel(parent);
}

void table_clear_ok(void)
{
    for (int i = 0; i < 4; i++)
        ctx_cancel(table[i]);
}

void orphans_fill_bad(CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < 4; i++)
        orphans[i] = ctx_with_cancel(parent); // want lost-cancel "orphans"
}

void service_start_ok(CTX_CONST struct ctx *parent)
{
    service.ctx = ctx_with_cancel(parent);
    service.is_up = true;
}

void service_stop_ok(void)
{
    if (service.is_up)
        ctx_cancel(service.ctx);
    service.is_up = false;
}

// Through a local variable first.
void started_in_two_steps_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *fresh = ctx_with_cancel(parent);
    use(fresh);
    shared = fresh;
}

void stored_only_sometimes_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *fresh = ctx_with_cancel(parent); // want lost-cancel "fresh"
    if (ready(id))
        shared = fresh;
}

void stored_only_sometimes_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *fresh = ctx_with_cancel(parent);
    if (ready(id))
        shared = fresh;
    else
        ctx_cancel(fresh);
}

// A static variable of a function.
void counted_ok(CTX_CONST struct ctx *parent, bool start)
{
    static struct ctx *current;
    if (start) {
        current = ctx_with_cancel(parent);
    } else {
        ctx_cancel(current);
        current = NULL;
    }
}

void counted_bad(CTX_CONST struct ctx *parent)
{
    static struct ctx *stuck;
    if (!stuck)
        stuck = ctx_with_cancel(parent); // want lost-cancel "stuck"
    use(stuck);
}
