// Calls into the program: a callee's summary, applied. Every value of the summary is rebuilt in the caller's terms: what the callee
// was entered with becomes the arguments and the caller's memory, what it made becomes new.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum { REBUILT = 128 };

struct renamed {
    sym_id from, to;
};

struct translation {
    struct exec *x;
    const struct state *before; // the caller's state at the call
    struct state *after;        // the state being made; new contexts go here
    const struct call *call;
    VEC(struct renamed) renamed; // what the callee made
    struct renamed rebuilt[REBUILT]; // values translated lately, by their id
};

static sym_id translate(struct translation *t, sym_id id);

static sym_id new_name(struct translation *t, sym_id id) {
    struct syms *syms = t->x->syms;
    struct sym node = *sym_at(syms, id);
    for (size_t i = 0; i < t->renamed.len; i++)
        if (t->renamed.items[i].from == id)
            return t->renamed.items[i].to;
    sym_id to;
    if (node.kind == SYM_REGION)
        to = sym_make(syms, SYM_REGION, (uint8_t)(70 + exec_ordinal(t->x, id) % 120), t->x->func, t->x->inst, node.c ? translate(t, node.c) : SYM_NONE);
    else if (node.kind == SYM_NOW)
        to = sym_make(syms, SYM_NOW, 0, t->x->func, t->x->inst, node.c); // all of one call's clocks count as one
    else
        to = exec_fresh_of(t->x, t->after, id);
    if (flow_is_derived(t->x->flow, id))
        sym_note_derived(t->x->syms, to);
    if (sym_at(t->x->syms, id)->is_allocated)
        sym_note_allocated(t->x->syms, to);
    exec_keep_taken(t->x, to, id);
    vec_push(&t->renamed, ((struct renamed){id, to}));
    return to;
}

static sym_id translate_context(struct translation *t, sym_id id) {
    for (size_t i = 0; i < t->renamed.len; i++)
        if (t->renamed.items[i].from == id)
            return t->renamed.items[i].to;
    struct bind bind = t->x->flow->binds.items[sym_at(t->x->syms, id)->a];
    bind.inner = sym_at(t->x->syms, id)->a;
    bind.func = t->x->func;
    bind.inst = t->x->inst;
    if (bind.parent)
        bind.parent = exec_context(t->x, t->before, translate(t, bind.parent));
    if (bind.bound)
        bind.bound = translate(t, bind.bound);
    sym_id to = exec_make_context(t->x, t->after, &bind, false, SYM_NONE, false);
    vec_push(&t->renamed, ((struct renamed){id, to}));
    return to;
}

static sym_id translate_sum(struct translation *t, sym_id id) {
    struct syms *syms = t->x->syms;
    struct linear sum;
    sym_linear(syms, id, &sum);
    sym_id out = sym_int(syms, sum.constant);
    for (uint32_t i = 0; i < sum.count; i++) {
        sym_id term = sym_binary(syms, IR_MUL, translate(t, sum.terms[i].atom), sym_int(syms, sum.terms[i].coefficient));
        out = sym_binary(syms, IR_ADD, out, term);
    }
    return out;
}

static sym_id argument(struct translation *t, uint32_t index) {
    if (index < t->call->arg_count)
        return t->call->args[index];
    return new_name(t, sym_make(t->x->syms, SYM_PARAM, 0, index, 0, 0));
}

