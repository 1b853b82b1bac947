// The disk driver: rows live on a volume that may be far away.
#include <stdio.h>

#include "net.h"
#include "storage.h"

// The volume fails over to its mirror within two seconds.
enum { DISK_TIMEOUT_MS = 2000 };

static const struct net_peer volume = { .name = "volume", .answers_after_ms = 10 };

static int disk_read(struct storage *storage, struct ctx *ctx, int key, char *ret_text, size_t size)
{
    struct ctx *io = ctx_with_timeout(ctx, DISK_TIMEOUT_MS); // want nested-timeout "2 s.*dead.*500 ms"
    if (!io)
        return -1;
    int status = net_exchange(io, &volume);
    if (status == NET_OK) {
        storage->reads++;
        snprintf(ret_text, size, "row %d", key);
    }
    ctx_cancel(io);
    return status;
}

const struct storage_ops disk_storage_ops = { .name = "disk", .read = disk_read };
