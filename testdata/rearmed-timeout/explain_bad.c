// The bad example of the documentation.
#include <poll.h>
#include <sys/socket.h>

#include "waits.h"
#include "work.h"

int receive(int fd, char *to, int size, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    for (int got = 0; got < size;) {
        if (poll(&entry, 1, timeout_ms) <= 0) // want rearmed-timeout "."
            return -1;
        ssize_t more = recv(fd, to + got, (size_t)(size - got), 0);
        if (more <= 0)
            return -1;
        got += (int)more;
    }
    return size;
}
