// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, int id)
{
    if (ctx_done(ctx))
        return -1;
    return call(NULL, id); // want dropped-context "."
}
