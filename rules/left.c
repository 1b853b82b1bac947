#include "rules/left.h"

#include <ctype.h>
#include <string.h>

static const struct prog_unit *unit_of(const struct pass *pass, uint32_t func) {
    return &pass->program->units[pass->program->funcs[func].unit];
}

const char *left_operand(struct pass *pass, const char *expression) {
    return expression[strcspn(expression, "+-*/%?:<>=&|,^ ")] ? pass_text(pass, "(%s)", expression) : expression;
}

static bool is_number(enum time_unit unit) {
    return unit != UNIT_TIMESPEC && unit != UNIT_TIMEVAL && unit != UNIT_UNKNOWN;
}

// The expression, brought from one unit to another; NULL where that cannot be.
static const char *converted(struct pass *pass, const char *text, enum time_unit from, enum time_unit to) {
    int64_t a = time_unit_ns(from), b = time_unit_ns(to);
    if (!is_number(from) || !is_number(to) || (from != to && (!a || !b)))
        return NULL;
    if (a > b)
        return NULL; // what says that there is no end would overflow
    return a == b ? text : pass_text(pass, "%s / %lld", text, (long long)(b / a));
}

bool left_has_var(const struct ir_unit *ir, const struct ir_func *fn, const char *name) {
    for (uint32_t i = fn->vars; i < fn->vars + fn->var_count; i++)
        if (!strcmp(ir_text(ir, ir->vars[i].name), name))
            return true;
    return false;
}

// ---- the functions that tell

static const char *result_type(const struct ir_unit *ir, uint32_t func) {
    const struct ir_type *type = &ir->types[ir->funcs[func].type];
    return type->kind == IR_FUNCTION && type->target != IR_NONE ? ir_text(ir, ir->types[type->target].name) : "";
}

static const char *bare(const struct ir_unit *ir, uint32_t type) {
    while (type != IR_NONE && ir->types[type].kind == IR_POINTER)
        type = ir->types[type].target;
    return type == IR_NONE ? "" : ir_text(ir, ir->types[type].canonical);
}

static bool is_plain_query(const struct role *role, enum query_kind kind) {
    return role->kind == ROLE_QUERY && role->query == kind && role->result.kind == POS_RETURN && !role->result.field;
}

// The function of the code base that asks an object of this type; IR_NONE for a type: the budget of the thread.
static uint32_t find_query(const struct pass *pass, const struct ir_unit *ir, uint32_t type, enum query_kind kind, const struct role **ret_role) {
    for (uint32_t i = 0; i < pass->modelled_count; i++) {
        const struct prog_func *func = &pass->program->funcs[pass->modelled[i]];
        const struct ir_unit *own = pass->program->units[func->unit].ir;
        for (const struct role *role = func->roles; role; role = role->next) {
            bool fits = type == IR_NONE ? role->object.kind == POS_AMBIENT && func->ir->param_count == 0
                                        : role->object.kind == POS_ARG && role->object.arg == 0 && func->ir->param_count == 1 &&
                                              !strcmp(bare(own, own->vars[func->ir->vars].type), bare(ir, type));
            if (is_plain_query(role, kind) && fits) {
                *ret_role = role;
                return pass->modelled[i];
            }
        }
    }
    return IR_NONE;
}

static bool is_used_in(const struct prog_unit *unit, uint32_t func) {
    for (uint32_t i = 0; i < unit->ir->funcs_count; i++)
        if (unit->func_ids[i] == func)
            return true;
    return false;
}

// How well a function that tells the time fits the bound; 0: not at all.
static int now_fits(const struct role *role, const struct bound *bound) {
    while (role && role->kind != ROLE_NOW)
        role = role->next;
    if (!role || role->result.kind != POS_RETURN || role->bound.unit != bound->unit || !is_number(bound->unit))
        return 0;
    if (role->bound.clock != CLOCK_ANY && bound->clock != CLOCK_ANY && role->bound.clock != bound->clock)
        return 0;
    return role->bound.clock == bound->clock ? 2 : 1;
}

const char *left_now(struct pass *pass, uint32_t func, const struct bound *bound, const char **ret_type) {
    const struct prog_unit *own = unit_of(pass, func);
    uint32_t best = IR_NONE;
    int best_fit = 0;
    for (uint32_t i = 0; i < own->ir->funcs_count; i++) {
        uint32_t id = own->func_ids[i];
        int fit = id == IR_NONE || own->ir->funcs[i].param_count ? 0 : now_fits(pass->program->funcs[id].roles, bound);
        if (fit > best_fit) {
            best = i;
            best_fit = fit;
        }
    }
    if (best == IR_NONE)
        return NULL;
    if (ret_type)
        *ret_type = result_type(own->ir, best);
    return pass_text(pass, "%s()", ir_text(own->ir, own->ir->funcs[best].name));
}

