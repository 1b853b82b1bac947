// Runs one query on a storage.
#ifndef QUERY_H
#define QUERY_H

#include "storage.h"

int query_row(struct storage *storage, struct ctx *ctx, int key, char *ret_text, size_t size);

#endif
