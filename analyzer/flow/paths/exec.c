// Symbolic execution of one function: every path from its entry, in states (state.h) that are compared at the start of every block.
//
// Idea: paths are explored as long as they differ in what matters. Before a state enters a block, everything dead is dropped from it; an
// equal state that was there before ends the path. That alone makes correlated conditions exact and most functions cheap. Where a
// block still collects too many states, those with the same property (which contexts are open, which were cancelled) are joined,
// as ESP does (Das, Lerner, Seigle 2002): the property stays exact, only correlations are lost.
// Loops: three rounds are followed as they are; from then on a state is joined with its own ancestor at the loop's head, so that what
// the loop changes becomes unknown and the fourth round repeats the third.
//
// Cost: blocks x kept states x cells; the limits below bound all three.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEPT_LIMIT = 128,      // states per block before joining by property; fewer in large functions:
    KEPT_TOTAL = 3000,     // states per function that this should lead to
    KEPT_LEAST = 8,
    KEPT_COARSE = 3,
    KEPT_PLAIN = 4,        // in functions that can reach no context
    KEPT_DEEP = 2,         // and are called by such only
    KEPT_MAX = 512,        // states per block before paths are dropped
    LOOP_EXACT = 3,        // rounds through a loop that are followed exactly
    LOOP_PLAIN = 1,        // the same where no context can be reached, and where precision was given up
    LOOP_MAX = 24,         // rounds before a path is dropped
    LOOP_COARSE = 6,       // the same where precision was given up
    FORK_MAX = 32,         // alternatives inside one block before calls are joined
    FORK_PLAIN = 4,
    WORK_COARSE = 60000,   // cells touched per function before precision is given up: few states per block, calls joined
    WORK_MAX = 300000,     // before the remaining paths are dropped
};

static sym_id temp_address(struct exec *x, uint32_t temp) {
    return sym_make(x->syms, SYM_LOCAL, 0, x->func, EXEC_TEMP_VAR | temp, 0);
}

static sym_id var_address(struct exec *x, uint32_t var) {
    uint8_t kind = x->ir->vars[var].kind;
    if (kind == IR_VAR_GLOBAL || kind == IR_VAR_STATIC_LOCAL)
        return sym_make(x->syms, SYM_GLOBAL, 0, x->unit->global_ids[var], 0, 0);
    return sym_make(x->syms, SYM_LOCAL, 0, x->func, var, 0);
}

static sym_id text_address(struct exec *x, uint32_t text) {
    const char *at = ir_text(x->ir, text);
    uint64_t hash = hash_bytes(at, strlen(at));
    return sym_make(x->syms, SYM_TEXT, 0, (uint32_t)(hash >> 32), (uint32_t)hash, 0);
}

sym_id exec_value(struct exec *x, struct state *state, const struct ir_value *value) {
    switch ((enum ir_value_kind)value->kind) {
    case IR_V_TEMP: {
        sym_id temp = x->live.crosses[value->index] ? state_cell(state, temp_address(x, value->index)) : x->temps[value->index];
        return temp ? temp : exec_fresh(x, state, 9);
    }
    case IR_V_INT: return sym_int(x->syms, x->ir->ints[value->index]);
    case IR_V_FLOAT: return sym_float(x->syms, x->ir->floats[value->index]);
    case IR_V_STRING: return text_address(x, value->index);
    case IR_V_ADDR: return var_address(x, value->index);
    case IR_V_FUNC: return sym_make(x->syms, SYM_FUNC, 0, x->unit->func_ids[value->index], 0, 0);
    case IR_V_NONE:
    case IR_V_UNKNOWN: break;
    }
    return exec_fresh(x, state, 8);
}

// Addresses below it were made after it: they come last.
static bool is_held(const struct exec *x, const struct state *state, sym_id value) {
    for (size_t i = state->cells.len; i-- > 0;)
        if (state->cells.items[i].value == value || (state->cells.items[i].address >= value && sym_root(x->syms, state->cells.items[i].address) == value))
            return true;
    return false;
}

