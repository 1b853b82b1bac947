// Members, globals and containers that hold contexts beyond the function that puts them there: a context is lost in such a place only
// where nothing in the program ever cancels what is kept in it.
//
// Who cancels what it has made itself, or what its caller has made, does so for that context alone. So a function that nobody but the
// functions of the program can call says nothing by itself of the members of what it is given: its callers say whose contexts these are.
#include "flow/paths/exec.h"

static uint64_t place_key(enum holder_kind kind, uint32_t place, uint32_t member) {
    return (uint64_t)kind << 62 | (uint64_t)place << 31 | member;
}

void flow_add_ending(struct flow *flow, const struct ending *ending) {
    map_put(&flow->ended, place_key(ending->kind, ending->place, ending->member), NULL);
    vec_push(&flow->endings, *ending);
}

void exec_note_ending(struct exec *x, enum holder_kind kind, uint32_t place, uint32_t member) {
    for (size_t i = x->first_ending; i < x->flow->endings.len; i++) {
        const struct ending *known = &x->flow->endings.items[i];
        if (known->kind == kind && known->place == place && known->member == member)
            return;
    }
    flow_add_ending(x->flow, &(struct ending){x->func, kind, place, member});
}

bool flow_is_ended(const struct flow *flow, enum holder_kind kind, uint32_t place, uint32_t member) {
    return map_get(&flow->ended, place_key(kind, place, member)) != NULL;
}

// ---- what is ended by a cancel

static sym_id skip_elements(const struct exec *x, sym_id address) {
    while (sym_at(x->syms, address)->kind == SYM_ELEM || sym_at(x->syms, address)->kind == SYM_INIT)
        address = sym_at(x->syms, address)->a;
    return address;
}

// Whether the address lies in an object that a parameter leads to, on the way through members only.
static bool is_given(const struct exec *x, sym_id address) {
    const struct sym *node = sym_at(x->syms, address);
    while (node->kind == SYM_FIELD || node->kind == SYM_INIT)
        node = sym_at(x->syms, node->a);
    return node->kind == SYM_PARAM;
}

static void note_place(struct exec *x, sym_id address, bool is_given) {
    const struct sym *node = sym_at(x->syms, skip_elements(x, address));
    if (node->kind == SYM_FIELD)
        exec_note_ending(x, HOLDER_FIELD, node->b, is_given);
    else if (node->kind == SYM_GLOBAL)
        exec_note_ending(x, HOLDER_GLOBAL, node->a, 0);
}

static bool is_member(const struct exec *x, sym_id address) {
    return sym_at(x->syms, address)->kind == SYM_FIELD;
}

void exec_note_cancelled(struct exec *x, const struct state *state, sym_id ctx) {
    const struct sym *node = sym_at(x->syms, ctx);
    bool is_own = node->kind == SYM_CTX;
    if (node->kind == SYM_INIT)
        note_place(x, node->a, is_member(x, node->a) && node->depth <= EXEC_CANCELLED_DEPTH && is_given(x, node->a));
    for (uint32_t bind = is_own ? x->flow->binds.items[node->a].inner : 0; bind; bind = x->flow->binds.items[bind].inner)
        exec_note_ending(x, HOLDER_SITE, x->flow->binds.items[bind].func, x->flow->binds.items[bind].inst);
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct cell *cell = &state->cells.items[i];
        const struct sym *value = sym_at(x->syms, cell->value);
        bool holds = cell->value == ctx || (value->kind == SYM_CANCEL && value->a == ctx);
        if (holds && !(is_own && is_member(x, cell->address)))
            note_place(x, cell->address, false);
    }
}

void exec_note_cancel_called(struct exec *x, sym_id pointer) {
    if (sym_at(x->syms, pointer)->kind == SYM_INIT)
        note_place(x, sym_at(x->syms, pointer)->a, false);
}

void exec_note_cancelled_below(struct exec *x, sym_id given, sym_id ctx) {
    const struct sym *node = sym_at(x->syms, given);
    uint8_t kind = sym_at(x->syms, ctx)->kind;
    if (node->kind == SYM_INIT && kind != SYM_CTX && kind != SYM_INT && kind != SYM_INIT)
        note_place(x, node->a, false);
}

// ---- leaks that are none

// Whether all callers are known and were looked at, so that they say whose contexts the function cancels.
static bool callers_tell(const struct flow *flow, uint32_t func) {
    const struct program *program = flow->program;
    const struct prog_func *pf = &program->funcs[func];
    if (!pf->ir->is_static || pf->address_taken || !pf->caller_count || flow->summaries[func].is_cut)
        return false;
    for (uint32_t i = 0; i < pf->caller_count; i++) {
        const struct prog_call *call = &program->calls[program->callers[pf->callers + i]];
        const struct summary *caller = &flow->summaries[call->caller];
        bool is_looked_at = flow->wanted[call->caller] && !caller->is_opaque && !caller->is_cut;
        if (!is_looked_at || call->kind == CALL_BY_TYPE || program->funcs[call->caller].scc == pf->scc)
            return false;
    }
    return true;
}

static void settle_given(struct flow *flow) {
    for (size_t i = 0; i < flow->endings.len; i++) {
        const struct ending *ending = &flow->endings.items[i];
        if (ending->kind == HOLDER_FIELD && ending->member && !callers_tell(flow, ending->func))
            map_put(&flow->ended, place_key(HOLDER_FIELD, ending->place, 0), NULL);
    }
}

static bool is_kept(const struct flow *flow, const struct leak *leak) {
    if (leak->kind != LOSS_STORED)
        return false;
    if (leak->holder_field == IR_NONE)
        return leak->holder_global != IR_NONE && flow_is_ended(flow, HOLDER_GLOBAL, leak->holder_global, 0);
    return flow_is_ended(flow, HOLDER_FIELD, leak->holder_field, 0) || flow_is_ended(flow, HOLDER_SITE, leak->func, leak->inst);
}

void flow_drop_kept_leaks(struct flow *flow) {
    size_t kept = 0;
    settle_given(flow);
    for (size_t i = 0; i < flow->leaks.len; i++)
        if (!is_kept(flow, &flow->leaks.items[i]))
            flow->leaks.items[kept++] = flow->leaks.items[i];
    flow->leaks.len = kept;
}

void flow_drop_repeated_leaks(struct flow *flow) {
    struct map stored = {0};
    size_t kept = 0;
    for (size_t i = 0; i < flow->leaks.len; i++)
        if (flow->leaks.items[i].kind == LOSS_STORED)
            map_put(&stored, flow->leaks.items[i].bind, NULL);
    for (size_t i = 0; i < flow->leaks.len; i++) {
        uint32_t inner = flow->binds.items[flow->leaks.items[i].bind].inner;
        while (inner && !map_get(&stored, inner))
            inner = flow->binds.items[inner].inner;
        if (!inner)
            flow->leaks.items[kept++] = flow->leaks.items[i];
    }
    flow->leaks.len = kept;
    map_done(&stored);
}
