// GNU and C11 expressions: statement expressions, _Generic, inline assembly, overflow builtins, typeof.
typedef struct context context;
int with_mutable(context *c);
int with_const(const context *c);
int with_int(int v);
void use(int);
#define max(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a > _b ? _a : _b; })
#define dispatch(x) _Generic((x), context *: with_mutable, const context *: with_const, default: with_int)(x)
#define kind_of(x) _Generic((x), int: 1, unsigned long: 2, const context *: 3, context *: 4, default: 5)

int statement_expressions(int a, int b) {
    int m = max(a, b + 1);
    m += ({ if (a) return 7; b; });
    ({ use(m); });
    return m;
}

void generic(context *c, const context *d, int i, unsigned long u) {
    dispatch(c);
    dispatch(d);
    dispatch(i);
    use(kind_of(c));
    use(kind_of(d));
    use(kind_of(i));
    use(kind_of(u));
    use(kind_of(1.5));
}

int assembly(int *p, int v) {
    int out;
    asm volatile("nop" : "=r"(out), "+m"(*p) : "r"(v) : "memory");
    return out;
}

int overflow(int a) {
    int sum;
    if (__builtin_add_overflow(a, 5, &sum))
        return -1;
    return sum;
}
