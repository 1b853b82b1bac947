#include "layers.h"
#include "work.h"

int session_run_ok(struct session *session)
{
    say(session->user);
    return store_read(session, 1) + store_write(session->ctx, 2) + store_sync(session->ctx);
}