// A value made of others.
static sym_id rebuild(struct translation *t, sym_id id) {
    struct syms *syms = t->x->syms;
    struct sym node = *sym_at(syms, id);
    sym_id out = id;
    switch ((enum sym_kind)node.kind) {
    case SYM_NONE:
    case SYM_INT:
    case SYM_FLOAT:
    case SYM_GLOBAL:
    case SYM_FUNC:
    case SYM_TEXT: return id;
    case SYM_PARAM: return argument(t, node.a);
    case SYM_INIT: return exec_load(t->x, (struct state *)t->before, translate(t, node.a));
    case SYM_FIELD: return sym_make(syms, SYM_FIELD, 0, translate(t, node.a), node.b, 0);
    case SYM_ELEM: return sym_make(syms, SYM_ELEM, 0, translate(t, node.a), translate(t, node.b), 0);
    case SYM_SUM: out = translate_sum(t, id); break;
    case SYM_OP: out = sym_binary(syms, (enum ir_binary)node.sub, translate(t, node.a), translate(t, node.b)); break;
    case SYM_CMP: out = sym_binary(syms, node.sub == SYM_LE ? IR_LE : IR_EQ, translate(t, node.a), node.b); break;
    case SYM_CTX: return translate_context(t, id);
    case SYM_CANCEL: return sym_make(syms, SYM_CANCEL, 0, exec_context(t->x, t->before, translate(t, node.a)), 0, 0);
    case SYM_QUERY: {
        sym_id ctx = exec_context(t->x, t->before, translate(t, node.a));
        return sym_make(syms, SYM_QUERY, node.sub, exec_budget_context(t->x->flow, ctx), 0, 0);
    }
    case SYM_FRESH:
    case SYM_LOCAL:
    case SYM_REGION:
    case SYM_NOW: return new_name(t, id);
    }
    return out ? out : new_name(t, id); // too deep to rebuild
}

static sym_id translate(struct translation *t, sym_id id) {
    struct renamed *lately = &t->rebuilt[id % REBUILT];
    if (id && lately->from == id)
        return lately->to;
    sym_id to = rebuild(t, id);
    *lately = (struct renamed){id, to};
    return to;
}

// ---- outcomes

static bool assume_fact(struct translation *t, const struct fact *fact) {
    return state_restrict(t->after, t->x->syms, translate(t, fact->key), fact);
}

static void apply_cancels(struct translation *t, const struct state *outcome) {
    for (size_t i = 0; i < outcome->cancelled.len; i++) {
        sym_id ctx = exec_context(t->x, t->before, translate(t, outcome->cancelled.items[i]));
        exec_note_cancelled_below(t->x, outcome->cancelled.items[i], ctx);
        exec_cancel(t->x, t->after, ctx);
        if (!t->x->flow->counts_references) // else it may only have given back a reference of its own
            exec_note_end(t->x, t->after, ctx, false);
    }
}

static void apply_escapes(struct translation *t, const struct summary *callee) {
    for (size_t i = 0; i < callee->escapes.len; i++)
        exec_escape(t->x, t->after, exec_context(t->x, t->before, translate(t, callee->escapes.items[i])));
}

static void apply_resources(struct translation *t, const struct state *outcome) {
    for (size_t i = 0; i < outcome->resources.len; i++) {
        const struct resource *made = &outcome->resources.items[i];
        struct resource resource = {.status = made->status ? translate(t, made->status) : SYM_NONE, .status_is_bool = made->status_is_bool};
        resource.ctx = translate(t, made->ctx);
        resource.site = t->x->inst;
        resource.born = t->after->trail;
        state_add_resource(t->after, &resource);
    }
}

// What a callee put into memory that is not this function's is the callee's affair (LOSS_STORED); here it would only multiply paths.
static void drop_foreign_resources(struct translation *t, const struct state *outcome) {
    for (size_t i = 0; i < outcome->resources.len; i++) {
        sym_id ctx = translate(t, outcome->resources.items[i].ctx), address;
        if (!state_holds(t->after, t->x->syms, ctx, &address))
            continue;
        sym_id root = sym_root(t->x->syms, address);
        uint8_t kind = sym_at(t->x->syms, root)->kind;
        bool is_own = kind == SYM_LOCAL || kind == SYM_REGION || (kind == SYM_FRESH && sym_at(t->x->syms, root)->is_allocated);
        bool is_out_parameter = address == root && kind == SYM_PARAM;
        if (!is_own && !is_out_parameter)
            state_drop_resource(t->after, ctx);
    }
}

