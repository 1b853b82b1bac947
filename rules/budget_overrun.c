// budget-overrun: what is asked for below a deadline adds up to more than it allows.
#include "check/pass.h"
#include "rules/bounds.h"
#include "rules/left.h"
#include "rules/sums.h"

enum { TERM_STEPS = 3 };

static bool has_open_loop(const struct overrun *fact) {
    for (uint32_t i = 0; i < fact->term_count; i++)
        if (fact->terms[i].in_loop)
            return true;
    return false;
}

static const char *message(struct pass *pass, struct sum_unit unit, const struct overrun *fact) {
    const char *reserve = !fact->is_lower       ? ""
                          : has_open_loop(fact) ? ": one turn of a loop whose count is not known"
                                                : ": loops without a known count and recursion counted once";
    const char *guess = fact->is_assumed ? " (taking the slowest function behind each pointer)" : "";
    return pass_text(pass, "downstream needs %s %s (%s%s) but '%s' allows %s: when all of it is slow, the deadline passes before the last is done%s", fact->is_lower ? "at least" : "up to", sum_amount(pass, unit, fact->needed),
                     sum_text(pass, unit, fact), reserve, pass_func_name(pass, fact->setter.func), sum_amount(pass, unit, fact->allowed), guess);
}

// ---- the path: who set the deadline, the calls, the terms

static void setter_step(struct pass *pass, struct sum_unit unit, const struct overrun *fact, struct diag *diag) {
    const char *setter = pass_func_name(pass, fact->setter.func), *allowed = sum_amount(pass, unit, fact->allowed);
    const char *text = fact->kind == OVERRUN_CONTEXT    ? pass_text(pass, "'%s' sets a deadline of %s", setter, allowed)
                       : fact->kind == OVERRUN_DEADLINE ? pass_text(pass, "'%s' starts the clock of a deadline of %s", setter, allowed)
                       : fact->kind == OVERRUN_TIMEOUT  ? pass_text(pass, "'%s' gives '%s' %s", setter, pass_callee_name(pass, fact->setter.func, fact->setter.inst), allowed)
                       : fact->kind == OVERRUN_ARMED    ? pass_text(pass, "'%s' arms it with %s", setter, allowed)
                                                        : pass_text(pass, "'%s' sets a deadline of %s for this thread", setter, allowed);
    pass_step(pass, diag, fact->setter.func, fact->setter.inst, "%s", text);
}

static void call_steps(struct pass *pass, const struct overrun *fact, struct diag *diag, uint32_t room) {
    uint32_t first = fact->kind == OVERRUN_TIMEOUT ? 1 : 0; // the setter is the first call
    if (fact->call_count > first + room)
        first = fact->call_count - room; // the last ones say most
    for (uint32_t i = first; i < fact->call_count; i++) {
        uint32_t callee = i + 1 < fact->call_count ? fact->calls[i + 1].func : fact->terms[0].func;
        pass_step(pass, diag, fact->calls[i].func, fact->calls[i].inst, "'%s' calls '%s'", pass_func_name(pass, fact->calls[i].func), pass_func_name(pass, callee));
    }
}

static void term_step(struct pass *pass, struct sum_unit unit, const struct cost_term *term, bool repeated, struct diag *diag) {
    const char *text = sum_term(pass, unit, term, repeated);
    if (term->kind == COST_OF_SLEEP)
        pass_step(pass, diag, term->func, term->inst, "sleeps: %s", text);
    else if (term->kind == COST_OF_CALL && term->callee != IR_NONE)
        pass_step(pass, diag, term->func, term->inst, "'%s' needs up to: %s", pass_func_name(pass, term->callee), text);
    else
        pass_step(pass, diag, term->func, term->inst, "%s: %s", term->kind == COST_OF_BIND ? "a bound of its own" : "waits up to", text);
}

// The larger terms, in the order of the path.
static void term_steps(struct pass *pass, struct sum_unit unit, const struct overrun *fact, struct diag *diag) {
    bool repeated = sum_has_repeated(fact);
    for (uint32_t i = 0; i < fact->term_count; i++) {
        uint32_t larger = 0;
        for (uint32_t k = 0; k < fact->term_count; k++)
            larger += fact->terms[k].sum > fact->terms[i].sum || (fact->terms[k].sum == fact->terms[i].sum && k < i);
        if (larger < TERM_STEPS)
            term_step(pass, unit, &fact->terms[i], repeated, diag);
    }
}

// ---- what to write instead

static const char *remaining_text(struct pass *pass, const struct overrun *fact) {
    const struct prog_unit *unit = &pass->program->units[pass->program->funcs[fact->func].unit];
    const struct ir_inst *call = &unit->ir->insts[fact->inst];
    for (uint32_t arg = 0; call->op == IR_CALL && arg + 1 < call->arg_count; arg++) {
        const struct role *role;
        const char *text = pass_arg_text(pass, fact->func, fact->inst, arg);
        const char *name = model_context_query(unit->model, unit->ir->call_args[call->aux + 1 + arg].type, QUERY_REMAINING, &role);
        if (name && *text && role->result.kind == POS_RETURN && role->object.kind == POS_ARG && role->object.arg == 0)
            return pass_text(pass, " ('%s(%s)')", name, text);
    }
    return "";
}

