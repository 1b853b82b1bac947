// lost-cancel: a derived context that some path leaves without its cancel.
#include "rules/cancelling.h"

#include <string.h>

// What the code calls the context, "" where it has no name.
static const char *name_of(struct pass *pass, const struct leak *leak) {
    const struct ir_inst *call = pass_inst(pass, leak->func, leak->inst);
    const struct ir_unit *ir = pass->program->units[pass->program->funcs[leak->func].unit].ir;
    uint8_t kind = call->type == IR_NONE ? (uint8_t)IR_VOID : ir->types[call->type].kind;
    bool returns_it = kind == IR_POINTER || kind == IR_RECORD;
    return returns_it ? pass_result_name(pass, leak->func, leak->inst) : pass_out_name(pass, leak->func, leak->inst);
}

// Type of the context where it is made, IR_NONE where the call returns none.
static uint32_t type_of(const struct pass *pass, const struct leak *leak) {
    const struct ir_inst *call = pass_inst(pass, leak->func, leak->inst);
    return call->result == IR_NONE ? IR_NONE : call->type;
}

static const char *subject(struct pass *pass, const struct leak *leak) {
    const char *variable = name_of(pass, leak), *callee = pass_callee_name(pass, leak->func, leak->inst);
    if (*variable)
        return pass_text(pass, "'%s'", variable);
    return *callee ? pass_text(pass, "the context from '%s'", callee) : "the context made here";
}

static const char *holder(struct pass *pass, const struct leak *leak) {
    return leak->holder_field != IR_NONE ? pass->program->fields[leak->holder_field].name : pass->program->globals[leak->holder_global].name;
}

static const char *message(struct pass *pass, const struct leak *leak) {
    const char *what_is_lost = subject(pass, leak);
    unsigned line = leak->loss_inst == IR_NONE ? 0 : pass_line(pass, leak->func, leak->loss_inst);
    switch (leak->kind) {
    case LOSS_DISCARDED: return pass_text(pass, "%s is dropped at once: nobody can cancel it any more", what_is_lost);
    case LOSS_OVERWRITTEN:
        return pass_text(pass, "%s is overwritten before it is cancelled, on the path to line %u", what_is_lost, line);
    case LOSS_STORED:
        return pass_text(pass, "%s is kept in '%s', and nothing in the program cancels what is kept there", what_is_lost, holder(pass, leak));
    case LOSS_RETURN: break;
    }
    if (!leak->also_cancelled)
        return pass_text(pass, "%s is never cancelled: each run through here leaves one behind", what_is_lost);
    if (!line)
        return pass_text(pass, "%s is not cancelled on every path: the end of '%s' leaves it behind", what_is_lost, pass_func_name(pass, leak->func));
    return pass_text(pass, "%s is not cancelled on every path: the return at line %u leaves it behind", what_is_lost, line);
}

static void add_branch(struct pass *pass, struct diag *diag, const struct path_step *step) {
    const struct ir_inst *inst = pass_inst(pass, step->func, step->inst);
    const struct ir_unit *ir = pass->program->units[pass->program->funcs[step->func].unit].ir;
    if (inst->op == IR_CALL) {
        const char *callee = pass_callee_name(pass, step->func, step->inst);
        pass_step(pass, diag, step->func, step->inst, "'%s' does not cancel it on this path", *callee ? callee : "the function called here");
    } else if (inst->op == IR_BRANCH) {
        const char *condition = ir_text(ir, inst->aux);
        pass_step(pass, diag, step->func, step->inst, *condition ? "'%s' is %s" : "the condition%s is %s", condition, step->outcome ? "false" : "true");
    } else
        pass_step(pass, diag, step->func, step->inst, "takes the %s", step->outcome + 1 == inst->arg_count / 2 + 1 ? "default" : "case that fits");
}

