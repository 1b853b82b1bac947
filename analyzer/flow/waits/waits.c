// Bottom-up over the call graph: which functions wait as long as a parameter says (sinks), and every wait of the program with its bound.
// Functions that touch no time are not looked at. Cost: linear in the instructions of those that do.
#include "flow/paths/exec.h"
#include "flow/values/condition.h"
#include "flow/values/dimension.h"
#include "flow/waits/timed.h"

#include <stdlib.h>
#include <string.h>

enum { SINKS_MAX = 12 };

static bool is_time_role(const struct role *role) {
    for (; role; role = role->next)
        switch (role->kind) {
        case ROLE_ALLOCATE:
        case ROLE_EFFECT:
        case ROLE_CALLBACK:
        case ROLE_RELEASE: break;
        default: return true;
        }
    return false;
}

// ---- which functions are looked at

static bool calls_timed_field(const struct prog_unit *unit, const struct ir_func *fn) {
    for (uint32_t k = 0; model_has_field_roles(unit->model) && k < fn->block_count; k++)
        for (uint32_t i = 0; i < unit->ir->blocks[fn->blocks + k].inst_count; i++) {
            const struct ir_inst *inst = &unit->ir->insts[unit->ir->blocks[fn->blocks + k].insts + i];
            if (inst->op == IR_FIELD && is_time_role(model_field_roles(unit->model, inst->aux)))
                return true;
        }
    return false;
}

static bool has_context(const struct prog_unit *unit, const struct ir_func *fn) {
    for (uint32_t v = 0; model_has_contexts(unit->model) && v < fn->var_count; v++)
        if (model_var_is_context(unit->model, fn->vars + v) || model_type_is_context(unit->model, unit->ir->vars[fn->vars + v].type))
            return true;
    return false;
}

// A budget that is not used is no reason to look, unless something waits.
static bool has_budget_param(const struct prog_unit *unit, const struct ir_func *fn) {
    for (uint32_t v = 0; v < fn->param_count; v++)
        if (model_var_is_budget(unit->model, fn->vars + v))
            return true;
    return false;
}

static bool touches_time(const struct timed *timed, uint32_t func) {
    const struct program *program = timed->program;
    const struct prog_func *pf = &program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++) {
        uint32_t callee = program->calls[pf->calls + i].callee;
        const struct timed_func *tf = &timed->funcs[callee];
        if (is_time_role(program->funcs[callee].roles) || tf->sinks.len || tf->gives_time || tf->made.role || tf->ends_ambient || tf->timer_params)
            return true;
    }
    return has_context(&program->units[pf->unit], pf->ir) || calls_timed_field(&program->units[pf->unit], pf->ir);
}

// ---- timers

// The canonical type of the object that a pointer at this position points to, "" where it is none.
static const char *pointed_type(const struct timed *timed, const struct prog_func *func, const struct pos *pos) {
    const struct ir_unit *ir = timed->program->units[func->unit].ir;
    if (pos->kind != POS_ARG || pos->arg >= func->ir->param_count)
        return "";
    const struct ir_type *type = &ir->types[ir->vars[func->ir->vars + pos->arg].type];
    bool is_object = type->kind == IR_POINTER && type->target != IR_NONE && ir->types[type->target].kind == IR_RECORD;
    return is_object ? ir_text(ir, ir->types[type->target].canonical) : "";
}

// An object that is armed once and then waited with is a timer; one that each wait takes all of again is a setting.
static void collect_timer_types(struct timed *timed) {
    struct strtab settings = {0};
    for (uint32_t f = 0; f < timed->program->func_count; f++)
        for (const struct role *role = timed->program->funcs[f].roles; role; role = role->next)
            if (role->kind == ROLE_BLOCK && role->step_scope)
                strtab_add(&settings, pointed_type(timed, &timed->program->funcs[f], &role->armed));
    for (uint32_t f = 0; f < timed->program->func_count; f++)
        for (const struct role *role = timed->program->funcs[f].roles; role; role = role->next) {
            bool is_armed = role->kind == ROLE_ARM || role->kind == ROLE_BLOCK;
            const char *type = is_armed ? pointed_type(timed, &timed->program->funcs[f], role->kind == ROLE_ARM ? &role->object : &role->armed) : "";
            if (*type && !strtab_find(&settings, type))
                strtab_add(&timed->timer_types, type);
        }
    strtab_done(&settings);
}

