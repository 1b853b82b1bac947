// A large constructor: many parts, each of which may fail, and a context made at the end. All ways on which something failed look alike
// to the caller and are joined; those that made a context stay apart from them.
#include <stdlib.h>
#include <string.h>

#include "ctx.h"
#include "work.h"

static int buffers_made;
static int buffers_failed;
static int bytes_wanted;

struct buffer {
    char *bytes;
    size_t size, used;
    struct buffer *next;
};

static size_t rounded(size_t size)
{
    size_t out = 1;
    while (out < size)
        out *= 2;
    return out;
}

static struct buffer *buffer_new(size_t size)
{
    struct buffer *buffer = malloc(sizeof *buffer);
    if (!buffer) {
        buffers_failed++;
        return NULL;
    }
    buffer->size = rounded(size);
    bytes_wanted += (int)buffer->size;
    buffer->bytes = malloc(buffer->size);
    if (!buffer->bytes) {
        buffers_failed++;
        free(buffer);
        return NULL;
    }
    buffer->used = 0;
    buffer->next = NULL;
    buffers_made++;
    return buffer;
}

static void buffer_free(struct buffer *buffer)
{
    if (!buffer)
        return;
    free(buffer->bytes);
    free(buffer);
}

struct channel {
    struct buffer *events, *replies, *errors, *notices;
    struct peer {
        char *name;
        int port, retries, weight;
    } *peer;
    char *id;
    struct ctx *ctx;
};

static void channel_free(struct channel *channel)
{
    if (!channel)
        return;
    if (channel->ctx)
        ctx_cancel(channel->ctx);
    buffer_free(channel->events);
    buffer_free(channel->replies);
    buffer_free(channel->errors);
    buffer_free(channel->notices);
    if (channel->peer)
        free(channel->peer->name);
    free(channel->peer);
    free(channel->id);
    free(channel);
}

static struct channel *channel_new(CTX_CONST struct ctx *parent, const char *name, int port)
{
    struct channel *channel = calloc(1, sizeof *channel);
    if (!channel)
        return NULL;
    channel->id = strdup(name);
    if (!channel->id) {
        free(channel);
        return NULL;
    }
    channel->peer = calloc(1, sizeof *channel->peer);
    if (!channel->peer) {
        channel_free(channel);
        return NULL;
    }
    channel->peer->name = strdup(name);
    channel->peer->port = port > 0 ? port : 80;
    const char *retries = getenv("RETRIES");
    channel->peer->retries = retries && *retries ? atoi(retries) : 3;
    const char *weight = getenv("WEIGHT");
    if (weight && *weight) {
        channel->peer->weight = atoi(weight);
        if (channel->peer->weight < 0)
            channel->peer->weight = 0;
    }
    if (!channel->peer->name) {
        channel_free(channel);
        return NULL;
    }
    channel->events = buffer_new((size_t)port);
    if (!channel->events) {
        channel_free(channel);
        return NULL;
    }
    channel->replies = buffer_new(64);
    if (!channel->replies) {
        channel_free(channel);
        return NULL;
    }
    channel->errors = buffer_new((size_t)channel->peer->weight);
    if (!channel->errors) {
        channel_free(channel);
        return NULL;
    }
    channel->notices = buffer_new(16);
    if (!channel->notices) {
        channel_free(channel);
        return NULL;
    }
    channel->ctx = ctx_with_cancel(parent);
    return channel;
}

// Hands on what it is given.
static struct channel *channel_prepare_ok(CTX_CONST struct ctx *parent, const char *name)
{
    if (!parent || !name)
        return NULL;
    struct channel *channel = channel_new(parent, name, 443);
    if (!channel)
        return NULL;
    channel->peer->weight = 1;
    return channel;
}

int early_return_bad(CTX_CONST struct ctx *parent, const char *name)
{
    struct channel *channel = channel_prepare_ok(parent, name); // want lost-cancel "channel"
    if (!channel)
        return -1;
    if (fetch(channel->ctx, 1) < 0)
        return -1;
    channel_free(channel);
    return 0;
}

int early_return_ok(CTX_CONST struct ctx *parent, const char *name)
{
    struct channel *channel = channel_prepare_ok(parent, name);
    if (!channel)
        return -1;
    if (fetch(channel->ctx, 1) < 0) {
        channel_free(channel);
        return -1;
    }
    channel_free(channel);
    return 0;
}

int forgotten_bad(CTX_CONST struct ctx *parent, const char *name)
{
    struct channel *channel = channel_prepare_ok(parent, name); // want lost-cancel "channel"
    return channel ? fetch(channel->ctx, 1) : -1;
}
