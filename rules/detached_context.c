// detached-context: a fresh root context in a function that was given a context or a time.
#include "flow/waits/handoff.h"
#include "rules/bounds.h"
#include "rules/left.h"

static const char *in_hand(struct pass *pass, const struct handoff *handoff) {
    return handoff->param == IR_NONE ? "the context in its request" : pass_text(pass, "'%s'", pass_param_name(pass, handoff->func, handoff->param));
}

// The call that gets the fresh context as its only use, IR_NONE: none.
static uint32_t user_of(const struct ir_unit *ir, uint32_t made, unsigned *ret_arg) {
    uint32_t result = ir->insts[made].result;
    for (uint32_t i = made + 1; result != IR_NONE && i < ir->insts_count && ir->insts[i - 1].op < IR_JUMP; i++)
        for (unsigned a = 0; a < ir->insts[i].arg_count; a++) {
            const struct ir_value *value = &ir->values[ir->insts[i].args + a];
            if (value->kind != IR_V_TEMP || value->index != result)
                continue;
            *ret_arg = a - 1;
            return ir->insts[i].op == IR_CALL && a > 0 ? i : IR_NONE;
        }
    return IR_NONE;
}

static bool is_const_target(const struct ir_unit *ir, uint32_t type) {
    return ir->types[type].kind == IR_POINTER && ir->types[ir->types[type].target].is_const;
}

// The context in hand instead of the fresh one, and a bound derived from it.
static bool suggest(struct pass *pass, const struct handoff *handoff, struct diag *diag) {
    const struct prog_func *func = &pass->program->funcs[handoff->func];
    const struct prog_unit *unit = &pass->program->units[func->unit];
    if (handoff->param == IR_NONE)
        return false;
    uint32_t var = func->ir->vars + handoff->param, type = unit->ir->vars[var].type;
    unsigned arg;
    uint32_t user = user_of(unit->ir, handoff->inst, &arg);
    bool is_same = unit->ir->types[type].kind == IR_POINTER && model_type_is_context(unit->model, type) && !is_const_target(unit->ir, type);
    if (!is_same || user == IR_NONE || !fix_sees(pass, handoff->func, var, handoff->inst))
        return false;
    const char *name = ir_text(unit->ir, unit->ir->vars[var].name), *old = pass_arg_text(pass, handoff->func, user, arg);
    const char *why = pass_text(pass, "%sderive it from what was given: write '%s' instead of '%s'",
                                handoff->is_bounded ? "if it is not meant to outlive the request, " : "", name, old);
    return bounds_adopt(pass, handoff->func, user, arg, name, diag, why);
}

static void run(struct pass *pass) {
    size_t count;
    const struct handoff *handoffs = handoffs_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++) {
        const struct handoff *handoff = &handoffs[i];
        if (handoff->kind != HANDOFF_FRESH)
            continue;
        struct diag *diag = pass_report(pass, handoff->func, handoff->inst);
        const char *hand = in_hand(pass, handoff);
        if (handoff->is_bounded && diag->severity == SEVERITY_WARNING)
            diag->severity = SEVERITY_NOTE;
        diag->message = pass_text(pass, "'%s' starts a fresh context although '%s' was given %s: what runs under it goes on when the caller cancels%s",
                                  pass_callee_name(pass, handoff->func, handoff->inst), pass_func_name(pass, handoff->func), hand,
                                  handoff->is_bounded ? ", up to its own deadline" : " or runs out of time");
        if (!suggest(pass, handoff, diag))
            diag->help = handoff->is_bounded ? pass_text(pass, "derive it from %s; if it is meant to outlive the request, say so with the annotation `timeoutlint: detached`", hand)
                                         : pass_text(pass, "pass %s on, or derive from it", hand);
        diag->fingerprint_key = pass_callee_name(pass, handoff->func, handoff->inst);
    }
}

static const char what[] =
    "A function that was given a context (or a deadline or timeout) makes a background or\n"
    "root context and works under that. Cancellation and the deadline stop here: what runs\n"
    "below does not learn that the request is over.\n"
    "\n"
    "A fresh context with a small bound of its own, for work that is meant to outlive the\n"
    "request (an audit entry, a farewell on closing), is a note; with the annotation\n"
    "`timeoutlint: detached` on the variable or function nothing is said.\n";

static const char why[] =
    "The caller gives up or its deadline passes, and the work goes on for nobody. The\n"
    "server does most of this useless work exactly when it is slow. And the caller, which\n"
    "waits for the function to return, waits beyond its own deadline.\n";

static const char bad[] =
    "The client may hang up: this query is not told.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    if (ctx_done(ctx))\n"
    "        return -1;\n"
    "    struct ctx *query = ctx_with_timeout(ctx_background(), 500); // <- reported\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = fetch(query, id);\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char good[] =
    "The context is derived from the one that was given.\n"
    "\n"
    "```c\n"
    "int load_user(struct ctx *ctx, int id)\n"
    "{\n"
    "    int64_t left = ctx_remaining(ctx);\n"
    "    struct ctx *query = ctx_with_timeout(ctx, left < 500 ? left : 500);\n"
    "    if (!query)\n"
    "        return -1;\n"
    "    int user = fetch(query, id);\n"
    "    ctx_cancel(query);\n"
    "    return user;\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Derive from the context that the function has.\n"
    "  2. If a number is given instead of a context, make the new context with it:\n"
    "     with_deadline(background, deadline).\n"
    "  3. For work that must outlive the request use the library's own call for that\n"
    "     (without_cancel), give it a small bound, and annotate it with `detached`.\n";

static const char limits[] =
    "  - A default for callers that pass NULL is right and is not reported.\n"
    "  - A thread that was given no context starts with a fresh one: not reported.\n"
    "  - A function that makes contexts for others is reported only where a context is its\n"
    "    own argument.\n";

const struct rule rule_detached_context = {
    .id = "detached-context",
    .title = "A fresh context where one was given",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .run = run,
};
