#ifndef LIB_H
#define LIB_H

#include <stdint.h>

struct ctx;
struct ctx *ctx_background(void);
struct ctx *ctx_with_cancel(struct ctx *parent);
struct ctx *ctx_with_deadline(struct ctx *parent, int64_t deadline_ms);
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t timeout_ms);
void ctx_cancel(struct ctx *ctx);
void ctx_unref(struct ctx *ctx);
int64_t ctx_remaining(struct ctx *ctx);
int64_t ctx_now(void);

struct ctx *my_with_timeout(struct ctx *parent, int64_t timeout_ms);
struct ctx *app_background(void);
void request_ctx_cancel(struct ctx *ctx);
void say(const char *text);

#endif
