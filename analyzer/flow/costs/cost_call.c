// Calls: what a model says of them, what the callee's own walk says, and for functions nobody sees: one that is given a context
// waits until it ends. A call through a pointer may take as long as the slowest function that is stored there.
#include "flow/costs/cost.h"

#include <stdlib.h>

enum { TARGETS_MAX = 12 };

// ---- functions nobody sees

static bool is_const_pointer(const struct ir_unit *ir, uint32_t type) {
    return type != IR_NONE && ir->types[type].kind == IR_POINTER && ir->types[type].target != IR_NONE && ir->types[ir->types[type].target].is_const;
}

uint32_t cost_param_type(const struct walk *w, const struct cost_args *call, uint32_t arg) {
    const struct ir_value *callee = &w->ir->values[call->inst->args];
    if (callee->kind == IR_V_FUNC && arg < w->ir->funcs[callee->index].param_count)
        return w->ir->vars[w->ir->funcs[callee->index].vars + arg].type;
    return cost_arg_type(w, call, arg);
}

static void forget_argument(struct walk *w, const struct cost_args *call, uint32_t arg) {
    if (call->args[arg].kind == COST_ADDR && !is_const_pointer(w->ir, cost_param_type(w, call, arg)) && !cost_is_context(cost_get(&w->env, call->args[arg].a)))
        cost_forget(w->cost, &w->env, call->args[arg].a);
}

static struct cost_value opaque_call(struct walk *w, const struct cost_args *call, uint32_t func) {
    const struct prog_func *callee = func == IR_NONE ? NULL : &w->cost->program->funcs[func];
    bool ends = callee && model_default_effect(w->cost->program->units[callee->unit].model, callee->func) == EFFECT_ENDS;
    struct cost_value result = {0};
    static const struct pos nowhere = {0};
    for (uint32_t i = 0; i < call->count; i++) {
        struct cost_value ctx = cost_context_of(w, call->args[i]);
        bool takes = func != IR_NONE || model_type_is_context(w->unit->model, cost_param_type(w, call, i));
        if (ctx.kind && ends)
            cost_end_context(w, &nowhere, ctx);
        else if (ctx.kind && takes)
            cost_wait_for_context(w, ctx, 0, (struct cost_item){.kind = COST_OF_WAIT, .inst = w->inst});
        if (cost_is_derived(call->args[i]))
            result.kind = COST_DERIVED;
        forget_argument(w, call, i);
    }
    return result;
}

// ---- functions with a body

// What is handed to a callee: its environment there, and what bounds it already.
struct handed {
    struct cost_env env;
    bool is_bounded, is_apart; // by a context or deadline made here
    int64_t left;
    uint32_t site;
    int64_t offset;            // uses the deadline that is tried
    bool is_raw;
    struct cost_value ctx;     // the context given, for what comes back
};

static void bound_by(struct walk *w, struct handed *handed, struct cost_value value, int64_t left) {
    if (handed->is_bounded && handed->left <= left)
        return;
    handed->is_bounded = true;
    handed->left = left > 0 ? left : 0;
    handed->site = cost_place_at(w->cost, value.a)->index;
    handed->is_apart = value.kind == COST_CTX && value.sub;
}

static struct cost_value hand_moment(struct walk *w, struct handed *handed, struct cost_value value, uint8_t uses) {
    if (!(uses & (PARAM_BOUNDS | PARAM_ENDS)))
        return (struct cost_value){0};
    int64_t unit = value.part ? (value.part == 1 ? 1000000000 : 1) : time_unit_ns((enum time_unit)(value.kind == COST_NOW ? value.sub : value.unit));
    int64_t length = cost_times(value.number, unit);
    if (value.kind == COST_NOW && value.part != 2 && length > 0)
        bound_by(w, handed, value, length - cost_since(w, value.a));
    if (value.kind == COST_NOW && length <= 0 && value.part != 2)
        return (struct cost_value){0};
    if (value.kind == COST_DEADLINE && value.a == 1 && length > 0 && !w->entry && value.part != 2)
        handed->offset = length;
    return (struct cost_value){.kind = COST_DEADLINE, .part = value.part};
}

