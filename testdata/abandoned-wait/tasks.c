// A task library: a task is started, waited for, stopped and let go.
#include "waits.h"
#include "work.h"

struct task;
TL("spawn entry=arg0 object=arg1 result=return suggest=\"task_stop({handle}); task_wait({handle}, -1);\"") struct task *task_start(void (*entry)(void *), void *arg);
TL("join object=arg0 timeout=arg1:ms infinite=-1") int task_wait(struct task *task, int64_t timeout_ms);
TL("cancel object=arg0") void task_stop(struct task *task);
void task_later(TL("transfers") struct task *task);

static void work(void *arg)
{
    *(int *)arg = rpc_forever(1);
}

int gives_up_bad(int64_t deadline)
{
    static int result;
    struct task *task = task_start(work, &result);
    if (task_wait(task, deadline - now_ms()) < 0) // want abandoned-wait "task|running"
        return -1;
    return result;
}

int stops_ok(int64_t deadline)
{
    static int result;
    struct task *task = task_start(work, &result);
    if (task_wait(task, deadline - now_ms()) < 0) {
        task_stop(task);
        task_wait(task, -1);
        return -1;
    }
    return result;
}

int handed_over_ok(int64_t deadline)
{
    static int result;
    struct task *task = task_start(work, &result);
    if (task_wait(task, deadline - now_ms()) < 0) {
        task_later(task);
        return -1;
    }
    return result;
}

static int wait_or_stop(struct task *task, int64_t timeout_ms)
{
    int error = task_wait(task, timeout_ms);
    if (error < 0)
        task_stop(task);
    return error;
}

int by_function_ok(int timeout_ms)
{
    static int result;
    struct task *task = task_start(work, &result);
    return wait_or_stop(task, timeout_ms) < 0 ? -1 : result;
}

#define WAIT_OR_STOP(task, ms, ret_error)        \
    do {                                         \
        (ret_error) = task_wait((task), (ms));   \
        if ((ret_error) < 0)                     \
            task_stop((task));                   \
    } while (0)

int by_macro_ok(int timeout_ms)
{
    static int result;
    int error;
    struct task *task = task_start(work, &result);
    WAIT_OR_STOP(task, timeout_ms, error);
    return error < 0 ? -1 : result;
}

// Structured: it cannot outlive its handle.
TL("spawn entry=arg0 object=arg1 result=return structured") int bundle_go(void (*entry)(void *), void *arg);
TL("join object=arg0 timeout=arg1:ms") int bundle_wait(int bundle, int64_t timeout_ms);

int structured_ok(int timeout_ms)
{
    static int result;
    int bundle = bundle_go(work, &result);
    return bundle_wait(bundle, timeout_ms) < 0 ? -1 : result;
}
