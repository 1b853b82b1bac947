// rearmed-timeout: a budget that does not shrink, because the same time is given to one wait after the other.
#include "flow/retries/retry.h"
#include "rules/left.h"
#include "rules/waiting.h"

#include <string.h>

static const char *message(struct pass *pass, const struct wait *wait) {
    const char *time = waiting_time(pass, wait), *what = wait->repeats_left ? "the remaining time was asked for once and is used again"
        : "the whole timeout starts again";
    if (*time)
        what = pass_text(pass, wait->repeats_left ? "'%s', the time that remained when it was asked for, is used again"
                         : "the whole of '%s' starts again", time);
    if (wait->repeats == wait->inst)
        return pass_text(pass, "%s with each turn of the loop: %s can wait many times as long as the caller allows", what,
                         waiting_callee(pass, wait));
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

// ---- the deadline, computed once

// The parameter that is waited with, unchanged; IR_NONE: it is none.
static uint32_t timeout_param(struct pass *pass, const struct wait *wait) {
    const struct prog_func *func = &pass->program->funcs[wait->func];
    const struct ir_unit *ir = pass->program->units[func->unit].ir;
    const char *time = waiting_time(pass, wait);
    uint32_t var = IR_NONE;
    for (uint32_t i = func->ir->vars; i < func->ir->vars + func->ir->param_count; i++)
        if (!strcmp(ir_text(ir, ir->vars[i].name), time) && ir->types[ir->vars[i].type].kind == IR_INT)
            var = i;
    const struct ir_block *first = &ir->blocks[func->ir->blocks], *last = first + func->ir->block_count - 1;
    for (uint32_t i = first->insts; var != IR_NONE && i < last->insts + last->inst_count; i++)
        for (uint32_t a = 0; a < ir->insts[i].arg_count; a++) {
            const struct ir_value *value = &ir->values[ir->insts[i].args + a];
            if (value->kind == IR_V_ADDR && value->index == var && ir->insts[i].op != IR_LOAD)
                return IR_NONE;
        }
    return var != IR_NONE && fix_sees(pass, wait->func, var, wait->inst) ? var : IR_NONE;
}

// Whether a wait that fails is made again: with no time left it would be made without pause.
static bool is_tried_again(const struct pass *pass, const struct wait *wait) {
    size_t count;
    const struct retry *retries = retry_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++)
        if (retries[i].func == wait->func && retries[i].inst == wait->inst)
            return true;
    return false;
}

static bool add_deadline(struct pass *pass, const struct wait *wait, const char *statement, struct diag *diag) {
    if (wait->repeats != wait->inst)
        return fix_before_statement(pass, diag, wait->func, wait->repeats, statement);
    uint32_t loop = pass_loop(pass, wait->func, wait->inst);
    return loop != IR_NONE && !is_tried_again(pass, wait) && fix_before_loop(pass, diag, wait->func, loop, statement);
}

// A deadline before the first wait, what is left of it before this one, and that instead of the whole.
static bool count_down(struct pass *pass, const struct wait *wait, struct diag *diag) {
    const struct prog_func *func = &pass->program->funcs[wait->func];
    const struct ir_unit *ir = pass->program->units[func->unit].ir;
    const struct bound *bound = &wait->role->bound;
    const char *type = "", *time = waiting_time(pass, wait), *now = left_now(pass, wait->func, bound, &type);
    bool is_known = *time && !wait->repeats_left && bound->kind == BOUND_TIMEOUT && now && timeout_param(pass, wait) != IR_NONE;
    if (!is_known || left_has_var(ir, func->ir, "left") || left_has_var(ir, func->ir, "deadline") ||
        time_is_listed(bound->infinite, bound->infinite_count, 0))
        return false;
    const char *deadline = pass_text(pass, "%s deadline = %s + %s;", type, now, time),
        *left = pass_text(pass, "%s left = deadline - %s;", type, now);
    const char *rest = left_has_negative(bound) ? pass_text(pass, "%s < 0 ? -1 : left > 0 ? left : 0", time) : "left > 0 ? left : 0";
    uint32_t first = wait->repeats == wait->inst ? pass_loop(pass, wait->func, wait->inst) : wait->repeats;
    diag->help = pass_text(pass, "compute the deadline once, and give each wait what is left: put '%s' before line %u and '%s' before line %u, and write '%s' instead of '%s'",
                           deadline, first == IR_NONE ? 0 : pass_line(pass, wait->func, first), left,
                               pass_line(pass, wait->func, wait->inst), rest, time);
    return add_deadline(pass, wait, deadline, diag) && fix_before_statement(pass, diag, wait->func, wait->inst, left) &&
           fix_argument(pass, diag, wait->func, wait->inst, bound->pos.arg, rest);
}

static void suggest(struct pass *pass, const struct wait *wait, struct diag *diag) {
    if (count_down(pass, wait, diag))
        return;
    fix_drop(diag);
    diag->help = wait->repeats_left ? "ask anew before each wait how much is left, or wait until a deadline that is computed once"
                 : wait->role->bound.kind == BOUND_DEADLINE
                     ? "compute that point in time once, before the first wait: then all of them end at the same one"
                     : "compute the deadline once, before the first wait (now + timeout), and give each wait what is left: deadline - now";
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
        suggest(pass, wait, diag);
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
    "  - Where the caller also chooses how many turns there are, the time is meant for each\n"
    "    of them.\n"
    "  - A timeout split into parts (half, a third) counts as a plan.\n"
    "  - Interrupted sleeps are seen where the rest that nanosleep offers is not used.\n";

const struct rule rule_rearmed_timeout = {
    .id = "rearmed-timeout",
    .title = "A timeout starts again from the beginning",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
