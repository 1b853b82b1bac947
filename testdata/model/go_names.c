// Names and types that contexts come in.
#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

// camelCase, typedef of a pointer, suffixes
typedef struct RequestContext *RequestContextRef;
RequestContextRef requestContextBackground(void);                       // role: root result=return
RequestContextRef requestContextWithTimeoutMs(RequestContextRef parent, int timeout); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
RequestContextRef requestContextWithoutCancel(RequestContextRef parent); // role: detach parent=arg0 result=return
void requestContextCancel(RequestContextRef c, const char *why);        // role: cancel object=arg0
void requestContextRelease(RequestContextRef c);                        // role: release object=arg0 cancels
RequestContextRef requestContextRetain(RequestContextRef c);            // role: ref object=arg0 result=return
bool requestContextIsCancelled(RequestContextRef c);                    // role: query done object=arg0 result=return
long requestContextTimeLeft(RequestContextRef c);                       // role: query remaining object=arg0 result=return:ms

// an untagged struct by its typedef's name, a bare with_timeout, a pair of numbers
typedef struct { int fd; } context_t;
context_t *context_todo(void);                                          // role: root result=return todo
context_t *with_timeout(context_t *base, long sec, long usec);          // role: derive parent=arg0 result=return timeout=arg1+arg2:s+us cancel=function must_cancel
void context_unref(context_t *c);                                       // role: release object=arg0 cancels
void context_ref(context_t *c);                                         // role: ref object=arg0

// handles
typedef uint64_t hctx_t;
hctx_t hctx_with_deadline(hctx_t parent, struct timeval until);         // role: derive parent=arg0 result=return deadline=arg1:timeval cancel=function must_cancel
int hctx_with_cancel(hctx_t parent, hctx_t *out);                       // role: derive parent=arg0 result=*arg1 cancel=function must_cancel status
void hctx_cancel(hctx_t c);                                             // role: cancel object=arg0
typedef void *opaque_context;
opaque_context opaque_with_timeout(opaque_context parent, int timeoutms); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel

struct ectx;

// the parent is not the first argument; contexts that are cleared through their address; nothing called "context" at all
struct scope;
struct server;
struct scope *scope_with_timeout(struct server *server, struct scope *outer, unsigned limit_us); // role: derive parent=arg1 result=return timeout=arg2:us cancel=function must_cancel
struct scope *scope_with_cancel(struct server *server, struct scope *outer); // role: derive parent=arg1 result=return cancel=function must_cancel
void scope_free(struct scope **scope);                                  // role: release object=*arg0 cancels

// a struct to fill in: the context, and the function that ends it
struct guard { struct kontext_ctx *c; void (*stop)(void); };
int kontext_with_deadline(struct kontext_ctx *parent, int64_t deadline, struct guard *out); // role: derive parent=arg0 result=arg2.c deadline=arg1 cancel=field:arg2.stop must_cancel status

// two of one type: the const one is the parent, or the one called so
struct twin_ctx { int x; };
int twin_ctx_init_with_timeout(struct twin_ctx *self, struct twin_ctx *parent, int ms); // role: derive parent=arg1 result=arg0 timeout=arg2:ms cancel=function must_cancel status
int twin_ctx_with_timeout(const struct twin_ctx *a, struct twin_ctx *b, int ms); // role: derive parent=arg0 result=arg1 timeout=arg2:ms cancel=function must_cancel status

// a time that is a struct of the library's own
typedef struct { int64_t n; } span_time;
struct ectx *ectx_with_timeout(struct ectx *parent, span_time span);    // role: derive parent=arg0 result=return timeout=arg1 cancel=function must_cancel

const void *go_names[] = {
    requestContextBackground, requestContextWithTimeoutMs, requestContextWithoutCancel, requestContextCancel, requestContextRelease,
    requestContextRetain, requestContextIsCancelled, requestContextTimeLeft, context_todo, with_timeout, context_unref, context_ref,
    hctx_with_deadline, hctx_with_cancel, hctx_cancel, opaque_with_timeout, scope_with_timeout, scope_with_cancel, scope_free,
    kontext_with_deadline, twin_ctx_init_with_timeout, twin_ctx_with_timeout, ectx_with_timeout,
};