static void add_path(struct pass *pass, struct diag *diag, const struct leak *leak) {
    uint32_t first = leak->step_count > PASS_STEPS - 1 ? leak->step_count - (PASS_STEPS - 1) : 0;
    for (uint32_t i = first; i < leak->step_count; i++)
        if (leak->steps[i].inst != leak->inst)
            add_branch(pass, diag, &leak->steps[i]);
    if (leak->loss_inst == IR_NONE || leak->loss_inst == leak->inst)
        return;
    const char *ends[] = {
        [LOSS_RETURN] = "returns without cancelling it", [LOSS_OVERWRITTEN] = "the last reference is overwritten here", [LOSS_DISCARDED] = "lost here",
        [LOSS_STORED] = "returns with the context still kept there"};
    pass_step(pass, diag, leak->func, leak->loss_inst, "%s", ends[leak->kind]);
}

// The call that cancels it, quoted; "cancel it" where it cannot be written so.
static const char *cancel_call(struct pass *pass, const struct leak *leak) {
    const struct role *role = flow_bind(pass->flow, leak->bind)->role;
    const char *variable = name_of(pass, leak), *function = cancelling_function(pass, leak->func, type_of(pass, leak), role);
    if (!*variable || strchr(variable, '['))
        return *function ? pass_text(pass, "cancel it with '%s'", function) : "cancel it";
    if (role->cancel_how == CANCEL_FIELD && role->result.field)
        return pass_text(pass, "call '%s.%s(%s.%s)'", variable, role->cancel.field, variable, role->result.field);
    return *function ? pass_text(pass, "call '%s(%s)'", function, variable) : pass_text(pass, "cancel '%s'", variable);
}

static const char *help(struct pass *pass, const struct leak *leak) {
    const char *maker = pass_callee_name(pass, leak->func, leak->inst);
    if (leak->kind == LOSS_DISCARDED)
        return "keep the result and cancel it when the work is done";
    if (flow_bind(pass->flow, leak->bind)->inner && *maker)
        return pass_text(pass, "the context is made inside '%s': end it on this path too, with the function that ends what '%s' makes",
                         maker, maker);
    if (leak->kind == LOSS_STORED)
        return pass_text(pass, "cancel '%s' where the object that holds it ends", holder(pass, leak));
    if (leak->kind == LOSS_OVERWRITTEN && leak->loss_inst != IR_NONE)
        return pass_text(pass, "%s before line %u puts another one in its place", cancel_call(pass, leak),
                         pass_line(pass, leak->func, leak->loss_inst));
    return pass_text(pass, "%s on %s, for example at one 'out:' label that all of them take", cancel_call(pass, leak), leak->also_cancelled
                     ? "this path too" : "every path");
}

static const char *place_of_loss(struct pass *pass, const struct leak *leak) {
    const struct ir_unit *ir = pass->program->units[pass->program->funcs[leak->func].unit].ir;
    const struct ir_loc *loc = &ir->locs[ir->insts[leak->loss_inst].loc];
    bool is_end = loc->line == loc->end_line && loc->end_column == loc->column + 1; // the closing brace
    return pass_text(pass, is_end ? "the end of the function at line %u" : "the return at line %u", loc->line);
}

// The cancel itself, where it is known and right on every way to the return; else how to go about it.
static void suggest(struct pass *pass, const struct leak *leak, struct diag *diag) {
    const char *statement = cancelling_statement(pass, leak);
    if (statement) {
        diag->help = pass_text(pass, "cancel it%s: put '%s' before %s", leak->also_cancelled ? " there too" : "", statement,
                               place_of_loss(pass, leak));
        if (fix_before_return(pass, diag, leak->func, leak->loss_inst, statement))
            return;
    }
    diag->help = help(pass, leak);
}

static void run(struct pass *pass) {
    size_t count;
    const struct leak *leaks = flow_leaks(pass->flow, &count);
    for (size_t i = 0; i < count; i++) {
        struct diag *diag = pass_report(pass, leaks[i].func, leaks[i].inst);
        diag->message = message(pass, &leaks[i]);
        add_path(pass, diag, &leaks[i]);
        suggest(pass, &leaks[i], diag);
        diag->fingerprint_key = pass_text(pass, "%d/%s", (int)leaks[i].kind, pass_callee_name(pass, leaks[i].func, leaks[i].inst));
    }
}