// A few instances of one name may be alive at once.
static sym_id fresh_instance(struct exec *x, struct state *state, uint8_t sub, uint32_t ordinal) {
    enum { INSTANCES = 3 };
    sym_id value = SYM_NONE;
    for (uint32_t instance = 0; instance < INSTANCES; instance++) {
        uint32_t known = x->syms->count;
        value = sym_make(x->syms, SYM_FRESH, sub, x->func, x->inst, ordinal * INSTANCES + instance);
        if (value >= known)
            return value; // nothing can speak of it yet
        if (!is_held(x, state, value))
            break;
        if (instance + 1 == INSTANCES) { // the name is needed again: what it stood for lives on where it is held
            exec_escape(x, state, value);
            state_forget_below(state, x->syms, value);
        }
    }
    exec_forget_facts(x, state, value);
    return value;
}

sym_id exec_fresh(struct exec *x, struct state *state, unsigned which) {
    return fresh_instance(x, state, (uint8_t)which, 0);
}

uint32_t exec_ordinal(struct exec *x, sym_id made) {
    bool is_new;
    uint32_t *ordinal = map_put(&x->ordinals, (uint64_t)x->inst << 32 | made, &is_new);
    if (is_new)
        *ordinal = x->ordinals.len - 1;
    return *ordinal;
}

sym_id exec_fresh_of(struct exec *x, struct state *state, sym_id made) {
    return fresh_instance(x, state, FRESH_BY_CALLEE, exec_ordinal(x, made));
}

void exec_set_temp(struct exec *x, struct state *state, uint32_t temp, sym_id value) {
    if (temp == IR_NONE)
        return;
    x->temps[temp] = value;
    if (x->live.crosses[temp])
        state_store(state, x->syms, temp_address(x, temp), value);
}

// The value that a global which nothing ever writes was initialized with, SYM_NONE where that is not known.
static sym_id initial_value(struct exec *x, sym_id address) {
    const uint32_t *exact = map_get(&x->flow->globals, address);
    int64_t zero;
    if (exact)
        return *exact;
    for (sym_id at = address; sym_at(x->syms, at)->kind == SYM_FIELD || sym_at(x->syms, at)->kind == SYM_ELEM;) {
        const struct sym *node = sym_at(x->syms, at);
        if (node->kind == SYM_ELEM && (!node->b || !sym_is_int(x->syms, node->b, &zero)))
            return SYM_NONE; // some element: not one value
        at = node->a;
        const uint32_t *whole = map_get(&x->flow->globals, at);
        if (whole && sym_is_int(x->syms, *whole, &zero))
            return sym_int(x->syms, 0); // zeroed, then not mentioned
    }
    return SYM_NONE;
}

sym_id exec_load(struct exec *x, struct state *state, sym_id address) {
    sym_id value = state_load(state, x->syms, address);
    const struct sym *node = sym_at(x->syms, value);
    sym_id initial = node->kind == SYM_INIT ? initial_value(x, node->a) : SYM_NONE;
    return initial ? initial : value;
}

static bool is_moving_element(const struct exec *x, sym_id address) {
    while (sym_at(x->syms, address)->kind == SYM_FIELD)
        address = sym_at(x->syms, address)->a;
    const struct sym *node = sym_at(x->syms, address);
    return node->kind == SYM_ELEM && !(node->b && sym_is_entry(x->syms, node->b));
}

void exec_store(struct exec *x, struct state *state, sym_id address, sym_id value, bool is_scalar) {
    uint64_t held = 0;
    for (size_t i = 0; i < state->resources.len && i < 64; i++)
        held |= (uint64_t)state_holds(state, x->syms, state->resources.items[i].ctx, NULL) << i;
    exec_store_event(x, state, address, value);
    exec_note_reference(x, address, value);
    const struct sym *root = sym_at(x->syms, sym_root(x->syms, address));
    if (root->kind == SYM_FRESH && root->sub == FRESH_BY_JOIN && state->resources.len)
        exec_escape(x, state, value); // one of several places, nobody knows which
    if (is_scalar)
        state_set(state, x->syms, address, value);
    else
        state_store(state, x->syms, address, value);
    bool elsewhere = is_moving_element(x, address); // the store before was to another element
    for (size_t i = 0, k = 0; i < state->resources.len && k < 64; i++, k++)
        if ((held >> k & 1) && !state_holds(state, x->syms, state->resources.items[i].ctx, NULL)) {
            if (elsewhere)
                state_drop_resource(state, state->resources.items[i--].ctx);
            else
                x->overwritten = x->inst;
        }
}

