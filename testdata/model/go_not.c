// What looks like a context library and is none.
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

// libraries with a "ctx" that nothing is derived from
typedef struct evp_md_ctx_st EVP_MD_CTX;
EVP_MD_CTX *EVP_MD_CTX_new(void);                                       // role: none
void EVP_MD_CTX_free(EVP_MD_CTX *ctx);                                  // role: none
struct AVCodecContext;
void avcodec_free_context(struct AVCodecContext **ctx);                 // role: none
int avcodec_close(struct AVCodecContext *ctx);                          // role: none

// a timer that is cancelled, a thread that is cancelled
struct timer;
void timer_cancel(struct timer *timer);                                 // role: none
long timer_remaining(struct timer *timer);                              // role: none
int pthread_cancel(pthread_t thread);                                   // role: cancel object=arg0

// a builder: returns what it was given
struct request;
struct request *request_with_timeout(struct request *request, int ms);  // role: none

// a wait with a deadline, a connection with a timeout
struct channel;
int channel_receive_with_deadline(struct channel *c, void **data, struct timespec deadline); // role: none
struct redisContext;
struct redisContext *redisConnectWithTimeout(const char *ip, int port, struct timeval tv); // role: none

// colours have backgrounds, jobs are done
struct color *style_background(struct style_context *style);            // role: none
bool job_done(struct job *job);                                         // role: none
void job_free(struct job *job);                                         // role: none

// a real library, and functions of the program that take its context first
struct ctx;
struct ctx *ctx_with_timeout(struct ctx *parent, int ms);               // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
void ctx_cancel(struct ctx *ctx);                                       // role: cancel object=arg0
int order_cancel(struct ctx *ctx, int order);                           // role: none
void cache_free(struct ctx *ctx, struct entry *entry);                  // role: none
bool job_is_done(struct ctx *ctx, struct job *job);                     // role: none
int64_t queue_remaining(struct ctx *ctx);                               // role: none
void run_background(struct ctx *ctx);                                   // role: none
struct ctx *move_to_background(struct ctx *ctx);                        // role: none
int64_t unix_now(void);                                                 // role: none

const void *go_not[] = {
    EVP_MD_CTX_new, EVP_MD_CTX_free, avcodec_free_context, avcodec_close, timer_cancel, timer_remaining, pthread_cancel,
    request_with_timeout, channel_receive_with_deadline, redisConnectWithTimeout, style_background, job_done, job_free, ctx_with_timeout,
    ctx_cancel, order_cancel, cache_free, job_is_done, queue_remaining, run_background,
    move_to_background, unix_now,
};
