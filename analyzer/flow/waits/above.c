// Top-down: the tightest budget that each function is known to work under, with the calls that lead there from whoever set it. One
// budget per function, the smallest over all callers, since one call path is enough for a finding; entries are only added, so chains
// have no cycles. A budget whose length is not known is passed on only with the argument that carries it.
//
// Cost: calls x rounds; a round only follows functions whose budget became tighter.
#include "flow/paths/exec.h"
#include "flow/values/condition.h"
#include "flow/waits/timed.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 8 };

// A budget set in the function being looked at.
struct local {
    uint32_t inst;
    ssa_id context; // what it is set on, SSA_UNKNOWN: ambient
    uint32_t above;
};

struct walk {
    struct timed *timed;
    uint32_t func;
    VEC(struct local) locals;
    VEC(uint32_t) cancels; // calls that end a context
    VEC(uint32_t) starts;  // calls that start what follows, up to the end of its ambient context, as a coroutine
};

static uint32_t add_above(struct timed *timed, const struct above *above) {
    vec_push(&timed->aboves, *above);
    return (uint32_t)timed->aboves.len - 1;
}

static bool is_tighter(const struct timed *timed, uint32_t a, uint32_t b) {
    if (a == IR_NONE || b == IR_NONE)
        return a != IR_NONE;
    int64_t left = timed->aboves.items[a].ns, right = timed->aboves.items[b].ns;
    return left >= 0 && (right < 0 || left < right);
}

// ---- budgets set here

static ssa_id result_node(struct walk *w, uint32_t inst, const struct pos *pos) {
    struct ssa *ssa = w->timed->funcs[w->func].ssa;
    const struct ir_inst *call = &ssa->ir->insts[inst];
    if (pos->kind == POS_RETURN && call->result != IR_NONE)
        return ssa->temps[call->result];
    if (pos->kind == POS_ARG && pos->arg + 1 < call->arg_count)
        return ssa_operand(ssa, inst, pos->arg + 1);
    return SSA_UNKNOWN;
}

static void note_local(struct walk *w, uint32_t inst, const struct role *role, struct span span, const struct pos *result) {
    if (role->bound.kind == BOUND_NONE || !span.known || span_is_endless(&span) || span.parts & (SPAN_LEFT | SPAN_PARAM) || span.low <= 0)
        return;
    bool has_unit = time_unit_is_known(role->bound.unit);
    struct above above = {.kind = role->parent.kind == POS_AMBIENT ? BUDGET_AMBIENT : BUDGET_CONTEXT, .ns = has_unit ? span.high : -1};
    above.set_func = above.func = w->func;
    above.set_inst = inst;
    above.from = above.call_inst = IR_NONE;
    vec_push(&w->locals, ((struct local){inst, result_node(w, inst, result), add_above(w->timed, &above)}));
}

// A context made by the function that is called.
static void note_made(struct walk *w, uint32_t inst) {
    uint32_t callee = timed_callee(w->timed, w->func, inst);
    if (callee == IR_NONE || w->timed->program->funcs[callee].roles || !w->timed->funcs[callee].made.role)
        return;
    const struct sink *made = &w->timed->funcs[callee].made;
    if (made->role->kind == ROLE_DERIVE)
        note_local(w, inst, made->role, span_sink(w->timed, w->func, inst, callee, made, NULL), &(struct pos){.kind = POS_RETURN});
}

// A budget of the thread that the function called begins, or ends.
static void note_ambient(struct walk *w, uint32_t inst) {
    uint32_t callee = timed_callee(w->timed, w->func, inst);
    if (callee == IR_NONE || w->timed->program->funcs[callee].roles)
        return;
    const struct timed_func *tf = &w->timed->funcs[callee];
    for (size_t s = 0; s < tf->sinks.len; s++) {
        const struct role *role = tf->sinks.items[s].role;
        if (role->kind == ROLE_DERIVE && role->parent.kind == POS_AMBIENT && !tf->ends_ambient)
            note_local(w, inst, role, span_sink(w->timed, w->func, inst, callee, &tf->sinks.items[s], NULL), &(struct pos){.kind = POS_AMBIENT});
    }
    if (tf->ends_ambient)
        vec_push(&w->cancels, inst);
}

static void begin(struct walk *w, struct timed *timed, uint32_t func) {
    struct ssa *ssa = timed->funcs[func].ssa;
    w->timed = timed;
    w->func = func;
    w->locals.len = w->cancels.len = w->starts.len = 0;
    for (uint32_t k = 0; ssa && k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            if (ssa->ir->insts[i].op != IR_CALL)
                continue;
            note_made(w, i);
            note_ambient(w, i);
            for (const struct role *role = timed_roles(timed, func, i); role; role = role->next)
                if (role->kind == ROLE_DERIVE)
                    note_local(w, i, role, span_bound(timed, func, i, role, NULL), &role->result);
                else if (role->kind == ROLE_CANCEL || role->kind == ROLE_RELEASE)
                    vec_push(&w->cancels, i);
                else if (role->kind == ROLE_SPAWN && role->entry.kind == POS_NONE)
                    vec_push(&w->starts, i);
        }
    }
}