static uint64_t timer_params(const struct timed *timed, const struct prog_func *func) {
    const struct ir_unit *ir = timed->program->units[func->unit].ir;
    uint64_t params = 0;
    for (uint32_t i = 0; i < func->ir->param_count && i < 64; i++) {
        const struct ir_type *type = &ir->types[ir->vars[func->ir->vars + i].type];
        if (type->kind == IR_POINTER && type->target != IR_NONE && strtab_find(&timed->timer_types, ir_text(ir, ir->types[type->target].canonical)))
            params |= UINT64_C(1) << i;
    }
    return params;
}

// ---- bounds

bool timed_is_budget(const struct timed *timed, uint32_t func, const struct span *span) {
    return span->parts & SPAN_LEFT || span->params & timed->funcs[func].bound_params;
}

static enum wait_bound classify(const struct span *span) {
    if (span_is_endless(span))
        return WAIT_FOREVER;
    if (span->parts & (SPAN_LEFT | SPAN_PARAM))
        return WAIT_BUDGET;
    if (span->known && span->low == 0 && span->high == 0 && !(span->parts & SPAN_CLOCK))
        return WAIT_POLL;
    if (span->parts & SPAN_OTHER || (span->known && span->high < 0))
        return WAIT_UNKNOWN;
    if (span->parts & SPAN_MEMORY)
        return WAIT_CONFIG;
    return span->known ? WAIT_FIXED : WAIT_UNKNOWN;
}

static void add_sink(struct timed *timed, uint32_t func, const struct sink *sink, const struct span *span) {
    struct timed_func *tf = &timed->funcs[func];
    if (!span->params)
        return;
    if (sink->role->kind == ROLE_SLEEP)
        tf->sleep_params |= span->params;
    else {
        tf->bound_params |= span->params;
        bool is_end = sink->role->bound.kind == BOUND_DEADLINE ? !(span->parts & SPAN_CLOCK) : (span->parts & SPAN_CLOCK) != 0;
        if (is_end)
            tf->end_params |= span->params;
    }
    if (tf->sinks.len < SINKS_MAX)
        vec_push(&tf->sinks, *sink);
}

static struct wait completed(struct wait wait, const struct span *span) {
    wait.is_sleep = wait.role->kind == ROLE_SLEEP;
    wait.is_join = wait.role->kind == ROLE_JOIN;
    wait.above = wait.repeats = IR_NONE;
    wait.varies = span->varies;
    wait.low = span->known ? span->low : -1;
    wait.high = span->known ? span->high : -1;
    wait.unit_known = time_unit_is_known(wait.role->bound.unit);
    return wait;
}

static void add_wait(struct timed *timed, struct wait wait, const struct span *span) {
    struct wait added = completed(wait, span);
    vec_push(&timed->waits, added);
}

static bool is_null_options(struct timed *timed, uint32_t func, uint32_t inst, const struct bound *bound) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    bool has_pointer = bound->pos.kind == POS_ARG && bound->pos.field && bound->pos.arg + 1 < ssa->ir->insts[inst].arg_count;
    return has_pointer && ssa_at(ssa, ssa_operand((struct ssa *)ssa, inst, bound->pos.arg + 1))->kind == SSA_INT;
}

static enum wait_bound bound_of(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role, const struct span *span) {
    enum wait_bound bound = classify(span);
    bool is_unset = role->bound.kind == BOUND_NONE || is_null_options(timed, func, inst, &role->bound);
    if (role->has_default)
        return is_unset || bound == WAIT_POLL ? WAIT_DEFAULT : bound;
    if (bound == WAIT_FOREVER && role->object.kind != POS_NONE && role->kind == ROLE_BLOCK)
        return WAIT_CONTEXT;
    return bound == WAIT_FOREVER && role->armed.kind != POS_NONE ? WAIT_TIMER : bound;
}

