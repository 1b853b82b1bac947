// What test_ssa.c asks the values of: each function returns one.
struct point {
    int x, y;
};
int given(int);
void fill(int *to);
void fill_point(struct point *to);

int straight(int a) // a + 2
{
    int b = a;
    b = b + 1;
    return 1 + b;
}

int constant(void) // 42
{
    int six = 6, seven = 7;
    return six * seven;
}

int either(int a) // phi of 1 and a
{
    int r = 1;
    if (a > 0)
        r = a;
    return r;
}

int unchanged(int a, int n) // a: the loop does not touch it
{
    int same = a;
    for (int i = 0; i < n; i++)
        if (given(i))
            given(same);
    return same;
}

int changed(int a, int n) // phi at the loop's head
{
    while (n-- > 0)
        a = given(a);
    return a;
}

int filled(int a) // left by the call
{
    fill(&a);
    return a;
}

int member(int a) // a, through two structs
{
    struct point p = {a, 1}, q;
    q = p;
    q.y = 2;
    return q.x;
}

int zeroed(void) // 0
{
    struct point p = {0};
    p.x = 3;
    return p.y;
}

int filled_member(void) // left by the call, though the other member is written after it
{
    struct point p;
    fill_point(&p);
    p.x = 1;
    return p.y;
}

int again(int a) // a: by goto
{
top:
    if (given(a))
        goto top;
    return a;
}
