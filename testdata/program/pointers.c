// Function pointers in variables, arrays, parameters, results, and behind pointers.
#include <stdlib.h>

typedef void (*action)(int);

static void one(int x) { (void)x; }
static void two(int x) { (void)x; }
static void three(int x) { (void)x; }
static void four(int x) { (void)x; }
static void five(int x) { (void)x; }
static void six(int x) { (void)x; }
static void seven(int x) { (void)x; }
static void unused_action(int x) { (void)x; }

static action current = one; // written
static const action table[] = {two, three};

void set_current(int fancy) {
    current = fancy ? two : one;
}

void run_current(void) {
    current(1); // -> one [indirect], two [indirect]
    (*current)(2); // -> one [indirect], two [indirect]
}

void run_table(int i) {
    table[i](1); // -> two [indirect], three [indirect]
    const action *p = table + i;
    (*p)(2); // -> two [indirect], three [indirect]
    p[1](3); // -> two [indirect], three [indirect]
}

static void apply(action what, int x) {
    what(x); // -> four [indirect], five [indirect]
}

static action pick(int i) {
    if (i)
        return six;
    return seven;
}

static void fill(action *slot) {
    *slot = six;
}

void run_passed(int i) {
    void (*forward)(action, int) = apply;
    apply(four, 1);
    forward(five, 2); // -> apply [indirect]
    pick(i)(3); // -> six [indirect], seven [indirect]
    action local = NULL;
    fill(&local);
    if (local)
        local(4); // -> six [indirect]
    void *blank = (void *)seven;
    ((action)blank)(5); // -> seven [indirect]
    (i ? one : three)(6); // -> one [indirect], three [indirect]
}

static int by_value(const void *a, const void *b) { // outside
    return *(const int *)a - *(const int *)b;
}

void sort(int *values, size_t count) {
    qsort(values, count, sizeof *values, by_value);
}

// A pointer from elsewhere: the type alone says what it may be.
static long guessed(long a, char b) { // outside
    return a + b;
}

extern void publish(long (*what)(long, char));
extern long (*obtain(void))(long, char);

long run_obtained(void) {
    publish(guessed);
    if (unused_action)
        return 0;
    return obtain()(1, 'x'); // -> guessed [by type]
}
