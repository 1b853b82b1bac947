// A context stored in an object lives on with it: some function of the program must cancel what the field holds.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

// Nothing in the program ever cancels `watcher.ctx`.
struct watcher {
    struct ctx *ctx;
    int id;
};

void watcher_start_bad(struct watcher *watcher, CTX_CONST struct ctx *parent)
{
    watcher->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
    use(watcher->ctx);
}

void watcher_run_ok(struct watcher *watcher)
{
    fetch(watcher->ctx, watcher->id);
}

// `session.ctx` is cancelled by session_stop.
struct session {
    struct ctx *ctx;
    int id;
};

void session_start_ok(struct session *session, CTX_CONST struct ctx *parent)
{
    session->ctx = ctx_with_cancel(parent);
    use(session->ctx);
}

void session_stop_ok(struct session *session)
{
    ctx_cancel(session->ctx);
    session->ctx = NULL;
}

// The object is heap memory and returned.
struct session *session_new_ok(CTX_CONST struct ctx *parent, int id)
{
    struct session *session = malloc(sizeof *session);
    if (!session)
        return NULL;
    session->ctx = ctx_with_cancel(parent);
    session->id = id;
    return session;
}

struct session *session_new_failing_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *fresh = ctx_with_cancel(parent); // want lost-cancel "fresh"
    struct session *session = malloc(sizeof *session);
    if (!session)
        return NULL;
    session->ctx = fresh;
    session->id = id;
    return session;
}

struct session *session_new_failing_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *fresh = ctx_with_cancel(parent);
    struct session *session = malloc(sizeof *session);
    if (!session) {
        ctx_cancel(fresh);
        return NULL;
    }
    session->ctx = fresh;
    session->id = id;
    return session;
}

// A second field of the same record does not count.
struct tunnel {
    struct ctx *up, *down;
};

void tunnel_open_bad(struct tunnel *tunnel, CTX_CONST struct ctx *parent)
{
    tunnel->up = ctx_with_cancel(parent);
    tunnel->down = ctx_with_cancel(parent); // want lost-cancel "down"
}

void tunnel_close_ok(struct tunnel *tunnel)
{
    ctx_cancel(tunnel->up);
}

// An object on this function's stack ends with the function.
int local_object_bad(CTX_CONST struct ctx *parent, int id)
{
    struct session session = { .ctx = ctx_with_cancel(parent), .id = id }; // want lost-cancel "session|ctx"
    return fetch(session.ctx, session.id);
}

int local_object_ok(CTX_CONST struct ctx *parent, int id)
{
    struct session session = { .ctx = ctx_with_cancel(parent), .id = id };
    int result = fetch(session.ctx, session.id);
    session_stop_ok(&session);
    return result;
}

int local_object_early_return_bad(CTX_CONST struct ctx *parent, int id)
{
    struct session session;
    session_start_ok(&session, parent); // want lost-cancel "session"
    session.id = id;
    if (fetch(session.ctx, id) < 0)
        return -1;
    session_stop_ok(&session);
    return 0;
}

int local_object_early_return_ok(CTX_CONST struct ctx *parent, int id)
{
    struct session session;
    session_start_ok(&session, parent);
    session.id = id;
    int result = fetch(session.ctx, id);
    session_stop_ok(&session);
    return result;
}

// Within one function.
void overwritten_field_bad(struct session *session, CTX_CONST struct ctx *parent)
{
    session->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
    use(session->ctx);
    session->ctx = ctx_with_cancel(parent);
}

void overwritten_field_ok(struct session *session, CTX_CONST struct ctx *parent)
{
    session->ctx = ctx_with_cancel(parent);
    use(session->ctx);
    ctx_cancel(session->ctx);
    session->ctx = ctx_with_cancel(parent);
}

// `batch.ctx` is cancelled by those only that have made it.
struct batch {
    struct ctx *ctx;
    int id;
};

int batch_run_ok(struct batch *batch, CTX_CONST struct ctx *parent)
{
    batch->ctx = ctx_with_cancel(parent);
    int result = fetch(parent, batch->id);
    ctx_cancel(batch->ctx);
    return result;
}

static void batch_end(struct batch *batch)
{
    ctx_cancel(batch->ctx);
}

int batch_run_with_helper_ok(struct batch *batch, CTX_CONST struct ctx *parent)
{
    batch->ctx = ctx_with_cancel(parent);
    int result = fetch(parent, batch->id);
    batch_end(batch);
    return result;
}

int batch_early_return_bad(struct batch *batch, CTX_CONST struct ctx *parent)
{
    batch->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
    if (fetch(parent, batch->id) < 0)
        return -1;
    batch_end(batch);
    return 0;
}

void batch_start_bad(struct batch *batch, CTX_CONST struct ctx *parent)
{
    batch->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
}

// The helper serves others as well, which did not make what they give it.
struct round {
    struct ctx *ctx;
};

static void round_end(struct round *round)
{
    ctx_cancel(round->ctx);
}

int round_run_ok(struct round *round, CTX_CONST struct ctx *parent)
{
    round->ctx = ctx_with_cancel(parent);
    int result = fetch(round->ctx, 1);
    round_end(round);
    return result;
}

void round_start_ok(struct round *round, CTX_CONST struct ctx *parent)
{
    round->ctx = ctx_with_cancel(parent);
}

void round_stop_ok(struct round *round)
{
    round_end(round);
}
