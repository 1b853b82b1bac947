#include <stdlib.h>

#include "chain.h"

struct stream *stream_new(CTX_CONST struct ctx *parent, int id)
{
    struct stream *stream = malloc(sizeof *stream);
    if (!stream)
        return NULL;
    stream->ctx = ctx_with_cancel(parent);
    if (!stream->ctx) {
        free(stream);
        return NULL;
    }
    stream->id = id;
    return stream;
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    ctx_cancel(stream->ctx);
    free(stream);
}
