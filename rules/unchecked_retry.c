// unchecked-retry: a loop that tries again, or waits again, after its budget has ended.
#include "flow/retries/retry.h"
#include "flow/values/cfg.h"
#include "rules/left.h"

#include <string.h>

static const char *budget_name(struct pass *pass, const struct retry *retry) {
    const char *text = retry->budget_arg == IR_NONE ? "" : pass_arg_text(pass, retry->func, retry->inst, retry->budget_arg);
    if (*text)
        return pass_text(pass, "'%s'", text);
    return retry->budget == BUDGET_NUMBER ? "the deadline" : retry->budget == BUDGET_TIMER ? "the timer" : "the budget";
}

static const char *callee_name(struct pass *pass, const struct retry *retry) {
    const char *name = pass_callee_name(pass, retry->func, retry->inst);
    return *name ? pass_text(pass, "'%s'", name) : "a call through a pointer";
}

static const char *ended(struct pass *pass, const struct retry *retry) {
    switch (retry->budget) {
    case BUDGET_NUMBER: return pass_text(pass, "%s has passed", budget_name(pass, retry));
    case BUDGET_TIMER: return pass_text(pass, "%s is over", budget_name(pass, retry));
    default: return pass_text(pass, "%s has ended", budget_name(pass, retry));
    }
}

static const char *help(struct pass *pass, const struct retry *retry) {
    if (retry->asks)
        return "leave the loop where the answer says that the time is over (break or return)";
    const char *time = left_has_time(pass, retry->func, retry->inst, retry->budget_arg, retry->inst);
    if (time)
        return pass_text(pass, "ask in the loop whether there is time left ('%s') and leave it where there is none, or leave it on the error that says so", time);
    if (retry->budget == BUDGET_NUMBER)
        return "ask in the loop's condition whether there is time left (now < deadline), or leave the loop on the error that says that there is none";
    return "ask in the loop's condition whether the budget has ended, or leave the loop on the error that says so";
}

// ---- the question, in the condition of the loop

static bool is_simple(const char *condition) {
    for (const char *at = condition; *at; at++) {
        bool compares = *at == '=' && (at[1] == '=' || (at > condition && strchr("=<>!", at[-1])));
        if (strchr("?,", *at) || (*at == '=' && !compares) || (at[0] == '|' && at[1] == '|'))
            return false;
    }
    return *condition;
}

// Whether the block ends in a condition that is left through its second way only: appended to it, `&& ...` ends the loop too.
static bool goes_round(const struct cfg *cfg, uint32_t block, uint32_t head) {
    const struct ir_block *b = &cfg->ir->blocks[cfg->fn->blocks + block];
    const struct ir_inst *last = &cfg->ir->insts[b->insts + b->inst_count - 1];
    return last->op == IR_BRANCH && is_simple(ir_text(cfg->ir, last->aux)) && cfg_in_loop(cfg, cfg->ir->succs[b->succs], head) &&
           !cfg_in_loop(cfg, cfg->ir->succs[b->succs + 1], head);
}

// The branch of the loop's condition, at its start or its end; IR_NONE: none, or none that can be added to.
static uint32_t condition_of(const struct pass *pass, const struct retry *retry) {
    const struct prog_func *func = &pass->program->funcs[retry->func];
    struct arena arena = {0};
    struct cfg cfg;
    cfg_build(&cfg, pass->program->units[func->unit].ir, func->ir, &arena);
    uint32_t head = cfg.blocks[cfg_block_of(&cfg, retry->inst)].loop, found = head != IR_NONE && goes_round(&cfg, head, head) ? head : IR_NONE;
    for (uint32_t i = 0; head != IR_NONE && found == IR_NONE && i < cfg.blocks[head].pred_count; i++)
        if (cfg_in_loop(&cfg, cfg.blocks[head].preds[i], head) && goes_round(&cfg, cfg.blocks[head].preds[i], head))
            found = cfg.blocks[head].preds[i];
    uint32_t inst = found == IR_NONE ? IR_NONE
        : cfg.ir->blocks[cfg.fn->blocks + found].insts + cfg.ir->blocks[cfg.fn->blocks + found].inst_count - 1;
    arena_done(&arena);
    return inst;
}

