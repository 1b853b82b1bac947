// abandoned-wait: a timed wait for a thread or task gives up, and leaves it running.
#include "check/fix.h"
#include "flow/retries/abandon.h"
#include "flow/values/cfg.h"

#include <stdlib.h>
#include <string.h>

static const struct prog_unit *unit_of(const struct pass *pass, uint32_t func) {
    return &pass->program->units[pass->program->funcs[func].unit];
}

static const struct role *roles_at(const struct pass *pass, uint32_t func, uint32_t inst) {
    const struct prog_unit *unit = unit_of(pass, func);
    const struct ir_value *callee = &unit->ir->values[unit->ir->insts[inst].args];
    bool is_named = unit->ir->insts[inst].op == IR_CALL && callee->kind == IR_V_FUNC;
    return is_named ? pass->program->funcs[unit->func_ids[callee->index]].roles : NULL;
}

static bool has_role(const struct role *role, enum role_kind kind) {
    while (role && role->kind != kind)
        role = role->next;
    return role;
}

// ---- the end of what was started, where the wait gives up

// Whether something in the block ends or joins anything.
static bool ends_something(const struct pass *pass, uint32_t func, const struct ir_block *block) {
    for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
        const struct role *roles = roles_at(pass, func, i);
        if (has_role(roles, ROLE_JOIN) || has_role(roles, ROLE_CANCEL) || has_role(roles, ROLE_RELEASE))
            return true;
    }
    return false;
}

// Whether control gets to the return only where the condition behind the wait says that it gave up, and nothing is ended on the way.
static bool only_gave_up(const struct pass *pass, const struct abandon *abandon, const struct cfg *cfg) {
    uint32_t block = cfg_block_of(cfg, abandon->inst), end = cfg_block_of(cfg, abandon->return_inst);
    const struct ir_block *b = &cfg->ir->blocks[cfg->fn->blocks + block];
    uint8_t *ways[] = {mem_zalloc(cfg->fn->block_count), mem_zalloc(cfg->fn->block_count)};
    bool is_only = cfg->ir->insts[b->insts + b->inst_count - 1].op == IR_BRANCH && block != end;
    for (unsigned i = 0; i < 2 && is_only; i++) {
        ways[i][cfg->ir->succs[b->succs + i]] = 1;
        cfg_reach(cfg, cfg->ir->succs[b->succs + i], ways[i]);
    }
    is_only = is_only && ways[0][end] != ways[1][end];
    for (uint32_t i = 0; i < cfg->fn->block_count && is_only; i++)
        if (ways[ways[0][end] ? 0 : 1][i] && !ways[ways[0][end] ? 1 : 0][i] && i != block &&
            ends_something(pass, abandon->func, &cfg->ir->blocks[cfg->fn->blocks + i]))
            is_only = false;
    free(ways[0]);
    free(ways[1]);
    return is_only;
}

static bool is_right_place(const struct pass *pass, const struct abandon *abandon) {
    const struct prog_func *func = &pass->program->funcs[abandon->func];
    struct arena arena = {0};
    struct cfg cfg;
    cfg_build(&cfg, pass->program->units[func->unit].ir, func->ir, &arena);
    bool is_right = only_gave_up(pass, abandon, &cfg);
    arena_done(&arena);
    return is_right;
}

// The local variable that holds what the spawning call gives: the thread. IR_NONE where that is not so simple.
static uint32_t handle_of(const struct pass *pass, const struct abandon *abandon, const struct role *spawn) {
    const struct ir_unit *ir = unit_of(pass, abandon->func)->ir;
    const struct ir_inst *call = &ir->insts[abandon->spawn_inst];
    if (spawn->result.kind == POS_ARG && spawn->result.deref && spawn->result.arg + 1 < call->arg_count) {
        const struct ir_value *value = &ir->values[call->args + 1 + spawn->result.arg];
        return value->kind == IR_V_ADDR && ir->vars[value->index].kind == IR_VAR_LOCAL ? value->index : IR_NONE;
    }
    for (uint32_t i = abandon->spawn_inst + 1; call->result != IR_NONE && i < ir->insts_count && ir->insts[i].op < IR_JUMP; i++) {
        const struct ir_value *args = &ir->values[ir->insts[i].args];
        if (ir->insts[i].op == IR_STORE && args[1].kind == IR_V_TEMP && args[1].index == call->result)
            return args[0].kind == IR_V_ADDR && ir->vars[args[0].index].kind == IR_VAR_LOCAL ? args[0].index : IR_NONE;
    }
    return IR_NONE;
}

// The model's words for ending what was started, with its handle.
static const char *ending(struct pass *pass, const struct role *spawn, const char *handle) {
    static const char slot[] = "{handle}";
    const char *out = "", *at = spawn->suggest;
    for (const char *next; (next = strstr(at, slot)); at = next + sizeof slot - 1)
        out = pass_text(pass, "%s%.*s%s", out, (int)(next - at), at, handle);
    return pass_text(pass, "%s%s", out, at);
}

static bool suggest(struct pass *pass, const struct abandon *abandon, struct diag *diag) {
    const struct role *spawn = roles_at(pass, abandon->func, abandon->spawn_inst);
    while (spawn && (spawn->kind != ROLE_SPAWN || !spawn->suggest))
        spawn = spawn->next;
    uint32_t handle = spawn ? handle_of(pass, abandon, spawn) : IR_NONE;
    if (handle == IR_NONE || !fix_sees(pass, abandon->func, handle, abandon->return_inst) || !is_right_place(pass, abandon))
        return false;
    const struct ir_unit *ir = unit_of(pass, abandon->func)->ir;
    const char *statement = ending(pass, spawn, ir_text(ir, ir->vars[handle].name)), *before = diag->help;
    diag->help = pass_text(pass, "end it and wait for its end: put '%s' before the return at line %u", statement,
                           pass_line(pass, abandon->func, abandon->return_inst));
    if (fix_before_return(pass, diag, abandon->func, abandon->return_inst, statement))
        return true;
    diag->help = before;
    return false;
}

// ---- the findings

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
        if (!suggest(pass, abandon, diag))
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
