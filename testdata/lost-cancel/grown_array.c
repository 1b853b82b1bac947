// Objects with a context are put in an array that grows; whoever takes the array down ends them.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct feed {
    struct ctx *ctx;
    int id;
};

struct pool {
    struct feed **feeds;
    size_t feed_count;
    int *ids;
    size_t id_count;
};

static struct feed *feed_new(CTX_CONST struct ctx *parent, int id)
{
    struct feed *feed = malloc(sizeof *feed);
    if (!feed)
        return NULL;
    feed->ctx = ctx_with_cancel(parent);
    feed->id = id;
    return feed;
}

static void feed_free(struct feed *feed)
{
    ctx_cancel(feed->ctx);
    free(feed);
}

void pool_subscribe_ok(struct pool *pool, CTX_CONST struct ctx *parent)
{
    for (size_t i = 0; i < pool->id_count; i++) {
        struct feed *feed = feed_new(parent, pool->ids[i]);
        if (!feed)
            continue;
        if (fetch(feed->ctx, feed->id) < 0) {
            feed_free(feed);
            continue;
        }
        struct feed **grown = realloc(pool->feeds, (pool->feed_count + 1) * sizeof *pool->feeds);
        if (!grown) {
            feed_free(feed);
            continue;
        }
        pool->feeds = grown;
        pool->feeds[pool->feed_count++] = feed;
    }
    if (ready(1))
        say("subscribed");
}

void pool_subscribe_all_ok(struct pool *pool, CTX_CONST struct ctx *parent)
{
    for (size_t i = 0; i < pool->id_count; i++) {
        struct feed *feed = feed_new(parent, pool->ids[i]);
        if (!feed)
            continue;
        struct feed **grown = realloc(pool->feeds, (pool->feed_count + 1) * sizeof *pool->feeds);
        if (!grown) {
            feed_free(feed);
            continue;
        }
        pool->feeds = grown;
        pool->feeds[pool->feed_count++] = feed;
    }
}

void pool_subscribe_bad(struct pool *pool, CTX_CONST struct ctx *parent)
{
    for (size_t i = 0; i < pool->id_count; i++) {
        struct feed *feed = feed_new(parent, pool->ids[i]); // want lost-cancel "feed"
        if (!feed)
            continue;
        struct feed **grown = realloc(pool->feeds, (pool->feed_count + 1) * sizeof *pool->feeds);
        if (!grown)
            continue;
        pool->feeds = grown;
        pool->feeds[pool->feed_count++] = feed;
    }
}

void pool_clear_ok(struct pool *pool)
{
    for (size_t i = 0; i < pool->feed_count; i++)
        feed_free(pool->feeds[i]);
    free(pool->feeds);
    pool->feeds = NULL;
    pool->feed_count = 0;
}
