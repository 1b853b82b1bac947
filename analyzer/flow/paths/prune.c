// What of a state still matters: dropping the cells of dead variables, the memory nothing leads to, and the facts about neither. Equal
// states then end a path, which is what keeps the execution small. Marks are one sweep's set of symbols.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

struct mention {
    const struct syms *syms;
    sym_id value;
};

static bool does_not_mention(void *data, sym_id key) {
    const struct mention *mention = data;
    return sym_is_entry(mention->syms, key) || !sym_mentions(mention->syms, key, mention->value);
}

// The value came up in this function. What mentions it was made after it, and facts are in the order of their keys.
void exec_forget_facts(struct exec *x, struct state *state, sym_id value) {
    if (state->facts.items.len && state->facts.items.items[state->facts.items.len - 1].key >= value)
        facts_filter(&state->facts, value, does_not_mention, &(struct mention){x->syms, value});
}

void exec_begin_marks(struct exec *x) {
    struct flow *flow = x->flow;
    while (flow->marks.len < x->syms->count)
        vec_push(&flow->marks, 0);
    if (!++flow->epoch) { // all were used: start again
        memset(flow->marks.items, 0, flow->marks.len * sizeof *flow->marks.items);
        flow->epoch = 1;
    }
}

static bool atom_is_live(struct exec *x, sym_id atom) {
    const struct sym *node = sym_at(x->syms, atom);
    if (exec_is_marked(x, atom) || (x->has_callers && sym_is_entry(x->syms, atom)))
        return true;
    sym_id kids[] = {node->a, node->b};
    switch ((enum sym_kind)node->kind) {
    case SYM_INIT: {
        const struct sym *root = sym_at(x->syms, sym_root(x->syms, node->a));
        return root->kind == SYM_GLOBAL || exec_is_marked(x, sym_root(x->syms, node->a)) ||
               (root->kind == SYM_INIT && atom_is_live(x, sym_root(x->syms, node->a)));
    }
    case SYM_OP:
    case SYM_CMP:
        for (unsigned i = 0; i < ARRAY_LEN(kids); i++)
            if (sym_at(x->syms, kids[i])->kind != SYM_INT && !atom_is_live(x, kids[i]))
                return false;
        return true;
    case SYM_NOW: return true; // only ever of interest beside something else
    case SYM_QUERY: return atom_is_live(x, node->a);
    case SYM_SUM: {
        struct linear sum;
        sym_linear(x->syms, atom, &sum);
        for (uint32_t i = 0; i < sum.count; i++)
            if (!atom_is_live(x, sum.terms[i].atom))
                return false;
        return true;
    }
    default: return false;
    }
}

static bool fact_is_live(void *data, sym_id key) {
    return atom_is_live(data, key);
}

static bool holds_resource(const struct exec *x, const struct state *state, sym_id value) {
    const struct sym *node = sym_at(x->syms, value);
    return state->resources.len && state_resource(state, node->kind == SYM_CANCEL ? node->a : value);
}

static bool slot_is_live(const struct exec *x, const struct sym *root, uint32_t block) {
    uint32_t slot = root->b & EXEC_TEMP_VAR ? x->live.var_count + (root->b & ~EXEC_TEMP_VAR) : root->b - x->fn->vars;
    return live_at(&x->live, block, slot);
}

static bool cell_is_live(const struct exec *x, const struct state *state, uint32_t block, const struct cell *cell) {
    const struct sym *root = sym_at(x->syms, sym_root(x->syms, cell->address));
    if (root->kind != SYM_LOCAL || root->a != x->func)
        return true;
    return slot_is_live(x, root, block) || (!(root->b & EXEC_TEMP_VAR) && holds_resource(x, state, cell->value));
}

// Struct values and memory that came up in this function, as opposed to what it was entered with.
static bool is_made_here(const struct exec *x, sym_id root) {
    uint8_t kind = sym_at(x->syms, root)->kind;
    return kind == SYM_REGION || kind == SYM_FRESH;
}