// A value as the callee sees it.
static struct cost_value hand(struct walk *w, struct handed *handed, struct cost_value value, uint8_t uses) {
    switch ((enum cost_value_kind)value.kind) {
    case COST_INT:
    case COST_FLOAT: return uses & PARAM_MATTERS ? value : (struct cost_value){0};
    case COST_CTX:
        bound_by(w, handed, value, cost_since(w, value.a));
        handed->ctx = value;
        return (struct cost_value){.kind = COST_BUDGET};
    case COST_BUDGET:
        if (!w->entry)
            handed->offset = w->allowed;
        handed->ctx = cost_same_budget(value);
        return handed->ctx;
    case COST_CANCEL: return (struct cost_value){.kind = COST_CANCEL};
    case COST_NOW:
    case COST_DEADLINE: return hand_moment(w, handed, value, uses);
    case COST_UNTIL: {
        bool is_token = cost_place_at(w->cost, value.a)->kind == PLACE_TOKEN;
        if (uses & PARAM_BOUNDS)
            bound_by(w, handed, value, is_token ? cost_since(w, value.a) : cost_times(value.number, time_unit_ns((enum time_unit)value.sub)) - cost_since(w, value.a));
        return (struct cost_value){.kind = COST_LEFT, .sub = value.sub};
    }
    case COST_ELAPSED: return (struct cost_value){.kind = COST_DERIVED};
    case COST_TIMEOUT: handed->is_raw |= (uses & PARAM_BOUNDS) != 0; return value;
    case COST_DERIVED: handed->is_raw |= value.sub && (uses & PARAM_BOUNDS); return value;
    case COST_APART:
    case COST_LEFT:
    case COST_TEST: return value;
    case COST_UNKNOWN:
    case COST_ADDR:
    case COST_FUNC: break;
    }
    return (struct cost_value){0};
}

static uint8_t uses_of(const struct walk *w, uint32_t func, uint32_t arg) {
    const struct cost_func *info = &w->cost->funcs[func];
    return info->uses && arg < w->cost->program->funcs[func].ir->param_count ? info->uses[arg] : PARAM_MATTERS;
}

static void hand_below(struct walk *w, struct handed *handed, place_id from, place_id to, uint8_t uses) {
    for (size_t i = 0; i < w->env.cells.len; i++) {
        struct cost_cell cell = w->env.cells.items[i];
        if (!cost_below(w->cost, cell.place, from))
            continue;
        struct cost_value value = hand(w, handed, cell.value, uses);
        if (value.kind)
            cost_set(&handed->env, cost_moved(w->cost, cell.place, from, to), value);
    }
}

// What is kept in globals, in the thread, and what a check has proved goes down by itself.
static void hand_ambient(struct walk *w, struct handed *handed) {
    for (size_t i = 0; i < w->env.cells.len; i++) {
        struct cost_cell cell = w->env.cells.items[i];
        uint8_t kind = cost_root_of(w->cost, cell.place)->kind;
        if (kind == PLACE_PROVEN && cell.value.number > 0)
            cost_set(&handed->env, cell.place, cell.value);
        if (kind == PLACE_AMBIENT || (kind == PLACE_GLOBAL && (cost_is_context(cell.value) || cell.value.kind == COST_DEADLINE))) {
            struct handed unused = {0};
            struct cost_value value = hand(w, kind == PLACE_AMBIENT ? handed : &unused, cell.value, PARAM_BOUNDS);
            cost_set(&handed->env, cell.place, value);
        }
    }
}