// What is written or read through is not NULL, where that is still open.
static void assume_valid(struct exec *x, struct state *state, sym_id address) {
    sym_id root = sym_root(x->syms, address);
    if (sym_at(x->syms, root)->kind == SYM_FRESH)
        facts_assume(&state->facts, x->syms, root, true);
}

// A struct as a value: a region that has the members' cells of now. A context by value is the context itself.
static sym_id load_struct(struct exec *x, struct state *state, sym_id address, uint32_t type) {
    if (model_type_is_context(x->unit->model, type))
        return exec_context(x, state, address);
    sym_id region = sym_make(x->syms, SYM_REGION, 0, x->func, x->inst, address);
    state_forget_below(state, x->syms, region);
    state_copy_below(state, x->syms, address, region);
    return region;
}

static sym_id or_fresh(struct exec *x, struct state *state, sym_id value) {
    return value ? value : exec_fresh(x, state, 0);
}

// The member's type in this unit's table, IR_NONE where the member was declared in another one.
static uint32_t field_type(const struct exec *x, uint32_t field) {
    const struct prog_field *pf = &x->program->fields[field];
    return &x->program->units[pf->unit] == x->unit ? x->ir->fields[pf->field].type : IR_NONE;
}

static sym_id element(struct exec *x, sym_id base, sym_id index) {
    const struct sym *node = sym_at(x->syms, base);
    int64_t step, first;
    if (sym_is_int(x->syms, index, &step)) {
        if (node->kind == SYM_ELEM && node->b && sym_is_int(x->syms, node->b, &first)) // (p + 1) + 1
            return sym_make(x->syms, SYM_ELEM, 0, node->a, sym_int(x->syms, first + step), 0);
        if (step == 0 && node->kind != SYM_GLOBAL && node->kind != SYM_LOCAL && node->kind != SYM_FIELD)
            return base; // p + 0 through a pointer
    }
    return sym_make(x->syms, SYM_ELEM, 0, base, index, 0);
}

// An array's own address, used for one scalar, means its first element.
static sym_id first_element(struct exec *x, sym_id address) {
    const struct sym *node = sym_at(x->syms, address);
    uint32_t type = IR_NONE;
    if (node->kind == SYM_LOCAL && !(node->b & EXEC_TEMP_VAR) && node->a == x->func)
        type = x->ir->vars[node->b].type;
    else if (node->kind == SYM_FIELD)
        type = field_type(x, node->b);
    bool is_array = type != IR_NONE && x->ir->types[type].kind == IR_ARRAY;
    return is_array ? sym_make(x->syms, SYM_ELEM, 0, address, sym_int(x->syms, 0), 0) : address;
}

// All members of a union are one cell: that of the first.
static uint32_t cell_field(const struct exec *x, uint32_t field) {
    const struct ir_record *record = &x->ir->records[x->ir->fields[field].record];
    return record->is_union ? record->fields : field;
}