static bool has_ended(const struct walk *w, const struct local *local, uint32_t inst) {
    struct ssa *ssa = w->timed->funcs[w->func].ssa;
    for (size_t i = 0; i < w->cancels.len; i++) {
        if (!cfg_precedes(&ssa->cfg, local->inst, w->cancels.items[i]) || !cfg_precedes(&ssa->cfg, w->cancels.items[i], inst))
            continue;
        bool is_ambient = w->timed->aboves.items[local->above].kind == BUDGET_AMBIENT;
        if (is_ambient && !timed_roles(w->timed, w->func, w->cancels.items[i]))
            return true;
        for (const struct role *role = timed_roles(w->timed, w->func, w->cancels.items[i]); role; role = role->next)
            if (role->object.kind == POS_AMBIENT ? is_ambient
                                                 : timed_position(w->timed, w->func, w->cancels.items[i], &role->object) == local->context)
                return true;
    }
    return false;
}

// The tightest budget in force at an instruction of the function: one of its own, or its callers'.
static uint32_t above_at(const struct walk *w, uint32_t inst, bool *ret_is_local) {
    uint32_t best = w->timed->above_of[w->func];
    struct ssa *ssa = w->timed->funcs[w->func].ssa;
    *ret_is_local = false;
    for (size_t i = 0; i < w->locals.len; i++) {
        const struct local *local = &w->locals.items[i];
        if (cfg_precedes(&ssa->cfg, local->inst, inst) && !has_ended(w, local, inst) && is_tighter(w->timed, local->above, best)) {
            best = local->above;
            *ret_is_local = true;
        }
    }
    return best;
}

// ---- passing on

bool timed_is_context_param(const struct timed *timed, uint32_t func, uint32_t param) {
    const struct prog_func *pf = &timed->program->funcs[func];
    const struct prog_unit *unit = &timed->program->units[pf->unit];
    return model_var_is_context(unit->model, pf->ir->vars + param) || model_type_is_context(unit->model, unit->ir->vars[pf->ir->vars + param].type);
}

static bool makes_root(struct timed *timed, uint32_t func, ssa_id id) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    for (;;) {
        const struct ssa_node *node = ssa_at(ssa, id);
        if (node->kind == SSA_INT)
            return true; // NULL
        if (node->kind != SSA_RESULT)
            return false;
        struct maker maker;
        bool is_made = timed_maker(timed, func, node->a, &maker);
        if (!is_made || maker.role->kind == ROLE_ROOT)
            return is_made || timed_role(timed, func, node->a, ROLE_DETACH) != NULL;
        if (maker.role->bound.kind != BOUND_NONE || !maker.parent)
            return false;
        id = maker.parent;
    }
}

// Whether the call gives its callee a context that carries no budget of ours.
static bool gives_root(const struct walk *w, uint32_t callee, uint32_t inst) {
    struct ssa *ssa = w->timed->funcs[w->func].ssa;
    const struct ir_func *fn = w->timed->program->funcs[callee].ir;
    for (uint32_t i = 0; ssa && i < fn->param_count && i + 1 < ssa->ir->insts[inst].arg_count; i++)
        if (timed_is_context_param(w->timed, callee, i))
            return makes_root(w->timed, w->func, ssa_operand(ssa, inst, i + 1));
    return false;
}

