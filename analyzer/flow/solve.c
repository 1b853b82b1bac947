// The order of work: which functions matter (choose.c), bottom-up over the SCCs with recursion iterated to a fixpoint, then top-down.
#include "flow/kept/kept.h"
#include "flow/kept/sweep.h"
#include "flow/paths/exec.h"
#include "flow/waits/waits.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 4 };

// ---- initial values of globals

static sym_id init_value(struct flow *flow, const struct prog_unit *unit, const sym_id *temps, const struct ir_value *value) {
    switch ((enum ir_value_kind)value->kind) {
    case IR_V_TEMP: return temps[value->index];
    case IR_V_INT: return sym_int(&flow->syms, unit->ir->ints[value->index]);
    case IR_V_FLOAT: return sym_float(&flow->syms, unit->ir->floats[value->index]);
    case IR_V_FUNC: return sym_make(&flow->syms, SYM_FUNC, 0, unit->func_ids[value->index], 0, 0);
    case IR_V_ADDR: return unit->global_ids[value->index] == IR_NONE ? SYM_NONE : sym_make(&flow->syms, SYM_GLOBAL, 0, unit->global_ids[value->index], 0, 0);
    default: return SYM_NONE;
    }
}

static void init_store(struct flow *flow, sym_id address, sym_id value) {
    const struct sym *root = sym_at(&flow->syms, sym_root(&flow->syms, address));
    if (address && value && root->kind == SYM_GLOBAL && !flow->program->globals[root->a].is_written) {
        *map_put(&flow->globals, address, NULL) = value;
        vec_push(&flow->firsts, ((struct cell){address, value}));
    }
}

static void run_init_inst(struct flow *flow, const struct prog_unit *unit, const struct ir_inst *inst, sym_id *temps) {
    const struct ir_value *args = &unit->ir->values[inst->args];
    sym_id first = inst->arg_count ? init_value(flow, unit, temps, &args[0]) : SYM_NONE;
    sym_id second = inst->arg_count > 1 ? init_value(flow, unit, temps, &args[1]) : SYM_NONE;
    if (inst->op == IR_STORE)
        init_store(flow, first, second);
    else if (inst->op == IR_ZERO)
        init_store(flow, first, sym_int(&flow->syms, 0));
    else if (inst->op == IR_FIELD && first)
        temps[inst->result] = sym_make(&flow->syms, SYM_FIELD, 0, first, unit->field_ids[inst->aux], 0);
    else if (inst->op == IR_INDEX && first && second)
        temps[inst->result] = sym_make(&flow->syms, SYM_ELEM, 0, first, second, 0);
    else if (inst->op == IR_CAST && first)
        temps[inst->result] = sym_cast(&flow->syms, first, &unit->ir->types[inst->type]);
}

// Initializers have no branches worth following: their instructions in order.
static void read_initializers(struct flow *flow) {
    for (uint32_t u = 0; u < flow->program->unit_count; u++) {
        const struct prog_unit *unit = &flow->program->units[u];
        program_rest_at_unit(flow->program, u);
        if (unit->ir->init_func == IR_NONE)
            continue;
        const struct ir_func *fn = &unit->ir->funcs[unit->ir->init_func];
        sym_id *temps = mem_zalloc(fn->temp_count * sizeof *temps);
        for (uint32_t k = 0; k < fn->block_count; k++) {
            const struct ir_block *block = &unit->ir->blocks[fn->blocks + k];
            for (uint32_t i = 0; i < block->inst_count; i++)
                run_init_inst(flow, unit, &unit->ir->insts[block->insts + i], temps);
        }
        free(temps);
    }
}

// ---- bottom-up

void summary_done(struct summary *summary) {
    if (summary->is_settled)
        return;
    outcomes_done(&summary->outcomes);
    for (size_t i = 0; i < summary->events.len; i++)
        vec_done(&summary->events.items[i].facts.items);
    vec_done(&summary->events);
    vec_done(&summary->escapes);
    vec_done(&summary->needs);
}

