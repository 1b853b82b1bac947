// A checkout service with its network played by timers: handles a few orders and ends.
#include <stdio.h>

#include "checkout.h"
#include "net.h"

int main(void)
{
    struct storage storage = { .ops = &disk_storage_ops };
    for (int id = 1; id <= 4; id++) {
        struct request request = { .order_id = id, .storage = &storage };
        int status = checkout_handle(&request);
        printf("order %d: %s\n", id, net_status_text(status));
    }
    printf("%d rows read from %s\n", storage.reads, storage.ops->name);
    return 0;
}
