// What the query layer wants from a storage driver.
#ifndef STORAGE_H
#define STORAGE_H

#include <stddef.h>

#include "ctx.h"

struct storage;

struct storage_ops {
    const char *name;
    int (*read)(struct storage *storage, struct ctx *ctx, int key, char *ret_text, size_t size);
};

struct storage {
    const struct storage_ops *ops;
    int reads;
};

extern const struct storage_ops disk_storage_ops;

#endif
