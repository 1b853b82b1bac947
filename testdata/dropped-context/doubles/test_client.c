// The client once more, with doubles for what it calls.
#define server_ask double_ask
#define server_tell double_tell
#include "client.c"

int double_ask(int id, int64_t timeout_ms)
{
    return rpc(id, 10);
}

int double_tell(int id, int64_t timeout_ms)
{
    return rpc(id, 10);
}

int helper_bad(int id, int64_t timeout_ms) // want dropped-context "'helper_bad' never uses 'timeout_ms'"
{
    return rpc(id, 10);
}
