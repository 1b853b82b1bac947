#include "clock.h"

int mail_wait_bad(int fd)
{
    int64_t deadline = clock_now() + 500;
    return wire_wait(fd, (int)deadline); // want deadline-arithmetic "."
}

int mail_wait_ok(int fd)
{
    int64_t deadline = clock_now() + 500;
    return wire_wait(fd, (int)(deadline - clock_now()));
}

int mail_wait_seconds_bad(int fd, int timeout_sec)
{
    return wire_wait(fd, timeout_sec); // want deadline-arithmetic "."
}