static void hand_over(struct walk *w, const struct cost_args *call, uint32_t func, struct handed *ret_handed) {
    const struct prog_func *callee = &w->cost->program->funcs[func];
    const struct ir_unit *ir = w->cost->program->units[callee->unit].ir;
    *ret_handed = (struct handed){0};
    for (uint32_t i = 0; i < call->count && i < callee->ir->param_count; i++) {
        uint32_t var = callee->ir->vars + i, type = ir->vars[var].type;
        bool is_value = type != IR_NONE && ir->types[type].kind == IR_RECORD;
        place_id place = cost_place(w->cost, PLACE_VAR, 0, var);
        uint8_t uses = uses_of(w, func, i);
        if (call->args[i].kind == COST_ADDR)
            hand_below(w, ret_handed, call->args[i].a, is_value ? place : cost_place(w->cost, PLACE_PARAM, 0, i), uses | PARAM_MATTERS);
        else
            cost_set(&ret_handed->env, place, hand(w, ret_handed, call->args[i], uses));
    }
    hand_ambient(w, ret_handed);
}

// A value that the callee leaves behind, as it is here.
static struct cost_value take_back(struct walk *w, const struct cost_args *call, const struct handed *handed, const struct cost_entry *entry, struct cost_value value) {
    switch ((enum cost_value_kind)value.kind) {
    case COST_BUDGET: return handed->ctx.kind ? handed->ctx : value;
    case COST_CTX: {
        int64_t left = w->made = cost_get(&entry->end, value.a).number;
        if (handed->ctx.kind == COST_CTX && cost_since(w, handed->ctx.a) < left)
            left = cost_since(w, handed->ctx.a);
        return cost_make_token(w, left, value.sub);
    }
    case COST_CANCEL: value.a = value.a ? cost_token(w, w->inst) : 0; return value;
    case COST_NOW: {
        if (!w->keeps_clocks)
            return (struct cost_value){0};
        int64_t passed = cost_get(&entry->end, value.a).number;
        value.a = cost_place(w->cost, PLACE_CLOCK, 0, w->inst);
        cost_set(&w->env, value.a, cost_int(passed));
        return value;
    }
    case COST_ELAPSED:
    case COST_UNTIL: return (struct cost_value){0};
    case COST_ADDR: {
        place_id root = cost_place_at(w->cost, value.a)->root;
        struct place at = *cost_place_at(w->cost, root);
        if (at.kind == PLACE_PARAM && at.index < call->count && call->args[at.index].kind == COST_ADDR)
            value.a = cost_moved(w->cost, value.a, root, call->args[at.index].a);
        else if (at.kind == PLACE_MADE)
            value.a = cost_moved(w->cost, value.a, root, cost_place(w->cost, PLACE_MADE, 0, w->inst));
        else if (at.kind != PLACE_GLOBAL)
            value = (struct cost_value){0};
        return value;
    }
    default: return value;
    }
}

// Where a place of the callee is here; 0: nowhere.
static place_id place_here(struct walk *w, const struct cost_args *call, place_id place) {
    place_id root = cost_place_at(w->cost, place)->root;
    struct place at = *cost_place_at(w->cost, root);
    switch ((enum place_kind)at.kind) {
    case PLACE_PARAM:
        return at.index < call->count && call->args[at.index].kind == COST_ADDR ? cost_moved(w->cost, place, root, call->args[at.index].a) : 0;
    case PLACE_RESULT:
    case PLACE_MADE: return cost_moved(w->cost, place, root, cost_place(w->cost, PLACE_MADE, 0, w->inst));
    case PLACE_GLOBAL:
    case PLACE_AMBIENT:
    case PLACE_PROVEN: return place;
    default: return 0;
    }
}

