// The good example of the documentation.
#include <stdlib.h>

#include "waits.h"
#include "work.h"

int load_user(int id)
{
    int64_t delay = 100;
    for (int attempt = 0; attempt < 5; attempt++) {
        int user = rpc(id, 500);
        if (user >= 0)
            return user;
        pause_ms(delay + rand() % 50);
        delay *= 2;
    }
    return -1;
}