// ---- what is in hand

// The one parameter for which `fits` holds, IR_NONE: none or several.
uint32_t left_only_param(const struct pass *pass, uint32_t func, bool (*fits)(const struct pass *pass, const struct prog_unit *unit,
        uint32_t var)) {
    const struct ir_func *fn = pass->program->funcs[func].ir;
    uint32_t found = IR_NONE;
    for (uint32_t i = fn->vars; i < fn->vars + fn->param_count; i++)
        if (fits(pass, unit_of(pass, func), i)) {
            if (found != IR_NONE)
                return IR_NONE;
            found = i;
        }
    return found;
}

bool left_is_context(const struct pass *pass, const struct prog_unit *unit, uint32_t var) {
    (void)pass;
    return model_type_is_context(unit->model, unit->ir->vars[var].type) && unit->ir->types[unit->ir->vars[var].type].kind == IR_POINTER;
}

static bool is_timer(const struct pass *pass, const struct prog_unit *unit, uint32_t var) {
    const struct role *role;
    return unit->ir->types[unit->ir->vars[var].type].kind == IR_POINTER && !left_is_context(pass, unit, var) &&
           find_query(pass, unit->ir, unit->ir->vars[var].type, QUERY_REMAINING, &role) != IR_NONE;
}

static bool is_time(const struct pass *pass, const struct prog_unit *unit, uint32_t var) {
    (void)pass;
    uint8_t kind = unit->ir->types[unit->ir->vars[var].type].kind;
    return kind == IR_INT && model_var_is_budget(unit->model, var);
}

static bool says_end(const char *name) {
    return strstr(name, "deadline") || strstr(name, "until") || strstr(name, "expir") || strstr(name, "end");
}

static bool left_of_object(struct pass *pass, uint32_t func, uint32_t type, const char *object, const struct bound *bound, struct left *ret_left) {
    const struct role *role;
    enum query_kind kind = bound->kind == BOUND_DEADLINE ? QUERY_DEADLINE : QUERY_REMAINING;
    uint32_t query = find_query(pass, unit_of(pass, func)->ir, type, kind, &role);
    if (query == IR_NONE || (type == IR_NONE && !is_used_in(unit_of(pass, func), query)))
        return false;
    bool other_clock = role->bound.clock != CLOCK_ANY && bound->clock != CLOCK_ANY && role->bound.clock != bound->clock;
    const char *text = converted(pass, pass_text(pass, "%s(%s)", pass_func_name(pass, query), object), role->bound.unit, bound->unit);
    if (!text || (bound->kind == BOUND_DEADLINE && other_clock))
        return false;
    const struct prog_func *f = &pass->program->funcs[query];
    *ret_left = (struct left){text, result_type(pass->program->units[f->unit].ir, f->func), bound->kind == BOUND_DEADLINE};
    return true;
}

// Of a deadline or timeout that came as a number. The name says which it is: good enough for a proposal.
static bool left_of_number(struct pass *pass, uint32_t func, uint32_t var, const struct bound *bound, struct left *ret_left) {
    const struct prog_unit *unit = unit_of(pass, func);
    const char *name = ir_text(unit->ir, unit->ir->vars[var].name), *type = "";
    const char *now = left_now(pass, func, bound, &type);
    bool is_end = says_end(name);
    enum time_unit own = model_name_unit(unit->model, name, false);
    if ((own != UNIT_UNKNOWN && own != bound->unit) || (own == UNIT_UNKNOWN && !now))
        return false;
    if (is_end && bound->kind == BOUND_TIMEOUT && !now)
        return false;
    if (!is_end && bound->kind == BOUND_DEADLINE)
        return false;
    bool is_rest = is_end && bound->kind == BOUND_TIMEOUT;
    *ret_left = (struct left){is_rest ? pass_text(pass, "%s - %s", name, now) : name, is_rest ? type
                              : ir_text(unit->ir, unit->ir->types[unit->ir->vars[var].type].name),
                              bound->kind == BOUND_DEADLINE};
    return true;
}