static struct cost_value take_effects(struct walk *w, const struct cost_args *call, const struct handed *handed, const struct cost_entry *entry) {
    place_id result = cost_place(w->cost, PLACE_RESULT, 0, 0), made = cost_place(w->cost, PLACE_MADE, 0, w->inst);
    struct cost_value out = {0};
    struct cost_env before;
    cost_env_copy(&before, &w->env);
    bool is_struct = call->inst->type != IR_NONE && w->ir->types[call->inst->type].kind == IR_RECORD;
    for (uint32_t i = 0; i < call->count; i++)
        if (call->args[i].kind == COST_ADDR)
            cost_forget(w->cost, &w->env, call->args[i].a);
    cost_forget(w->cost, &w->env, made);
    cost_set(&w->env, cost_place(w->cost, PLACE_PROVEN, 0, 0), (struct cost_value){0});
    for (size_t i = 0; i < entry->end.cells.len; i++) {
        struct cost_cell cell = entry->end.cells.items[i];
        place_id place = place_here(w, call, cell.place);
        bool is_kept = place && cost_same(cost_get(&entry->start, cell.place), cell.value);
        struct cost_value value = is_kept ? cost_get(&before, place) : take_back(w, call, handed, entry, cell.value);
        if (cell.place == result && !is_struct)
            out = value;
        else if (place)
            cost_set(&w->env, place, value);
    }
    vec_done(&before.cells);
    return is_struct ? (struct cost_value){.kind = COST_ADDR, .a = made} : out;
}

uint32_t cost_timeout_param(const struct cost *cost, uint32_t func) {
    const struct cost_func *info = &cost->funcs[func];
    uint32_t found = IR_NONE, count = 0;
    for (uint32_t i = 0; info->uses && i < cost->program->funcs[func].ir->param_count; i++)
        if ((info->uses[i] & (PARAM_BOUNDS | PARAM_ENDS)) == PARAM_BOUNDS) {
            found = i;
            count++;
        }
    return count == 1 && info->units[found] && info->waits ? found : IR_NONE;
}

// A number given as the time that a callee may take: is it enough?
static void try_timeout(struct walk *w, const struct cost_args *call, uint32_t func, const struct cost_env *env) {
    const struct cost_func *info = &w->cost->funcs[func];
    uint32_t found = cost_timeout_param(w->cost, func);
    if (!w->entry || found >= call->count || call->args[found].kind != COST_INT || call->args[found].number <= 0 || call->args[found].number >= INT32_MAX)
        return;
    struct cost_trial trial = {.func = w->func, .inst = w->inst, .kind = OVERRUN_TIMEOUT};
    struct cost_env start;
    trial.allowed = cost_times(call->args[found].number, time_unit_ns((enum time_unit)info->units[found]));
    cost_env_copy(&start, env);
    cost_set(&start, cost_place(w->cost, PLACE_PROVEN, 0, 0), (struct cost_value){0}); // of another budget
    place_id place = cost_place(w->cost, PLACE_VAR, 0, w->cost->program->funcs[func].ir->vars + found);
    cost_set(&start, place, (struct cost_value){.kind = COST_TIMEOUT, .sub = info->units[found], .number = call->args[found].number});
    trial.entry = cost_reserve(w->cost, func, &start);
    cost_note_trial(w, &trial);
}

static bool is_number(struct cost_value value) {
    return value.kind == COST_INT || value.kind == COST_FLOAT;
}

static bool is_bound(struct cost_value value) {
    return value.kind != COST_UNKNOWN && value.kind != COST_ADDR && value.kind != COST_FUNC && !is_number(value);
}

// Whether an argument is such a value, or leads to one.
static bool gives(const struct walk *w, struct cost_value arg, bool (*is_one)(struct cost_value)) {
    if (arg.kind != COST_ADDR)
        return is_one(arg);
    for (size_t i = 0; i < w->env.cells.len; i++)
        if (is_one(w->env.cells.items[i].value) && cost_below(w->cost, w->env.cells.items[i].place, arg.a))
            return true;
    return false;
}

// Whether something known goes to a parameter of this use.
static bool gives_known(const struct walk *w, const struct cost_args *call, uint32_t func, enum param_use use) {
    const struct cost_func *info = &w->cost->funcs[func];
    for (uint32_t i = 0; info->uses && i < call->count && i < w->cost->program->funcs[func].ir->param_count; i++)
        if ((info->uses[i] & use) && (gives(w, call->args[i], is_number) || gives(w, call->args[i], is_bound)))
            return true;
    return false;
}

