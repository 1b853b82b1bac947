#ifndef NET_H
#define NET_H

#include "waits.h"

int net_send(int id, int64_t timeout_ms);
int net_alone(int id, int64_t timeout_ms);

#endif
