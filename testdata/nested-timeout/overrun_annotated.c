// A library that does not clamp a child to its parent, as the annotations in its header say: a fixed bound outlasts the
// deadline above it.
#include <stdint.h>

#ifdef __clang__
#define TL(text) __attribute__((annotate("timeoutlint: " text)))
#else
#define TL(text)
#endif

struct loose;

TL("derive parent=arg0 timeout=arg1:ms clamps=none") struct loose *loose_sub(struct loose *parent, int64_t ms);
TL("derive parent=arg0 deadline=arg1:ms clamps=none") struct loose *loose_until(struct loose *parent, int64_t ms);
TL("release object=arg0") void loose_drop(struct loose *loose);
TL("query remaining object=arg0 result=return:ms") int64_t loose_left(const struct loose *loose);
TL("now result=return:ms") int64_t loose_clock(void);
int loose_fetch(struct loose *loose);

static int loose_spend(struct loose *loose)
{
    int result = loose_fetch(loose);
    loose_drop(loose);
    return result;
}

static int longer_bad(struct loose *parent)
{
    return loose_spend(loose_sub(parent, 5000)); // want nested-timeout "5 s.*overrun.*3 s"
}

// Shorter, but it may start late.
static int shorter_bad(struct loose *parent)
{
    return loose_spend(loose_sub(parent, 500)); // want nested-timeout "500 ms.*overrun.*3 s"
}

static int by_deadline_bad(struct loose *parent)
{
    return loose_spend(loose_until(parent, loose_clock() + 500)); // want nested-timeout "500 ms.*overrun.*3 s"
}

static int derived_ok(struct loose *parent)
{
    int64_t left = loose_left(parent);
    return loose_spend(loose_sub(parent, left < 500 ? left : 500));
}

static int guarded_ok(struct loose *parent)
{
    if (loose_left(parent) < 500)
        return -1;
    return loose_spend(loose_sub(parent, 500));
}

int handle_ok(struct loose *request)
{
    struct loose *ctx = loose_sub(request, 3000);
    int result = longer_bad(ctx) + shorter_bad(ctx) + by_deadline_bad(ctx) + derived_ok(ctx) + guarded_ok(ctx);
    loose_drop(ctx);
    return result;
}
