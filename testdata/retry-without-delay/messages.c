// What a call returns may be what it found: only a number that says that it failed makes the loop try again.
#include "waits.h"
#include "work.h"

enum message { MESSAGE_END, MESSAGE_LAST, MESSAGE_MORE, MESSAGE_TEXT };

static enum message next_message(int id)
{
    int got = rpc(id, 500);
    if (got == 'l')
        return MESSAGE_LAST;
    if (got == 'm')
        return MESSAGE_MORE;
    if (got == 't')
        return MESSAGE_TEXT;
    if (got < 0)
        fatal("no more messages");
    return MESSAGE_END;
}

int read_all_ok(int id, int rest)
{
    while (rest) {
        int message = next_message(id);
        if (message) {
            say("got one");
            if (message == MESSAGE_LAST)
                return 0;
            continue;
        }
        rest--;
    }
    return 1;
}

// The same one call further away.
static enum message next_of(int id)
{
    say("next");
    return next_message(id);
}

int read_further_ok(int id, int rest)
{
    for (; rest; rest--) {
        enum message message = next_of(id);
        while (message && message != MESSAGE_LAST)
            message = next_of(id);
        if (message == MESSAGE_LAST)
            return 0;
    }
    return 1;
}

#define IS_LAST(message) ((message) == MESSAGE_LAST)

int read_macro_ok(int id)
{
    enum message message;
    do
        message = next_message(id);
    while (!IS_LAST(message));
    return 0;
}

// The same loop where some of the numbers are failures.
static int next_or_failure(int id)
{
    int got = rpc(id, 500);
    if (got == 'l')
        return MESSAGE_LAST;
    return got < 0 ? -1 : MESSAGE_END;
}

int read_all_bad(int id, int rest)
{
    while (rest) {
        int message = next_or_failure(id); // want retry-without-delay "'next_or_failure' is tried again with no delay"
        if (message) {
            say("got one");
            if (message == MESSAGE_LAST)
                return 0;
            continue;
        }
        rest--;
    }
    return 1;
}

static int failure_of(int id)
{
    return next_or_failure(id);
}

int read_further_bad(int id)
{
    int message;
    do
        message = failure_of(id); // want retry-without-delay "'failure_of' is tried again with no delay"
    while (message != MESSAGE_LAST);
    return 0;
}

// What a call has found is counted: none is no failure.
static int receive_some(int id, int timeout_ms)
{
    int valid = 0;
    if (rpc(id, timeout_ms) < 0)
        return 0;
    for (int i = 0; i < id; i++)
        if (i % 3)
            valid++;
    return valid;
}

int until_something_came_ok(int id)
{
    for (int attempts = 0; attempts < 30; attempts++)
        if (receive_some(id, 1000) > 0)
            return 0;
    return -1;
}

// The same, but for a number that says that it failed.
static int receive_or_fail(int id, int timeout_ms)
{
    int valid = 0;
    if (rpc(id, timeout_ms) < 0)
        return -1;
    for (int i = 0; i < id; i++)
        if (i % 3)
            valid++;
    return valid;
}

int until_something_came_bad(int id)
{
    for (int attempts = 0; attempts < 30; attempts++)
        if (receive_or_fail(id, 1000) > 0) // want retry-without-delay "'receive_or_fail' is tried again with no delay"
            return 0;
    return -1;
}
