// A store that is reached over a connection, in three files.
#ifndef STORE_H
#define STORE_H

#include "ctx.h"

int wire_wait(int fd, int timeout_ms); // -1: for ever
int store_read_bad(CTX_CONST struct ctx *ctx, int fd);
int store_read_ok(CTX_CONST struct ctx *ctx, int fd);

#endif
