#include "chain.h"

int top_ok(CTX_CONST struct ctx *parent)
{
    struct stream *stream = channel_open(parent);
    if (!stream)
        return -1;
    int result = channel_read(stream);
    stream_free(stream);
    return result;
}

int top_early_return_bad(CTX_CONST struct ctx *parent)
{
    struct stream *stream = channel_open(parent); // want lost-cancel "stream"
    if (!stream)
        return -1;
    int result = channel_read(stream);
    if (result < 0)
        return result;
    stream_free(stream);
    return result;
}
