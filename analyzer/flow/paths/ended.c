// Contexts that have ended on a path, and are used all the same. What a path knows of that is kept in ghost cells of its state: cells
// whose address is the context's cancel function, which no program can store to. So they are copied, compared, joined and dropped
// with the rest, and a join keeps only what both ways agree on.
//
// Contexts collected in arrays share a name, so nothing is said of them; nor on paths that were joined for want of room.
#include "flow/paths/exec.h"

#include <string.h>

enum ghost {
    GHOST_ENDED,     // value: twice the instruction that ended it, plus 1 where it was released
    GHOST_RUNNING,   // value: the instruction that started a thread which works under it
    GHOST_CUT_SHORT, // value: the instruction that ended it while the thread was running
};

enum { ENTRY_DEPTH = 5, PARENTS_MAX = 16 };

static sym_id ghost_address(struct exec *x, sym_id ctx, enum ghost ghost) {
    return sym_make(x->syms, SYM_CANCEL, 0, ctx, ghost, 1);
}

static int64_t ghost_value(struct exec *x, const struct state *state, sym_id ctx, enum ghost ghost) {
    int64_t value;
    return sym_is_int(x->syms, state_cell(state, ghost_address(x, ctx, ghost)), &value) ? value : -1;
}

static void set_ghost(struct exec *x, struct state *state, sym_id ctx, enum ghost ghost, int64_t value) {
    state_set(state, x->syms, ghost_address(x, ctx, ghost), sym_int(x->syms, value));
}

static bool is_element(void *data, sym_id id) {
    return sym_at(data, id)->kind != SYM_ELEM;
}

static bool is_in_array(const struct exec *x, const struct state *state, sym_id ctx) {
    for (size_t i = 0; i < state->cells.len; i++)
        if (state->cells.items[i].value == ctx && !sym_walk(x->syms, state->cells.items[i].address, is_element, x->syms))
            return true;
    return false;
}

// Whether the name stands for one context only.
static bool is_single(const struct exec *x, const struct state *state, sym_id ctx) {
    const struct sym *node = sym_at(x->syms, ctx);
    if (node->kind == SYM_CTX)
        return node->b == 0 && !is_in_array(x, state, ctx);
    return sym_is_entry(x->syms, ctx) && (node->kind == SYM_PARAM || node->kind == SYM_INIT) && node->depth <= ENTRY_DEPTH &&
           sym_walk(x->syms, ctx, is_element, x->syms);
}

void flow_add_misuse(struct flow *flow, const struct misuse *misuse) {
    bool is_new;
    map_put(&flow->misuse_ids, hash_mix((uint64_t)misuse->func << 32 | misuse->inst, misuse->kind), &is_new);
    if (is_new)
        vec_push(&flow->misuses, *misuse);
}

static void report(struct exec *x, const struct state *state, struct misuse misuse) {
    misuse.func = x->func;
    if (!state->is_joined && !state->is_vague)
        flow_add_misuse(x->flow, &misuse);
}

// The context itself, or the nearest one above it, that has ended. SYM_NONE: all live.
static sym_id ended_one(struct exec *x, const struct state *state, sym_id ctx) {
    for (unsigned i = 0; i < PARENTS_MAX; i++) {
        if (ghost_value(x, state, ctx, GHOST_ENDED) >= 0)
            return ctx;
        const struct sym *node = sym_at(x->syms, ctx);
        if (node->kind != SYM_CTX || x->flow->binds.items[node->a].role->kind == ROLE_DETACH)
            return SYM_NONE;
        ctx = x->flow->binds.items[node->a].parent;
    }
    return SYM_NONE;
}

static void note_use(struct exec *x, const struct state *state, sym_id ctx, enum misuse_kind kind, bool is_release) {
    if (!is_single(x, state, ctx) || sym_at(x->syms, ctx)->kind == SYM_CTX)
        return;
    struct event event = {.kind = EVENT_USE, .call_kind = (uint8_t)kind, .inst = x->inst, .callee = IR_NONE, .is_final = is_release, .cell = {SYM_NONE, ctx}};
    exec_call_event(x, state, &event);
}

