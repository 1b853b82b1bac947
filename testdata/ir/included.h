static inline int used_inline(int a) {
    static int calls = 0;
    return a + ++calls;
}
static inline int unused_inline(int a) {
    return a;
}
int defined_here(void) {
    return 1;
}
extern int elsewhere;
static const int header_constant = 42;
