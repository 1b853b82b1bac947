#include "rules/waiting.h"

static const struct above *above_of(const struct pass *pass, uint32_t above) {
    return waits_above(flow_timed(pass->flow), above);
}

const char *waiting_length(struct pass *pass, const struct wait *wait) {
    if (wait->low < 0)
        return "";
    return wait->varies ? pass_text(pass, "%s and more", pass_duration(pass, wait->low, !wait->unit_known)) : pass_duration(pass, wait->high, !wait->unit_known);
}

const char *waiting_time(struct pass *pass, const struct wait *wait) {
    const struct pos *pos = &wait->role->bound.pos;
    bool is_here = wait->through == IR_NONE && pos->kind == POS_ARG && !pos->deref && !pos->field;
    return is_here ? pass_arg_text(pass, wait->func, wait->inst, pos->arg) : "";
}

const char *waiting_callee(struct pass *pass, const struct wait *wait) {
    const char *name = pass_callee_name(pass, wait->func, wait->inst);
    return *name ? pass_text(pass, "'%s'", name) : "a call through a pointer";
}

// The one parameter whose name and type say that it is how long, or until when, the caller waits; "" where there is not one.
static const char *time_param(const struct pass *pass, uint32_t func) {
    const struct prog_func *f = &pass->program->funcs[func];
    const struct prog_unit *unit = &pass->program->units[f->unit];
    const char *name = "";
    for (uint32_t i = f->ir->vars; i < f->ir->vars + f->ir->param_count; i++) {
        if (!model_var_is_budget(unit->model, i))
            continue;
        if (*name)
            return "";
        name = ir_text(unit->ir, unit->ir->vars[i].name);
    }
    return name;
}

static const char *param_names(struct pass *pass, const struct above *above) {
    const char *name = above->kind == BUDGET_NUMBER ? time_param(pass, above->set_func) : "";
    if (*name)
        return pass_text(pass, "'%s', the time that '%s' is given", name, pass_func_name(pass, above->set_func));
    return pass_text(pass, "the %s that '%s' is given", above->kind == BUDGET_TIMER ? "timer" : "timeout or deadline", pass_func_name(pass, above->set_func));
}

const char *waiting_budget(struct pass *pass, const struct wait *wait) {
    const struct above *above = above_of(pass, wait->above);
    if (above->set_inst == IR_NONE)
        return param_names(pass, above);
    const char *setter = pass_func_name(pass, above->set_func);
    const char *what = above->kind == BUDGET_NUMBER ? "time limit" : "deadline";
    if (above->ns < 0)
        return pass_text(pass, "the %s set in '%s'", what, setter);
    return pass_text(pass, "the %s of %s set in '%s'", what, pass_duration(pass, above->ns, 0), setter);
}

int64_t waiting_allowed(const struct pass *pass, const struct wait *wait) {
    return wait->above == IR_NONE ? -1 : above_of(pass, wait->above)->ns;
}

void waiting_path(struct pass *pass, const struct wait *wait, struct diag *diag) {
    enum { CHAIN_MAX = 64 };
    uint32_t chain[CHAIN_MAX], count = 0;
    if (wait->above == IR_NONE)
        return;
    for (uint32_t at = wait->above; at != IR_NONE && count < CHAIN_MAX; at = above_of(pass, at)->from)
        chain[count++] = at;
    const struct above *setter = above_of(pass, wait->above);
    if (setter->set_inst != IR_NONE)
        pass_step(pass, diag, setter->set_func, setter->set_inst, "'%s' sets %s", pass_func_name(pass, setter->set_func),
                  setter->ns < 0 ? "the budget" : pass_text(pass, "a budget of %s", pass_duration(pass, setter->ns, 0)));
    for (uint32_t i = count; i-- > 0;) {
        const struct above *step = above_of(pass, chain[i]);
        if (step->from != IR_NONE)
            pass_step(pass, diag, above_of(pass, step->from)->func, step->call_inst, "'%s' calls '%s'", pass_func_name(pass, above_of(pass, step->from)->func),
                      pass_func_name(pass, step->func));
    }
    diag->upstream_ns = setter->ns;
    diag->bound_ns = wait->unit_known ? wait->high : -1;
}

const char *waiting_assumption(const struct pass *pass, const struct wait *wait) {
    bool is_assumed = wait->above != IR_NONE && above_of(pass, wait->above)->is_assumed;
    return is_assumed ? " (assuming that the call through a pointer on the path reaches a function of its type)" : "";
}