static bool gives_bound(const struct walk *w, const struct cost_args *call) {
    for (uint32_t i = 0; i < call->count; i++)
        if (gives(w, call->args[i], is_bound))
            return true;
    return cost_get(&w->env, cost_place(w->cost, PLACE_AMBIENT, 0, 0)).kind != COST_UNKNOWN;
}

// How to look at a callee: not at all; for how long it takes, once somebody asks; or at once, because of what it gives back.
enum look { LOOK_NOT, LOOK_LATER, LOOK_NOW };

static enum look look_at(const struct walk *w, const struct cost_args *call, uint32_t func) {
    const struct cost_func *info = &w->cost->funcs[func];
    if (!cost_comes_back(w->ir, w->inst)) // what is waited for on the way out is nobody's time
        return LOOK_NOT;
    if (info->gives || info->fills)
        return LOOK_NOW;
    bool has_known = !call->count || info->is_timely;
    for (uint32_t i = 0; i < call->count; i++)
        has_known |= call->args[i].kind != COST_UNKNOWN && call->args[i].kind != COST_FUNC;
    if (info->inst_count <= COST_HELPER_INSTS && has_known)
        return LOOK_NOW;
    return info->spends || gives_known(w, call, func, PARAM_LENGTH) || (info->waits && gives_bound(w, call)) ? LOOK_LATER : LOOK_NOT;
}

// Whether something here counts the time that goes by.
static bool has_clocks(const struct walk *w) {
    for (size_t i = 0; i < w->env.cells.len; i++) {
        uint8_t kind = cost_place_at(w->cost, w->env.cells.items[i].place)->kind;
        if (kind == PLACE_TOKEN || kind == PLACE_CLOCK || kind == PLACE_PROVEN)
            return true;
    }
    return false;
}

// The entry of one callee; IR_NONE where it cannot be followed.
static uint32_t enter(struct walk *w, const struct cost_args *call, uint32_t func, struct handed *ret_handed) {
    hand_over(w, call, func, ret_handed);
    if (w->cost->is_open[func]) {
        w->is_lower = true;
        vec_done(&ret_handed->env.cells);
        return IR_NONE;
    }
    try_timeout(w, call, func, &ret_handed->env);
    uint32_t id = cost_reserve(w->cost, func, &ret_handed->env);
    if (w->entry && gives_known(w, call, func, PARAM_ASKED))
        cost_ask(w->cost, id);
    return id;
}

static void wait_for_callee(struct walk *w, const struct handed *handed, const uint32_t *ids, uint32_t count, bool waits) {
    struct cost_item item = {.kind = COST_OF_CALL, .inst = w->inst, .offset = handed->offset, .is_assumed = count > 1};
    if (handed->is_bounded) {
        item.kind = COST_OF_BIND;
        item.inst = handed->site;
        item.amount = waits && !handed->is_apart ? handed->left : 0;
    } else {
        item.entries = arena_copy(&w->cost->arena, ids, count * sizeof *ids);
        item.entry_count = count;
        item.is_later = count > 0;
        if (has_clocks(w))
            cost_sum_item(w->cost, &item);
    }
    cost_wait(w, item);
}

// What a callee (IR_NONE: one of several) may have changed.
static struct cost_value forget_arguments(struct walk *w, const struct cost_args *call, uint32_t func) {
    struct cost_value out = {0};
    const struct cost_func *info = func == IR_NONE ? NULL : &w->cost->funcs[func];
    for (uint32_t i = 0; i < call->count; i++) {
        bool is_kept = info && info->uses && i < w->cost->program->funcs[func].ir->param_count && !(info->uses[i] & PARAM_CHANGED);
        if (cost_is_derived(call->args[i]))
            out.kind = COST_DERIVED;
        if (!is_kept)
            forget_argument(w, call, i);
    }
    return out;
}

