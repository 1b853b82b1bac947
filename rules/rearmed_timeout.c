// rearmed-timeout: a budget that does not shrink, because the same time is given to one wait after the other.
#include "check/pass.h"
#include "rules/waiting.h"

static const char *message(struct pass *pass, const struct wait *wait) {
    const char *time = waiting_time(pass, wait), *what = wait->repeats_left ? "the remaining time was asked for once and is used again" : "the whole timeout starts again";
    if (*time)
        what = pass_text(pass, wait->repeats_left ? "'%s', the time that remained when it was asked for, is used again" : "the whole of '%s' starts again", time);
    if (wait->repeats == wait->inst)
        return pass_text(pass, "%s with each turn of the loop: %s can wait many times as long as the caller allows", what, waiting_callee(pass, wait));
    return pass_text(pass, "%s: the wait at line %u has already used some of it, so both together can wait twice as long as the caller allows", what,
                     pass_line(pass, wait->func, wait->repeats));
}

static void add_path(struct pass *pass, const struct wait *wait, struct diag *diag) {
    uint32_t loop = wait->repeats == wait->inst ? pass_loop(pass, wait->func, wait->inst) : IR_NONE;
    if (wait->repeats != wait->inst)
        pass_step(pass, diag, wait->func, wait->repeats, "the first wait with this time");
    else if (loop != IR_NONE)
        pass_step(pass, diag, wait->func, loop, "the loop starts here");
}

static void run(struct pass *pass) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct wait *wait = &waits[i];
        if (wait->repeats == IR_NONE)
            continue;
        struct diag *diag = pass_report(pass, wait->func, wait->inst);
        diag->message = message(pass, wait);
        add_path(pass, wait, diag);
        diag->help = "compute the deadline once, before the first wait (now + timeout), and give each wait what is left: deadline - now";
        diag->fingerprint_key = pass_callee_name(pass, wait->func, wait->inst);
    }
}

static const char what[] =
    "A time budget that does not shrink. The same relative timeout is waited on again: in a\n"
    "loop (after EINTR, after a wake-up without a reason, for the next piece of a message,\n"
    "for the next attempt) or in one call after the other, and the time that was already\n"
    "spent is not subtracted.\n"
    "\n"
    "Also reported: the remaining time asked once and used for several waits, and the\n"
    "remaining time computed and then not used.\n";

static const char why[] =
    "The caller said 2 s. With two waits it may be 4 s, and with a loop there is no limit at\n"
    "all: a peer that sends one byte every 1.9 s, or a timer signal every second, holds\n"
    "the caller for ever, though every single wait has a timeout. It happens under load and\n"
    "under attack, not in tests.\n";

static const char bad[] =
    "Whoever sends one byte at a time keeps this function busy without end.\n"
    "\n"
    "```c\n"
    "#include <poll.h>\n"
    "#include <sys/socket.h>\n"
    "\n"
    "int receive(int fd, char *to, int size, int timeout_ms)\n"
    "{\n"
    "    struct pollfd entry = { .fd = fd, .events = POLLIN };\n"
    "    for (int got = 0; got < size;) {\n"
    "        if (poll(&entry, 1, timeout_ms) <= 0) // <- reported\n"
    "            return -1;\n"
    "        ssize_t more = recv(fd, to + got, (size_t)(size - got), 0);\n"
    "        if (more <= 0)\n"
    "            return -1;\n"
    "        got += (int)more;\n"
    "    }\n"
    "    return size;\n"
    "}\n"
    "```\n";

static const char good[] =
    "The timeout becomes a moment at once. Each wait gets what is left until then.\n"
    "\n"
    "```c\n"
    "#include <poll.h>\n"
    "#include <sys/socket.h>\n"
    "\n"
    "int receive(int fd, char *to, int size, int timeout_ms)\n"
    "{\n"
    "    struct pollfd entry = { .fd = fd, .events = POLLIN };\n"
    "    int64_t deadline = now_ms() + timeout_ms;\n"
    "    for (int got = 0; got < size;) {\n"
    "        int64_t left = deadline - now_ms();\n"
    "        if (left <= 0 || poll(&entry, 1, (int)left) <= 0)\n"
    "            return -1;\n"
    "        ssize_t more = recv(fd, to + got, (size_t)(size - got), 0);\n"
    "        if (more <= 0)\n"
    "            return -1;\n"
    "        got += (int)more;\n"
    "    }\n"
    "    return size;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Turn the relative timeout into a deadline once, at the start of the function.\n"
    "  2. Wait until the deadline, or for the deadline minus now. Absolute waits\n"
    "     (pthread_cond_timedwait, sem_timedwait) take the deadline itself: compute it\n"
    "     before the loop, not in it.\n"
    "  3. Check that something is left before you wait: a negative timeout means \"for\n"
    "     ever\" to poll.\n"
    "  4. Pass deadlines, not timeouts, to functions that wait more than once.\n";

static const char limits[] =
    "  - Waits with a constant of the function itself are not reported: an event loop with\n"
    "    a period of 1 s has no budget that could shrink.\n"
    "  - Where the loop checks a deadline or context of its own, a fixed slice per turn is\n"
    "    right.\n"
    "  - A timeout split into parts (half, a third) counts as a plan.\n"
    "  - Interrupted sleeps are seen where the rest that nanosleep offers is not used.\n";

const struct rule rule_rearmed_timeout = {
    .id = "rearmed-timeout",
    .title = "A timeout starts again from the beginning",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
