// Calls: direct, through fields, variables, parameters and tables; struct values; variadics; what the source says at each operand.
#include <stdarg.h>
struct point { int x, y; };
struct ops { int (*call)(void *self, long timeout_ms); };
struct object { const struct ops *ops; struct point at; };
int blocking(void *self, long timeout_ms) __attribute__((annotate("timeoutlint: block timeout=arg1:ms"), annotate("other")));
struct point moved(struct point p, int by);
int log_it(const char *format, ...);
#define WAIT(o) blocking(o, 500)
typedef int (*callback)(void *, long);

static inline int helper(int a __attribute__((annotate("timeoutlint: hint")))) {
    return a + 1;
}

static int impl(void *self, long timeout_ms) {
    return blocking(self, timeout_ms / 2);
}

static const struct ops table = {.call = impl};
static callback callbacks[] = {impl, blocking, 0};

int run(struct object *o, callback cb, int i) {
    int a = o->ops->call(o, 10 +
                         20);
    a += cb(o, helper(a));
    a += (*cb)(o, 1);
    a += callbacks[i](o, 2);
    a += (i ? impl : blocking)(o, 3);
    a += WAIT(o);
    o->at = moved(o->at, i);
    a += moved((struct point){.y = 4}, 5).x;
    log_it("a", a, 'b', 1.5f);
    return a;
}

int sum(int n, ...) {
    va_list list;
    int total = 0;
    va_start(list, n);
    while (n--)
        total += va_arg(list, int);
    va_end(list);
    return total;
}

int old_style(a, b)
    int a;
    char b;
{
    return a + b;
}

static int never_used_but_here(void) {
    return 3;
}