static struct cost_value body_call(struct walk *w, const struct cost_args *call, uint32_t func) {
    struct handed handed;
    enum look look = look_at(w, call, func);
    if (look == LOOK_NOT)
        return forget_arguments(w, call, func);
    uint32_t id = enter(w, call, func, &handed);
    if (id != IR_NONE && (look == LOOK_NOW || handed.is_raw || has_clocks(w)) && !cost_walk(w->cost, id)) {
        w->is_lower = true;
        id = IR_NONE;
    }
    cost_spend_timeout(w, handed.is_raw);
    wait_for_callee(w, &handed, &id, id != IR_NONE, w->cost->funcs[func].waits);
    const struct cost_entry *entry = id == IR_NONE ? NULL : w->cost->entries.items[id];
    if (!entry || !entry->is_walked)
        return forget_arguments(w, call, func);
    w->is_reused |= handed.is_raw && entry->is_reused;
    if (entry->returns)
        return take_effects(w, call, &handed, entry);
    w->has_ended = !entry->is_lower;
    return (struct cost_value){0};
}

// Through a pointer: as long as the slowest function that is stored there.
static struct cost_value pointer_call(struct walk *w, const struct cost_args *call, const struct prog_call *targets, uint32_t target_count) {
    uint32_t ids[TARGETS_MAX], count = 0;
    struct handed handed = {0}, most = {0};
    bool waits = false, is_seen = false;
    for (uint32_t i = 0; i < target_count && count < TARGETS_MAX; i++) {
        uint32_t func = targets[i].callee;
        if (targets[i].kind != CALL_INDIRECT || !w->cost->program->funcs[func].has_body || w->cost->program->funcs[func].roles || !w->cost->funcs[func].is_timely)
            continue;
        is_seen = true;
        uint32_t id = look_at(w, call, func) == LOOK_NOT ? IR_NONE : enter(w, call, func, &handed);
        if (id == IR_NONE)
            continue;
        waits |= w->cost->funcs[func].waits;
        if (!count || (most.is_bounded && !handed.is_bounded))
            most = handed;
        ids[count++] = id;
    }
    if (!is_seen)
        return opaque_call(w, call, IR_NONE);
    cost_spend_timeout(w, most.is_raw);
    wait_for_callee(w, &most, ids, count, waits);
    return forget_arguments(w, call, IR_NONE);
}

// ---- bounds just set

static bool try_cell(struct cost_value *value, place_id token, place_id clock) {
    if (value->kind == COST_CTX && value->a == token)
        *value = (struct cost_value){.kind = COST_BUDGET, .a = 1};
    else if (value->kind == COST_CANCEL && value->a == token)
        value->a = 1;
    else if (value->kind == COST_NOW && value->a == clock)
        *value = (struct cost_value){.kind = COST_DEADLINE, .a = 1, .part = value->part, .unit = value->sub, .number = value->number};
    else
        return false;
    return true;
}

static enum overrun_kind kind_of(struct walk *w, const struct cost_env *env, enum overrun_kind kind) {
    for (size_t i = 0; i < env->cells.len; i++)
        if (env->cells.items[i].value.kind == COST_BUDGET && env->cells.items[i].value.a == 1) {
            uint8_t place = cost_place_at(w->cost, env->cells.items[i].place)->kind;
            kind = place == PLACE_ARMED ? OVERRUN_ARMED : place == PLACE_AMBIENT ? OVERRUN_AMBIENT : kind;
        }
    return kind;
}

