// nostrc.yaml against the declarations of libgo.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

typedef struct GoChannel GoChannel;
typedef struct Error Error;
typedef struct GoContext { GoChannel *done; struct timespec timeout; } GoContext;
typedef void (*CancelFunc)(GoContext *ctx);
typedef struct { GoContext *context; CancelFunc cancel; } CancelContextResult;

GoContext *go_context_background(void);                                 // role: root result=return owned
void go_context_init(GoContext *ctx, int timeout_seconds);              // role: root result=arg0
int go_context_is_canceled(const void *ctx);                            // role: query done object=arg0 result=return
GoChannel *go_context_done(GoContext *ctx);                             // role: query done-channel object=arg0 result=return
Error *go_context_err(GoContext *ctx);                                  // role: query error object=arg0 result=return
GoContext *go_context_ref(GoContext *ctx);                              // role: ref object=arg0 result=return
void go_context_unref(GoContext *ctx);                                  // role: release object=arg0 cancels
GoContext *go_with_deadline(GoContext *parent, struct timespec deadline); // role: derive parent=arg0 result=return deadline=arg1:timespec realtime clamps=none cancel=function must_cancel
CancelContextResult go_context_with_cancel(GoContext *parent);          // role: derive parent=arg0 result=return.context clamps=none cancel=field:return.cancel must_cancel
int go(void *(*start_routine)(void *), void *arg);                      // role: spawn object=arg1 entry=arg0
int go_channel_receive_with_context(GoChannel *chan, void **data, GoContext *ctx); // role: block object=arg2
void go_wait_group_done(struct GoWaitGroup *wg);                        // role: none

const void *nostrc[] = {go_context_background, go_context_init, go_context_is_canceled, go_context_done, go_context_err, go_context_ref,
                        go_context_unref, go_with_deadline, go_context_with_cancel, go, go_channel_receive_with_context, go_wait_group_done};
