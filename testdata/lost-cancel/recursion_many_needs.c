// A function that calls itself and depends on more and more of what it is given, the deeper it goes.
#include "ctx.h"
#include "work.h"

struct node {
    struct node *next;
    struct ctx *first, *second;
    int short_ms, long_ms;
};

int walk_ok(struct node *node, CTX_CONST struct ctx *parent, int ms, int extra_ms, struct ctx *other)
{
    if (!node)
        return 0;
    struct ctx *a = ctx_with_timeout(parent, ms);
    struct ctx *b = ctx_with_timeout(other, node->short_ms + extra_ms);
    struct ctx *c = ctx_with_timeout(node->first, node->long_ms);
    int result = walk_ok(node->next, a, extra_ms + 1, node->short_ms, c);
    result += walk_ok(node->next->next, c, node->next->long_ms, ms, node->next->second);
    result += walk_ok(node, node->next->next->second, node->long_ms, ms, node->first);
    ctx_cancel(c);
    ctx_cancel(b);
    ctx_cancel(a);
    return result;
}

int walk_bad(struct node *node, CTX_CONST struct ctx *parent, int ms)
{
    if (!node)
        return fetch(parent, ms);
    struct ctx *a = ctx_with_timeout(parent, ms); // want lost-cancel "'a'"
    int result = walk_bad(node->next, a, node->short_ms);
    if (result < 0)
        return result;
    ctx_cancel(a);
    return result;
}
