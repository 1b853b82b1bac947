// A small library of waits, and its user in another file.
#ifndef NET_H
#define NET_H

#include <stdint.h>

int64_t net_clock(void);                   // milliseconds since start
int net_wait(int fd, int events, int ms);  // as poll
int net_left(int64_t start, int ms);       // what is left of ms that began at start, not below 0

int mail_send_bad(int fd, int ms);
int mail_send_ok(int fd, int ms);

#endif