// Moves a list into the arena, where nothing is added to it.
#define settle(arena, vec)                                                              \
    do {                                                                                \
        void *old_ = (vec)->items;                                                      \
        (vec)->items = arena_copy((arena), old_, (vec)->len * sizeof *(vec)->items);    \
        (vec)->cap = (vec)->len;                                                        \
        free(old_);                                                                     \
    } while (0)

static void settle_state(struct arena *arena, struct state *state) {
    settle(arena, &state->cells);
    settle(arena, &state->facts.items);
    settle(arena, &state->resources);
    settle(arena, &state->cancelled);
    settle(arena, &state->loops);
}

// A summary stays until the end, and there is one for each function: close together they take less room, and leave no holes between
// what is made and freed all the time.
static void settle_summary(struct flow *flow, struct summary *summary) {
    if (summary->is_settled)
        return;
    for (size_t i = 0; i < summary->outcomes.len; i++)
        settle_state(&flow->arena, &summary->outcomes.items[i].state);
    for (size_t i = 0; i < summary->events.len; i++)
        settle(&flow->arena, &summary->events.items[i].facts.items);
    settle(&flow->arena, &summary->outcomes);
    settle(&flow->arena, &summary->events);
    settle(&flow->arena, &summary->escapes);
    settle(&flow->arena, &summary->needs);
    summary->is_settled = true;
}

static uint64_t hash_state(const struct state *state, uint64_t h) {
    for (size_t i = 0; i < state->cells.len; i++)
        h = hash_mix(h, (uint64_t)state->cells.items[i].address << 32 | state->cells.items[i].value);
    for (size_t i = 0; i < state->cancelled.len; i++)
        h = hash_mix(h, state->cancelled.items[i]);
    for (size_t i = 0; i < state->resources.len; i++)
        h = hash_mix(h, state->resources.items[i].ctx);
    for (size_t i = 0; i < state->facts.items.len; i++) {
        const struct fact *fact = &state->facts.items.items[i];
        h = hash_mix(hash_mix(h, fact->key), hash_mix((uint64_t)fact->low, (uint64_t)fact->high));
    }
    return h;
}

static uint64_t summary_hash(const struct summary *summary) {
    uint64_t h = hash_mix(hash_mix(summary->needs.len, summary->events.len), summary->escapes.len);
    for (size_t i = 0; i < summary->outcomes.len; i++)
        h = hash_state(&summary->outcomes.items[i].state, hash_mix(h, summary->outcomes.items[i].result));
    return h;
}

static void replace_summary(struct flow *flow, uint32_t func) {
    struct summary *summary = &flow->summaries[func];
    struct summary next = {0};
    for (size_t i = 0; i < summary->needs.len; i++)
        vec_push(&next.needs, summary->needs.items[i]);
    exec_function(flow, func, &next); // its own calls still see the summary of the last round
    next.fingerprint = summary_hash(&next);
    flow->changed[func] = next.fingerprint != summary->fingerprint;
    summary_done(summary);
    *summary = next;
}

static void drop_leaks_of(struct flow *flow, uint32_t func, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < flow->leaks.len; i++)
        if (flow->leaks.items[i].func != func)
            flow->leaks.items[kept++] = flow->leaks.items[i];
    flow->leaks.len = kept;
}

static bool callee_changed(const struct flow *flow, uint32_t func) {
    const struct prog_func *pf = &flow->program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++)
        if (flow->changed[flow->program->calls[pf->calls + i].callee])
            return true;
    return false;
}

static bool calls_itself(const struct program *program, uint32_t func) {
    const struct prog_func *pf = &program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++)
        if (program->calls[pf->calls + i].callee == func)
            return true;
    return false;
}