// Instructions that compute a value.
static sym_id compute(struct exec *x, const struct ir_inst *inst, struct state *state) {
    const struct ir_value *args = &x->ir->values[inst->args];
    const struct ir_type *type = inst->type == IR_NONE ? NULL : &x->ir->types[inst->type];
    sym_id first = inst->arg_count ? exec_value(x, state, &args[0]) : SYM_NONE;
    switch (inst->op) {
    case IR_LOAD:
        assume_valid(x, state, first);
        if (type->kind == IR_RECORD)
            return load_struct(x, state, first, inst->type);
        return exec_load(x, state, type->kind == IR_ARRAY ? first : first_element(x, first));
    case IR_FIELD: return sym_make(x->syms, SYM_FIELD, 0, first, x->unit->field_ids[cell_field(x, inst->aux)], 0);
    case IR_INDEX: return element(x, first, facts_simplify(&state->facts, x->syms, exec_value(x, state, &args[1])));
    case IR_BINARY: {
        sym_id left = facts_simplify(&state->facts, x->syms, first);
        sym_id right = facts_simplify(&state->facts, x->syms, exec_value(x, state, &args[1]));
        return or_fresh(x, state, sym_binary(x->syms, (enum ir_binary)inst->sub, left, right));
    }
    case IR_UNARY: return or_fresh(x, state, sym_unary(x->syms, (enum ir_unary)inst->sub, facts_simplify(&state->facts, x->syms, first)));
    case IR_CAST: return or_fresh(x, state, sym_cast(x->syms, first, type));
    default: return exec_fresh(x, state, 0);
    }
}

static void write_memory(struct exec *x, const struct ir_inst *inst, struct state *state) {
    const struct ir_value *args = &x->ir->values[inst->args];
    if (inst->op == IR_STORE || inst->op == IR_ZERO) {
        sym_id address = exec_value(x, state, &args[0]);
        uint8_t kind = inst->type == IR_NONE ? (uint8_t)IR_OTHER : x->ir->types[inst->type].kind;
        bool is_scalar = kind != IR_RECORD && kind != IR_ARRAY && kind != IR_OTHER;
        if (is_scalar)
            address = first_element(x, address);
        assume_valid(x, state, address);
        exec_store(x, state, address, inst->op == IR_ZERO ? sym_int(x->syms, 0) : exec_value(x, state, &args[1]), is_scalar);
        return;
    }
    for (uint32_t i = 0; i < inst->arg_count; i++) // inline assembly writes what it is given
        state_store(state, x->syms, exec_value(x, state, &args[i]), exec_fresh(x, state, i < 7 ? i : 7));
}

// ---- from block to block

struct join_site {
    struct exec *x;
    uint32_t block;
};

static sym_id joined_value(void *data, sym_id address, sym_id left, sym_id right) {
    const struct join_site *site = data;
    struct exec *x = site->x;
    sym_id value = sym_make(x->syms, SYM_FRESH, FRESH_BY_JOIN, x->func, site->block, address);
    if (flow_is_derived(x->flow, left) || flow_is_derived(x->flow, right))
        sym_note_derived(x->syms, value);
    exec_keep_taken(x, value, left);
    exec_keep_taken(x, value, right);
    return value;
}

static struct loop_count *loop_at(const struct state *state, uint32_t head) {
    for (size_t i = 0; i < state->loops.len; i++)
        if (state->loops.items[i].head == head)
            return &state->loops.items[i];
    return NULL;
}

static bool is_known(const struct exec *x, uint32_t block, const struct state *state) {
    const struct block_states *states = &x->blocks[block];
    for (size_t i = states->kept.len; i-- > 0;)
        if (state_equal(&states->kept.items[i], state, x->syms))
            return true;
    return false;
}

// The newest state with the same property that this path had at the loop's head.
static const struct state *ancestor(const struct exec *x, const struct state *state, uint32_t head, bool by_resources) {
    const struct loop_count *loop = loop_at(state, head);
    while (loop && loop->last != IR_NONE) {
        const struct state *older = &x->blocks[head].kept.items[loop->last];
        if (by_resources ? state_same_resources(older, state, x->syms) : state_same_property(older, state, x->syms))
            return older;
        loop = loop_at(older, head);
    }
    return NULL;
}

// Counts the round; false where the path has to end: too many rounds, or joined with an earlier one it is nothing new.
static bool enter_loop(struct exec *x, uint32_t block, struct state *state) {
    struct loop_count *loop = loop_at(state, block);
    bool is_back_edge = block <= x->block;
    if (!loop) {
        if (!is_back_edge)
            return true;
        vec_push(&state->loops, ((struct loop_count){block, 0, IR_NONE}));
        loop = &state->loops.items[state->loops.len - 1];
    }
    if (!is_back_edge) { // entered anew, from outside
        *loop = state->loops.items[--state->loops.len];
        return true;
    }
    if (++loop->count > (exec_is_coarse(x) ? LOOP_COARSE : LOOP_MAX))
        return false;
    uint32_t exact = x->is_plain || exec_is_coarse(x) ? LOOP_PLAIN : LOOP_EXACT;
    const struct state *older = loop->count > exact ? ancestor(x, state, block, loop->count > 2 * exact) : NULL;
    if (!older)
        return true;
    state_join(state, older, x->syms, joined_value, &(struct join_site){x, block});
    return !is_known(x, block, state);
}

