// deadline-arithmetic: a time that does not mean what the callee takes it for.
#include "flow/waits/faults.h"
#include "rules/left.h"

#include <limits.h>
#include <string.h>

static const char *unit_word(double ns) {
    static const struct {
        double ns;
        const char *word;
    } units[] = {{1e9, "seconds"}, {1e6, "milliseconds"}, {1e3, "microseconds"}, {1, "nanoseconds"}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (ns > units[i].ns * 0.99 && ns < units[i].ns * 1.01)
            return units[i].word;
    return "another unit";
}

static const char *amount(struct pass *pass, int64_t number, double unit) {
    double ns = (double)number * (unit > 0 ? unit : 1);
    bool is_known = unit > 0 && ns > -9e18 && ns < 9e18;
    return pass_duration(pass, is_known ? (int64_t)ns : number, !is_known);
}

static const char *callee_of(struct pass *pass, const struct time_fault *fault) {
    const char *name = pass_callee_name(pass, fault->func, fault->inst);
    return *name ? pass_text(pass, "'%s'", name) : "the function behind this pointer";
}

// "what 'ctx_remaining' gives"
static const char *source_of(struct pass *pass, const struct time_fault *fault) {
    const char *name = fault->from == IR_NONE ? "" : pass_callee_name(pass, fault->func, fault->from);
    if (fault->name)
        return pass_text(pass, "'%s'", fault->name);
    if (fault->is_taken)
        return "this parameter";
    return *name ? pass_text(pass, "this, which comes from '%s',", name) : "this";
}

static const char *clock_word(enum time_clock clock) {
    return clock == CLOCK_IS_MONOTONIC ? "monotonic" : clock == CLOCK_IS_REALTIME ? "real-time" : "tick";
}

static const char *duration_message(struct pass *pass, const struct time_fault *fault) {
    const char *over = "as a point in time it is long past, so the time is over at once";
    const char *callee = callee_of(pass, fault);
    if (fault->has_number)
        return pass_text(pass, "%s expects a point in time (now + ...), but %s is a duration: %s", callee,
                         amount(pass, fault->number, fault->unit), over);
    return pass_text(pass, "%s expects a point in time (now + ...), but %s is a duration: %s", callee, source_of(pass, fault), over);
}

static const char *unit_message(struct pass *pass, const struct time_fault *fault) {
    int64_t number = fault->has_number ? fault->number : fault->unit > 9e8 ? 2 : 500;
    const char *meant = amount(pass, number, fault->unit), *is = amount(pass, number, fault->expected_unit);
    const char *values = pass_text(pass, fault->has_number ? ": %s is taken for %s" : ", so that %s become %s", meant, is);
    return pass_text(pass, "%s expects %s, but %s is in %s%s", callee_of(pass, fault), unit_word(fault->expected_unit),
                     source_of(pass, fault), unit_word(fault->unit), values);
}

static const char *clock_message(struct pass *pass, const struct time_fault *fault) {
    bool is_past = fault->expected_clock == CLOCK_IS_REALTIME;
    return pass_text(pass, "%s looks at the %s clock, but %s is a point in time of the %s clock: there it is %s", callee_of(pass, fault),
                     clock_word(fault->expected_clock), source_of(pass, fault), clock_word(fault->clock),
                     is_past ? "long past, so the time is over at once" : "decades ahead, so the wait does not end");
}

static const char *too_large_message(struct pass *pass, const struct time_fault *fault) {
    if (fault->is_end)
        return "now plus this overflows: the sum is too large for any number and becomes a point in time in the past";
    return pass_text(pass, "%s is too large for the parameter of %s: the number overflows and means another time, or a negative one",
                     amount(pass, fault->number, fault->unit), callee_of(pass, fault));
}

static const char *no_time_message(struct pass *pass, const struct time_fault *fault) {
    return pass_text(pass, "%s expects a %s, but this is neither a point in time nor a duration: two points in time are added up, or one is subtracted from a duration",
                     callee_of(pass, fault), fault->is_end ? "point in time" : "duration");
}

static const char *carry_message(struct pass *pass, const struct time_fault *fault) {
    const char *callee = callee_of(pass, fault);
    if (fault->has_number)
        return pass_text(pass, "tv_nsec is %lld: %s only takes 0 to 999999999, and fails at once", (long long)fault->number, callee);
    return pass_text(pass, "tv_nsec can grow to a second or more, as something is added to that of the clock: then %s fails at once", callee);
}

static const char *message(struct pass *pass, const struct time_fault *fault) {
    const char *callee = callee_of(pass, fault), *number = amount(pass, fault->number, fault->unit);
    switch (fault->kind) {
    case FAULT_DURATION: return duration_message(pass, fault);
    case FAULT_MOMENT:
        return pass_text(pass, "%s expects a duration, but %s is a point in time (now + ...): it waits about as long as the clock has been running", callee,
                         source_of(pass, fault));
    case FAULT_NO_TIME: return no_time_message(pass, fault);
    case FAULT_UNIT: return unit_message(pass, fault);
    case FAULT_CLOCK: return clock_message(pass, fault);
    case FAULT_MIXED_CLOCKS:
        return "points in time of two clocks are subtracted from each other: the difference does not say how much time is left";
    case FAULT_MIXED_UNITS: return "times in two different units are added up here";
    case FAULT_TWICE:
        return pass_text(pass, "the time that has already passed is subtracted twice: %s waits less than what is left", callee);
    case FAULT_ZERO: return pass_text(pass, "the timeout given to %s is zero: it is over before the work starts", callee);
    case FAULT_NEGATIVE: return pass_text(pass, "the time given to %s is negative, %s", callee, number);
    case FAULT_TOO_LARGE: return too_large_message(pass, fault);
    case FAULT_CARRY: return carry_message(pass, fault);
    case FAULT_PAST: return pass_text(pass, "the point in time given to %s is %s in the past: the time is over at once", callee, number);
    }
    return "";
}

static const char *unit_help(struct pass *pass, const struct time_fault *fault) {
    double factor = fault->unit / fault->expected_unit;
    return factor > 1 ? pass_text(pass, "convert it: multiply by %.0f", factor) : pass_text(pass, "convert it: divide by %.0f", 1 / factor);
}

static const char *clock_help(struct pass *pass, const struct time_fault *fault) {
    return pass_text(pass, "read the %s clock for this deadline, or wait on the %s one", clock_word(fault->expected_clock), clock_word(fault->clock));
}

static const char *help(struct pass *pass, const struct time_fault *fault) {
    switch (fault->kind) {
    case FAULT_DURATION: return "add it to the time now, of the clock that is waited on";
    case FAULT_MOMENT: return "subtract the time now";
    case FAULT_NO_TIME:
        return fault->is_end ? "a deadline is one reading of the clock plus a duration"
            : "what is left is one point in time minus another: deadline - now";
    case FAULT_UNIT: return unit_help(pass, fault);
    case FAULT_CLOCK: return clock_help(pass, fault);
    case FAULT_MIXED_CLOCKS: return "read the same clock for the deadline and for now";
    case FAULT_MIXED_UNITS: return "convert both to one unit first";
    case FAULT_TWICE: return "compute deadline = start + timeout before the first wait, and give each wait deadline - now";
    case FAULT_CARRY: return "carry it over: where tv_nsec is 1000000000 or more, subtract that and add 1 to tv_sec";
    case FAULT_TOO_LARGE: return "compute with 64 bits and limit the result before it is passed on";
    case FAULT_PAST: return "give it a point in time that is still to come: now plus a duration";
    default: return "give it a positive time";
    }
}

// ---- the time as it should be

// The argument that is the bound, UINT_MAX where the call passes it on in some other way.
static unsigned bound_argument(const struct pass *pass, const struct time_fault *fault) {
    const struct prog_unit *unit = &pass->program->units[pass->program->funcs[fault->func].unit];
    const struct ir_value *callee = &unit->ir->values[unit->ir->insts[fault->inst].args];
    const struct role *role = callee->kind == IR_V_FUNC ? pass->program->funcs[unit->func_ids[callee->index]].roles : NULL;
    const struct pos *pos = &fault->role->bound.pos;
    while (role && role != fault->role)
        role = role->next;
    return role && pos->kind == POS_ARG && !pos->deref && !pos->field && fault->role->bound.pos2.kind == POS_NONE ? pos->arg : UINT_MAX;
}

static const char *converted(struct pass *pass, const struct time_fault *fault, const char *text) {
    double factor = fault->unit / fault->expected_unit, back = 1 / factor;
    bool is_whole = factor > 1 ? factor - (double)(int64_t)factor < 1e-9 : back - (double)(int64_t)(back + 0.5) < 1e-9;
    if (!(fault->unit > 0) || !(fault->expected_unit > 0) || !is_whole)
        return NULL;
    return factor > 1 ? pass_text(pass, "%s * %.0f", text, factor) : pass_text(pass, "%s / %.0f", text, back);
}

// NULL where it is not known how to write it.
static const char *better_time(struct pass *pass, const struct time_fault *fault, const char *text) {
    const char *operand = left_operand(pass, text), *now = left_now(pass, fault->func, &fault->role->bound, NULL);
    switch (fault->kind) {
    case FAULT_DURATION: return now ? pass_text(pass, "%s + %s", now, operand) : NULL;
    case FAULT_MOMENT: return now && strcmp(now, text) && !left_has_negative(&fault->role->bound) ? pass_text(pass, "%s - %s", text, now) : NULL;
    case FAULT_UNIT: return converted(pass, fault, operand);
    default: return NULL;
    }
}

// A moment for a call to which a negative rest means "for ever".
static bool wait_for_rest(struct pass *pass, const struct time_fault *fault, const char *text, struct diag *diag) {
    const char *type = "", *now = left_now(pass, fault->func, &fault->role->bound, &type);
    if (fault->kind != FAULT_MOMENT || !left_has_negative(&fault->role->bound) || !now || !*text || !strcmp(now, text))
        return false;
    const struct left left = {pass_text(pass, "%s - %s", text, now), type, false};
    return left_by_variable(pass, fault->func, fault->inst, &fault->role->bound, &left, NULL, diag, help(pass, fault));
}

static void suggest(struct pass *pass, const struct time_fault *fault, struct diag *diag) {
    unsigned arg = bound_argument(pass, fault);
    const char *text = arg == UINT_MAX ? "" : pass_arg_text(pass, fault->func, fault->inst, arg);
    if (wait_for_rest(pass, fault, text, diag))
        return;
    const char *better = *text ? better_time(pass, fault, text) : NULL;
    diag->help = better ? pass_text(pass, "%s: write '%s' instead of '%s'", help(pass, fault), better, text) : help(pass, fault);
    if (better && !fix_argument(pass, diag, fault->func, fault->inst, arg, better))
        diag->help = help(pass, fault);
}

static void run(struct pass *pass) {
    size_t count;
    const struct time_fault *faults = waits_faults(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct time_fault *fault = &faults[i];
        struct diag *diag = pass_report(pass, fault->func, fault->inst);
        diag->message = message(pass, fault);
        suggest(pass, fault, diag);
        if (fault->from != IR_NONE && fault->from != fault->inst)
            pass_step(pass, diag, fault->func, fault->from, "%s",
                      fault->is_taken ? "here the same parameter is taken for something else" : "the time comes from here");
        diag->fingerprint_key = pass_callee_name(pass, fault->func, fault->inst);
    }
}

static const char what[] =
    "The number that a call gets is of the wrong kind: a duration where a moment is expected,\n"
    "or the reverse; seconds where milliseconds are; zero, a negative number or one that\n"
    "overflows; a moment of one clock given to a call that looks at another; a rest from\n"
    "which the time spent was subtracted twice.\n";

static const char why[] =
    "The compiler sees numbers. A duration taken for a moment lies in 1970, so the call times\n"
    "out at once. A moment taken for a duration waits for days. Seconds for milliseconds are\n"
    "a thousand times too short, and a monotonic moment given to the real-time clock is long\n"
    "past. On machines that have just booted, some of these even pass the tests.\n";

static const char bad[] =
    "`rpc_until` expects a moment. 500 is one: half a second after the machine started.\n"
    "\n"
    "```c\n"
    "int load_user(int id)\n"
    "{\n"
    "    return rpc_until(id, 500); // <- reported\n"
    "}\n"
    "```\n"
    "\n"
    "pthread_cond_timedwait looks at the real-time clock.\n"
    "\n"
    "```c\n"
    "#include <pthread.h>\n"
    "#include <time.h>\n"
    "\n"
    "int wait_for_change(pthread_cond_t *changed, pthread_mutex_t *lock)\n"
    "{\n"
    "    struct timespec until;\n"
    "    clock_gettime(CLOCK_MONOTONIC, &until);\n"
    "    until.tv_sec += 5;\n"
    "    return pthread_cond_timedwait(changed, lock, &until); // <- reported\n"
    "}\n"
    "```\n";

static const char good[] =
    "A moment is now plus a duration.\n"
    "\n"
    "```c\n"
    "int load_user(int id)\n"
    "{\n"
    "    return rpc_until(id, now_ms() + 500);\n"
    "}\n"
    "```\n"
    "\n"
    "The clock that made the moment is the one that is waited on.\n"
    "\n"
    "```c\n"
    "#include <pthread.h>\n"
    "#include <time.h>\n"
    "\n"
    "int wait_for_change(pthread_cond_t *changed, pthread_mutex_t *lock)\n"
    "{\n"
    "    struct timespec until;\n"
    "    clock_gettime(CLOCK_MONOTONIC, &until);\n"
    "    until.tv_sec += 5;\n"
    "    return pthread_cond_clockwait(changed, lock, CLOCK_MONOTONIC, &until);\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Say in names what a number is: timeout_ms, deadline_ms, and convert at one place.\n"
    "  2. Use one clock for all deadlines of a program, the monotonic one where possible:\n"
    "     the real-time clock jumps when somebody sets it.\n"
    "  3. Compute with 64 bits, and limit before you convert to int.\n";

static const char limits[] =
    "  - Units and kinds are known from models, types and from where the value came. A\n"
    "    name counts only where nothing else is known.\n"
    "  - Values that have a meaning of their own (0: do not wait, -1: for ever) are what\n"
    "    they are.\n"
    "  - Whether what is left may become negative is not asked.\n"
    "  - A function that takes a moment or a duration, as a flag says, holds its callers to\n"
    "    nothing. What a function writes behind a pointer is not followed either.\n"
    "  - Which clock clock_nanosleep looks at with TIMER_ABSTIME is not known.\n"
    "  - Where the program chooses a clock for its condition variables\n"
    "    (pthread_condattr_setclock), the clock they look at counts as not known.\n";

const struct rule rule_deadline_arithmetic = {
    .id = "deadline-arithmetic",
    .title = "A time that does not mean what the callee expects",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
