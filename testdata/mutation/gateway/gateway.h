// A gateway that answers from a cache, and from two back ends where the cache has nothing.
#ifndef GATEWAY_H
#define GATEWAY_H

#include "waits.h"
#include "work.h"

struct gateway {
    int first, second;
};

int cache_look(struct ctx *ctx, int key);
int backend_ask(struct ctx *ctx, int server, int key);
int gateway_handle(struct gateway *gateway, int key);

#endif
