// An object with a reference count owns a context: the last reference ends it, if nobody has done so. A new object has one
// reference, so that giving it back ends the context.
#include <stdatomic.h>
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct stream {
    struct ctx *ctx;
    void (*end)(struct ctx *ctx);
    atomic_int references;
};

static struct stream *stream_new(CTX_CONST struct ctx *parent)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    atomic_store(&stream->references, 1);
    stream->ctx = ctx_with_cancel(parent);
    stream->end = ctx_cancel;
    return stream;
}

static void stream_unref(struct stream *stream)
{
    if (!stream)
        return;
    if (atomic_fetch_sub(&stream->references, 1) > 1)
        return;
    if (stream->end)
        stream->end(stream->ctx);
    free(stream);
}

int last_reference_ok(CTX_CONST struct ctx *parent)
{
    struct stream *stream = stream_new(parent);
    if (!stream)
        return -1;
    int result = fetch(stream->ctx, 1);
    stream_unref(stream);
    return result;
}

int early_return_bad(CTX_CONST struct ctx *parent)
{
    struct stream *stream = stream_new(parent); // want lost-cancel "stream"
    if (!stream)
        return -1;
    int result = fetch(stream->ctx, 1);
    if (result < 0)
        return result;
    stream_unref(stream);
    return result;
}

int second_reference_bad(CTX_CONST struct ctx *parent)
{
    struct stream *stream = stream_new(parent); // want lost-cancel "stream"
    if (!stream)
        return -1;
    atomic_fetch_add(&stream->references, 1);
    int result = fetch(stream->ctx, 1);
    stream_unref(stream);
    return result;
}