// Of several things that end one wait the earliest counts; how much each says about that.
static unsigned strength(const struct wait *wait) {
    static const enum wait_bound order[] = {WAIT_FOREVER, WAIT_UNKNOWN, WAIT_DEFAULT, WAIT_CONFIG, WAIT_FIXED, WAIT_TIMER, WAIT_CONTEXT, WAIT_BUDGET, WAIT_POLL};
    unsigned rank = 0;
    while (order[rank] != wait->bound)
        rank++;
    return rank;
}

// The object that a call arms, or whose end ends it: a parameter here?
static uint32_t object_param(struct timed *timed, uint32_t func, ssa_id object) {
    const struct ssa_node *node = ssa_at(timed->funcs[func].ssa, object);
    return node->kind == SSA_PARAM ? node->a : IR_NONE;
}

static uint32_t own_object(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role) {
    if (role->kind != ROLE_BLOCK && role->kind != ROLE_ARM)
        return IR_NONE;
    return object_param(timed, func, timed_position(timed, func, inst, &role->object));
}

ssa_id timed_sink_object(struct timed *timed, uint32_t func, uint32_t inst, const struct sink *sink) {
    struct ssa *ssa = timed->funcs[func].ssa;
    return sink->object != IR_NONE && sink->object + 1 < ssa->ir->insts[inst].arg_count ? ssa_operand(ssa, inst, sink->object + 1) : SSA_UNKNOWN;
}

static void own_wait(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role) {
    struct wait wait = {.func = func, .inst = inst, .role = role, .through = IR_NONE};
    struct span span = span_bound(timed, func, inst, role, NULL);
    wait.bound = bound_of(timed, func, inst, role, &span);
    wait.takes_context = role->object.kind != POS_NONE && role->kind == ROLE_BLOCK;
    add_sink(timed, func, &(struct sink){inst, role, IR_NONE, IR_NONE, span.params, own_object(timed, func, inst, role)}, &span);
    struct wait *other = timed->waits.len ? &timed->waits.items[timed->waits.len - 1] : NULL;
    bool is_other = other && other->func == func && other->inst == inst && other->through == IR_NONE;
    if (!is_other)
        add_wait(timed, wait, &span);
    else if (strength(&wait) > strength(other)) {
        timed->waits.len--;
        add_wait(timed, wait, &span);
    }
}

// A bound that is set rather than waited for: it makes budgets of the parameters it comes from.
static void own_bound(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role) {
    struct span span = span_bound(timed, func, inst, role, NULL);
    add_sink(timed, func, &(struct sink){inst, role, IR_NONE, IR_NONE, span.params, own_object(timed, func, inst, role)}, &span);
    struct wait arm = {.func = func, .inst = inst, .role = role, .through = IR_NONE, .bound = classify(&span)};
    if (role->kind == ROLE_ARM)
        vec_push(&timed->arms, completed(arm, &span));
}

static void through_callee(struct timed *timed, uint32_t func, uint32_t inst, uint32_t callee) {
    size_t count = timed->funcs[callee].sinks.len;
    for (uint32_t i = 0; i < count; i++) {
        struct sink sink = timed->funcs[callee].sinks.items[i];
        struct span span = span_sink(timed, func, inst, callee, &sink, NULL);
        ssa_id object = timed_sink_object(timed, func, inst, &sink);
        if (callee != func)
            add_sink(timed, func, &(struct sink){inst, sink.role, callee, i, span.params, object_param(timed, func, object)}, &span);
        struct wait wait = {.func = func, .inst = inst, .role = sink.role, .through = callee, .bound = classify(&span)};
        wait.takes_context = sink.role->kind == ROLE_BLOCK && object && ssa_at(timed->funcs[func].ssa, object)->kind != SSA_INT;
        if (sink.role->kind == ROLE_ARM && object)
            vec_push(&timed->arms, completed(wait, &span));
        else if (sink.role->kind != ROLE_DERIVE && sink.role->kind != ROLE_ARM)
            add_wait(timed, wait, &span);
    }
}

