// A session owns a context; it is closed in one file and used in others.
#ifndef SESSION_H
#define SESSION_H

#include "ctx.h"

struct session {
    struct ctx *ctx;
};

void session_open(struct session *session, CTX_CONST struct ctx *parent);
void session_close(struct session *session);
int session_get(struct session *session, int id);

#endif
