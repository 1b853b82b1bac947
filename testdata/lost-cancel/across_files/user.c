#include "scope.h"
#include "work.h"

int dropped_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *derived = scope_derive(parent, "one"); // want lost-cancel "derived"
    return scope_check(derived);
}

int kept_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *derived = scope_derive(parent, "two");
    int result = scope_check(derived);
    scope_finish(derived);
    return result;
}

int told_later_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *derived = scope_derive(parent, "three"); // want lost-cancel "derived"
    int result = scope_check(derived);
    scope_end(derived, false);
    return result;
}

int told_now_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *derived = scope_derive(parent, "four");
    int result = scope_check(derived);
    scope_end(derived, true);
    return result;
}

void object_ok(struct scope *scope, struct monitor *monitor, CTX_CONST struct ctx *parent)
{
    scope_open(scope, parent);
    monitor_open(monitor, parent);
    monitor_poll(monitor);
}

void object_closed_ok(struct scope *scope)
{
    scope_close(scope);
}

void global_ok(CTX_CONST struct ctx *parent)
{
    global_scope = scope_derive(parent, "five");
}

void global_bad(CTX_CONST struct ctx *parent)
{
    global_leak = scope_derive(parent, "six"); // want lost-cancel "global_leak"
}
