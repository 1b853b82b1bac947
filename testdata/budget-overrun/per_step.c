// A client that is set up with a timeout for each command: every command may take that long, and all of them together have no deadline.
// (A timer that is armed and asked how much is left is another thing: see forms.c.)
#include "waits.h"
#include "work.h"

struct client {
    int64_t command_ms;
};
TL("arm object=arg0 timeout=arg1:ms") void client_init(struct client *client, int64_t command_ms);
TL("block armed=arg0") int client_send(struct client *client, int id);

int three_commands_ok(void)
{
    struct client client;
    client_init(&client, 1000);
    return client_send(&client, 1) + client_send(&client, 2) + client_send(&client, 3);
}

// Below a deadline the commands add up.
static int commands_bad(struct client *client)
{
    client_init(client, 900);
    int result = client_send(client, 1); // want budget-overrun "up to 2700 ms \(900 ms \+ 900 ms \+ 900 ms\) but 'handle_commands_ok' allows 2000 ms"
    result += client_send(client, 2);
    return result + client_send(client, 3);
}

int handle_commands_ok(int id)
{
    struct client client;
    struct timer timer;
    timer_start(&timer, 2000);
    int result = commands_bad(&client);
    return timer_left(&timer) > 0 ? result + rpc_timer(id, &timer) : -1;
}

static int two_commands_ok(struct client *client)
{
    client_init(client, 900);
    return client_send(client, 1) + client_send(client, 2);
}

int handle_two_commands_ok(int id)
{
    struct client client;
    struct timer timer;
    timer_start(&timer, 2000);
    int result = two_commands_ok(&client);
    return timer_left(&timer) > 0 ? result + rpc_timer(id, &timer) : -1;
}
