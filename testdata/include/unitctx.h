// Context libraries that measure time in other ways: microseconds, seconds, seconds as a floating-point number, `struct
// timespec`, a unit in the function's name, a type that names its unit, and no hint at all.
// Xspend works under a context and ends it.
#ifndef UNITCTX_H
#define UNITCTX_H

#include <stdint.h>
#include <time.h>

struct uctx; // microseconds
struct uctx *uctx_with_timeout(struct uctx *parent, uint64_t timeout_us);
void uctx_cancel(struct uctx *ctx);
int64_t uctx_remaining(struct uctx *ctx);
int ufetch(struct uctx *ctx);
static inline int uspend(struct uctx *ctx)
{
    int result = ufetch(ctx);
    uctx_cancel(ctx);
    return result;
}

struct secctx; // whole seconds
struct secctx *secctx_with_timeout(struct secctx *parent, unsigned timeout_sec);
void secctx_cancel(struct secctx *ctx);
unsigned secctx_remaining(struct secctx *ctx);
int secfetch(struct secctx *ctx);
static inline int secspend(struct secctx *ctx)
{
    int result = secfetch(ctx);
    secctx_cancel(ctx);
    return result;
}

struct dctx; // seconds and fractions
struct dctx *dctx_with_timeout(struct dctx *parent, double seconds);
void dctx_cancel(struct dctx *ctx);
double dctx_remaining(struct dctx *ctx);
int dfetch(struct dctx *ctx);
static inline int dspend(struct dctx *ctx)
{
    int result = dfetch(ctx);
    dctx_cancel(ctx);
    return result;
}

struct tctx; // struct timespec, by pointer and by value
struct tctx *tctx_with_timeout(struct tctx *parent, const struct timespec *timeout);
struct tctx *tctx_with_deadline(struct tctx *parent, struct timespec deadline);
void tctx_cancel(struct tctx *ctx);
int tfetch(struct tctx *ctx);
static inline int tspend(struct tctx *ctx)
{
    int result = tfetch(ctx);
    tctx_cancel(ctx);
    return result;
}

struct mctx; // the unit is part of the functions' names
struct mctx *mctx_with_timeout_ms(struct mctx *parent, int64_t timeout);
struct mctx *mctx_with_timeout_s(struct mctx *parent, int64_t timeout);
void mctx_cancel(struct mctx *ctx);
int mfetch(struct mctx *ctx);
static inline int mspend(struct mctx *ctx)
{
    int result = mfetch(ctx);
    mctx_cancel(ctx);
    return result;
}

typedef int64_t duration_ms;
struct yctx; // the unit is part of the type's name
struct yctx *yctx_with_timeout(struct yctx *parent, duration_ms timeout);
void yctx_cancel(struct yctx *ctx);
duration_ms yctx_remaining(struct yctx *ctx);
int yfetch(struct yctx *ctx);
static inline int yspend(struct yctx *ctx)
{
    int result = yfetch(ctx);
    yctx_cancel(ctx);
    return result;
}

struct xctx; // unknown: a number can only be compared with another one of this library
struct xctx *xctx_with_timeout(struct xctx *parent, int timeout);
void xctx_cancel(struct xctx *ctx);
int xctx_remaining(struct xctx *ctx);
int xfetch(struct xctx *ctx);
static inline int xspend(struct xctx *ctx)
{
    int result = xfetch(ctx);
    xctx_cancel(ctx);
    return result;
}

#endif
