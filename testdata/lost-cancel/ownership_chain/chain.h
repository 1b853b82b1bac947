// A context is made at the bottom, travels up through three files and is ended, or not, at the top.
#ifndef CHAIN_H
#define CHAIN_H

#include "ctx.h"

struct stream {
    struct ctx *ctx;
    int id;
};

struct stream *stream_new(CTX_CONST struct ctx *parent, int id);
void stream_free(struct stream *stream);
struct stream *channel_open(CTX_CONST struct ctx *parent);
int channel_read(struct stream *stream);

#endif