static void suggest(struct pass *pass, const struct retry *retry, struct diag *diag) {
    uint32_t inst = retry->asks ? IR_NONE : condition_of(pass, retry);
    const char *time = inst == IR_NONE ? NULL : left_has_time(pass, retry->func, retry->inst, retry->budget_arg, inst);
    diag->help = help(pass, retry);
    if (!time)
        return;
    const struct ir_unit *ir = pass->program->units[pass->program->funcs[retry->func].unit].ir;
    const char *condition = ir_text(ir, ir->insts[inst].aux);
    diag->help = pass_text(pass, "end the loop with it: write '%s && %s' instead of '%s' at line %u", condition, time, condition,
                           pass_line(pass, retry->func, inst));
    if (!fix_behind(pass, diag, retry->func, inst, pass_text(pass, " && %s", time)))
        diag->help = help(pass, retry);
}

static void run(struct pass *pass) {
    size_t count;
    const struct retry *retries = retry_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct retry *retry = &retries[i];
        if (!retry->is_unchecked)
            continue;
        struct diag *diag = pass_report(pass, retry->func, retry->inst);
        const char *how = retry->asks ? "the loop asks for the time, but goes on whatever the answer" : "the loop does not ask between the tries whether there is time left";
        diag->message = pass_text(pass, "once %s, %s fails at once and is tried again: %s", ended(pass, retry), callee_name(pass, retry), how);
        suggest(pass, retry, diag);
        diag->fingerprint_key = pass_callee_name(pass, retry->func, retry->inst);
    }
}

static const char what[] =
    "A loop tries a call again and again under a budget, and never asks between the tries\n"
    "whether the context has ended or the deadline has passed. Or it asks, gets the answer\n"
    "\"cancelled\", and goes on.\n";

static const char why[] =
    "After the deadline every try fails at once. A loop with a count burns its tries for\n"
    "nothing; one without a count takes a whole core until somebody kills it. The waits\n"
    "that return \"timed out\" at once (pthread_cond_timedwait with a moment in the past) are\n"
    "the fastest of all. And the last error that is reported is that of the useless tries.\n";

static const char bad[] =
    "When the caller has gone, this loop does not notice.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    for (int attempt = 0; attempt < 3; attempt++) {\n"
    "        int user = call(ctx, id); // <- reported\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "```\n";

static const char good[] =
    "It ends with the context.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    int64_t delay = 20;\n"
    "    for (int attempt = 0; attempt < 3 && !ctx_done(ctx); attempt++) {\n"
    "        int user = call(ctx, id);\n"
    "        if (user >= 0)\n"
    "            return user;\n"
    "        int64_t left = ctx_remaining(ctx);\n"
    "        pause_ms(delay < left ? delay : left);\n"
    "        delay *= 2;\n"
    "    }\n"
    "    return -1;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Ask in the loop's condition: `&& !ctx_done(ctx)`, or `now < deadline`.\n"
    "  2. After an error ask why: the caller's end is final, an error of the server may be\n"
    "     tried again.\n"
    "  3. Ask the caller's context, not that of one try: a try may run out while there is\n"
    "     time for another.\n";

static const char limits[] =
    "  - A loop that ends with the first error needs no question.\n"
    "  - A loop that derives the time of each try from the remaining time has asked.\n"
    "  - A function without a body in the program that gets the context or the deadline, and\n"
    "    decides whether the loop goes on, counts as a question.\n";

const struct rule rule_unchecked_retry = {
    .id = "unchecked-retry",
    .title = "A retry that does not ask whether time is left",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
