#ifndef SERVER_H
#define SERVER_H

#include "waits.h"

int server_ask(int id, int64_t timeout_ms);
int server_tell(int id, int64_t timeout_ms);

#endif
