// One function takes callbacks of all kinds as `void *`: each is called only where its parameters fit.
#include <stddef.h>

#include "waits.h"
#include "work.h"

struct session {
    long (*receive)(int fd, void *to, size_t size, int flags, void **data);
    void (*opened)(struct session *session, char *host, int port, int flags, void **data);
    int fd;
    void *data;
};

enum { ON_RECEIVE, ON_OPENED };

static void session_set(struct session *session, int which, void *callback)
{
    switch (which) {
    case ON_RECEIVE: session->receive = callback; break;
    case ON_OPENED: session->opened = callback; break;
    }
}

static void opened_ok(struct session *session, char *host, int port, int flags, void **data)
{
    (void)host, (void)flags, (void)data;
    session->fd = rpc_forever(port);
}

static long receive_bad(int fd, void *to, size_t size, int flags, void **data)
{
    (void)to, (void)size, (void)flags, (void)data;
    return rpc_forever(fd); // want unbounded-wait "."
}

static long read_some(struct session *session, char *to, size_t size)
{
    return session->receive(session->fd, to, size, 0, &session->data);
}

long read_in_time(struct session *session, char *to, size_t size, int timeout_ms)
{
    if (rpc(session->fd, timeout_ms) < 0)
        return -1;
    return read_some(session, to, size);
}

long handle(struct session *session, char *to, size_t size)
{
    session_set(session, ON_RECEIVE, receive_bad);
    session_set(session, ON_OPENED, opened_ok);
    return read_in_time(session, to, size, 1000);
}
