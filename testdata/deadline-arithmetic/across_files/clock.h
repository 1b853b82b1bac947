// A program's own clock, and its users in other files.
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now(void); // milliseconds, monotonic
int wire_wait(int fd, int timeout_ms);
int mail_wait_bad(int fd);
int mail_wait_ok(int fd);
int mail_wait_seconds_bad(int fd, int timeout_sec);

#endif
