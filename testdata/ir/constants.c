// Constants: folded with the width and sign of their types.
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#define SECOND 1000
#define NSEC 1000000000
enum { SHORT_WAIT = 3 * SECOND, LONG_WAIT = SHORT_WAIT + 1 };
static const int limit = LONG_WAIT / 2;
static const double seconds = 1.5;
struct pair { char a; int b; long list[4]; };
void use(int64_t);
void use_float(double);
void use_time(struct timespec);

void integers(void) {
    use(3 * SECOND);
    use(LONG_WAIT);
    use(limit);
    use(limit * 2 + 1);
    use(-1);
    use((unsigned)-1);
    use(0xffffffffu + 1);
    use((int8_t)200);
    use((uint16_t)-1);
    use(1u << 31);
    use(-7 / 2);
    use(-7 % 3);
    use(7u - 8u > 0);
    use(sizeof(struct pair));
    use(offsetof(struct pair, list[2]));
    use(_Alignof(long));
    use('a');
    use(!5);
    use(~0u);
    use(1 && 2);
    use(0 || (2, 0));
    use(5 > 3 ? 10 : 20);
    use(__builtin_types_compatible_p(int, int) ? 1 : 2);
    use(__builtin_choose_expr(0, 1, 2));
    use(__builtin_constant_p(3));
}

void floats(void) {
    use_float(1.5 * 1000);
    use((int64_t)(0.5 * NSEC));
    use(seconds * 1e3);
    use_float(2);
    use_float(-0.5f);
}

void local(int n) {
    const int wait = 250;
    const int unknown = n;
    use(wait * 2);
    use(unknown);
    struct timespec t = {.tv_sec = 2, .tv_nsec = 500 * 1000 * 1000};
    use_time(t);
    use_time((struct timespec){1, 5});
}

int table[] = {SECOND, [3] = 7};
static long total = (long)5 * SECOND;
char *name = "name";
