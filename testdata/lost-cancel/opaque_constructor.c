// The object that keeps the context comes from a function that is not here. It was written to before it was returned, so it
// cannot be NULL, and the caller's check for NULL is the path on which no context was made.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct core {
    struct ctx *ctx;
    int id;
};

struct widget {
    struct core *core;
    int id;
};

void *object_new(int type); // known by its prototype only
void object_unref(void *object);

static struct core *core_new(CTX_CONST struct ctx *parent, int id)
{
    struct core *core = malloc(sizeof *core);
    if (!core)
        return NULL;
    core->ctx = ctx_with_cancel(parent);
    core->id = id;
    return core;
}

// What the library calls with the last reference.
void widget_finalize_ok(void *object)
{
    struct widget *widget = object;
    ctx_cancel(widget->core->ctx);
    free(widget->core);
}

static struct widget *widget_new(CTX_CONST struct ctx *parent, int id)
{
    struct widget *widget = object_new(1);
    widget->id = id;
    widget->core = core_new(parent, id);
    if (!widget->core) {
        object_unref(widget);
        return NULL;
    }
    return widget;
}

struct widget *widget_checked_ok(CTX_CONST struct ctx *parent)
{
    struct widget *widget = widget_new(parent, 1);
    if (!widget) {
        say("no widget");
        return NULL;
    }
    use(widget->core->ctx);
    return widget;
}

int widget_unref_ok(CTX_CONST struct ctx *parent)
{
    struct widget *widget = widget_new(parent, 1);
    if (!widget)
        return -1;
    int result = fetch(widget->core->ctx, widget->id);
    object_unref(widget);
    return result;
}

int widget_bad(CTX_CONST struct ctx *parent)
{
    struct widget *widget = widget_new(parent, 1); // want lost-cancel "widget"
    if (!widget)
        return -1;
    int result = fetch(widget->core->ctx, widget->id);
    if (result < 0)
        return result;
    object_unref(widget);
    return result;
}
