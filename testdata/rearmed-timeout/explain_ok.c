// The good example of the documentation.
#include <poll.h>
#include <sys/socket.h>

#include "waits.h"
#include "work.h"

int receive(int fd, char *to, int size, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    int64_t deadline = now_ms() + timeout_ms;
    for (int got = 0; got < size;) {
        int64_t left = deadline - now_ms();
        if (left <= 0 || poll(&entry, 1, (int)left) <= 0)
            return -1;
        ssize_t more = recv(fd, to + got, (size_t)(size - got), 0);
        if (more <= 0)
            return -1;
        got += (int)more;
    }
    return size;
}
