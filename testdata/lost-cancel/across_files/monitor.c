// Nothing in any file cancels what monitor.ctx holds.
#include "scope.h"
#include "work.h"

void monitor_open(struct monitor *monitor, CTX_CONST struct ctx *parent)
{
    monitor->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
}

void monitor_poll(const struct monitor *monitor)
{
    use(monitor->ctx);
}
