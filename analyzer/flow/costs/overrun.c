// Every bound against what is asked for below it. Where one call alone needs more than is allowed, the place is looked for inside
// it; where several together do, it is here. What alone, once, takes all the time is left to other rules and counts as nothing.
#include "flow/costs/cost.h"
#include "flow/kept/sums.h"

#include <stdlib.h>

enum { CHAIN_MAX = 32, BOUNDS_MAX = 64 };

// One bound on trial, and the calls from there to the function being judged.
struct judge {
    struct cost *cost;
    const struct cost_trial *trial;
    int64_t allowed;
    struct cost_place chain[CHAIN_MAX];
    uint32_t entered[CHAIN_MAX]; // the entry that each call leads to
    uint32_t depth;
};

// ---- the parts of a sum

struct parts {
    VEC(struct cost_term) terms;
    VEC(struct cost_place) bounds;
};

static void add_term(struct parts *parts, uint32_t func, const struct cost_item *item, const struct cost *cost) {
    for (size_t i = 0; i < parts->terms.len; i++) {
        struct cost_term *term = &parts->terms.items[i];
        if (term->inst != item->inst || term->kind != item->kind)
            continue;
        term->count++;
        term->sum += item->amount;
        term->each = term->each == item->amount ? term->each : -1;
        return;
    }
    struct cost_term term = {.func = func, .inst = item->inst, .kind = (enum cost_kind)item->kind, .callee = IR_NONE, .count = 1, .each = item->amount, .sum = item->amount,
                             .in_loop = item->in_loop};
    for (uint32_t k = 0; k < item->entry_count; k++) {
        const struct cost_entry *entry = cost->entries.items[item->entries[k]];
        if (entry->amount == item->amount && term.callee == IR_NONE)
            term.callee = entry->func;
    }
    vec_push(&parts->terms, term);
}

static void add_bound(struct parts *parts, uint32_t func, uint32_t inst) {
    for (size_t i = 0; i < parts->bounds.len; i++)
        if (parts->bounds.items[i].func == func && parts->bounds.items[i].inst == inst)
            return;
    if (parts->bounds.len < BOUNDS_MAX)
        vec_push(&parts->bounds, ((struct cost_place){func, inst}));
}

static void add_bounds(const struct cost *cost, struct parts *parts, uint32_t func, const struct item_list *path, unsigned depth) {
    enum { BOUNDS_DEPTH = 16 };
    for (size_t i = 0; i < path->len; i++) {
        const struct cost_item *item = path->items[i];
        if (item->kind == COST_OF_BIND)
            add_bound(parts, func, item->inst);
        for (uint32_t k = 0; k < item->entry_count && depth < BOUNDS_DEPTH && parts->bounds.len < BOUNDS_MAX; k++) {
            const struct cost_entry *entry = cost->entries.items[item->entries[k]];
            struct item_list below = {0};
            if (entry->amount == item->amount && (i == 0 || path->items[i - 1]->inst != item->inst)) {
                cost_longest(&entry->graph, 0, INT64_MAX, &below, NULL);
                add_bounds(cost, parts, entry->func, &below, depth + 1);
            }
            vec_done(&below);
        }
    }
}

// ---- findings

static const struct cost_term *largest(const struct parts *parts) {
    const struct cost_term *out = &parts->terms.items[0];
    for (size_t i = 1; i < parts->terms.len; i++)
        if (parts->terms.items[i].sum > out->sum)
            out = &parts->terms.items[i];
    return out;
}

// One finding for each place: the one with the tightest deadline, and the largest sum of these.
static void keep(struct cost *cost, const struct overrun *found) {
    struct flow *flow = cost->flow;
    bool is_new;
    uint32_t *index = map_put(&cost->found, (uint64_t)found->func << 32 | found->inst, &is_new);
    if (is_new) {
        *index = (uint32_t)flow->overruns.len;
        vec_push(&flow->overruns, *found);
        return;
    }
    struct overrun *known = &flow->overruns.items[*index];
    if (found->allowed < known->allowed || (found->allowed == known->allowed && found->needed > known->needed))
        *known = *found;
}

