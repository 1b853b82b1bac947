// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(int id)
{
    return rpc_until(id, 500); // want deadline-arithmetic "."
}