// Marks what the variables and the memory from outside lead to.
static void mark_live(struct exec *x, const struct state *state) {
    exec_begin_marks(x);
    for (size_t i = 0; i < state->resources.len; i++) {
        exec_mark(x, state->resources.items[i].ctx);
        exec_mark_parents(x, state->resources.items[i].ctx);
        exec_mark(x, state->resources.items[i].status);
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < state->cells.len; i++) {
            const struct cell *cell = &state->cells.items[i];
            sym_id root = sym_root(x->syms, cell->address);
            if (!exec_is_marked(x, cell->value) && (exec_is_marked(x, root) || !is_made_here(x, root) || holds_resource(x, state, cell->value))) {
                exec_mark(x, cell->value);
                exec_mark_parents(x, cell->value);
                again = true;
            }
        }
    }
}

// Drops the cells of struct values and of memory that nothing leads to any more.
static void sweep_garbage(struct exec *x, struct state *state) {
    size_t kept = 0;
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct cell *cell = &state->cells.items[i];
        sym_id root = sym_root(x->syms, cell->address);
        bool is_region = sym_at(x->syms, root)->kind == SYM_REGION;
        if (exec_is_ghost(x->syms, cell->address) ? exec_ghost_is_live(x, cell->address) : !is_made_here(x, root) || exec_is_marked(x, root) || (!is_region && holds_resource(x, state, cell->value)))
            state->cells.items[kept++] = *cell;
    }
    state->cells.len = kept;
}

// Whether something that the path may still look at holds the context.
static bool is_held(const struct exec *x, const struct state *state, uint32_t block, sym_id ctx) {
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct cell *cell = &state->cells.items[i];
        const struct sym *value = sym_at(x->syms, cell->value), *root = sym_at(x->syms, sym_root(x->syms, cell->address));
        bool holds = cell->value == ctx || (value->kind == SYM_CANCEL && value->a == ctx);
        if (holds && (root->kind != SYM_LOCAL || root->a != x->func || slot_is_live(x, root, block)))
            return true;
    }
    return false;
}

// Once its last variable is dead, whatever comes after cannot cancel a context: no join makes that doubtful.
static void doom_resources(const struct exec *x, struct state *state, uint32_t block) {
    for (size_t i = 0; i < state->resources.len && !state->is_joined && !state->is_vague; i++)
        state->resources.items[i].is_doomed |= !is_held(x, state, block, state->resources.items[i].ctx);
}

void exec_prune(struct exec *x, struct state *state, uint32_t block) {
    size_t kept = 0;
    doom_resources(x, state, block);
    for (size_t i = 0; i < state->cells.len; i++)
        if (cell_is_live(x, state, block, &state->cells.items[i]))
            state->cells.items[kept++] = state->cells.items[i];
    state->cells.len = kept;
    mark_live(x, state);
    sweep_garbage(x, state);
    facts_filter(&state->facts, SYM_NONE, fact_is_live, x);
}

// What an object made here holds besides contexts and other such objects: numbers, flags, what code nobody sees has returned.
static bool is_detail(const struct exec *x, const struct cell *cell) {
    sym_id base = cell->address;
    const struct sym *node = sym_at(x->syms, base), *value = sym_at(x->syms, cell->value);
    for (; node->kind == SYM_FIELD || node->kind == SYM_ELEM || node->kind == SYM_INIT; node = sym_at(x->syms, base))
        base = node->a;
    bool leads = value->kind == SYM_CTX || value->kind == SYM_CANCEL || value->is_allocated;
    return node->kind == SYM_FRESH && !leads;
}

static bool is_plain_fact(void *data, sym_id key) {
    const struct exec *x = data;
    return sym_at(x->syms, key)->depth <= 2;
}

void exec_forget_details(struct exec *x, struct state *state) {
    size_t kept = 0;
    for (size_t i = 0; i < state->cells.len; i++)
        if (!is_detail(x, &state->cells.items[i]))
            state->cells.items[kept++] = state->cells.items[i];
    state->cells.len = kept;
    facts_filter(&state->facts, SYM_NONE, is_plain_fact, x);
    state->is_vague = true;
}