// What follows the call that sets a bound or reads the clock is tried against it. Of contexts made before nothing is known.
static void try_bound(struct walk *w, place_id token, place_id clock, struct cost_value result, uint32_t temp) {
    struct cost_trial trial = {.func = w->func, .inst = w->inst, .kind = token ? OVERRUN_CONTEXT : OVERRUN_DEADLINE, .entry = IR_NONE};
    bool found = try_cell(&result, token, clock);
    cost_env_copy(&trial.env, &w->env);
    for (size_t i = trial.env.cells.len; i-- > 0;) {
        struct cost_value *value = &trial.env.cells.items[i].value;
        if (try_cell(value, token, clock))
            found = true;
        else if (value->kind == COST_CTX || value->kind == COST_BUDGET)
            cost_set(&trial.env, trial.env.cells.items[i].place, (struct cost_value){0});
    }
    if (token)
        trial.allowed = w->made ? w->made : cost_since(w, token);
    trial.kind = kind_of(w, &trial.env, trial.kind);
    cost_set(&trial.env, cost_place(w->cost, PLACE_PROVEN, 0, 0), (struct cost_value){0});
    if (temp != IR_NONE)
        cost_set(&trial.env, cost_place(w->cost, PLACE_TEMP, 0, temp), result);
    cost_env_tidy(w->cost, &trial.env);
    if (found && (clock || trial.allowed > 0))
        cost_note_trial(w, &trial);
    else
        vec_done(&trial.env.cells);
}

static void try_bounds(struct walk *w, const struct ir_inst *inst, struct cost_value result) {
    place_id token = cost_token(w, w->inst), clock = cost_place(w->cost, PLACE_CLOCK, 0, w->inst);
    if (!w->entry || w->is_free || w->has_ended)
        return;
    if (cost_get(&w->env, token).kind)
        try_bound(w, token, 0, result, inst->result);
    if (cost_get(&w->env, clock).kind)
        try_bound(w, 0, clock, result, inst->result);
}

// ---- calls

static struct cost_value dispatch(struct walk *w, const struct cost_args *call, struct cost_value callee) {
    const struct role *roles = cost_field_roles(w->cost->program, w->unit, call->inst);
    uint32_t count;
    if (roles)
        return cost_modelled_call(w, call, roles);
    if (callee.kind == COST_CANCEL) {
        static const struct pos nowhere = {0};
        cost_end_context(w, &nowhere, (struct cost_value){.kind = COST_BUDGET, .a = callee.a == 1});
        return (struct cost_value){0};
    }
    if (callee.kind == COST_FUNC) {
        const struct prog_func *func = &w->cost->program->funcs[callee.a];
        const struct role *forwarded = w->cost->program->funcs[func->forwards_to].roles;
        if (forwarded)
            return cost_modelled_call(w, call, forwarded);
        return func->has_body ? body_call(w, call, callee.a) : opaque_call(w, call, callee.a);
    }
    const struct prog_call *targets = program_targets(w->cost->program, w->func, w->inst, &count);
    return pointer_call(w, call, targets, count);
}

struct cost_value cost_call(struct walk *w, const struct ir_inst *inst) {
    struct cost_args call = {.inst = inst, .count = inst->arg_count - 1};
    if (w->inst == w->site) { // another bound takes the place of the one that is tried
        w->has_ended = true;
        return (struct cost_value){0};
    }
    w->made = 0;
    if (call.count > COST_ARGS)
        call.count = COST_ARGS;
    struct cost_value callee = cost_operand(w, &w->ir->values[inst->args]);
    for (uint32_t i = 0; i < call.count; i++)
        call.args[i] = cost_operand(w, &w->ir->values[inst->args + 1 + i]);
    cost_set(&w->env, cost_token(w, w->inst), (struct cost_value){0});
    cost_set(&w->env, cost_place(w->cost, PLACE_CLOCK, 0, w->inst), (struct cost_value){0});
    struct cost_value result = dispatch(w, &call, callee);
    bool is_pointer = inst->result != IR_NONE && inst->type != IR_NONE && w->ir->types[inst->type].kind == IR_POINTER;
    if (!result.kind && is_pointer) {
        result = (struct cost_value){.kind = COST_ADDR, .a = cost_place(w->cost, PLACE_MADE, 0, w->inst)};
        cost_forget(w->cost, &w->env, result.a);
    }
    try_bounds(w, inst, result);
    return result;
}