// Notes that the block is entered with this state, which is taken over, and returns it for execution.
static struct state keep(struct exec *x, uint32_t block, size_t index, struct state *state) {
    struct loop_count *loop = loop_at(state, block);
    if (!loop) {
        vec_push(&state->loops, ((struct loop_count){block, 0, IR_NONE}));
        loop = &state->loops.items[state->loops.len - 1];
    }
    state_copy(&x->blocks[block].kept.items[index], state); // which still names the arrival before this one
    loop->last = (uint32_t)index;
    struct state kept = *state;
    *state = (struct state){0};
    return kept;
}

static struct waiting *waiting_as(struct exec *x, uint32_t block, size_t kept) {
    struct block_states *states = &x->blocks[block];
    for (size_t i = states->first_waiting; i < states->waiting.len; i++)
        if (states->waiting.items[i].kept == kept)
            return &states->waiting.items[i];
    return NULL;
}

// A joined state that still waits is not executed where another one says all that it does.
static void replace_waiting(struct exec *x, uint32_t block, struct waiting *waiting, struct state *state) {
    for (size_t i = 0; i < waiting->state.loops.len; i++) {
        const struct loop_count *other = &waiting->state.loops.items[i];
        struct loop_count *loop = loop_at(state, other->head);
        if (loop && loop->count < other->count)
            loop->count = other->count;
    }
    state_done(&waiting->state);
    waiting->state = keep(x, block, waiting->kept, state);
}

// The block has many states: join this one with the newest of the same property, or at least of the same resources.
static bool limit_states(struct exec *x, uint32_t block, struct state *state) {
    struct block_states *states = &x->blocks[block];
    bool by_resources = states->kept.len >= 2 * x->kept_limit || exec_is_coarse(x);
    if (states->kept.len < x->kept_limit)
        return true;
    for (size_t i = states->kept.len; i-- > 0;) {
        const struct state *kept = &states->kept.items[i];
        if (by_resources ? !state_same_resources(kept, state, x->syms) : !state_same_property(kept, state, x->syms))
            continue;
        struct waiting *waiting = kept->is_joined ? waiting_as(x, block, i) : NULL;
        state_join(state, kept, x->syms, joined_value, &(struct join_site){x, block});
        state->is_joined = true;
        if (exec_is_coarse(x))
            exec_forget_details(x, state);
        x->is_cut |= states->kept.len >= KEPT_MAX;
        if (states->kept.len >= KEPT_MAX || is_known(x, block, state))
            return false;
        if (waiting)
            replace_waiting(x, block, waiting, state);
        return !waiting;
    }
    x->is_cut |= states->kept.len >= KEPT_MAX;
    return states->kept.len < KEPT_MAX;
}

static void add_waiting(struct exec *x, uint32_t block, const struct waiting *waiting) {
    vec_push(&x->blocks[block].waiting, *waiting);
    x->earliest = block < x->earliest ? block : x->earliest;
}

// Takes the state over.
static void enter(struct exec *x, uint32_t block, struct state *state) {
    exec_work(x, state);
    exec_prune(x, state, block);
    if (is_known(x, block, state) || !enter_loop(x, block, state) || !limit_states(x, block, state)) {
        state_done(state);
        return;
    }
    size_t index = x->blocks[block].kept.len;
    vec_push(&x->blocks[block].kept, (struct state){0});
    add_waiting(x, block, &(struct waiting){index, keep(x, block, index, state)});
}

static void step_trail(struct exec *x, struct state *state, uint32_t outcome) {
    struct trail *step = arena_new(&x->arena, struct trail);
    *step = (struct trail){state->trail, x->inst, outcome, state->trail ? state->trail->length + 1 : 1};
    state->trail = step;
}

