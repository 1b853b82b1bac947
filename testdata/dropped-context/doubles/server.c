#include "server.h"

int server_ask(int id, int64_t timeout_ms)
{
    return rpc(id, timeout_ms);
}

int server_tell(int id, int64_t timeout_ms)
{
    return rpc(id, timeout_ms);
}