// Whether a function that is entered without numbers still has this term: else its callers supply the duration.
static bool has_own(const struct judge *j, uint32_t id, uint32_t inst) {
    const struct cost_entry *entry = j->cost->entries.items[id];
    struct cost_env start;
    cost_env_copy(&start, &entry->start);
    cost_drop_numbers(&start);
    uint32_t plain = cost_reserve(j->cost, entry->func, &start);
    bool is_cut = false;
    cost_amount(j->cost, plain, &is_cut);
    if (plain == id || is_cut)
        return true;
    const struct cost_graph *graph = &j->cost->entries.items[plain]->graph;
    for (size_t i = 0; i < graph->items.len; i++)
        if (graph->items.items[i].inst == inst && graph->items.items[i].amount > 0)
            return true;
    return false;
}

// The place of a finding: the largest term, or the call that supplies its duration.
static void find_place(const struct judge *j, struct overrun *found, const struct cost_term *term) {
    found->func = term->func;
    found->inst = term->inst;
    for (uint32_t level = j->depth; level > 0 && !has_own(j, j->entered[level - 1], found->inst); level--) {
        found->func = j->chain[level - 1].func;
        found->inst = j->chain[level - 1].inst;
    }
}

static void report(const struct judge *j, uint32_t func, const struct item_list *path, int64_t needed, bool is_cut) {
    struct flow *flow = j->cost->flow;
    struct parts parts = {0};
    struct overrun found = {.kind = j->trial->kind, .setter = {j->trial->func, j->trial->inst}, .allowed = j->allowed, .needed = needed};
    for (size_t i = 0; i < path->len; i++) {
        add_term(&parts, func, path->items[i], j->cost);
        found.is_assumed |= path->items[i]->is_assumed;
    }
    add_bounds(j->cost, &parts, func, path, 0);
    found.is_lower = is_cut || cost_is_lower(j->cost, path);
    find_place(j, &found, largest(&parts));
    found.calls = arena_copy(&flow->arena, j->chain, j->depth * sizeof *j->chain);
    found.call_count = j->depth;
    found.terms = arena_copy(&flow->arena, parts.terms.items, parts.terms.len * sizeof *parts.terms.items);
    found.term_count = (uint32_t)parts.terms.len;
    found.bounds = arena_copy(&flow->arena, parts.bounds.items, parts.bounds.len * sizeof *parts.bounds.items);
    found.bound_count = (uint32_t)parts.bounds.len;
    keep(j->cost, &found);
    vec_done(&parts.terms);
    vec_done(&parts.bounds);
}

static void judge(struct judge *j, uint32_t func, const struct cost_graph *graph, int64_t offset, bool is_cut);

static void judge_entry(struct judge *j, uint32_t id) {
    const struct cost_entry *entry = j->cost->entries.items[id];
    bool is_new;
    map_put(&j->cost->judged, cost_hash((uint64_t)j->allowed, id), &is_new);
    if (is_new)
        judge(j, entry->func, &entry->graph, 0, entry->graph.is_cut);
}

static void judge_calls(struct judge *j, uint32_t func, const struct cost_graph *graph, const uint8_t *counted) {
    for (size_t i = 0; i < graph->items.len; i++) {
        const struct cost_item *item = &graph->items.items[i];
        if (!counted[i] || item->kind != COST_OF_CALL || item->amount <= j->allowed || j->depth >= CHAIN_MAX)
            continue;
        j->chain[j->depth++] = (struct cost_place){func, item->inst};
        for (uint32_t k = 0; k < item->entry_count; k++) {
            j->entered[j->depth - 1] = item->entries[k];
            if (j->cost->entries.items[item->entries[k]]->amount > j->allowed)
                judge_entry(j, item->entries[k]);
        }
        j->depth--;
    }
}

static void judge(struct judge *j, uint32_t func, const struct cost_graph *graph, int64_t offset, bool is_cut) {
    struct item_list path = {0};
    uint8_t *counted = mem_zalloc(graph->items.len + 1);
    int64_t needed = cost_longest(graph, offset, j->allowed, &path, counted);
    if (needed > j->allowed)
        report(j, func, &path, needed, is_cut);
    judge_calls(j, func, graph, counted);
    free(counted);
    vec_done(&path);
}

// ---- trials

