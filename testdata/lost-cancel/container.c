// Containers: whoever destroys the container ends the contexts in it.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct pool {
    struct ctx *all[8];
    size_t count;
};

static void pool_add(struct pool *pool, struct ctx *ctx)
{
    pool->all[pool->count++] = ctx;
}

static void pool_destroy(struct pool *pool)
{
    while (pool->count > 0)
        ctx_cancel(pool->all[--pool->count]);
}

void added_to_a_pool_ok(struct pool *pool, CTX_CONST struct ctx *parent)
{
    struct ctx *pooled = ctx_with_cancel(parent);
    use(pooled);
    pool_add(pool, pooled);
}

void local_pool_ok(CTX_CONST struct ctx *parent)
{
    struct pool pool = { .count = 0 };
    pool_add(&pool, ctx_with_cancel(parent));
    pool_add(&pool, ctx_with_cancel(parent));
    pool_destroy(&pool);
}

// A list whose nodes own their context.
struct node {
    struct node *next;
    struct ctx *ctx;
};

struct node *list_push_ok(struct node *head, CTX_CONST struct ctx *parent)
{
    struct node *node = malloc(sizeof *node);
    if (!node)
        return head;
    node->ctx = ctx_with_cancel(parent);
    node->next = head;
    return node;
}

void list_free_ok(struct node *head)
{
    while (head) {
        struct node *next = head->next;
        ctx_cancel(head->ctx);
        free(head);
        head = next;
    }
}

int pushed_or_ended_ok(struct node **head, CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    struct node *node = malloc(sizeof *node);
    if (!node) {
        ctx_cancel(made);
        return -1;
    }
    *node = (struct node){ .next = *head, .ctx = made };
    *head = node;
    return 0;
}

int pushed_or_lost_bad(struct node **head, CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    struct node *node = malloc(sizeof *node);
    if (!node)
        return -1;
    *node = (struct node){ .next = *head, .ctx = made };
    *head = node;
    return 0;
}

// A list that frees its nodes and forgets the contexts in them.
struct leaf {
    struct leaf *next;
    struct ctx *inner;
};

struct leaf *leaf_push_bad(struct leaf *head, CTX_CONST struct ctx *parent)
{
    struct leaf *leaf = malloc(sizeof *leaf);
    if (!leaf)
        return head;
    leaf->inner = ctx_with_cancel(parent); // want lost-cancel "inner"
    leaf->next = head;
    return leaf;
}

void leaf_free_ok(struct leaf *head)
{
    while (head) {
        struct leaf *next = head->next;
        free(head);
        head = next;
    }
}

// A ring buffer hands contexts from one function to another, in a global.
static struct ctx *ring[16];
static unsigned ring_head, ring_tail;

static bool ring_put(struct ctx *ctx)
{
    if (ring_head - ring_tail == 16)
        return false;
    ring[ring_head++ % 16] = ctx;
    return true;
}

void ring_drain_ok(void)
{
    while (ring_tail != ring_head) {
        struct ctx *taken = ring[ring_tail++ % 16];
        use(taken);
        ctx_cancel(taken);
    }
}

void queued_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *queued = ctx_with_cancel(parent);
    if (!ring_put(queued))
        ctx_cancel(queued);
}

void queue_full_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *queued = ctx_with_cancel(parent); // want lost-cancel "queued"
    ring_put(queued);
}

// An object owned by an object.
struct client {
    struct pool pool;
    struct ctx *ctx;
};

void client_open_ok(struct client *client, CTX_CONST struct ctx *parent)
{
    client->pool.count = 0;
    client->ctx = ctx_with_cancel(parent);
    pool_add(&client->pool, ctx_with_cancel(client->ctx));
}

void client_close_ok(struct client *client)
{
    pool_destroy(&client->pool);
    ctx_cancel(client->ctx);
}