// One successor under conditions. `is_last`: nobody needs the state any more.
static void follow(struct exec *x, struct state *state, uint32_t outcome, const struct cell *conditions, uint32_t condition_count, bool is_choice, bool is_last) {
    const struct ir_block *block = &x->ir->blocks[x->fn->blocks + x->block];
    struct state next = {0};
    if (is_last) {
        next = *state;
        *state = (struct state){0};
    } else
        state_copy(&next, state);
    for (uint32_t i = 0; i < condition_count; i++)
        if (!state_assume(&next, x->syms, conditions[i].address, conditions[i].value)) {
            state_done(&next);
            return;
        }
    if (is_choice)
        step_trail(x, &next, outcome);
    enter(x, x->ir->succs[block->succs + outcome], &next);
}

static void branch(struct exec *x, const struct ir_inst *inst, struct state *state) {
    sym_id condition = facts_simplify(&state->facts, x->syms, exec_value(x, state, &x->ir->values[inst->args]));
    int known = facts_truth(&state->facts, x->syms, condition);
    for (uint32_t outcome = 0; outcome < 2; outcome++)
        if (known < 0 || known == !outcome)
            follow(x, state, outcome, &(struct cell){condition, !outcome}, 1, known < 0, known >= 0 || outcome == 1);
}

// In conditions, .address is the condition and .value its truth.
static void switch_on(struct exec *x, const struct ir_inst *inst, struct state *state) {
    const struct ir_value *args = &x->ir->values[inst->args];
    uint32_t case_count = (inst->arg_count - 1) / 2;
    sym_id value = facts_simplify(&state->facts, x->syms, exec_value(x, state, &args[0]));
    struct cell *none = arena_array(&x->arena, struct cell, case_count);
    uint32_t none_count = 0;
    for (uint32_t i = 0; i < case_count; i++) {
        sym_id low = exec_value(x, state, &args[1 + 2 * i]), high = exec_value(x, state, &args[2 + 2 * i]);
        struct cell both[] = {{sym_binary(x->syms, IR_GE, value, low), true}, {sym_binary(x->syms, IR_LE, value, high), true}};
        follow(x, state, i, both, 2, true, false);
        if (low == high)
            none[none_count++] = (struct cell){sym_binary(x->syms, IR_EQ, value, low), false};
    }
    follow(x, state, case_count, none, none_count, true, true);
}

static void leave_block(struct exec *x, const struct ir_inst *inst, struct state *state) {
    const struct ir_block *block = &x->ir->blocks[x->fn->blocks + x->block];
    if (inst->op == IR_RETURN) {
        exec_return(x, state, inst->arg_count ? exec_value(x, state, &x->ir->values[inst->args]) : SYM_NONE);
        return;
    }
    if (inst->op == IR_UNREACHABLE)
        return;
    exec_check_lost(x, state);
    if (inst->op == IR_BRANCH)
        branch(x, inst, state);
    else if (inst->op == IR_SWITCH)
        switch_on(x, inst, state);
    else
        for (uint32_t i = 0; i < block->succ_count; i++)
            follow(x, state, i, NULL, 0, block->succ_count > 1, i + 1 == block->succ_count);
}

void exec_rest(struct exec *x, uint32_t next_inst, struct state *state) {
    for (uint32_t i = next_inst;; i++) {
        const struct ir_inst *inst = &x->ir->insts[i];
        x->inst = i;
        if (inst->op >= IR_JUMP) {
            leave_block(x, inst, state);
            state_done(state);
            return;
        }
        if (inst->op == IR_CALL) {
            struct alternatives ways = {0};
            exec_call(x, inst, state, &ways);
            if (ways.len != 1) {
                for (size_t k = 0; k < ways.len; k++) {
                    exec_set_temp(x, &ways.items[k].state, inst->result, ways.items[k].result);
                    exec_rest(x, i + 1, &ways.items[k].state);
                }
                vec_done(&ways);
                return;
            }
            *state = ways.items[0].state;
            exec_set_temp(x, state, inst->result, ways.items[0].result);
            vec_done(&ways);
        } else if (inst->op == IR_STORE || inst->op == IR_ZERO || inst->op == IR_ASM)
            write_memory(x, inst, state);
        else
            exec_set_temp(x, state, inst->result, compute(x, inst, state));
    }
}

