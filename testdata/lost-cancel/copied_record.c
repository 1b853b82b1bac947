// A record that holds the object of a context is copied to the heap by a library, and the copy is put in a container.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct list;
void *memory_copy(const void *data, size_t size); // like g_memdup2
void list_add(struct list *list, void *item);

struct call {
    struct ctx *ctx;
    int id;
};

struct entry {
    struct call *call;
    int id;
};

static struct call *call_new(CTX_CONST struct ctx *parent, int id)
{
    struct call *call = malloc(sizeof *call);
    if (!call)
        return NULL;
    call->ctx = ctx_with_cancel(parent);
    call->id = id;
    return call;
}

void call_free_ok(struct call *call)
{
    ctx_cancel(call->ctx);
    free(call);
}

void copied_and_kept_ok(struct list *list, CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < 3; i++) {
        struct call *call = call_new(parent, i);
        if (!call)
            continue;
        struct entry entry = { .call = call, .id = i };
        list_add(list, memory_copy(&entry, sizeof entry));
    }
}

// The copy is of something else.
void not_copied_bad(struct list *list, CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < 3; i++) {
        struct call *call = call_new(parent, i); // want lost-cancel "call"
        if (!call)
            continue;
        struct entry entry = { .call = NULL, .id = call->id };
        list_add(list, memory_copy(&entry, sizeof entry));
    }
}
