// dropped-context: a context or time that was given and does not arrive where the waiting is done.
#include "check/fix.h"
#include "flow/waits/handoff.h"
#include "flow/waits/waits.h"

#include <limits.h>
#include <string.h>

// The first wait of the function, NULL where it waits in what it calls.
static const struct wait *first_wait(const struct pass *pass, uint32_t func) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++)
        if (waits[i].func == func && waits[i].bound != WAIT_POLL)
            return &waits[i];
    return NULL;
}

static void report_unused(struct pass *pass, const struct handoff *handoff) {
    struct diag *diag = pass_report_function(pass, handoff->func);
    const char *name = pass_param_name(pass, handoff->func, handoff->param);
    const struct wait *wait = first_wait(pass, handoff->func);
    const char *callee = wait ? pass_callee_name(pass, wait->func, wait->inst) : "";
    const char *where = *callee ? pass_text(pass, "waits in '%s' (line %u)", callee, pass_line(pass, wait->func, wait->inst)) : "waits";
    diag->message = pass_text(pass, "'%s' never uses '%s', yet it %s: its caller can neither end nor limit that wait",
                              pass_func_name(pass, handoff->func), name, where);
    if (wait)
        pass_step(pass, diag, wait->func, wait->inst, "it waits here");
    diag->help = pass_text(pass, "pass '%s' to what waits, or remove the parameter so that callers do not rely on it", name);
    diag->fingerprint_key = name;
}

static const struct prog_unit *unit_of(const struct pass *pass, uint32_t func) {
    return &pass->program->units[pass->program->funcs[func].unit];
}

// The argument that is NULL where the callee takes a context, UINT_MAX: none.
static unsigned null_argument(const struct pass *pass, const struct handoff *handoff) {
    const struct prog_unit *unit = unit_of(pass, handoff->func);
    const struct ir_inst *call = &unit->ir->insts[handoff->inst];
    const struct ir_value *args = &unit->ir->values[call->args];
    const struct ir_func *callee = args[0].kind == IR_V_FUNC ? &unit->ir->funcs[args[0].index] : NULL;
    for (unsigned i = 0; callee && i + 1 < call->arg_count && i < callee->param_count; i++)
        if (args[i + 1].kind == IR_V_INT && model_type_is_context(unit->model, unit->ir->vars[callee->vars + i].type))
            return i;
    return UINT_MAX;
}

// The first argument that is a context.
static unsigned outer_argument(const struct pass *pass, const struct handoff *handoff) {
    const struct prog_unit *unit = unit_of(pass, handoff->func);
    const struct ir_inst *call = &unit->ir->insts[handoff->inst];
    for (unsigned i = 0; i + 1 < call->arg_count; i++)
        if (model_type_is_context(unit->model, unit->ir->call_args[call->aux + 1 + i].type))
            return i;
    return UINT_MAX;
}

static uint32_t var_named(const struct pass *pass, uint32_t func, const char *name) {
    const struct ir_func *fn = pass->program->funcs[func].ir;
    const struct ir_unit *ir = unit_of(pass, func)->ir;
    for (uint32_t i = fn->vars; *name && i < fn->vars + fn->var_count; i++)
        if (!strcmp(ir_text(ir, ir->vars[i].name), name))
            return i;
    return IR_NONE;
}

static void pass_instead(struct pass *pass, const struct handoff *handoff, unsigned arg, uint32_t var, struct diag *diag) {
    const struct ir_unit *ir = unit_of(pass, handoff->func)->ir;
    const char *before = diag->help, *old = arg == UINT_MAX ? "" : pass_arg_text(pass, handoff->func, handoff->inst, arg);
    if (!*old || var == IR_NONE || !fix_sees(pass, handoff->func, var, handoff->inst) || ir->types[ir->vars[var].type].kind != IR_POINTER)
        return;
    const char *name = ir_text(ir, ir->vars[var].name);
    diag->help = pass_text(pass, "pass it on: write '%s' instead of '%s'", name, old);
    if (!fix_argument(pass, diag, handoff->func, handoff->inst, arg, name))
        diag->help = before;
}

static void report_call(struct pass *pass, const struct handoff *handoff) {
    struct diag *diag = pass_report(pass, handoff->func, handoff->inst);
    const char *callee = pass_callee_name(pass, handoff->func, handoff->inst);
    if (handoff->kind == HANDOFF_NULL) {
        const char *name = pass_param_name(pass, handoff->func, handoff->param);
        diag->message = pass_text(pass, "NULL is passed to '%s' although '%s' is in hand: the call does not end when the caller's context does", callee, name);
        diag->help = pass_text(pass, "pass '%s'", name);
        pass_instead(pass, handoff, null_argument(pass, handoff), pass->program->funcs[handoff->func].ir->vars + handoff->param, diag);
    } else {
        const char *derived = pass_result_name(pass, handoff->func, handoff->other);
        diag->message = pass_text(pass, "'%s' gets the outer context, although '%s' was derived for it: the tighter bound has no effect", callee, *derived ? derived : "a tighter one");
        pass_step(pass, diag, handoff->func, handoff->other, "the tighter context is made here and never used");
        diag->help = pass_text(pass, "pass '%s'", *derived ? derived : "the derived context");
        pass_instead(pass, handoff, outer_argument(pass, handoff), var_named(pass, handoff->func, derived), diag);
    }
    diag->fingerprint_key = callee;
}

static void run(struct pass *pass) {
    size_t count;
    const struct handoff *handoffs = handoffs_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++)
        if (handoffs[i].kind == HANDOFF_UNUSED)
            report_unused(pass, &handoffs[i]);
        else if (handoffs[i].kind != HANDOFF_FRESH)
            report_call(pass, &handoffs[i]);
}

static const char what[] =
    "A function accepts a context or a timeout and does not use it, although it waits or\n"
    "calls something that could take it. Or it derives a tighter context for a call and\n"
    "then passes the outer one. Or it passes NULL where it has a context in hand.\n"
    "\n"
    "Nothing is said where a callback's type forces the parameter, or where the function\n"
    "waits for nothing.\n";

static const char why[] =
    "The signature makes a promise: \"I end when you say so\". The caller believes it, sets a\n"
    "deadline and is kept waiting. Where the tighter context is not passed, its timeout has\n"
    "no effect at all: the code looks bounded and is not.\n";

static const char bad[] =
    "`query` is made for this call, and `ctx` is passed.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    struct ctx *query = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = call(ctx, id); // <- reported\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "```\n"
    "\n"
    "The call could take a context, and it gets none.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    if (ctx_done(ctx))\n"
    "        return -1;\n"
    "    return call(NULL, id); // <- reported\n"
    "}\n"
    "```\n";

static const char good[] =
    "The tighter context is the one that is passed.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    struct ctx *query = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = call(query, id);\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Pass the context on to what waits; where that takes a number, pass what is left.\n"
    "  2. If the function really needs no context, remove the parameter: then the callers\n"
    "     know what they get.\n"
    "  3. After a derive, use only the derived one for the call it was made for.\n";

static const char limits[] =
    "  - A function whose address is taken may have its signature forced, and is left\n"
    "    alone.\n"
    "  - So is one that stands in for another in tests: defined a second time, or put there\n"
    "    by a macro or by the linker's --wrap.\n"
    "  - To look at a context (is it done?) counts as a use.\n"
    "  - A number counts as a timeout by what is done with it and by its type; by its name\n"
    "    only where nothing speaks against it.\n";

const struct rule rule_dropped_context = {
    .id = "dropped-context",
    .title = "A context or timeout that goes no further",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
