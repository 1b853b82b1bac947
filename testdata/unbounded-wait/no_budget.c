// Without a budget: a call that takes a context and gets one which nothing ever ends waits for ever. Code that knows no
// budgets at all is left alone.
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

int background_bad(int id)
{
    return call(ctx_background(), id); // want unbounded-wait "call"
}

int background_in_a_variable_bad(int id)
{
    struct ctx *ctx = ctx_with_value(ctx_background(), "id", &id);
    return call(ctx, id); // want unbounded-wait "call"
}

int background_bounded_ok(int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = call(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int background_with_a_timeout_of_the_call_ok(int id)
{
    return call_within(ctx_background(), id, 2000);
}

// Below the root: no caller sets a deadline.
static int step_bad(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id); // want unbounded-wait "call"
}

int handle_without_ok(int id)
{
    return step_bad(ctx_background(), id);
}

static int step_ok(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id);
}

int handle_with_ok(int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = step_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// A context from outside may have a deadline.
int from_outside_ok(CTX_CONST struct ctx *request, int id)
{
    return call(request, id);
}

// Someone can cancel this one. (Whether that is enough is a matter of taste; this rule says nothing.)
int cancellable_ok(int id)
{
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    int result = call(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// A server waits for its clients, a shell for its children, a filter for its input: no budget, nothing to say.
int accept_ok(int listener)
{
    return accept(listener, NULL, NULL);
}

int events_ok(struct pollfd *fds, unsigned count)
{
    for (;;) {
        int ready = poll(fds, count, -1);
        if (ready < 0)
            return -1;
        say("events");
    }
}

int run_ok(pid_t pid)
{
    int status;
    return waitpid(pid, &status, 0) < 0 ? -1 : status;
}

long filter_ok(char *to, size_t size)
{
    return read(STDIN_FILENO, to, size);
}

// The background context comes from a function of the program.
static struct ctx *fresh_ok(void)
{
    return ctx_background();
}

int fresh_bad(int id)
{
    return call(fresh_ok(), id); // want unbounded-wait "call"
}