// As long as a timer or a context that is this function's: no number tells.
static void forwarded_wait(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role) {
    size_t before = timed->waits.len;
    if (role->kind != ROLE_BLOCK || role->bound.kind != BOUND_NONE || (role->armed.kind != POS_ARG && role->object.kind == POS_NONE))
        return;
    own_wait(timed, func, inst, role);
    if (role->object.kind != POS_NONE && timed->waits.len > before)
        timed->waits.items[before].through = timed_called(timed, func, inst);
}

static void look_at_call(struct timed *timed, uint32_t func, uint32_t inst) {
    struct timed_func *tf = &timed->funcs[func];
    uint32_t callee = timed_called(timed, func, inst);
    bool is_forwarded = callee != IR_NONE && timed->program->funcs[callee].forwards_to != callee;
    const struct role *roles = timed_roles(timed, func, inst);
    for (const struct role *role = is_forwarded ? NULL : roles; role; role = role->next) {
        if (!timed_role_holds(timed, func, inst, role))
            continue;
        tf->asks |= role->kind == ROLE_QUERY || role->kind == ROLE_NOW;
        tf->ends_ambient |= (role->kind == ROLE_CANCEL || role->kind == ROLE_RELEASE) && role->object.kind == POS_AMBIENT;
        if (role->kind == ROLE_BLOCK || role->kind == ROLE_SLEEP || role->kind == ROLE_JOIN)
            own_wait(timed, func, inst, role);
        else if (role->kind == ROLE_DERIVE || role->kind == ROLE_ARM)
            own_bound(timed, func, inst, role);
    }
    for (const struct role *role = is_forwarded ? roles : NULL; role; role = role->next)
        forwarded_wait(timed, func, inst, role);
    if ((roles && !is_forwarded) || callee == IR_NONE)
        return;
    tf->asks |= timed->funcs[callee].asks;
    tf->ends_ambient |= timed->funcs[callee].ends_ambient;
    through_callee(timed, func, inst, callee);
}

// ---- conditions and loops

static const struct ir_inst *terminator(const struct ssa *ssa, uint32_t block, uint32_t *ret_index) {
    const struct ir_block *b = &ssa->ir->blocks[ssa->fn->blocks + block];
    *ret_index = b->insts + b->inst_count - 1;
    return &ssa->ir->insts[*ret_index];
}

// The units of both may differ and are not always known (0): too small is only what is too small in every unit.
static bool is_enough(const struct wait *wait, int64_t number, double known_unit) {
    if (wait->low <= 0)
        return true;
    for (int64_t unit = 1; unit <= 1000000000; unit *= 1000) {
        if (wait->unit_known && dim_units_differ(known_unit, (double)unit))
            continue;
        int64_t ns;
        if (wait->low % unit == 0 && !__builtin_mul_overflow(number, unit, &ns) && ns >= wait->low && number <= wait->low)
            return true;
    }
    return false;
}

// Whether a condition weighs what is left of a budget against as much as the wait takes.
static bool weighs_budget(struct timed *timed, const struct wait *wait, const struct condition *condition) {
    if (condition->right == SSA_NONE_RIGHT)
        return false;
    struct span a = span_eval(timed, wait->func, condition->left, NULL), b = span_eval(timed, wait->func, condition->right, NULL);
    ssa_id budget = condition->left;
    if (!timed_is_budget(timed, wait->func, &a)) {
        struct span swap = a;
        a = b, b = swap;
        budget = condition->right;
    }
    if (!timed_is_budget(timed, wait->func, &a))
        return false;
    bool is_clock = b.parts & SPAN_CLOCK && !(b.parts & (SPAN_PARAM | SPAN_LEFT));
    return b.known ? b.low > 0 && is_enough(wait, b.high, dim_eval(timed, wait->func, budget).unit) : !is_clock;
}

static bool is_about_param(const struct ssa *ssa, const struct condition *condition) {
    return ssa_at(ssa, condition->left)->kind == SSA_PARAM || (condition->right != SSA_NONE_RIGHT && ssa_at(ssa, condition->right)->kind == SSA_PARAM);
}

