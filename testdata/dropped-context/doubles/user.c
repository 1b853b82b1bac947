#include "net.h"

int post_ok(int id, int64_t timeout_ms)
{
    return id ? net_send(id, timeout_ms) : net_alone(id, timeout_ms);
}
