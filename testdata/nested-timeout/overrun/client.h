#ifndef CLIENT_H
#define CLIENT_H

#include "unitctx.h"

int client_send(struct uctx *ctx);
int client_receive(struct uctx *ctx);

#endif
