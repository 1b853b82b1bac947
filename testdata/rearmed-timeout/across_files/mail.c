#include "net.h"

#include <poll.h>

int mail_send_bad(int fd, int ms)
{
    if (net_wait(fd, POLLOUT, ms) <= 0)
        return -1;
    return net_wait(fd, POLLIN, ms); // want rearmed-timeout "."
}

int mail_send_ok(int fd, int ms)
{
    int64_t start = net_clock();
    if (net_wait(fd, POLLOUT, ms) <= 0)
        return -1;
    return net_wait(fd, POLLIN, net_left(start, ms));
}