// A component is executed until no summary in it changes. Nothing is known of it at first: a call into it does not return.
static void solve_component(struct flow *flow, const uint32_t *funcs, uint32_t count) {
    bool recursive = count > 1 || calls_itself(flow->program, funcs[0]);
    size_t first_leak = flow->leaks.len;
    for (uint32_t i = 0; i < count; i++)
        flow->stats.solved += flow->wanted[funcs[i]] != WANT_NOT;
    struct outcomes *before = mem_zalloc(count * sizeof *before); // of the round before the last
    bool again = true;
    for (unsigned round = 0; again && round < (recursive ? ROUNDS_MAX : 1); round++) {
        again = false;
        for (uint32_t i = 0; i < count; i++) {
            if (!flow->wanted[funcs[i]] || (round > 0 && !callee_changed(flow, funcs[i])))
                continue;
            if (recursive && round == ROUNDS_MAX - 1)
                flow_keep_outcomes(flow, funcs[i], &before[i]);
            drop_leaks_of(flow, funcs[i], first_leak);
            replace_summary(flow, funcs[i]);
            again |= flow->changed[funcs[i]];
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (before[i].len && flow->changed[funcs[i]])
            flow_widen(flow, funcs[i], &before[i]);
        outcomes_done(&before[i]);
        flow->changed[funcs[i]] = false;
        flow->stats.given_up += flow->summaries[funcs[i]].is_cut;
    }
    free(before);
}

// ---- taking over what an earlier run made

struct earlier {
    struct kept *kept; // NULL: nothing
    struct depend *depend;
    bool *is_same;     // by function: its summary is that of the earlier run
};

static bool is_known(const struct flow *flow, const struct earlier *earlier, uint32_t func) {
    const struct prog_func *pf = &flow->program->funcs[func];
    if (!kept_has(earlier->kept, func, depend_digest(earlier->depend, func)))
        return false;
    for (uint32_t i = 0; i < pf->call_count; i++) {
        uint32_t callee = flow->program->calls[pf->calls + i].callee;
        if (flow->wanted[callee] && !earlier->is_same[callee] && flow->program->funcs[callee].scc != pf->scc)
            return false;
    }
    return true;
}

// A component is taken over as a whole. Where its callees were solved again, it must be, too.
static bool take_component(struct flow *flow, struct earlier *earlier, const uint32_t *funcs, uint32_t count) {
    uint32_t wanted = 0;
    size_t leaks = flow->leaks.len;
    for (uint32_t i = 0; i < count; i++) {
        if (flow->wanted[funcs[i]] && !is_known(flow, earlier, funcs[i]))
            return false;
        wanted += flow->wanted[funcs[i]] != WANT_NOT;
    }
    for (uint32_t i = 0; i < count; i++)
        if (flow->wanted[funcs[i]] && !kept_take(earlier->kept, funcs[i])) {
            flow->leaks.len = leaks;
            return false;
        }
    for (uint32_t i = 0; i < count; i++) {
        earlier->is_same[funcs[i]] = true;
        flow->stats.given_up += flow->summaries[funcs[i]].is_cut;
    }
    flow->stats.solved += wanted;
    flow->stats.reused += wanted;
    return true;
}

// Returns what the functions depend on, where there is a memory.
static struct depend *solve_bottom_up(struct flow *flow, struct buf *memory) {
    const struct program *program = flow->program;
    struct earlier earlier = {.kept = memory ? kept_open(flow, memory) : NULL};
    read_initializers(flow);
    earlier.depend = memory ? depend_new(flow) : NULL;
    earlier.is_same = mem_zalloc(program->func_count * sizeof *earlier.is_same);
    for (uint32_t i = 0; i < program->scc_count; i++) {
        const uint32_t *funcs = &program->scc_funcs[program->scc_starts[i]];
        uint32_t count = program->scc_starts[i + 1] - program->scc_starts[i];
        struct made before = made_so_far(flow);
        program_rest_at(program, i);
        if (earlier.kept && take_component(flow, &earlier, funcs, count))
            continue;
        solve_component(flow, funcs, count);
        sweep_component(flow, &before, funcs, count);
        for (uint32_t k = 0; k < count; k++)
            settle_summary(flow, &flow->summaries[funcs[k]]);
        for (uint32_t k = 0; earlier.kept && k < count; k++)
            earlier.is_same[funcs[k]] = flow->wanted[funcs[k]] && kept_is_same(earlier.kept, funcs[k]);
    }
    bool is_all_known = earlier.kept && flow->stats.reused == flow->stats.solved && kept_count(earlier.kept) == flow->stats.solved;
    if (memory && !is_all_known) // else the memory says it already
        kept_save(flow, earlier.depend, memory);
    kept_close(earlier.kept);
    free(earlier.is_same);
    return earlier.depend;
}

static bool has_role(const struct program *program, enum role_kind kind) {
    for (uint32_t f = 0; f < program->func_count; f++)
        for (const struct role *role = program->funcs[f].roles; role; role = role->next)
            if (role->kind == kind)
                return true;
    return false;
}

struct flow *flow_solve(const struct program *program, struct buf *memory) {
    struct flow *flow = mem_zalloc(sizeof *flow);
    flow->program = program;
    syms_init(&flow->syms);
    flow->summaries = mem_zalloc(program->func_count * sizeof *flow->summaries);
    flow->wanted = mem_zalloc(program->func_count * sizeof *flow->wanted);
    flow->changed = mem_zalloc(program->func_count * sizeof *flow->changed);
    flow->counts_references = has_role(program, ROLE_REF);
    flow_choose_functions(flow);
    struct depend *depend = solve_bottom_up(flow, memory ? &memory[MEMORY_SUMMARIES] : NULL);
    flow_drop_kept_leaks(flow);
    flow_drop_repeated_leaks(flow);
    flow_drop_indexed_leaks(flow);
    flow_reach(flow);
    flow_find_overruns(flow, depend, memory ? &memory[MEMORY_SUMS] : NULL);
    flow->timed = waits_solve(flow, depend, memory ? &memory[MEMORY_QUIET] : NULL);
    depend_free(depend);
    return flow;
}

void flow_free(struct flow *flow) {
    waits_free(flow->timed);
    for (uint32_t f = 0; f < flow->program->func_count; f++)
        summary_done(&flow->summaries[f]);
    free(flow->summaries);
    free(flow->wanted);
    free(flow->field_matters);
    free(flow->changed);
    vec_done(&flow->marks);
    syms_done(&flow->syms);
    vec_done(&flow->binds);
    vec_done(&flow->leaks);
    vec_done(&flow->misuses);
    map_done(&flow->misuse_ids);
    vec_done(&flow->bounds);
    vec_done(&flow->overruns);
    vec_done(&flow->entries);
    map_done(&flow->bind_ids);
    map_done(&flow->globals);
    vec_done(&flow->firsts);
    map_done(&flow->taken);
    vec_done(&flow->endings);
    map_done(&flow->ended);
    vec_done(&flow->indexed);
    map_done(&flow->bounding_fields);
    strtab_done(&flow->cancel_types);
    arena_done(&flow->arena);
    free(flow);
}

const struct bind *flow_bind(const struct flow *flow, uint32_t bind) {
    return &flow->binds.items[bind];
}

const struct leak *flow_leaks(const struct flow *flow, size_t *ret_count) {
    *ret_count = flow->leaks.len;
    return flow->leaks.items;
}

const struct bound_fact *flow_bounds(const struct flow *flow, size_t *ret_count) {
    *ret_count = flow->bounds.len;
    return flow->bounds.items;
}

const struct entry_step *flow_entry(const struct flow *flow, uint32_t entry) {
    return &flow->entries.items[entry];
}

const struct timed *flow_timed(const struct flow *flow) {
    return flow->timed;
}

struct flow_stats flow_stats(const struct flow *flow) {
    return flow->stats;
}