// Whether something was waited for before: then a timeout says no longer what is left. Only of waits_all, where a function's waits stand
// together.
static bool is_first_wait(const struct pass *pass, const struct wait *wait) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    const struct wait *first = wait;
    while (first > waits && first[-1].func == wait->func)
        first--;
    for (const struct wait *at = first; at < waits + count && at->func == wait->func; at++)
        if (at->inst < wait->inst && at->bound != WAIT_POLL)
            return false;
    return !wait->in_loop;
}

// The variable that the result of a call is put into, IR_NONE: none.
static uint32_t result_var(const struct ir_unit *ir, uint32_t inst) {
    uint32_t result = ir->insts[inst].result;
    for (uint32_t i = inst + 1; result != IR_NONE && i < ir->insts_count && ir->insts[i].op < IR_JUMP; i++) {
        const struct ir_value *args = &ir->values[ir->insts[i].args];
        if (ir->insts[i].op == IR_STORE && args[1].kind == IR_V_TEMP && args[1].index == result)
            return args[0].kind == IR_V_ADDR && ir->vars[args[0].index].kind == IR_VAR_LOCAL ? args[0].index : IR_NONE;
    }
    return IR_NONE;
}

// What holds the budget in force: what the function was given, or has made.
static uint32_t budget_var(const struct pass *pass, const struct wait *wait, const struct above *above) {
    if (above->set_func == wait->func && above->set_inst != IR_NONE)
        return above->kind == BUDGET_CONTEXT ? result_var(unit_of(pass, wait->func)->ir, above->set_inst) : IR_NONE;
    return left_only_param(pass, wait->func, above->kind == BUDGET_CONTEXT ? left_is_context : above->kind == BUDGET_TIMER ? is_timer : is_time);
}

bool left_find(struct pass *pass, const struct wait *wait, const struct bound *bound, struct left *ret_left) {
    const struct ir_unit *ir = unit_of(pass, wait->func)->ir;
    const struct above *above = wait->above == IR_NONE ? NULL : waits_above(flow_timed(pass->flow), wait->above);
    if (!above || !is_number(bound->unit))
        return false;
    if (above->kind == BUDGET_AMBIENT)
        return left_of_object(pass, wait->func, IR_NONE, "", bound, ret_left);
    uint32_t var = budget_var(pass, wait, above);
    if (!wait->in_hand || var == IR_NONE || !fix_sees(pass, wait->func, var, wait->inst))
        return false;
    if (above->kind != BUDGET_NUMBER)
        return left_of_object(pass, wait->func, ir->vars[var].type, ir_text(ir, ir->vars[var].name), bound, ret_left);
    bool is_whole = !says_end(ir_text(ir, ir->vars[var].name));
    return (!is_whole || (wait->bound == WAIT_FOREVER && is_first_wait(pass, wait))) && left_of_number(pass, wait->func, var, bound, ret_left);
}

// ---- the wait

bool left_has_negative(const struct bound *bound) {
    for (unsigned i = 0; i < bound->infinite_count; i++)
        if (bound->infinite[i] < 0)
            return true;
    return false;
}

// Whether a rest below zero is taken for what it is: no time at all.
static bool takes_negative(const struct ir_unit *ir, const struct ir_inst *call, const struct bound *bound) {
    const struct ir_value *callee = &ir->values[call->args];
    const struct ir_func *fn = callee->kind == IR_V_FUNC ? &ir->funcs[callee->index] : NULL;
    return fn && bound->pos.arg < fn->param_count && ir->types[ir->vars[fn->vars + bound->pos.arg].type].kind == IR_INT &&
        !left_has_negative(bound);
}

static bool is_name(const char *text) {
    while (isalnum((unsigned char)*text) || *text == '_')
        text++;
    return !*text;
}

bool left_by_variable(struct pass *pass, uint32_t func, uint32_t inst, const struct bound *bound, const struct left *left, const char *own,
                      struct diag *diag,
                      const char *why) {
    const struct ir_unit *ir = unit_of(pass, func)->ir;
    const char *what = own ? pass_text(pass, "left <= 0 ? 0 : left < %s ? left : %s", left_operand(pass, own), left_operand(pass, own))
        : "left > 0 ? left : 0";
    const char *statement = pass_text(pass, "%s left = %s;", left->type, left->text),
        *old = pass_arg_text(pass, func, inst, bound->pos.arg), *before = diag->help;
    if (left_has_var(ir, pass->program->funcs[func].ir, "left") || !*left->type || time_is_listed(bound->infinite, bound->infinite_count, 0))
        return false;
    diag->help = pass_text(pass, "%s: put '%s' before line %u and write '%s' instead of '%s'", why, statement, pass_line(pass, func, inst),
                           what, old);
    if (fix_before_statement(pass, diag, func, inst, statement) && fix_argument(pass, diag, func, inst, bound->pos.arg, what))
        return true;
    fix_drop(diag);
    diag->help = before;
    return false;
}

