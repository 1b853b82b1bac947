// What the code says of itself wins over what models and shapes say.
#include <stdint.h>

#define SAYS(text) __attribute__((annotate("timeoutlint: " text)))

struct job;
void job_give(SAYS("stores") struct job *keeper, SAYS("transfers") struct job *job); // role: stores object=arg0; transfers object=arg1
SAYS("derive parent=arg0 timeout=arg1:ms cancel=return") struct job *job_sub(struct job *parent, int ms); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
SAYS("cancel object=arg1 twice=no") void job_stop(int why, struct job *job); // role: cancel object=arg1
SAYS("none") struct job *job_with_timeout(struct job *parent, int ms);  // role: none
void job_cancel(struct job *job);                                       // role: cancel object=arg0
SAYS("block timeout=arg2:s") int poll(void *fds, unsigned long count, int timeout); // role: block timeout=arg2:s
void job_log(SAYS("borrows") struct job *job);                          // role: borrows object=arg0
void job_hand(SAYS("transfers") struct job *job, SAYS("timeout:ms") int wait); // role: transfers object=arg0
void job_give(SAYS("stores") struct job *keeper, SAYS("transfers") struct job *job); // role: stores object=arg0; transfers object=arg1
SAYS("derive paren=arg0") struct job *job_wrong(struct job *parent);    // role: none
SAYS("sleep timeout=arg0:ms") void job_misfit(struct job *job);         // role: none

struct job_limits {
    SAYS("timeout:ms infinite=0") int limit;
    SAYS("timout:ms") int other;
    SAYS("context") void *owner;
};
int job_limit(struct job_limits *limits) { return limits->limit + limits->other + (limits->owner != 0); }

const void *annotations[] = {job_sub, job_stop, job_with_timeout, job_cancel, poll, job_log, job_hand, job_give, job_wrong, job_misfit};
