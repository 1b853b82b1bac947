// Literals, macros, enums, static const, configuration fields and parameters that every caller fills with one: all fixed.
#include "ctx.h"
#include "work.h"

#define MILLISECONDS 1
#define SECONDS (1000 * MILLISECONDS)
#define QUERY_TIMEOUT (4 * SECONDS)

enum { IO_MS = 250, LINK_MS = IO_MS * 2 };
static const int64_t lock_ms = 100 + 50;
static const int64_t limits_ms[] = { 200, 300 };
const int64_t cache_ms = 350;

static struct {
    int64_t call_ms;
    int tries;
} config = { .call_ms = 650, .tries = 3 };

struct settings {
    int64_t read_ms;
    const char *name;
};
static const struct settings settings = { .read_ms = 750, .name = "fast" };

int64_t tunable_ms = 450; // may be set from outside

static int macro_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, QUERY_TIMEOUT)); // want nested-timeout "4 s.*dead.*3 s"
}

static int macro_arithmetic_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 2 * SECONDS + 500)); // want nested-timeout "(2500 ms|2.5 s).*capped.*3 s"
}

static int enumerator_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, LINK_MS)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int static_const_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, lock_ms)); // want nested-timeout "150 ms.*capped.*3 s"
}

static int const_array_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, limits_ms[1])); // want nested-timeout "300 ms.*capped.*3 s"
}

static int const_global_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, cache_ms)); // want nested-timeout "350 ms.*capped.*3 s"
}

static int config_field_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, config.call_ms)); // want nested-timeout "650 ms.*capped.*3 s"
}

static int const_struct_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, settings.read_ms)); // want nested-timeout "750 ms.*capped.*3 s"
}

// Its value is not known, but it does not depend on what is left.
static int tunable_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, tunable_ms)); // want nested-timeout "capped"
}

static int local_variable_bad(CTX_CONST struct ctx *parent)
{
    int64_t bound = 50;
    bound *= 3;
    return spend(ctx_with_timeout(parent, bound)); // want nested-timeout "150 ms.*capped.*3 s"
}

static int sizeof_and_casts_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, (int64_t)(unsigned short)(sizeof(char) * 550))); // want nested-timeout "550 ms.*capped.*3 s"
}

static int64_t default_ms(void)
{
    return 850;
}

static int from_a_function_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, default_ms())); // want nested-timeout "850 ms.*capped.*3 s"
}

static int grows_with_the_attempt_bad(CTX_CONST struct ctx *parent)
{
    int sum = 0;
    for (int attempt = 1; attempt <= 3; attempt++)
        sum += spend(ctx_with_timeout(parent, 100 * attempt)); // want nested-timeout "capped.*3 s"
    return sum;
}

static int grows_with_the_attempt_ok(CTX_CONST struct ctx *parent)
{
    int sum = 0;
    for (int attempt = 1; attempt <= 3; attempt++)
        sum += spend(ctx_with_timeout(parent, ctx_remaining(parent) / (4 - attempt)));
    return sum;
}

int handle_constants_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3 * SECONDS);
    int sum = macro_bad(ctx) + macro_arithmetic_bad(ctx) + enumerator_bad(ctx) + static_const_bad(ctx) + const_array_bad(ctx);
    sum += const_global_bad(ctx) + config_field_bad(ctx) + const_struct_bad(ctx) + tunable_bad(ctx) + local_variable_bad(ctx);
    sum += sizeof_and_casts_bad(ctx) + from_a_function_bad(ctx) + grows_with_the_attempt_bad(ctx) + grows_with_the_attempt_ok(ctx);
    ctx_cancel(ctx);
    return sum;
}