static void apply_writes(struct translation *t, const struct state *outcome) {
    for (size_t i = 0; i < outcome->cells.len; i++) {
        sym_id address = translate(t, outcome->cells.items[i].address), value = translate(t, outcome->cells.items[i].value);
        if (sym_at(t->x->syms, value)->kind == SYM_REGION)
            state_store(t->after, t->x->syms, address, value);
        else
            exec_store(t->x, t->after, address, value, true);
    }
}

// A thread works under its contexts from now on.
static void note_running(struct translation *t, const struct summary *callee) {
    for (size_t i = 0; i < callee->events.len; i++)
        if (callee->events.items[i].kind == EVENT_USE && callee->events.items[i].call_kind == MISUSE_AFTER_END)
            exec_note_running(t->x, t->after, exec_context(t->x, t->before, translate(t, callee->events.items[i].cell.value)));
}

static bool apply_outcome(struct translation *t, const struct outcome *outcome, enum call_kind kind) {
    for (size_t i = 0; i < outcome->state.facts.items.len; i++)
        if (!assume_fact(t, &outcome->state.facts.items.items[i]))
            return false;
    apply_cancels(t, &outcome->state);
    if (kind != CALL_THREAD) // what a thread makes for itself is its own
        apply_resources(t, &outcome->state);
    apply_writes(t, &outcome->state);
    drop_foreign_resources(t, &outcome->state);
    return true;
}

// ---- events

// A duration that the callee got through its parameters is decided here, or further up.
static void pass_binds_on(struct translation *t, const struct summary *callee) {
    for (size_t i = 0; i < callee->events.len; i++) {
        const struct event *event = &callee->events.items[i];
        if (event->kind != EVENT_BIND || event->is_final)
            continue;
        struct bind bind = t->x->flow->binds.items[event->bind];
        bind.inner = event->bind;
        bind.func = t->x->func;
        bind.inst = t->x->inst;
        bind.parent = bind.parent ? exec_context(t->x, t->before, translate(t, bind.parent)) : SYM_NONE;
        bind.bound = translate(t, bind.bound);
        bool possible = true;
        struct state here = {0};
        state_copy(&here, t->before);
        struct state *kept = t->after;
        t->after = &here;
        for (size_t k = 0; k < event->facts.items.len && possible; k++)
            possible = assume_fact(t, &event->facts.items.items[k]);
        if (possible)
            exec_bind_event(t->x, &here, flow_add_bind(t->x->flow, &bind));
        t->after = kept;
        state_done(&here);
    }
}

// A call through a pointer stays one, however well its target is known.
static enum call_kind as_written(const struct exec *x, const struct call *call, enum call_kind kind) {
    return kind == CALL_DIRECT && x->ir->values[call->inst->args].kind != IR_V_FUNC ? CALL_INDIRECT : kind;
}

static void record_call(struct translation *t, uint32_t callee, enum call_kind kind, const struct summary *summary) {
    if (!summary->needs.len)
        return; // whoever calls it, it does the same
    struct event event = {.kind = EVENT_CALL, .call_kind = (uint8_t)as_written(t->x, t->call, kind), .inst = t->x->inst, .callee = callee};
    if (sym_at(t->x->syms, t->call->callee)->kind != SYM_FUNC && sym_is_entry(t->x->syms, t->call->callee))
        event.pointer = t->call->callee;
    event.needs = arena_array(&t->x->arena, struct need, summary->needs.len);
    for (size_t i = 0; i < summary->needs.len; i++) {
        sym_id value = translate(t, summary->needs.items[i]);
        event.needs[event.need_count++] = (struct need){summary->needs.items[i], exec_context(t->x, t->before, value)};
    }
    exec_call_event(t->x, t->before, &event);
}