static const char *help(struct pass *pass, struct sum_unit unit, const struct overrun *fact) {
    const char *left = remaining_text(pass, fact), *setter = pass_func_name(pass, fact->setter.func);
    const char *raise = pass_text(pass, "allow %s in '%s'", sum_amount(pass, unit, fact->needed), setter);
    if (sum_has_repeated(fact))
        return pass_text(pass, "give each attempt its share of what is left%s and cut the delays to it, make fewer attempts, or %s", left, raise);
    return pass_text(pass, "bound each step by what is left when its turn comes%s, skip a step that no longer fits, or %s", left, raise);
}

// The largest term, bounded by what is left, where that is known as text.
static void suggest(struct pass *pass, struct sum_unit unit, const struct overrun *fact, struct diag *diag) {
    const char *why = help(pass, unit, fact), *first = pass_text(pass, "%s; here", why);
    if (bounds_derive(pass, fact->func, fact->inst, diag, first) || left_bound_at(pass, fact->func, fact->inst, diag, first))
        return;
    diag->help = why;
}

static void run(struct pass *pass) {
    size_t count;
    const struct overrun *facts = flow_overruns(pass->flow, &count);
    for (size_t i = 0; i < count; i++) {
        const struct overrun *fact = &facts[i];
        struct sum_unit unit = sum_unit(fact);
        struct diag *diag = pass_report(pass, fact->func, fact->inst);
        uint32_t terms = fact->term_count < TERM_STEPS ? fact->term_count : TERM_STEPS;
        diag->message = message(pass, unit, fact);
        diag->upstream_ns = fact->allowed;
        diag->bound_ns = fact->needed;
        setter_step(pass, unit, fact, diag);
        call_steps(pass, fact, diag, PASS_STEPS - 1 - terms);
        term_steps(pass, unit, fact, diag);
        suggest(pass, unit, fact, diag);
        diag->fingerprint_key = pass_text(pass, "%s/%s", pass_func_name(pass, fact->setter.func), pass_callee_name(pass, fact->func, fact->inst));
    }
}

static const char what[] =
    "Below a deadline the program waits for several things one after the other: fixed\n"
    "timeouts, sleeps, attempts of a retry loop and the delays between them. Each of\n"
    "them fits, but their sum does not.\n"
    "\n"
    "The sum is that of the longest path: of branches the larger one, of loops the number\n"
    "of turns if it is known, of a retry loop attempts x time of one try + delays x\n"
    "(attempts - 1). A bound that is derived from the remaining time asks for nothing of\n"
    "its own. What runs under a context with a bound counts as that bound, once.\n"
    "\n"
    "The finding stands at the largest term, in the function where the sum comes together.\n"
    "The message shows the sum term by term.\n";

static const char why[] =
    "The last steps never get the time that is written beside them. A retry loop with two\n"
    "attempts of 1 s and a delay of 500 ms, below a deadline of 2 s, has no second\n"
    "attempt worth the name: it is cut after 500 ms. On a good day nobody sees it. When\n"
    "the server is slow, which is what the retry was written for, it fails every time, and\n"
    "the logs show a timeout that is in no line of the code.\n";

static const char bad[] =
    "Two attempts of 1 s and a delay of 500 ms are 2.5 s. The handler allows 2 s.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    for (int attempt = 0; attempt < 2 && !ctx_done(ctx); attempt++) {\n"
    "        if (attempt > 0)\n"
    "            pause_ms(500);\n"
    "        struct ctx *query = ctx_with_timeout(ctx, 1000); // <- reported\n"
    "        if (!query)\n"
    "            return -1;\n"
    "        int user = call(query, id);\n"
    "        ctx_cancel(query);\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char good[] =
    "Each try gets its share of what is left, and so does the delay.\n"
    "\n"
    "```c\n"
    "static int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    int64_t delay = 100;\n"
    "    for (int left = 2; left > 0 && !ctx_done(ctx); left--) {\n"
    "        struct ctx *query = ctx_with_timeout(ctx, ctx_remaining(ctx) / left);\n"
    "        if (!query)\n"
    "            return -1;\n"
    "        int user = call(query, id);\n"
    "        ctx_cancel(query);\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "        int64_t rest = ctx_remaining(ctx);\n"
    "        pause_ms(delay < rest ? delay : rest);\n"
    "        delay *= 2;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "\n"
    "int handle_request(int id)\n"
    "{\n"
    "    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);\n"
    "    if (!request)\n"
    "        return -1;\n"
    "    int user = load_user(request, id);\n"
    "    ctx_cancel(request);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Read the sum in the message: every term has its place in the path.\n"
    "  2. Derive the terms from what is left: the remaining time divided by the tries or\n"
    "     steps still to come.\n"
    "  3. Or end the loop where too little is left for another try.\n"
    "  4. Or set the deadline above to what its parts need, if the caller can wait so long.\n";

static const char limits[] =
    "  - A loop whose number of turns is not known counts once. The sum is then a lower\n"
    "    bound, and the message says so.\n"
    "  - A loop with thousands of turns is not followed to its end: it too counts once.\n"
    "  - Numbers of a unit that is not known are not added up.\n"
    "  - One term that alone is longer than the deadline is not reported here: see\n"
    "    nested-timeout and sleep-past-deadline.\n"
    "  - Branches that exclude each other by their conditions in two places count as if\n"
    "    both could be taken.\n"
    "  - Work that computes and waits for nothing costs no time here.\n";

const struct rule rule_budget_overrun = {
    .id = "budget-overrun",
    .title = "What is asked for below a deadline adds up to more than it allows",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
