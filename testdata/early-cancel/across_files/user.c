#include "session.h"

int closed_too_early_bad(CTX_CONST struct ctx *parent)
{
    struct session session;
    session_open(&session, parent);
    session_close(&session);
    return session_get(&session, 1); // want early-cancel "."
}

int closed_at_the_end_ok(CTX_CONST struct ctx *parent)
{
    struct session session;
    session_open(&session, parent);
    int result = session_get(&session, 1);
    session_close(&session);
    return result;
}

int opened_again_ok(CTX_CONST struct ctx *parent)
{
    struct session session;
    session_open(&session, parent);
    int result = session_get(&session, 1);
    session_close(&session);
    session_open(&session, parent);
    result += session_get(&session, 2);
    session_close(&session);
    return result;
}
