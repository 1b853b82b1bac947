// goto and labels, computed goto, asm goto, code after calls that do not return.
#include <stdlib.h>
void use(int);

int ladder(int a) {
    int rc = -1;
    if (a == 1)
        goto out;
    use(1);
    if (a == 2)
        goto undo;
    rc = 0;
undo:
    use(2);
out:
    return rc;
}

void again(int n) {
retry:
    if (n-- > 0)
        goto retry;
}

int threaded(const unsigned char *code) {
    static void *const table[] = {&&stop, &&add, &&sub};
    int sum = 0;
    goto *table[*code++];
add:
    sum++;
    goto *table[*code++];
sub:
    sum--;
    goto *table[*code++];
stop:
    return sum;
}

int assembly(int a) {
    asm goto("" : : "r"(a) : "memory" : far);
    use(1);
    return 0;
far:
    return 1;
}

_Noreturn void die(void);
__attribute__((noreturn)) void panic(int);
[[noreturn]] void leave(void);
void (*handler)(int) __attribute__((noreturn));

void ends(int a) {
    switch (a) {
    case 1:
        die();
    case 2:
        panic(1);
    case 3:
        leave();
    case 4:
        handler(1);
    case 5:
        exit(1);
    case 6:
        __builtin_unreachable();
    case 7:
        __builtin_trap();
    case 8:
        __builtin_abort();
    }
}
