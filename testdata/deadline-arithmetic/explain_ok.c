// The good example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(int id)
{
    return rpc_until(id, now_ms() + 500);
}
