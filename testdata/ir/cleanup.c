// __attribute__((cleanup)): on every way out of the scope, innermost first, only once the declaration was passed.
void drop(int *);
void drop_other(int *);
int make(int);
#define OWNED(f) __attribute__((cleanup(f)))
#define AUTO(kind) OWNED(drop##kind) int
#define SCOPED AUTO()

int returns(int a) {
    SCOPED x = make(1);
    if (a)
        return x;
    AUTO(_other) y = make(2);
    return x + y;
}

void falls_out(void) {
    {
        SCOPED x = make(1);
    }
    make(2);
}

void loop(int n) {
    for (int i = 0; i < n; i++) {
        SCOPED x = make(i);
        if (x == 1)
            continue;
        if (x == 2)
            break;
        make(x);
    }
}

int gotos(int a) {
    if (a == 9)
        goto out;
again:;
    {
        SCOPED x = make(1);
        {
            AUTO(_other) y = make(2);
            if (x)
                goto again;
            if (y)
                goto out;
            if (a)
                goto inner;
        }
    inner:
        make(3);
    }
out:
    return a;
}

int in_expression(int a) {
    return ({
        SCOPED x = make(a);
        x + 1;
    });
}

void in_switch(int a) {
    switch (a) {
    case 1: {
        SCOPED x = make(1);
        break;
    }
    case 2:
        make(2);
    }
}
