// What the cases wait with: functions without a body, whose annotations say what they wait for. `call*` take a context,
// `rpc*` a number, a timer or nothing. All return a negative number where they failed.
#ifndef WAITS_H
#define WAITS_H

#include <stdbool.h>
#include <stdint.h>

#include "ctx.h"

#ifdef __clang__
#define TL(text) __attribute__((annotate("timeoutlint: " text)))
#else
#define TL(text)
#endif

// Ends when the context ends.
TL("block object=arg0") int call(CTX_CONST struct ctx *ctx, int id);
// Ends when the context ends, or after timeout_ms.
TL("block object=arg0 timeout=arg2:ms") int call_within(CTX_CONST struct ctx *ctx, int id, int64_t timeout_ms);

TL("block timeout=arg1:ms infinite=-1 nowait=0") int rpc(int id, int64_t timeout_ms);
TL("block deadline=arg1:ms clock=monotonic infinite=-1") int rpc_until(int id, int64_t deadline_ms);
TL("block suggest=\"rpc({arg0}, {remaining:ms})\"") int rpc_forever(int id);
TL("block default=30:s suggest=\"rpc({arg0}, {remaining:ms})\"") int rpc_default(int id);

TL("now result=return:ms clock=monotonic") int64_t now_ms(void);
TL("sleep timeout=arg0:ms") void pause_ms(int64_t ms);

// A timer is armed once and passed to whoever waits.
struct timer {
    int64_t end_ms;
};
TL("arm object=arg0 timeout=arg1:ms") void timer_start(struct timer *timer, int64_t ms);
TL("query remaining object=arg0 result=return:ms") int64_t timer_left(const struct timer *timer);
TL("query done object=arg0") bool timer_over(const struct timer *timer);
TL("block armed=arg1") int rpc_timer(int id, struct timer *timer);

// The budget of this thread: from budget_begin to budget_end all that takes no context is under it.
TL("derive parent=ambient timeout=arg0:ms result=ambient must_cancel=no") void budget_begin(int64_t ms);
TL("cancel object=ambient") void budget_end(void);
TL("query remaining object=ambient result=return:ms") int64_t budget_left(void);
TL("query done object=ambient") bool budget_over(void);
TL("block object=ambient") int rpc_ambient(int id);

struct breaker;
bool breaker_allows(struct breaker *breaker);
TL("breaker-failure object=arg0") void breaker_failed(struct breaker *breaker);
TL("breaker-success object=arg0") void breaker_passed(struct breaker *breaker);

#endif
