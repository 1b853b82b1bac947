// One exchange with another machine. There is no network here: a peer answers after a time of its own.
#ifndef NET_H
#define NET_H

#include "ctx.h"

enum net_status { NET_OK = 0, NET_CANCELLED = -1, NET_TIMED_OUT = -2, NET_REFUSED = -3 };

struct net_peer {
    const char *name;
    int answers_after_ms;
    int refuses;
};

// Waits for the answer of `peer`, as long as `ctx` allows.
int net_exchange(const struct ctx *ctx, const struct net_peer *peer);
const char *net_status_text(int status);

#endif
