#include "store.h"

#include <poll.h>

int wire_wait(int fd, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    return poll(&entry, 1, timeout_ms);
}