// Of what follows the last use of the deadline nobody asks how long it takes.
static void try_graph(struct judge *j, struct cost_graph *graph, bool is_cut) {
    enum { OFFSETS_MAX = 8 };
    int64_t offsets[OFFSETS_MAX];
    uint32_t count = 0;
    for (size_t i = 0; i < graph->items.len; i++) {
        int64_t offset = graph->items.items[i].offset;
        bool is_known = offset <= 0;
        for (uint32_t k = 0; k < count; k++)
            is_known |= offsets[k] == offset;
        if (!is_known && count < OFFSETS_MAX)
            offsets[count++] = offset;
    }
    for (uint32_t k = 0; k < count; k++) {
        j->allowed = offsets[k];
        j->depth = 0;
        bool is_lower = is_cut;
        cost_sum_used(j->cost, graph, offsets[k], &is_lower);
        judge(j, j->trial->func, graph, offsets[k], is_lower);
    }
}

static void run_trial(struct cost *cost, const struct cost_trial *trial) {
    struct judge j = {.cost = cost, .trial = trial, .allowed = trial->allowed};
    if (trial->kind == OVERRUN_TIMEOUT) {
        const struct cost_entry *entry = cost->entries.items[trial->entry];
        j.chain[j.depth] = (struct cost_place){trial->func, trial->inst};
        j.entered[j.depth++] = trial->entry;
        bool is_lower = false;
        if (cost_walk(cost, trial->entry) && !entry->is_reused && cost_amount(cost, trial->entry, &is_lower) > trial->allowed)
            judge_entry(&j, trial->entry);
        return;
    }
    struct cost_graph graph = {0};
    bool is_cut = cost_walk_trial(cost, trial, &graph);
    try_graph(&j, &graph, is_cut);
    cost_graph_done(&graph);
}

// Walks what sets deadlines, and tries each deadline that this finds; either may ask for more.
static void run_asked(struct cost *cost) {
    size_t tried = 0, walked = 0;
    while (walked < cost->asked.len || tried < cost->trials.len) {
        program_rest_often(cost->program, (uint32_t)(walked + tried));
        if (walked < cost->asked.len) {
            cost_walk(cost, cost->asked.items[walked++]);
        } else {
            struct cost_trial trial = cost->trials.items[tried++];
            run_trial(cost, &trial);
        }
    }
}

static void cost_done(struct cost *cost) {
    for (size_t i = 0; i < cost->entries.len; i++) {
        cost_graph_done(&cost->entries.items[i]->graph);
        vec_done(&cost->entries.items[i]->start.cells);
        vec_done(&cost->entries.items[i]->end.cells);
    }
    for (size_t i = 0; i < cost->trials.len; i++)
        vec_done(&cost->trials.items[i].env.cells);
    vec_done(&cost->entries);
    vec_done(&cost->trials);
    vec_done(&cost->asked);
    vec_done(&cost->timeouts);
    vec_done(&cost->places);
    map_done(&cost->place_ids);
    for (unsigned kind = 0; kind < PLACE_KINDS; kind++)
        vec_done(&cost->singles[kind].places);
    map_done(&cost->entry_ids);
    map_done(&cost->trial_ids);
    map_done(&cost->trial_counts);
    map_done(&cost->judged);
    map_done(&cost->found);
    strtab_done(&cost->ticking);
    free(cost->funcs);
    free(cost->entry_counts);
    free(cost->is_open);
    arena_done(&cost->arena);
}

static void solve(struct cost *cost) {
    for (uint32_t f = 0; f < cost->program->func_count; f++) {
        struct cost_env nothing = {0};
        if (cost->funcs[f].is_root)
            cost_ask(cost, cost_reserve(cost, f, &nothing));
    }
    run_asked(cost);
}

void flow_find_overruns(struct flow *flow, struct depend *depend, struct buf *memory) {
    uint32_t count = flow->program->func_count;
    struct cost cost = {.flow = flow, .program = flow->program};
    cost.funcs = mem_zalloc((count + 1) * sizeof *cost.funcs);
    cost.entry_counts = mem_zalloc((count + 1) * sizeof *cost.entry_counts);
    cost.is_open = mem_zalloc(count + 1);
    cost_find_uses(&cost);
    bool is_known = memory && sums_take(&cost, depend, memory);
    if (!is_known)
        solve(&cost);
    if (memory)
        sums_save(&cost, depend, memory);
    for (uint32_t f = 0; f < count; f++)
        flow->stats.walked += cost.funcs[f].is_walked;
    flow->stats.walked_before = is_known ? flow->stats.walked : 0;
    flow->stats.not_summed = cost.given_up;
    cost_done(&cost);
}

const struct overrun *flow_overruns(const struct flow *flow, size_t *ret_count) {
    *ret_count = flow->overruns.len;
    return flow->overruns.items;
}
