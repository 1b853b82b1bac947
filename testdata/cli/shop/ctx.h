// A context library by its shape alone. Times are milliseconds; a child's deadline is never later than its parent's.
#ifndef CTX_H
#define CTX_H

#include <stdbool.h>
#include <stdint.h>

struct ctx;

struct ctx *ctx_background(void);
struct ctx *ctx_with_timeout(const struct ctx *parent, int64_t timeout_ms);
void ctx_cancel(struct ctx *ctx);
bool ctx_done(const struct ctx *ctx);
int64_t ctx_remaining(const struct ctx *ctx);

#endif
