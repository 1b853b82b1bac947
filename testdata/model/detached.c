// What is said to be detached keeps its other roles and types.
#define DETACHED __attribute__((annotate("timeoutlint: detached")))

struct job;
struct job *job_background(void);                                       // role: root result=return
DETACHED struct job *job_with_timeout(struct job *parent, int ms);      // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
void job_cancel(struct job *job);                                       // role: cancel object=arg0
DETACHED void write_audit(struct job *job, int ms);                     // role: none

void write_audit(struct job *job, int ms)
{
    (void)job;
    job_cancel(job_with_timeout(job_background(), ms));
}

void handle(struct job *job)
{
    struct job *work = job_with_timeout(job, 10);
    DETACHED struct job *audit = job_with_timeout(job_background(), 10);
    write_audit(work, 5);
    job_cancel(audit);
    job_cancel(work);
}
