// The disk driver: rows live on a volume that may be far away.
#include <stdio.h>

#include "net.h"
#include "storage.h"

static const struct net_peer volume = { .name = "volume", .answers_after_ms = 10 };

static int disk_read(struct storage *storage, struct ctx *ctx, int key, char *ret_text, size_t size)
{
    int status = net_exchange(ctx, &volume);
    if (status == NET_OK) {
        storage->reads++;
        snprintf(ret_text, size, "row %d", key);
    }
    return status;
}

const struct storage_ops disk_storage_ops = { .name = "disk", .read = disk_read };
