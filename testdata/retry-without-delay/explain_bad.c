// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int user = rpc(id, 500); // want retry-without-delay "."
        if (user >= 0)
            return user;
    }
    return -1;
}
