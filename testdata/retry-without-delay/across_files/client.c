#include "retry.h"
#include "waits.h"

int ask(int id)
{
    return rpc(id, 500);
}

int client_grows_ok(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = ask(id);
        if (result >= 0)
            return result;
        delay_grows(attempt);
    }
    return -1;
}

int client_stays_bad(int id)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        int result = ask(id); // want retry-without-delay "."
        if (result >= 0)
            return result;
        delay_stays();
    }
    return -1;
}
