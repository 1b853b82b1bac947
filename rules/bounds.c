#include "rules/bounds.h"

#include "check/fix.h"
#include "rules/sums.h"

#include <stdlib.h>
#include <string.h>

static uint32_t family_of(const struct pass *pass, const struct bound_fact *fact) {
    const struct bind *bind = flow_bind(pass->flow, fact->bind);
    return bind->unit_ns ? 0 : bind->family;
}

bool bounds_comparable(const struct bound_fact *fact) {
    return fact->has_number && !fact->above.is_symbolic && fact->above.low != INT64_MAX;
}

const char *bounds_amount(struct pass *pass, const struct bound_fact *fact) {
    if (!fact->has_number)
        return "a configured length";
    const char *low = pass_duration(pass, fact->low, family_of(pass, fact));
    return fact->low == fact->high ? low : pass_text(pass, "%s to %s", low, pass_duration(pass, fact->high, family_of(pass, fact)));
}

const char *bounds_above(struct pass *pass, const struct bound_fact *fact) {
    if (fact->above.low == INT64_MAX)
        return "the deadline above it";
    return pass_text(pass, "the deadline of %s", pass_duration(pass, fact->above.low, fact->above.family));
}

const char *bounds_setter(const struct pass *pass, const struct bound_fact *fact) {
    return pass_func_name(pass, flow_bind(pass->flow, fact->above.low_bind)->func);
}

bool bounds_covered(const struct bound_fact *fact) {
    return bounds_comparable(fact) && !fact->above.overruns && fact->high <= fact->above.low;
}

static bool passes_through(const struct overrun *sum, uint32_t func) {
    for (uint32_t i = 0; i < sum->call_count; i++)
        if (sum->calls[i].func == func)
            return true;
    return sum->terms[0].func == func;
}

const struct overrun *bounds_overrun(const struct pass *pass, const struct bound_fact *fact) {
    size_t count;
    const struct overrun *sums = flow_overruns(pass->flow, &count);
    const struct bind *made = flow_bind(pass->flow, fact->bind);
    while (made->inner)
        made = flow_bind(pass->flow, made->inner);
    for (size_t i = 0; i < count; i++) {
        bool is_wrapped = sum_has_bound(&sums[i], made->func, made->inst) && passes_through(&sums[i], fact->func);
        if (is_wrapped || sum_has_bound(&sums[i], fact->func, fact->inst))
            return &sums[i];
    }
    return NULL;
}

void bounds_numbers(const struct bound_fact *fact, struct diag *diag) {
    if (fact->has_number)
        diag->bound_ns = fact->low;
    if (fact->above.has_deadline && !fact->above.family && fact->above.low != INT64_MAX)
        diag->upstream_ns = fact->above.low;
}

static void setter_step(struct pass *pass, const struct bound_fact *fact, struct diag *diag) {
    const struct bind *bind = flow_bind(pass->flow, fact->above.low_bind);
    pass_step(pass, diag, bind->func, bind->inst, "'%s' sets %s", pass_func_name(pass, bind->func), bounds_above(pass, fact));
}

static bool is_on_chain(const struct pass *pass, uint32_t from, uint32_t to) {
    for (uint32_t at = to, steps = 0; at != IR_NONE && steps < 1000; at = flow_entry(pass->flow, at)->from, steps++)
        if (at == from)
            return true;
    return false;
}

// Where the duration was only handed to a wrapper here: the derive inside it.
static void wrapper_step(struct pass *pass, const struct bound_fact *fact, struct diag *diag) {
    const struct bind *bind = flow_bind(pass->flow, fact->bind);
    if (!bind->inner)
        return;
    while (bind->inner)
        bind = flow_bind(pass->flow, bind->inner);
    pass_step(pass, diag, bind->func, bind->inst, "'%s' sets it on the context", pass_func_name(pass, bind->func));
}

void bounds_path(struct pass *pass, const struct bound_fact *fact, struct diag *diag) {
    uint32_t from = IR_NONE;
    if (fact->above.has_deadline) {
        setter_step(pass, fact, diag);
        from = is_on_chain(pass, fact->above.low_entry, fact->witness) ? fact->above.low_entry : IR_NONE;
    }
    pass_steps_down(pass, diag, from, fact->witness);
    wrapper_step(pass, fact, diag);
}