static const char what[] =
    "A context was derived from another one, and on at least one path through the\n"
    "program nothing cancels it: it is not cancelled, not returned, not stored where\n"
    "something cancels it later, and not handed to a function or thread that does.\n"
    "\n"
    "Forms of it: an early return between derive and cancel; break, continue or goto\n"
    "past the cancel; a handle that is overwritten or dropped; one context for each\n"
    "turn of a loop, but only one cancel; a callee that cancels only sometimes; a\n"
    "returned context that the caller drops; a field or global that nothing in the\n"
    "program ever cancels; a thread that never does.\n"
    "\n"
    "The finding stands at the derive, and its path names the branches taken and the\n"
    "return at which the context is lost.\n";

static const char why[] =
    "A derived context is registered with its parent, holds memory and often a timer,\n"
    "until it is cancelled. Lost on an error path, one is left behind with every\n"
    "failed request: a server that is already in trouble also runs out of memory and\n"
    "timers. Work that was started under the context goes on as well: nobody tells it\n"
    "that its result is not wanted any more.\n";

static const char bad[] =
    "When the first fetch fails, `work` is lost.\n"
    "\n"
    "```c\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    struct ctx *work = ctx_with_cancel(ctx); // <- reported\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    if (first < 0)\n"
    "        return -1; // no ctx_cancel(work)\n"
    "    int second = fetch(work, b);\n"
    "    ctx_cancel(work);\n"
    "    return first - second;\n"
    "}\n"
    "```\n";

static const char good[] =
    "One way out, which every path takes.\n"
    "\n"
    "```c\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    int result = -1;\n"
    "    struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    if (first < 0)\n"
    "        goto out;\n"
    "    result = first - fetch(work, b);\n"
    "out:\n"
    "    ctx_cancel(work);\n"
    "    return result;\n"
    "}\n"
    "```\n"
    "\n"
    "Or let the compiler do it, with gcc and clang.\n"
    "\n"
    "```c\n"
    "static void cancel_at_end(struct ctx **ctx)\n"
    "{\n"
    "    if (*ctx)\n"
    "        ctx_cancel(*ctx);\n"
    "}\n"
    "\n"
    "int compare(struct ctx *ctx, int a, int b)\n"
    "{\n"
    "    __attribute__((cleanup(cancel_at_end))) struct ctx *work = ctx_with_cancel(ctx);\n"
    "    if (!work)\n"
    "        return -1;\n"
    "    int first = fetch(work, a);\n"
    "    if (first < 0)\n"
    "        return -1;\n"
    "    return first - fetch(work, b);\n"
    "}\n"
    "```\n";

static const char fix[] =
    "  1. Cancel the context on the path that the finding shows. A single way out\n"
    "     (`goto out`) or __attribute__((cleanup)) covers all paths, also future ones.\n"
    "  2. Cancel in the function that derives, where possible. Where a function hands\n"
    "     the context to its caller, say in its comment who cancels it.\n"
    "  3. A context made in a loop is cancelled in the same turn of the loop.\n"
    "  4. Cancelling early is safe in most libraries, and so is cancelling after the\n"
    "     deadline has passed: the timer has fired, but the memory is still held.\n";

static const char limits[] =
    "  - Only libraries whose contexts must be cancelled are looked at: see `must_cancel`\n"
    "    in the models.\n"
    "  - A function without a body borrows its context arguments, unless a model says\n"
    "    otherwise or its name means the end of life (cancel, free, unref, destroy, ...).\n"
    "  - A context stored in a field or global counts as cancelled if anything in the\n"
    "    program cancels what is stored in that field, of any object.\n"
    "  - Whether a global holds a context when a function overwrites it is not followed\n"
    "    from one function to the next.\n"
    "  - Contexts alive at the end of main or at a call that ends the process are not\n"
    "    reported.\n";

const struct rule rule_lost_cancel = {
    .id = "lost-cancel",
    .title = "A derived context is not cancelled on every path",
    .doc = {what, why, bad, good, fix, limits},
    .severity = SEVERITY_WARNING,
    .cwe = "CWE-772",
    .run = run,
};
