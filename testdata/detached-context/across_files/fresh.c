#include "app.h"

struct ctx *fresh(int64_t ms)
{
    return ctx_with_timeout(ctx_background(), ms);
}
