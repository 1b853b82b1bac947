// if, loops, break and continue, conditions as control flow.
int check(int);
void use(int);

int short_circuit(int a, int b, int c) {
    if ((a && !b) || c > 3)
        return 1;
    return 0;
}

void loops(int n) {
    while (n > 0 && check(n)) {
        if (n == 7)
            continue;
        if (n == 9)
            break;
        n--;
    }
    do
        use(n);
    while (++n < 3);
    for (int i = 0; i < n; i++)
        use(i);
    for (; n;)
        n--;
    for (;; n++)
        if (n > 5)
            break;
    for (n = 0;;)
        break;
}

#define EACH(x, top) for (x = 0; x < top;)
#define FOREVER for (;;)
void macro_loops(int n, int x) {
    EACH(x, n) use(x++);
    FOREVER {
        if (__builtin_expect(!!(n > 3), 0))
            return;
        n++;
    }
}

int values(int a, int b) {
    int both = a && b;
    int chosen = a ? b : 3;
    int gnu = check(a) ?: b;
    int fixed = 1 ? 5 : check(a);
    (void)(a && check(b));
    a ? use(1) : use(2);
    return both + chosen + gnu + fixed + (use(a), b);
}

void constant_conditions(void) {
    do {
        use(1);
    } while (0);
    if (0)
        use(2);
    while (1)
        if (check(3))
            break;
}
