#include "net.h"

int net_send(int id, int64_t timeout_ms)
{
    return rpc(id, timeout_ms);
}

int net_alone(int id, int64_t timeout_ms) // want dropped-context "never uses 'timeout_ms'"
{
    return rpc(id, 100);
}
