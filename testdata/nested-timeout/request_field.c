// The context travels in a field of an object.
#include "ctx.h"
#include "work.h"

struct request {
    CTX_CONST struct ctx *ctx;
    int id;
};

static int charge_bad(struct request *request)
{
    return spend(ctx_with_timeout(request->ctx, 1000)); // want nested-timeout "1 s.*capped.*3 s"
}

static int charge_ok(const struct request *request)
{
    return spend(ctx_with_timeout(request->ctx, ctx_remaining(request->ctx) / 2));
}

int handle_request_ok(CTX_CONST struct ctx *base, int id)
{
    struct ctx *ctx = ctx_with_timeout(base, 3000);
    struct request request = { .ctx = ctx, .id = id };
    int result = charge_bad(&request) + charge_ok(&request);
    ctx_cancel(ctx);
    return result;
}

// An object that lives longer than the function that bounds it.
struct session {
    struct ctx *ctx;
    int user;
};

void session_open_ok(struct session *session, CTX_CONST struct ctx *base)
{
    session->ctx = ctx_with_timeout(base, 10000);
}

int session_query_bad(struct session *session)
{
    return spend(ctx_with_timeout(session->ctx, 500)); // want nested-timeout "500 ms.*capped.*10 s"
}

int session_query_ok(struct session *session)
{
    int64_t left = ctx_remaining(session->ctx);
    return spend(ctx_with_timeout(session->ctx, left < 500 ? left : 500));
}

void session_close_ok(struct session *session)
{
    ctx_cancel(session->ctx);
}

// Two levels of objects.
struct connection {
    struct session *session;
    int number;
};

static int connection_send_bad(struct connection *connection)
{
    return spend(ctx_with_timeout(connection->session->ctx, 20000)); // want nested-timeout "20 s.*dead.*10 s"
}

int connection_use_ok(struct session *session)
{
    struct connection connection = { .session = session, .number = 1 };
    return connection_send_bad(&connection);
}

// A field that only ever holds contexts without deadline.
struct server {
    struct ctx *ctx;
};

void server_start_ok(struct server *server)
{
    server->ctx = ctx_with_cancel(ctx_background());
}

int server_accept_ok(struct server *server)
{
    return spend(ctx_with_timeout(server->ctx, 500));
}

void server_stop_ok(struct server *server)
{
    ctx_cancel(server->ctx);
}

// A struct passed by value.
static int by_value_bad(struct request request)
{
    return spend(ctx_with_timeout(request.ctx, 4000)); // want nested-timeout "4 s.*dead.*3 s"
}

int handle_by_value_ok(CTX_CONST struct ctx *base)
{
    struct ctx *ctx = ctx_with_timeout(base, 3000);
    int result = by_value_bad((struct request){ .ctx = ctx, .id = 2 });
    ctx_cancel(ctx);
    return result;
}