// Contexts that the callee works under: they must not have ended.
static void pass_uses_on(struct translation *t, const struct summary *callee) {
    for (size_t i = 0; i < callee->events.len; i++) {
        const struct event *event = &callee->events.items[i];
        if (event->kind != EVENT_USE)
            continue;
        sym_id ctx = exec_context(t->x, t->before, translate(t, event->cell.value));
        struct state here = {0}, *kept = t->after;
        state_copy(&here, t->before);
        t->after = &here;
        bool possible = sym_at(t->x->syms, ctx)->kind != SYM_INT;
        for (size_t k = 0; k < event->facts.items.len && possible; k++)
            possible = assume_fact(t, &event->facts.items.items[k]);
        t->after = kept;
        if (possible && event->call_kind == MISUSE_TWICE)
            exec_end_again(t->x, &here, ctx, event->is_final);
        else if (possible)
            exec_use(t->x, &here, ctx, false);
        state_done(&here);
    }
}

// Outcomes that differ in what becomes of a context are worth a step in the path that a message shows.
static bool outcomes_differ(const struct syms *syms, const struct summary *callee) {
    for (size_t i = 1; i < callee->outcomes.len; i++)
        if (!state_same_property(&callee->outcomes.items[0].state, &callee->outcomes.items[i].state, syms))
            return true;
    return false;
}

static bool has_event_to_pass(const struct summary *callee) {
    for (size_t i = 0; i < callee->events.len; i++)
        if (callee->events.items[i].kind == EVENT_USE || callee->events.items[i].kind == EVENT_BIND)
            return true;
    return false;
}

// What the callee needs to know is passed on; what it does to the state is not.
void exec_record_call(struct exec *x, const struct state *state, const struct call *call, uint32_t callee, enum call_kind kind) {
    struct state scratch = {0};
    state_copy(&scratch, state);
    struct translation t = {.x = x, .before = state, .after = &scratch, .call = call};
    if (!x->flow->summaries[callee].is_opaque)
        record_call(&t, callee, kind, &x->flow->summaries[callee]);
    vec_done(&t.renamed);
    state_done(&scratch);
}

bool exec_apply(struct exec *x, const struct state *state, const struct call *call, uint32_t callee, enum call_kind kind,
                struct alternatives *ways) {
    const struct summary *summary = &x->flow->summaries[callee];
    if (summary->is_opaque)
        return false;
    struct translation t = {.x = x, .before = state, .call = call};
    if (summary->needs.len || has_event_to_pass(summary)) {
        struct state scratch = {0};
        state_copy(&scratch, state);
        t.after = &scratch;
        pass_binds_on(&t, summary);
        record_call(&t, callee, kind, summary);
        pass_uses_on(&t, summary);
        state_done(&scratch);
    }
    bool differ = outcomes_differ(x->syms, summary);
    for (uint32_t i = 0; i < summary->outcomes.len; i++) {
        struct alternative way = {0};
        state_copy(&way.state, state);
        exec_work(x, &summary->outcomes.items[i].state);
        t.after = &way.state;
        t.renamed.len = 0;
        memset(t.rebuilt, 0, sizeof t.rebuilt);
        if (apply_outcome(&t, &summary->outcomes.items[i], kind)) {
            apply_escapes(&t, summary);
            if (kind == CALL_THREAD && t.call->has_local_handle)
                note_running(&t, summary);
            sym_id result = summary->outcomes.items[i].result;
            way.result = result ? translate(&t, result) : call->inst->result == IR_NONE ? SYM_NONE : exec_fresh(x, &way.state, 3);
            if (summary->outcomes.items[i].has_reference)
                exec_mark_referenced(x, way.result);
            if (differ) {
                struct trail *step = arena_new(&x->arena, struct trail);
                *step = (struct trail){way.state.trail, x->inst, i, way.state.trail ? way.state.trail->length + 1 : 1};
                way.state.trail = step;
            }
            vec_push(ways, way);
        } else
            state_done(&way.state);
    }
    vec_done(&t.renamed);
    return true;
}