void exec_use(struct exec *x, const struct state *state, sym_id ctx, bool is_query) {
    sym_id ended = ended_one(x, state, ctx);
    if (!ended) {
        if (!is_query)
            note_use(x, state, ctx, MISUSE_AFTER_END, false);
        return;
    }
    int64_t value = ghost_value(x, state, ended, GHOST_ENDED);
    bool is_parent = ended != ctx, is_released = value & 1;
    if (is_parent && x->flow->binds.items[sym_at(x->syms, ctx)->a].inst > value / 2)
        return; // to have made it was the mistake
    if (!is_query || is_released)
        report(x, state, (struct misuse){.kind = MISUSE_AFTER_END, .inst = x->inst, .ended_inst = (uint32_t)(value / 2), .is_parent = is_parent});
}

void exec_end_again(struct exec *x, const struct state *state, sym_id ctx, bool is_release) {
    int64_t value = ghost_value(x, state, ctx, GHOST_ENDED);
    if (value < 0)
        note_use(x, state, ctx, MISUSE_TWICE, is_release);
    else if (!is_release || value & 1)
        report(x, state, (struct misuse){.kind = MISUSE_TWICE, .inst = x->inst, .ended_inst = (uint32_t)(value / 2)});
}

void exec_note_end(struct exec *x, struct state *state, sym_id ctx, bool is_release) {
    if (!is_single(x, state, ctx))
        return;
    int64_t before = ghost_value(x, state, ctx, GHOST_ENDED);
    if (before < 0 || is_release)
        set_ghost(x, state, ctx, GHOST_ENDED, (int64_t)x->inst * 2 + is_release);
    if (ghost_value(x, state, ctx, GHOST_RUNNING) >= 0 && before < 0)
        set_ghost(x, state, ctx, GHOST_CUT_SHORT, x->inst);
}

void exec_note_made(struct exec *x, struct state *state, sym_id ctx) {
    for (enum ghost ghost = GHOST_ENDED; ghost <= GHOST_CUT_SHORT; ghost++)
        state_forget_below(state, x->syms, ghost_address(x, ctx, ghost));
}

void exec_note_running(struct exec *x, struct state *state, sym_id ctx) {
    if (is_single(x, state, ctx))
        set_ghost(x, state, ctx, GHOST_RUNNING, x->inst);
}

// Who waits for a thread, whichever, ends it in order.
void exec_note_joined(struct exec *x, struct state *state) {
    size_t kept = 0;
    for (size_t i = 0; i < state->cells.len; i++) {
        sym_id address = state->cells.items[i].address;
        if (!exec_is_ghost(x->syms, address) || sym_at(x->syms, address)->b == GHOST_ENDED)
            state->cells.items[kept++] = state->cells.items[i];
    }
    state->cells.len = kept;
}

// At a return: threads that nobody waited for were cut short. Their ghosts are this function's own.
void exec_settle_ghosts(struct exec *x, struct state *state) {
    size_t kept = 0;
    for (size_t i = 0; i < state->cells.len; i++) {
        struct cell cell = state->cells.items[i];
        int64_t inst;
        if (!exec_is_ghost(x->syms, cell.address)) {
            state->cells.items[kept++] = cell;
            continue;
        }
        sym_id ctx = sym_at(x->syms, cell.address)->a;
        if (sym_at(x->syms, cell.address)->b == GHOST_CUT_SHORT && sym_is_int(x->syms, cell.value, &inst))
            report(x, state, (struct misuse){.kind = MISUSE_CUT_SHORT, .inst = (uint32_t)inst, .ended_inst = (uint32_t)ghost_value(x, state, ctx, GHOST_RUNNING)});
    }
    state->cells.len = kept;
}

bool exec_ghost_is_live(const struct exec *x, sym_id address) {
    const struct sym *node = sym_at(x->syms, address);
    return node->b != GHOST_ENDED || exec_is_marked(x, node->a) || sym_is_entry(x->syms, node->a);
}

// A live context keeps what is known of those above it.
void exec_mark_above(struct exec *x, sym_id value) {
    const struct sym *node = sym_at(x->syms, value);
    if (node->kind == SYM_CANCEL)
        node = sym_at(x->syms, node->a);
    for (unsigned i = 0; i < PARENTS_MAX && node->kind == SYM_CTX; i++) {
        sym_id parent = x->flow->binds.items[node->a].parent;
        exec_mark(x, parent);
        node = sym_at(x->syms, parent);
    }
}

const struct misuse *flow_misuses(const struct flow *flow, size_t *ret_count) {
    *ret_count = flow->misuses.len;
    return flow->misuses.items;
}
