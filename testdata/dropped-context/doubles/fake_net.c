// Linked in the tests, in place of net.c.
#include "net.h"

int net_send(int id, int64_t timeout_ms)
{
    return rpc(id, 100);
}
