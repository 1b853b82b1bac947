// What clang parses only in part is lowered as far as it goes.
#include "no_such_header.h"
int known(int);
int whole(int a) {
    return known(a);
}
int partly(int a) {
    int b = missing_name + 1;
    missing_type *c = 0;
    if (a > missing_name)
        return known(1);
    return undeclared(a, b);
}