static bool bound_in_place(struct pass *pass, const struct wait *wait, const struct left *left, const char *own, struct diag *diag,
                           const char *why) {
    const char *old = pass_arg_text(pass, wait->func, wait->inst, wait->role->bound.pos.arg);
    const char *what = own ? pass_text(pass, "%s < %s ? %s : %s", left->text, left_operand(pass, own), left->text, left_operand(pass, own))
        : left->text;
    diag->help = pass_text(pass, "%s: write '%s' instead of '%s'", why, what, old);
    return fix_argument(pass, diag, wait->func, wait->inst, wait->role->bound.pos.arg, what);
}

bool left_bound(struct pass *pass, const struct wait *wait, struct diag *diag, const char *why) {
    const struct ir_unit *ir = unit_of(pass, wait->func)->ir;
    const struct bound *bound = &wait->role->bound;
    bool is_argument = wait->through == IR_NONE && bound->pos.kind == POS_ARG && !bound->pos.deref && !bound->pos.field &&
        bound->pos2.kind == POS_NONE;
    const char *text = is_argument ? pass_arg_text(pass, wait->func, wait->inst, bound->pos.arg) : "", *before = diag->help;
    struct left left;
    if (!*text || strchr(text, '(') || !left_find(pass, wait, bound, &left))
        return false;
    const char *own = wait->bound == WAIT_FOREVER ? NULL : text;
    bool is_safe = left.is_end || is_name(left.text) || takes_negative(ir, &ir->insts[wait->inst], bound);
    if (is_safe ? bound_in_place(pass, wait, &left, own, diag, why) : left_by_variable(pass, wait->func, wait->inst, bound, &left, own, diag, why))
        return true;
    diag->help = before;
    return false;
}

bool left_bound_at(struct pass *pass, uint32_t func, uint32_t inst, struct diag *diag, const char *why) {
    size_t count;
    const struct wait *waits = waits_all(flow_timed(pass->flow), &count);
    for (size_t i = 0; i < count; i++)
        if (waits[i].func == func && waits[i].inst == inst)
            return left_bound(pass, &waits[i], diag, why);
    return false;
}

// ---- whether it is over

static uint32_t var_named(const struct ir_unit *ir, const struct ir_func *fn, const char *name) {
    for (uint32_t i = fn->vars; i < fn->vars + fn->var_count; i++)
        if (!strcmp(ir_text(ir, ir->vars[i].name), name))
            return i;
    return IR_NONE;
}

static const char *not_done(struct pass *pass, const struct prog_unit *unit, uint32_t type, const char *object) {
    const struct role *role;
    uint32_t query = find_query(pass, unit->ir, type, QUERY_DONE, &role);
    if (query == IR_NONE || (type == IR_NONE && !is_used_in(unit, query)))
        return NULL;
    return pass_text(pass, "!%s(%s)", pass_func_name(pass, query), object);
}

const char *left_has_time(struct pass *pass, uint32_t func, uint32_t inst, uint32_t arg, uint32_t place) {
    const struct prog_unit *unit = unit_of(pass, func);
    if (arg == IR_NONE)
        return not_done(pass, unit, IR_NONE, "");
    const char *text = pass_arg_text(pass, func, inst, arg);
    uint32_t var = *text && is_name(text) ? var_named(unit->ir, pass->program->funcs[func].ir, text) : IR_NONE;
    if (var == IR_NONE || !fix_sees(pass, func, var, place))
        return NULL;
    if (unit->ir->types[unit->ir->vars[var].type].kind == IR_POINTER)
        return not_done(pass, unit, unit->ir->vars[var].type, text);
    enum time_unit own = model_name_unit(unit->model, text, false);
    const struct bound bound = {.kind = BOUND_DEADLINE, .unit = own == UNIT_UNKNOWN ? UNIT_MS : own};
    const char *now = left_now(pass, func, &bound, NULL);
    return now && says_end(text) ? pass_text(pass, "%s < %s", now, text) : NULL;
}