const char *bounds_assumption(const struct bound_fact *fact) {
    return fact->is_assumed ? " (assuming that the call through a pointer on the path reaches a function of its type)" : "";
}

// Whether an expression may stand twice in what is suggested: evaluating it again makes no difference.
static bool is_read_once(const char *expression) {
    return !strchr(expression, '?') && !strstr(expression, "->");
}

static const struct role *derive_role(const struct pass *pass, uint32_t func, uint32_t inst) {
    const struct prog_unit *unit = &pass->program->units[pass->program->funcs[func].unit];
    const struct ir_value *callee = &unit->ir->values[unit->ir->insts[inst].args];
    const struct role *role = unit->ir->insts[inst].op == IR_CALL && callee->kind == IR_V_FUNC
        ? pass->program->funcs[unit->func_ids[callee->index]].roles : NULL;
    while (role && (role->kind != ROLE_DERIVE || role->bound.pos.kind != POS_ARG || role->parent.kind != POS_ARG))
        role = role->next;
    return role;
}

// The bound to set instead of the one that the call sets on `parent`, NULL: not known.
static const char *derived(struct pass *pass, uint32_t func, uint32_t inst, const struct role *role, uint32_t type, const char *parent) {
    const struct prog_unit *unit = &pass->program->units[pass->program->funcs[func].unit];
    const char *bound = pass_arg_text(pass, func, inst, role->bound.pos.arg);
    struct buf text = {0};
    bool is_known = *bound && is_read_once(bound) && model_suggest(unit->model, type, role, parent, bound, &text);
    const char *better = is_known ? pass_text(pass, "%s", buf_text(&text)) : NULL;
    buf_done(&text);
    return better;
}

static uint32_t arg_type(const struct pass *pass, uint32_t func, uint32_t inst, unsigned arg) {
    const struct ir_unit *ir = pass->program->units[pass->program->funcs[func].unit].ir;
    return ir->call_args[ir->insts[inst].aux + 1 + arg].type;
}

static const char *in_words(struct pass *pass, const struct role *role, const char *why, const char *bound, const char *parent) {
    if (role->bound.kind == BOUND_DEADLINE)
        return pass_text(pass, "%s: pass the earlier of '%s' and the deadline of '%s'", why, bound, parent);
    return pass_text(pass, "%s: pass the smaller of '%s' and the time that remains of '%s'", why, bound, parent);
}

bool bounds_derive(struct pass *pass, uint32_t func, uint32_t inst, struct diag *diag, const char *why) {
    const struct role *role = derive_role(pass, func, inst);
    if (!role)
        return false;
    const char *parent = pass_arg_text(pass, func, inst, role->parent.arg), *bound = pass_arg_text(pass, func, inst, role->bound.pos.arg);
    if (!*parent || !*bound || !is_read_once(bound))
        return false;
    const char *better = derived(pass, func, inst, role, arg_type(pass, func, inst, role->parent.arg), parent);
    diag->help = better ? pass_text(pass, "%s: write '%s' instead of '%s'", why, better, bound) : in_words(pass, role, why, bound, parent);
    if (better)
        fix_argument(pass, diag, func, inst, role->bound.pos.arg, better);
    return true;
}

bool bounds_adopt(struct pass *pass, uint32_t func, uint32_t inst, unsigned arg, const char *parent, struct diag *diag, const char *why) {
    const struct role *role = derive_role(pass, func, inst);
    const char *better = role && role->parent.arg == arg ? derived(pass, func, inst, role, arg_type(pass, func, inst, arg), parent) : NULL,
        *before = diag->help;
    if (role && !better)
        return false;
    diag->help = better ? pass_text(pass, "%s, and '%s' instead of '%s'", why, better, pass_arg_text(pass, func, inst, role->bound.pos.arg)) : why;
    bool is_first = !role || role->bound.pos.arg > arg;
    if ((is_first && !fix_argument(pass, diag, func, inst, arg, parent)) ||
        (role && !fix_argument(pass, diag, func, inst, role->bound.pos.arg, better)) ||
        (!is_first && !fix_argument(pass, diag, func, inst, arg, parent))) {
        fix_drop(diag);
        diag->help = before;
        return false;
    }
    return true;
}
