// Places and initializers: nested designators, elided braces, ranges, anonymous members, bit-fields, arrays, compound assignment.
struct inner { int a[2]; int b; };
struct outer {
    struct inner in;
    union {
        int i;
        struct { short lo, hi; };
    };
    unsigned flag : 1, : 3, level : 4;
    char text[4];
};
void use(void *);

void designators(int v) {
    struct inner x = {1, 2, 3};
    struct inner y[2] = {[1].a[1] = v, 5, [0] = {.b = 6}};
    struct outer o = {1, 2, 3, .hi = 4, .flag = 1, 2, "abc"};
    int range[6] = {[1 ... 2] = 7, 8, [5] = v};
    int grid[2][2] = {1, 2, {3}};
    char word[] = {"xyz"};
    struct inner copy = x, zero = {0};
    struct inner pair[] = {x, {.b = 1}};
}

void anonymous(struct outer *o) {
    o->hi = o->i;
    o->in.a[1] = o->flag;
    use(&o->lo);
    (*o).level += 2;
}

long arithmetic(char *p, short s, unsigned u, long n, float f) {
    p += 3;
    p -= n;
    p++;
    s += u;
    s <<= 2;
    u >>= 1;
    n |= u;
    f *= 2;
    u = -s;
    n = p - (char *)0;
    s++;
    n = u--;
    n = 2[p];
    return *(p + n) + *--p;
}

void assigned(struct inner *to, const struct inner *from) {
    *to = *from;
    to->a[0] = to->b = 3;
    *to = (struct inner){.b = to->b};
    use((int[]){1, 2});
}

int sized(int n) {
    int vla[n++][n];
    return sizeof vla + vla[1][2];
}

int parameters(int list[3], int n, int grid[n][n], char *words[], int each(int)) {
    int *p = list + 1;
    list++;
    p = n ? list : p;
    words += 1;
    return list[1] + grid[1][2] + each(*p) + *words[0] + (*(&list))[n];
}

_Bool truth(int n, void *p) {
    _Bool a = n, b = p, c = n > 3;
    a |= n;
    return a + b + c;
}
