// The program's own functions that have the name of the system's, or of another library's.
struct conn;
struct conn { int fd; int timeout_ms; };

static int send(struct conn *c, int x) { return c->fd + x; }            // role: none
int wait(void) { return 1; }                                            // role: none
static int poll(int a, int b, int c) { return a + b + c; }              // role: none
int go(int x);                                                          // role: none
int sleep(struct conn *c);                                              // role: none

// a builder, although it can be cancelled
struct conn *conn_with_timeout(struct conn *c, int ms) {                // role: none
    if (ms < 0)
        return c;
    c->timeout_ms = ms;
    return c;
}
void conn_cancel(struct conn *c);                                       // role: none

// set_error() asks nothing
struct ctx;
struct ctx *ctx_with_cancel(struct ctx *parent);                        // role: derive parent=arg0 result=return cancel=function must_cancel
int ctx_set_error(struct ctx *c, int error);                            // role: none
int ctx_error(struct ctx *c);                                           // role: query error object=arg0 result=return

const void *own[] = {send, wait, poll, go, sleep, conn_with_timeout, conn_cancel, ctx_with_cancel, ctx_set_error, ctx_error};