static void weigh_conditions(struct timed *timed, struct wait *wait) {
    struct condition conditions[CONDITIONS_MAX];
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    unsigned count = conditions_of(ssa, wait->inst, conditions);
    for (unsigned i = 0; i < count; i++) {
        wait->is_guarded |= weighs_budget(timed, wait, &conditions[i]);
        wait->is_denied |= is_about_param(ssa, &conditions[i]) && condition_denies(ssa, &conditions[i]);
    }
}

static bool call_asks(const struct timed *timed, uint32_t func, uint32_t inst) {
    const struct role *roles = timed_roles(timed, func, inst);
    uint32_t callee = timed_callee(timed, func, inst);
    for (const struct role *role = roles; role; role = role->next)
        if (role->kind == ROLE_QUERY || role->kind == ROLE_NOW)
            return true;
    return !roles && callee != IR_NONE && timed->funcs[callee].asks;
}

struct asking {
    const struct timed *timed;
    uint32_t func, wait_inst;
};

static bool asks_nothing(void *data, ssa_id id) {
    const struct asking *asking = data;
    const struct ssa_node *node = ssa_at(asking->timed->funcs[asking->func].ssa, id);
    return (node->kind != SSA_RESULT && node->kind != SSA_OUT) || node->a == asking->wait_inst || !call_asks(asking->timed, asking->func, node->a);
}

// Whether a condition in the loop asks a budget or the clock, or decides by a number that is one.
static bool loop_asks(struct timed *timed, uint32_t func, uint32_t head, uint32_t wait_inst) {
    struct ssa *ssa = timed->funcs[func].ssa;
    struct asking asking = {timed, func, wait_inst};
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        uint32_t block = ssa->cfg.rpo[k], last;
        const struct ir_inst *branch = terminator(ssa, block, &last);
        if (!cfg_in_loop(&ssa->cfg, block, head) || (branch->op != IR_BRANCH && branch->op != IR_SWITCH))
            continue;
        ssa_id condition = ssa_operand(ssa, last, 0);
        const struct ssa_node *node = ssa_at(ssa, condition);
        struct span a = node->kind == SSA_BINARY ? span_eval(timed, func, node->a, NULL) : (struct span){0};
        struct span b = node->kind == SSA_BINARY ? span_eval(timed, func, node->b, NULL) : (struct span){0};
        bool is_counted = a.varies && (timed_is_budget(timed, func, &a) || timed_is_budget(timed, func, &b)); // down, or up to it
        if (!ssa_walk(ssa, condition, asks_nothing, &asking) || is_counted)
            return true;
    }
    return false;
}

static void look_around(struct timed *timed, uint32_t func, struct wait *wait) {
    const struct cfg *cfg = &timed->funcs[func].ssa->cfg;
    weigh_conditions(timed, wait);
    for (uint32_t head = cfg->blocks[cfg_block_of(cfg, wait->inst)].loop; head != IR_NONE; head = cfg->blocks[head].outer) {
        wait->in_loop = true;
        wait->loop_asks |= loop_asks(timed, func, head, wait->inst);
    }
}

// ---- order of work

static bool returns_time(struct timed *timed, uint32_t func) {
    struct ssa *ssa = timed->funcs[func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        uint32_t last;
        if (terminator(ssa, ssa->cfg.rpo[k], &last)->op != IR_RETURN || !ssa->ir->insts[last].arg_count)
            continue;
        ssa_id value = timed_returned(ssa, last, NULL, 0);
        struct span span = span_eval(timed, func, value, NULL);
        if (span.parts & (SPAN_CLOCK | SPAN_LEFT))
            return true;
    }
    return false;
}

