#include "chain.h"
#include "work.h"

struct stream *channel_open(CTX_CONST struct ctx *parent)
{
    struct stream *stream = stream_new(parent, next_id());
    if (!stream)
        return NULL;
    use(stream->ctx);
    return stream;
}

int channel_read(struct stream *stream)
{
    return fetch(stream->ctx, stream->id);
}