// A number given for a parameter that bounds the callee's waits.
static uint32_t given_number(struct walk *w, uint32_t callee, uint32_t inst) {
    struct timed *timed = w->timed;
    struct timed_func *tf = &timed->funcs[callee];
    uint32_t best = IR_NONE;
    if (!timed->funcs[w->func].ssa)
        return IR_NONE;
    for (size_t s = 0; s < tf->sinks.len; s++) {
        const struct sink *sink = &tf->sinks.items[s];
        if (sink->role->kind == ROLE_SLEEP || !(sink->params & tf->bound_params))
            continue;
        struct span span = span_sink(timed, w->func, inst, callee, sink, NULL);
        struct above above = {.kind = BUDGET_NUMBER, .ns = -1, .set_func = w->func, .set_inst = inst, .func = w->func, .from = IR_NONE, .call_inst = IR_NONE};
        if (span.known && !(span.parts & (SPAN_LEFT | SPAN_PARAM)) && !span_is_endless(&span) && span.low > 0)
            above.ns = span.high;
        else if (span.params & timed->funcs[w->func].bound_params && timed->above_of[w->func] != IR_NONE &&
                 timed->aboves.items[timed->above_of[w->func]].kind == BUDGET_NUMBER)
            return timed->above_of[w->func];
        if (above.ns >= 0 && (best == IR_NONE || above.ns < timed->aboves.items[best].ns))
            best = add_above(timed, &above);
    }
    int64_t heeded = timed_heeded_number(timed, w->func, inst, callee);
    if (heeded >= 0 && (best == IR_NONE || heeded < timed->aboves.items[best].ns))
        best = add_above(timed, &(struct above){.kind = BUDGET_NUMBER, .ns = heeded, .set_func = w->func, .set_inst = inst, .func = w->func, .from = IR_NONE, .call_inst = IR_NONE, .is_near = true});
    return best;
}

static ssa_id armed_object(struct timed *timed, const struct wait *arm) {
    if (arm->through == IR_NONE)
        return timed_position(timed, arm->func, arm->inst, &arm->role->object);
    const struct timed_func *callee = &timed->funcs[arm->through];
    for (size_t s = 0; s < callee->sinks.len; s++)
        if (callee->sinks.items[s].role == arm->role)
            return timed_sink_object(timed, arm->func, arm->inst, &callee->sinks.items[s]);
    return SSA_UNKNOWN;
}

// The last time in this function that this object was armed with a number before `inst`.
static uint32_t armed_number(struct walk *w, ssa_id object, uint32_t inst) {
    struct timed *timed = w->timed;
    uint32_t found = IR_NONE;
    for (size_t i = timed->funcs[w->func].first_arm; i < timed->arms.len && timed->arms.items[i].func == w->func; i++) {
        const struct wait *arm = &timed->arms.items[i];
        if (arm->bound != WAIT_FIXED || !arm->unit_known || !cfg_precedes(&timed->funcs[w->func].ssa->cfg, arm->inst, inst) || armed_object(timed, arm) != object)
            continue;
        found = add_above(timed, &(struct above){.kind = BUDGET_TIMER, .ns = arm->high, .set_func = w->func, .set_inst = arm->inst, .func = w->func, .from = IR_NONE, .call_inst = IR_NONE});
    }
    return found;
}

// A timer given to a callee: armed here, or our own callers'.
static uint32_t given_timer(struct walk *w, uint32_t callee, uint32_t inst) {
    struct ssa *ssa = w->timed->funcs[w->func].ssa;
    uint32_t above = w->timed->above_of[w->func];
    for (uint32_t i = 0; ssa && i < 64 && i + 1 < ssa->ir->insts[inst].arg_count; i++) {
        if (!(w->timed->funcs[callee].timer_params >> i & 1))
            continue;
        ssa_id object = ssa_operand(ssa, inst, i + 1);
        bool is_own = ssa_at(ssa, object)->kind == SSA_PARAM && above != IR_NONE && w->timed->aboves.items[above].kind == BUDGET_TIMER;
        return is_own ? above : armed_number(w, object, inst);
    }
    return IR_NONE;
}

// Whether the call is only made where the function's own parameter says that there is no budget.
static bool is_denied(const struct walk *w, uint32_t above, uint32_t inst) {
    struct condition conditions[CONDITIONS_MAX];
    struct ssa *ssa = w->timed->funcs[w->func].ssa;
    if (!ssa || w->timed->aboves.items[above].kind != BUDGET_NUMBER)
        return false;
    unsigned count = conditions_of(ssa, inst, conditions);
    for (unsigned i = 0; i < count; i++) {
        const struct ssa_node *node = ssa_at(ssa, conditions[i].left);
        if (node->kind == SSA_PARAM && node->a < 64 && w->timed->funcs[w->func].bound_params >> node->a & 1 && condition_denies(ssa, &conditions[i]))
            return true;
    }
    return false;
}

static uint32_t given(struct walk *w, const struct prog_call *call) {
    bool is_local = false;
    uint32_t number = given_number(w, call->callee, call->inst);
    if (number == IR_NONE)
        number = given_timer(w, call->callee, call->inst);
    if (number != IR_NONE || gives_root(w, call->callee, call->inst))
        return number;
    uint32_t above = w->timed->funcs[w->func].ssa ? above_at(w, call->inst, &is_local) : w->timed->above_of[w->func];
    if (above != IR_NONE && !is_local && is_denied(w, above, call->inst))
        return IR_NONE;
    const struct above *found = above == IR_NONE ? NULL : &w->timed->aboves.items[above];
    return !found || found->ns < 0 || found->is_near ? IR_NONE : above;
}