// Whether some call waits; `direct`: not counting what is only reached through pointers.
static bool calls_waiting(const struct timed *timed, uint32_t func, bool direct) {
    const struct prog_func *pf = &timed->program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++) {
        const struct prog_call *call = &timed->program->calls[pf->calls + i];
        if (call->kind == CALL_THREAD || call->kind == CALL_CALLBACK || (direct && call->kind != CALL_DIRECT))
            continue;
        for (const struct role *role = timed->program->funcs[call->callee].roles; role; role = role->next)
            if (role->kind == ROLE_BLOCK || role->kind == ROLE_SLEEP || role->kind == ROLE_JOIN)
                return true;
        if (direct ? timed->funcs[call->callee].waits : timed->funcs[call->callee].may_wait)
            return true;
    }
    return false;
}

static void look_at(struct timed *timed, uint32_t func) {
    struct timed_func *tf = &timed->funcs[func];
    const struct prog_func *pf = &timed->program->funcs[func];
    tf->may_wait = calls_waiting(timed, func, false);
    tf->waits = calls_waiting(timed, func, true);
    if (!touches_time(timed, func) && !(tf->may_wait && has_budget_param(&timed->program->units[pf->unit], pf->ir)))
        return;
    tf->ssa = arena_new(&timed->arena, struct ssa);
    ssa_build(tf->ssa, timed->program, func, &timed->arena);
    tf->timer_params = timer_params(timed, pf);
    size_t first = timed->waits.len, first_arm = tf->first_arm = timed->arms.len;
    for (uint32_t k = 0; k < pf->ir->block_count; k++) {
        const struct ir_block *block = &tf->ssa->ir->blocks[pf->ir->blocks + k];
        for (uint32_t i = block->insts; tf->ssa->cfg.blocks[k].order != IR_NONE && i < block->insts + block->inst_count; i++)
            if (tf->ssa->ir->insts[i].op == IR_CALL)
                look_at_call(timed, func, i);
    }
    timed_find_heeded(timed, func, first);
    for (size_t i = first; i < timed->waits.len; i++)
        look_around(timed, func, &timed->waits.items[i]);
    for (size_t i = first_arm; i < timed->arms.len; i++)
        look_around(timed, func, &timed->arms.items[i]);
    timed_find_repeats(timed, first);
    timed_find_delegates(timed, first);
    tf->gives_time = returns_time(timed, func);
    timed_find_made(timed, func);
}

struct timed *waits_solve(struct flow *flow, struct depend *depend, struct buf *memory) {
    struct timed *timed = mem_zalloc(sizeof *timed);
    const struct program *program = flow->program;
    timed->flow = flow;
    timed->program = program;
    timed->funcs = mem_zalloc(program->func_count * sizeof *timed->funcs);
    collect_timer_types(timed);
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        const struct prog_func *pf = &program->funcs[program->scc_funcs[i]];
        program_rest_at(program, i);
        if (pf->has_body && !pf->roles)
            look_at(timed, program->scc_funcs[i]);
    }
    timed_find_aboves(timed);
    timed_find_handoffs(timed);
    timed_find_faults(timed);
    timed_find_resilience(timed, depend, memory);
    timed_find_endless(timed);
    return timed;
}

void waits_free(struct timed *timed) {
    for (uint32_t f = 0; f < timed->program->func_count; f++) {
        if (timed->funcs[f].ssa)
            ssa_done(timed->funcs[f].ssa);
        vec_done(&timed->funcs[f].sinks);
    }
    free(timed->funcs);
    free(timed->stored);
    free(timed->above_of);
    vec_done(&timed->waits);
    vec_done(&timed->arms);
    vec_done(&timed->handoffs);
    vec_done(&timed->aboves);
    vec_done(&timed->faults);
    vec_done(&timed->retries);
    vec_done(&timed->abandons);
    vec_done(&timed->blames);
    strtab_done(&timed->timer_types);
    arena_done(&timed->arena);
    free(timed);
}

const struct wait *waits_all(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->waits.len;
    return timed->waits.items;
}

const struct wait *waits_arms(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->arms.len;
    return timed->arms.items;
}

const struct time_fault *waits_faults(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->faults.len;
    return timed->faults.items;
}

const struct above *waits_above(const struct timed *timed, uint32_t above) {
    return &timed->aboves.items[above];
}
