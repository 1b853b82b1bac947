// abandoned-wait: a timed wait for a thread or task gives up, and leaves it running.
#include "check/pass.h"
#include "flow/retries/abandon.h"

static void run(struct pass *pass) {
    size_t count;
    const struct abandon *abandons = abandon_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct abandon *abandon = &abandons[i];
        struct diag *diag = pass_report(pass, abandon->func, abandon->inst);
        diag->message = pass_text(pass, "when '%s' gives up, what was started at line %u is left running: on this path nothing cancels, joins or takes it over",
                                  pass_callee_name(pass, abandon->func, abandon->inst), pass_line(pass, abandon->func, abandon->spawn_inst));
        pass_step(pass, diag, abandon->func, abandon->spawn_inst, "started here");
        pass_step(pass, diag, abandon->func, abandon->return_inst, "the function returns, and it is still running");
        diag->help = abandon->is_signal ? "where the wait gives up, cancel the thread and join it before the function returns: it uses memory of this function"
                                        : "where the wait gives up, cancel what was started and join it, or hand its handle over to somebody who joins it later";
        diag->fingerprint_key = pass_callee_name(pass, abandon->func, abandon->inst);
    }
}

static const char what[] =
    "A function waits for a thread or task that it started, for a limited time. When the time\n"
    "is over it gives up, and nobody cancels, joins or takes over the thread.\n";

static const char why[] =
    "The thread goes on. It writes its result into variables of a function that has long\n"
    "returned, holds its locks and connections, and is never joined. With each slow request\n"
    "one more of them runs. The timeout made the caller faster and the program worse.\n";

static const char bad[] =
    "After the timeout the thread writes to `answer`, which is gone.\n"
    "\n"
    "```c\n"
    "#include <pthread.h>\n"
    "#include <time.h>\n"
    "\n"
    "static void *ask(void *arg)\n"
    "{\n"
    "    *(int *)arg = rpc(1, 60000);\n"
    "    return NULL;\n"
    "}\n"
    "\n"
    "int ask_with_limit(const struct timespec *until)\n"
    "{\n"
    "    int answer = -1;\n"
    "    pthread_t thread;\n"
    "    if (pthread_create(&thread, NULL, ask, &answer) != 0)\n"
    "        return -1;\n"
    "    if (pthread_timedjoin_np(thread, NULL, until) != 0) // <- reported\n"
    "        return -1;\n"
    "    return answer;\n"
    "}\n"
    "```\n";

static const char good[] =
    "The thread is told to end, and the function waits until it has.\n"
    "\n"
    "```c\n"
    "#include <pthread.h>\n"
    "#include <time.h>\n"
    "\n"
    "static void *ask(void *arg)\n"
    "{\n"
    "    *(int *)arg = rpc(1, 60000);\n"
    "    return NULL;\n"
    "}\n"
    "\n"
    "int ask_with_limit(const struct timespec *until)\n"
    "{\n"
    "    int answer = -1;\n"
    "    pthread_t thread;\n"
    "    if (pthread_create(&thread, NULL, ask, &answer) != 0)\n"
    "        return -1;\n"
    "    if (pthread_timedjoin_np(thread, NULL, until) != 0) {\n"
    "        pthread_cancel(thread);\n"
    "        pthread_join(thread, NULL);\n"
    "        return -1;\n"
    "    }\n"
    "    return answer;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Give the thread the deadline, so that it ends by itself.\n"
    "  2. When the wait gives up, cancel the thread's context (or the thread) and join it.\n"
    "  3. Or hand it over: to a list of threads that somebody joins later, with memory of\n"
    "     its own for the result.\n";

static const char limits[] =
    "  - A thread that is detached on purpose after the timeout is not reported; see that\n"
    "    it does not use memory of the function.\n"
    "  - A wait for a semaphore or condition counts where it belongs to what the thread\n"
    "    was given.\n"
    "  - Handles that came from the caller are the caller's. A thread that was given a\n"
    "    deadline or context ends by itself.\n";

const struct rule rule_abandoned_wait = {
    .id = "abandoned-wait",
    .title = "A timed wait that leaves its thread running",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