bool exec_is_coarse(const struct exec *x) {
    return x->work > WORK_COARSE;
}

bool exec_may_fork(struct exec *x) {
    return ++x->forks < (x->is_plain ? FORK_PLAIN : FORK_MAX) && !exec_is_coarse(x); // forks are counted per block
}

void exec_work(struct exec *x, const struct state *state) {
    x->work += 8 + (uint32_t)state->cells.len;
    if (exec_is_coarse(x))
        x->kept_limit = KEPT_COARSE;
}

sym_id exec_result_class(const struct exec *x, const struct facts *facts, sym_id result) {
    if (!result || sym_at(x->syms, result)->kind == SYM_INT)
        return result;
    struct interval range = facts_interval(facts, x->syms, result);
    int sign = range.low > 0 ? 1 : range.high < 0 ? 2 : facts_truth(facts, x->syms, result) == 1 ? 3 : 4;
    return UINT32_MAX - (sym_id)sign; // no symbol's id
}

static bool same_class(const struct exec *x, const struct alternative *a, const struct alternative *b) {
    return exec_result_class(x, &a->state.facts, a->result) == exec_result_class(x, &b->state.facts, b->result);
}

// Consumes `other`. The result is one more cell of the join, so that its sign is kept.
static void join_way(struct exec *x, struct alternative *way, struct alternative *other) {
    sym_id address = way->result && way->result != other->result ? temp_address(x, ~EXEC_TEMP_VAR) : SYM_NONE;
    if (address) {
        state_set(&way->state, x->syms, address, way->result);
        state_set(&other->state, x->syms, address, other->result);
    }
    state_join(&way->state, &other->state, x->syms, joined_value, &(struct join_site){x, x->inst});
    if (address) {
        way->result = state_cell(&way->state, address);
        state_forget_below(&way->state, x->syms, address);
    }
    state_done(&other->state);
}

// Joins the ways a call went where their property is the same.
void exec_join_ways(struct exec *x, struct alternatives *ways, bool by_result) {
    size_t kept = 0;
    for (size_t i = 0; i < ways->len; i++) {
        size_t k = 0;
        while (k < kept && (!state_same_property(&ways->items[k].state, &ways->items[i].state, x->syms) ||
                            (by_result && !same_class(x, &ways->items[k], &ways->items[i]))))
            k++;
        if (k == kept) {
            ways->items[kept++] = ways->items[i];
            continue;
        }
        join_way(x, &ways->items[k], &ways->items[i]);
        ways->items[k].state.is_joined |= exec_is_coarse(x) || x->forks >= FORK_MAX;
    }
    ways->len = kept;
}

// ---- a whole function

static void start(struct exec *x) {
    struct waiting first = {0};
    for (uint32_t i = 0; i < x->fn->param_count; i++)
        state_store(&first.state, x->syms, var_address(x, x->fn->vars + i), sym_make(x->syms, SYM_PARAM, 0, i, 0, 0));
    add_waiting(x, 0, &first);
}

// The state that has waited longest at the earliest block, which is then x->earliest: joins come after everything that flows into
// them. False: none.
static bool take_earliest(struct exec *x, struct state *ret_state) {
    while (x->earliest < x->fn->block_count && !x->blocks[x->earliest].waiting.len)
        x->earliest++;
    if (x->earliest == x->fn->block_count)
        return false;
    struct block_states *states = &x->blocks[x->earliest];
    *ret_state = states->waiting.items[states->first_waiting++].state;
    if (states->first_waiting == states->waiting.len)
        states->first_waiting = states->waiting.len = 0;
    return true;
}

