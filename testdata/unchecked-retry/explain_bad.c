// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, int id)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int user = call(ctx, id); // want unchecked-retry "."
        if (user >= 0)
            return user;
    }
    return -1;
}
