// Bad input: the function returns false and leaves one whole sentence here: what, where, why, what to do.
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

struct err {
    char text[1024];
};

// Always returns false, so that a failing function can `return err_set(err, ...)`.
__attribute__((format(printf, 2, 3))) bool err_set(struct err *err, const char *format, ...);

#endif