static void run(struct exec *x) {
    struct state state;
    while (take_earliest(x, &state)) {
        x->is_cut |= x->work > WORK_MAX;
        if (x->work > WORK_MAX) {
            state_done(&state);
            continue;
        }
        x->block = x->earliest;
        x->forks = 0;
        x->overwritten = IR_NONE;
        exec_rest(x, x->ir->blocks[x->fn->blocks + x->block].insts, &state);
    }
}

static bool is_cancelled_somewhere(const struct exec *x, uint32_t site) {
    for (size_t k = 0; k < x->cancelled.len; k++)
        if (x->cancelled.items[k] == site)
            return true;
    return false;
}

// Tells the leaks of a context that some path does cancel from those of one that is forgotten altogether. The former are not believed
// where paths had to be joined: the join may go where no path can.
static void settle_leaks(struct exec *x) {
    size_t kept = x->first_leak;
    for (size_t i = x->first_leak; i < x->flow->leaks.len; i++) {
        struct leak leak = x->flow->leaks.items[i];
        leak.also_cancelled = is_cancelled_somewhere(x, leak.inst);
        if (!leak.also_cancelled || !leak.is_joined)
            x->flow->leaks.items[kept++] = leak;
    }
    x->flow->leaks.len = kept;
}

// An outcome that stands for ways whose conditions are lost does whatever one of them does: a caller that meets the conditions must not
// be told that it may not happen.
static void settle_outcomes(struct exec *x) {
    for (size_t i = 0; i < x->summary->outcomes.len; i++) {
        struct outcome *outcome = &x->summary->outcomes.items[i];
        outcome->has_reference = exec_has_reference(x, outcome->result);
        for (size_t k = 0; outcome->is_joined && k < x->summary->outcomes.len; k++) {
            const struct state *other = &x->summary->outcomes.items[k].state;
            for (size_t c = 0; c < other->cancelled.len; c++)
                state_add_cancelled(&outcome->state, other->cancelled.items[c]);
        }
    }
}

static void finish(struct exec *x) {
    for (uint32_t k = 0; k < x->fn->block_count; k++) {
        for (size_t i = 0; i < x->blocks[k].kept.len; i++)
            state_done(&x->blocks[k].kept.items[i]);
        vec_done(&x->blocks[k].kept);
        vec_done(&x->blocks[k].waiting);
    }
    vec_done(&x->cancelled);
    map_done(&x->bind_variants);
    map_done(&x->event_ids);
    map_done(&x->ordinals);
    map_done(&x->check_ids);
    vec_done(&x->checks);
    arena_done(&x->arena);
}

void exec_function(struct flow *flow, uint32_t func, struct summary *ret_summary) {
    const struct prog_func *pf = &flow->program->funcs[func];
    const struct prog_unit *unit = &flow->program->units[pf->unit];
    struct exec x = {.flow = flow, .syms = &flow->syms, .program = flow->program, .func = func, .unit = unit, .ir = unit->ir, .fn = pf->ir};
    x.summary = ret_summary;
    x.is_plain = flow->wanted[func] <= WANT_PLAIN;
    x.is_deep = flow->wanted[func] == WANT_DEEP;
    x.has_callers = pf->caller_count > 0;
    x.is_main = !strcmp(pf->name, "main");
    x.blocks = arena_array(&x.arena, struct block_states, x.fn->block_count);
    x.temps = arena_array(&x.arena, sym_id, x.fn->temp_count);
    x.first_leak = flow->leaks.len;
    x.first_ending = flow->endings.len;
    live_compute(&x.live, x.ir, x.fn, &x.arena);
    uint32_t share = KEPT_TOTAL / (x.fn->block_count ? x.fn->block_count : 1);
    x.kept_limit = x.is_deep ? KEPT_DEEP : x.is_plain ? KEPT_PLAIN : share > KEPT_LIMIT ? KEPT_LIMIT : share < KEPT_LEAST ? KEPT_LEAST : share;
    start(&x);
    run(&x);
    ret_summary->is_cut = x.is_cut;
    if (x.is_cut && !ret_summary->outcomes.len)
        exec_return_unknown(&x);
    settle_leaks(&x);
    settle_outcomes(&x);
    exec_end_events(&x);
    finish(&x);
}