// Whether the call runs in a coroutine that a macro starts around it.
static bool is_started(const struct walk *w, uint32_t inst) {
    bool is_behind_start = false, is_before_end = false;
    for (size_t i = 0; !is_behind_start && i < w->starts.len; i++)
        is_behind_start = cfg_precedes(&w->timed->funcs[w->func].ssa->cfg, w->starts.items[i], inst);
    for (size_t i = 0; is_behind_start && !is_before_end && i < w->cancels.len; i++) {
        const struct role *role = timed_role(w->timed, w->func, w->cancels.items[i], ROLE_CANCEL);
        is_before_end = role && role->object.kind == POS_AMBIENT && cfg_precedes(&w->timed->funcs[w->func].ssa->cfg, inst, w->cancels.items[i]);
    }
    return is_before_end;
}

static bool pass_on(struct walk *w, const struct prog_call *call) {
    struct timed *timed = w->timed;
    if (call->kind == CALL_THREAD || call->kind == CALL_CALLBACK || timed->program->funcs[call->callee].roles || !timed->funcs[call->callee].may_wait ||
        call->callee == w->func || is_started(w, call->inst))
        return false;
    uint32_t above = given(w, call);
    if (!is_tighter(timed, above, timed->above_of[call->callee]))
        return false;
    struct above passed = timed->aboves.items[above];
    passed.func = call->callee;
    passed.from = above;
    passed.call_inst = call->inst;
    passed.is_assumed |= call->kind == CALL_BY_TYPE;
    timed->above_of[call->callee] = add_above(timed, &passed);
    return true;
}

// ---- waits

// A parameter of the function that is a budget, whoever calls it.
static uint32_t param_budget(struct walk *w, const struct wait *wait) {
    const struct timed_func *tf = &w->timed->funcs[w->func];
    struct above above = {.kind = BUDGET_NUMBER, .ns = -1, .set_func = w->func, .set_inst = IR_NONE, .func = w->func, .from = IR_NONE, .call_inst = IR_NONE};
    if (tf->timer_params)
        above.kind = BUDGET_TIMER;
    else if (!tf->bound_params || wait->bound == WAIT_BUDGET)
        return IR_NONE;
    return add_above(w->timed, &above);
}

static bool has_context(const struct walk *w) {
    for (uint32_t i = 0; i < w->timed->program->funcs[w->func].ir->param_count; i++)
        if (timed_is_context_param(w->timed, w->func, i))
            return true;
    return false;
}

static void settle_wait(struct walk *w, struct wait *wait) {
    bool is_local;
    wait->above = above_at(w, wait->inst, &is_local);
    wait->in_hand = is_local || has_context(w) || w->timed->funcs[w->func].bound_params || w->timed->funcs[w->func].timer_params;
    if (wait->above == IR_NONE)
        wait->above = param_budget(w, wait);
}

static void settle_waits(struct walk *w, struct timed *timed, struct wait *waits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        program_rest_often(timed->program, (uint32_t)i);
        if (!i || waits[i].func != waits[i - 1].func)
            begin(w, timed, waits[i].func);
        settle_wait(w, &waits[i]);
    }
}

void timed_find_aboves(struct timed *timed) {
    const struct program *program = timed->program;
    struct walk w = {0};
    timed->above_of = mem_zalloc((program->func_count + 1) * sizeof *timed->above_of);
    uint8_t *stale = mem_zalloc(program->func_count + 1);
    memset(timed->above_of, 0xff, program->func_count * sizeof *timed->above_of);
    memset(stale, 1, program->func_count);
    bool changed = true;
    for (unsigned round = 0; changed && round < ROUNDS_MAX; round++) {
        changed = false;
        for (uint32_t i = program->scc_starts[program->scc_count]; i-- > 0;) { // callers first
            uint32_t func = program->scc_funcs[i];
            const struct prog_func *pf = &program->funcs[func];
            program_rest_at(program, i);
            if (!stale[func] || !pf->has_body || pf->roles || !timed->funcs[func].may_wait || (!timed->funcs[func].ssa && timed->above_of[func] == IR_NONE))
                continue;
            stale[func] = 0;
            begin(&w, timed, func);
            for (uint32_t c = 0; c < pf->call_count; c++)
                if (pass_on(&w, &program->calls[pf->calls + c]))
                    stale[program->calls[pf->calls + c].callee] = changed = true;
        }
    }
    settle_waits(&w, timed, timed->waits.items, timed->waits.len);
    settle_waits(&w, timed, timed->arms.items, timed->arms.len);
    free(stale);
    vec_done(&w.locals);
    vec_done(&w.cancels);
    vec_done(&w.starts);
}
