// A context that may be NULL is made in each turn of a loop and put in an element of an array that a parameter leads to.
#include "ctx.h"
#include "work.h"

struct table {
    struct ctx **all;
    int count;
};

void fill_ok(struct table *table, int count, CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < count; i++) {
        struct ctx *made = ctx_with_cancel(parent);
        if (!made)
            continue;
        table->all[i] = made;
    }
}

void append_ok(struct table *table, int count, CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < count; i++) {
        struct ctx *made = ctx_with_cancel(parent);
        if (!made)
            continue;
        table->all[table->count++] = made;
    }
}

void fill_some_bad(struct table *table, int count, CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < count; i++) {
        struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
        if (!made)
            continue;
        if (fetch(made, i) < 0)
            continue;
        table->all[i] = made;
    }
}

void end_ok(struct table *table)
{
    for (int i = 0; i < table->count; i++)
        ctx_cancel(table->all[i]);
}

// An array whose elements nothing ever ends.
struct leaky_table {
    struct ctx **all;
    int count;
};

void fill_leaky_bad(struct leaky_table *table, int count, CTX_CONST struct ctx *parent)
{
    for (int i = 0; i < count; i++)
        table->all[i] = ctx_with_cancel(parent); // want lost-cancel "all"
}
