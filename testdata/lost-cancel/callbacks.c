// Contexts handed to code that is not here: registered callbacks, containers of a library, things that only print.
#include <stdio.h>
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct queue;

void timer_after(int ms, void (*fire)(void *data), void *data);
void queue_push(struct queue *queue, void *item);
void *queue_pop(struct queue *queue);

static void end_it(void *data)
{
    struct ctx *ctx = data;
    ctx_cancel(ctx);
}

void ended_by_a_timer_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *timed = ctx_with_cancel(parent);
    use(timed);
    timer_after(100, end_it, timed);
}

void timer_not_always_set_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *timed = ctx_with_cancel(parent); // want lost-cancel "timed"
    use(timed);
    if (ready(id))
        timer_after(100, end_it, timed);
}

void queued_in_a_library_ok(struct queue *queue, CTX_CONST struct ctx *parent)
{
    struct ctx *queued = ctx_with_cancel(parent);
    use(queued);
    queue_push(queue, queued);
}

void popped_ok(struct queue *queue)
{
    struct ctx *popped = queue_pop(queue);
    ctx_cancel(popped);
}

void only_printed_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *shown = ctx_with_cancel(parent); // want lost-cancel "shown"
    printf("context %p\n", (void *)shown);
}

// A callback of the program's own, called at once.
static int with_each(int count, int (*visit)(struct ctx *ctx, int id), struct ctx *ctx)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += visit(ctx, i);
    return sum;
}

static int visit_only(struct ctx *ctx, int id)
{
    return fetch(ctx, id);
}

int visited_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *visited = ctx_with_cancel(parent); // want lost-cancel "visited"
    return with_each(3, visit_only, visited);
}

int visited_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *visited = ctx_with_cancel(parent);
    int sum = with_each(3, visit_only, visited);
    ctx_cancel(visited);
    return sum;
}

// At the end of the process.
static struct ctx *process_ctx;

static void end_process(void)
{
    ctx_cancel(process_ctx);
}

void registered_at_exit_ok(CTX_CONST struct ctx *parent)
{
    process_ctx = ctx_with_cancel(parent);
    atexit(end_process);
}
