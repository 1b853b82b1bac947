#include "session.h"
#include "work.h"

void session_open(struct session *session, CTX_CONST struct ctx *parent)
{
    session->ctx = ctx_with_cancel(parent);
}

void session_close(struct session *session)
{
    ctx_cancel(session->ctx);
}

int session_get(struct session *session, int id)
{
    return fetch(session->ctx, id);
}
