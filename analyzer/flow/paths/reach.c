// Top-down: with what each function is entered, and what every bound is measured against there.
//
// An entry is one combination of values for what its function needs (exec.h): contexts as budgets, numbers, function pointers. Entries
// spread from the roots along the call events, each evaluated in the caller's entry, so that what belongs together stays
// together: the duration a caller passes and the context it passes with it. Equal entries are one; the first path that makes one is its
// witness. A function with many entries joins the rest into its last. What is kept in members and globals of objects that nobody can
// follow is one joined value per member (class-hierarchy-like field sensitivity), iterated until it is stable.
//
// Cost: entries x events; ENTRIES_MAX bounds entries per function.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 64, NODE_ROUNDS = 8 };

enum value_kind { VALUE_UNKNOWN, VALUE_SYM /* closed: a number, function or address */, VALUE_BUDGET, VALUE_DERIVED /* a number from a budget */ };

struct value {
    enum value_kind kind;
    sym_id sym;
    struct budget budget;
};

// What is kept in one member (of any object) or global.
struct node {
    struct value value;
    bool has_value;
};

struct entry {
    uint32_t func;
    struct value *values; // by need
    bool queued, reads_nodes;
};

struct reach {
    struct flow *flow;
    struct syms *syms;
    VEC(struct entry) entries;   // parallel to flow.entries
    VEC(uint32_t) queue;
    struct map by_content;       // hash -> entry
    uint32_t *entry_counts;      // by function
    uint32_t *last_entries;      // by function
    VEC(struct node) nodes;
    struct map node_ids;         // address -> node
    VEC(uint32_t) node_of;       // by address as it is read: 1 + its node, 0: not asked for yet
    struct map bound_ids;        // function and call -> bound fact
    bool nodes_changed;
    uint32_t current;            // entry being evaluated
    VEC(uint32_t) need_of;       // by symbol: 1 + which need of its function it is, 0: none
    struct arena arena;
};

// ---- budgets

static struct budget no_deadline(bool passed) {
    return (struct budget){.has_none = true, .is_passed = passed, .low = INT64_MAX, .high = INT64_MAX};
}

static bool budget_equal(const struct budget *a, const struct budget *b) {
    return a->has_none == b->has_none && a->has_deadline == b->has_deadline && a->is_passed == b->is_passed && a->is_symbolic == b->is_symbolic &&
           a->low == b->low && a->high == b->high && a->family == b->family && a->overruns == b->overruns;
}

static struct budget join_budgets(const struct budget *a, const struct budget *b) {
    struct budget out = *a;
    out.has_none |= b->has_none;
    out.is_passed |= b->is_passed;
    out.overruns |= b->overruns;
    out.is_symbolic |= b->is_symbolic;
    if (!b->has_deadline)
        return out;
    if (!a->has_deadline) {
        out.has_deadline = true;
        out.low = b->low, out.high = b->high, out.family = b->family, out.low_bind = b->low_bind, out.low_entry = b->low_entry;
        return out;
    }
    out.is_symbolic |= a->family != b->family;
    if (b->low < a->low || (a->low == INT64_MAX && b->high < a->high)) {
        out.low = b->low;
        out.low_bind = b->low_bind;
        out.low_entry = b->low_entry;
    }
    out.high = a->high > b->high ? a->high : b->high;
    return out;
}

// The parent's budget with another deadline after `low`..`high` set on it.
static struct budget limit_budget(const struct budget *parent, int64_t low, int64_t high, uint32_t family, uint32_t bind, uint32_t entry) {
    struct budget out = *parent;
    if (!parent->has_deadline) {
        out = (struct budget){.has_deadline = true, .low = low, .high = high, .family = family, .low_bind = bind, .low_entry = entry};
        return out;
    }
    out.is_symbolic |= parent->family != family;
    if (low < parent->low || (low == high && low < parent->high)) {
        out.low = low < parent->low ? low : parent->low;
        out.low_bind = bind;
        out.low_entry = entry;
    }
    if (parent->has_none)
        out.high = parent->high > high ? parent->high : high;
    out.high = out.high < high ? out.high : high;
    out.has_none = out.is_passed = false;
    return out;
}

// ---- evaluation of a caller's value in one entry

static struct value evaluate(struct reach *r, sym_id id);

static struct value of_sym(sym_id sym) {
    return (struct value){.kind = VALUE_SYM, .sym = sym};
}

static uint32_t node_id(struct reach *r, sym_id target) {
    bool is_new;
    uint32_t *id = map_put(&r->node_ids, target, &is_new);
    if (is_new) {
        *id = (uint32_t)r->nodes.len;
        vec_push(&r->nodes, (struct node){0});
    }
    return *id;
}

// The node of the member or global that an address names, IR_NONE: it names none.
static uint32_t node_named(struct reach *r, sym_id address) {
    struct sym at = *sym_at(r->syms, address);
    while (at.kind == SYM_ELEM)
        at = *sym_at(r->syms, at.a);
    if (at.kind == SYM_FIELD)
        return node_id(r, sym_make(r->syms, SYM_FIELD, 0, SYM_NONE, at.b, 0));
    if (at.kind == SYM_GLOBAL)
        return node_id(r, sym_make(r->syms, SYM_GLOBAL, 0, at.a, 0, 0));
    return IR_NONE;
}

// The joined value there.
static struct value read_node(struct reach *r, sym_id address) {
    r->entries.items[r->current].reads_nodes = true;
    while (r->node_of.len <= address)
        vec_push(&r->node_of, 0);
    if (!r->node_of.items[address]) {
        uint32_t node = node_named(r, address);
        r->node_of.items[address] = node == IR_NONE ? IR_NONE : node + 1;
    }
    uint32_t known = r->node_of.items[address];
    return known == IR_NONE ? (struct value){0} : r->nodes.items[known - 1].value;
}

static struct value read_memory(struct reach *r, sym_id address) {
    struct sym node = *sym_at(r->syms, address);
    sym_id closed = address;
    if (node.kind == SYM_FIELD || node.kind == SYM_ELEM) {
        struct value base = evaluate(r, node.a);
        closed = base.kind == VALUE_SYM ? sym_make(r->syms, (enum sym_kind)node.kind, 0, base.sym, node.b, 0) : SYM_NONE;
    }
    const uint32_t *initial = closed ? map_get(&r->flow->globals, closed) : NULL;
    return initial ? of_sym(*initial) : read_node(r, address);
}

static struct value evaluate_need(struct reach *r, sym_id id, bool *ret_found) {
    const struct entry *entry = &r->entries.items[r->current];
    uint32_t need = id < r->need_of.len ? r->need_of.items[id] : 0;
    if (!need)
        return (struct value){0};
    *ret_found = entry->values[need - 1].kind != VALUE_UNKNOWN;
    return entry->values[need - 1];
}

static struct value combine(struct reach *r, struct value a, struct value b, enum ir_binary op) {
    if (a.kind == VALUE_DERIVED || b.kind == VALUE_DERIVED)
        return (struct value){.kind = VALUE_DERIVED};
    if (a.kind != VALUE_SYM || b.kind != VALUE_SYM)
        return (struct value){0};
    sym_id out = sym_binary(r->syms, op, a.sym, b.sym);
    return out ? of_sym(out) : (struct value){0};
}

static struct value evaluate_sum(struct reach *r, sym_id id) {
    struct linear sum;
    sym_linear(r->syms, id, &sum);
    struct value out = of_sym(sym_int(r->syms, sum.constant));
    for (uint32_t i = 0; i < sum.count; i++) {
        struct value term = combine(r, evaluate(r, sum.terms[i].atom), of_sym(sym_int(r->syms, sum.terms[i].coefficient)), IR_MUL);
        out = combine(r, out, term, IR_ADD);
    }
    return out;
}

static bool is_now(void *data, sym_id id) {
    const struct sym *node = sym_at(data, id);
    return node->kind == SYM_NOW || node->kind == SYM_INT || node->kind == SYM_OP;
}

sym_id flow_since_now(struct syms *syms, sym_id bound) {
    struct linear sum, rest = {0};
    uint32_t clocks = 0;
    sym_linear(syms, bound, &sum);
    rest.constant = sum.constant;
    for (uint32_t i = 0; i < sum.count; i++) {
        if (sym_at(syms, sum.terms[i].atom)->kind != SYM_INIT && sym_walk(syms, sum.terms[i].atom, is_now, syms)) {
            if (sum.terms[i].coefficient < 0)
                return SYM_NONE; // a time that has passed
            clocks++;
        } else
            rest.terms[rest.count++] = sum.terms[i];
    }
    return clocks ? sym_from_linear(syms, &rest) : SYM_NONE;
}

struct amount {
    enum { AMOUNT_NUMBER, AMOUNT_CONFIG, AMOUNT_DERIVED, AMOUNT_UNKNOWN } kind;
    int64_t low, high; // AMOUNT_NUMBER, or AMOUNT_CONFIG where `has_number`
    bool has_number;
};

static int64_t scale(int64_t number, int64_t factor) {
    int64_t out;
    return __builtin_mul_overflow(number, factor ? factor : 1, &out) ? INT64_MAX : out;
}

static bool is_memory(const struct syms *syms, sym_id id) {
    const struct sym *node = sym_at(syms, id);
    return node->kind == SYM_INIT && (sym_at(syms, node->a)->kind == SYM_FIELD || sym_at(syms, node->a)->kind == SYM_GLOBAL);
}

// The length of a bound in this entry.
static struct amount measure(struct reach *r, const struct bind *bind) {
    struct amount out = {.kind = AMOUNT_UNKNOWN};
    sym_id relative = bind->role->bound.kind == BOUND_DEADLINE ? flow_since_now(r->syms, bind->bound) : bind->bound;
    double real;
    if (flow_is_derived(r->flow, bind->bound))
        return (struct amount){.kind = AMOUNT_DERIVED};
    if (!relative)
        return out;
    struct value value = evaluate(r, relative);
    if (value.kind == VALUE_DERIVED)
        return (struct amount){.kind = AMOUNT_DERIVED};
    if (value.kind == VALUE_SYM && sym_is_float(r->syms, value.sym, &real))
        return (struct amount){AMOUNT_NUMBER, (int64_t)(real * (double)bind->unit_ns), (int64_t)(real * (double)bind->unit_ns), true};
    if (value.kind == VALUE_SYM && sym_is_int(r->syms, value.sym, &out.low)) {
        out.low = out.high = scale(out.low, bind->unit_ns);
        out.has_number = true;
        out.kind = is_memory(r->syms, relative) ? AMOUNT_CONFIG : AMOUNT_NUMBER;
        return out;
    }
    if (is_memory(r->syms, relative))
        out.kind = AMOUNT_CONFIG;
    return out;
}

static struct budget evaluate_parent(struct reach *r, sym_id parent) {
    struct value value = parent ? evaluate(r, parent) : (struct value){0};
    return value.kind == VALUE_BUDGET ? value.budget : no_deadline(false);
}

static struct value evaluate_context(struct reach *r, uint32_t bind_id) {
    const struct bind *bind = &r->flow->binds.items[bind_id];
    struct value out = {.kind = VALUE_BUDGET};
    if (bind->role->kind == ROLE_ROOT || bind->role->kind == ROLE_DETACH) {
        out.budget = no_deadline(false);
        return out;
    }
    out.budget = evaluate_parent(r, bind->parent);
    if (!bind->bound)
        return out;
    uint32_t family = bind->unit_ns ? 0 : bind->family;
    struct amount amount = measure(r, bind);
    if (amount.has_number)
        out.budget = limit_budget(&out.budget, amount.low, amount.high, family, bind_id, r->current);
    else if (bind->cap >= 0)
        out.budget = limit_budget(&out.budget, INT64_MAX, scale(bind->cap, bind->unit_ns), family, bind_id, r->current);
    else if (amount.kind != AMOUNT_DERIVED) {
        out.budget = limit_budget(&out.budget, INT64_MAX, INT64_MAX, out.budget.has_deadline ? out.budget.family : family, bind_id, r->current);
        out.budget.is_symbolic = true;
    }
    out.budget.overruns |= bind->role->clamps == CLAMP_NONE;
    return out;
}

static struct value evaluate(struct reach *r, sym_id id) {
    struct sym node = *sym_at(r->syms, id);
    bool found = false;
    struct value value = evaluate_need(r, id, &found);
    if (found)
        return value;
    switch ((enum sym_kind)node.kind) {
    case SYM_INT:
    case SYM_FLOAT:
    case SYM_FUNC:
    case SYM_GLOBAL: return of_sym(id);
    case SYM_FIELD:
    case SYM_ELEM: {
        struct value base = evaluate(r, node.a);
        return base.kind == VALUE_SYM ? of_sym(sym_make(r->syms, (enum sym_kind)node.kind, 0, base.sym, node.b, 0)) : (struct value){0};
    }
    case SYM_SUM: return evaluate_sum(r, id);
    case SYM_OP: return combine(r, evaluate(r, node.a), evaluate(r, node.b), (enum ir_binary)node.sub);
    case SYM_INIT: return read_memory(r, node.a);
    case SYM_CTX: return evaluate_context(r, node.a);
    case SYM_CANCEL: return evaluate(r, node.a);
    case SYM_QUERY: return (struct value){.kind = VALUE_DERIVED};
    case SYM_FRESH: return (struct value){.kind = node.is_derived ? VALUE_DERIVED : VALUE_UNKNOWN};
    default: return (struct value){0};
    }
}

// ---- nodes

static bool value_equal(const struct value *a, const struct value *b) {
    return a->kind == b->kind && a->sym == b->sym && (a->kind != VALUE_BUDGET || budget_equal(&a->budget, &b->budget));
}

static struct value join_values(const struct value *a, const struct value *b) {
    if (a->kind == VALUE_BUDGET && b->kind == VALUE_BUDGET) {
        struct value out = *a;
        out.budget = join_budgets(&a->budget, &b->budget);
        return out;
    }
    if (a->kind == VALUE_BUDGET || b->kind == VALUE_BUDGET) // a NULL or unknown beside a context
        return a->kind == VALUE_BUDGET ? *a : *b;
    if (a->kind == VALUE_DERIVED || b->kind == VALUE_DERIVED)
        return (struct value){.kind = VALUE_DERIVED};
    return value_equal(a, b) ? *a : (struct value){0};
}

static void store_in_node(struct reach *r, const struct event *event) {
    struct value value = evaluate(r, event->cell.value);
    uint32_t id = node_id(r, event->cell.address);
    struct node *node = &r->nodes.items[id];
    struct value joined = node->has_value ? join_values(&node->value, &value) : value;
    if (!node->has_value || !value_equal(&joined, &node->value))
        r->nodes_changed = true;
    node->value = joined;
    node->has_value = true;
}

// ---- entries

static void enqueue(struct reach *r, uint32_t entry) {
    if (r->entries.items[entry].queued)
        return;
    r->entries.items[entry].queued = true;
    vec_push(&r->queue, entry);
}

static uint64_t hash_value(const struct value *value, uint64_t h) {
    h = hash_mix(h, (uint64_t)value->kind << 32 | value->sym);
    if (value->kind != VALUE_BUDGET)
        return h;
    const struct budget *b = &value->budget;
    uint64_t flags = (uint64_t)b->has_none | (uint64_t)b->has_deadline << 1 | (uint64_t)b->is_passed << 2 | (uint64_t)b->is_symbolic << 3 |
                     (uint64_t)b->overruns << 4 | (uint64_t)b->family << 8;
    return hash_mix(hash_mix(h, flags), hash_mix((uint64_t)b->low, (uint64_t)b->high));
}

static void join_into_last(struct reach *r, uint32_t func, const struct value *values, size_t count) {
    struct entry *last = &r->entries.items[r->last_entries[func]];
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        struct value joined = join_values(&last->values[i], &values[i]);
        changed |= !value_equal(&joined, &last->values[i]);
        last->values[i] = joined;
    }
    if (changed)
        enqueue(r, r->last_entries[func]);
}

static void add_entry(struct reach *r, const struct entry_step *step, const struct value *values) {
    size_t count = r->flow->summaries[step->func].needs.len;
    uint64_t h = step->func;
    for (size_t i = 0; i < count; i++)
        h = hash_value(&values[i], h);
    bool is_new;
    uint32_t *known = map_put(&r->by_content, h, &is_new);
    if (!is_new)
        return;
    if (r->entry_counts[step->func] >= ENTRIES_MAX) {
        join_into_last(r, step->func, values, count);
        return;
    }
    uint32_t id = *known = (uint32_t)r->entries.len;
    struct entry entry = {.func = step->func, .values = arena_copy(&r->arena, values, count * sizeof *values)};
    vec_push(&r->entries, entry);
    vec_push(&r->flow->entries, *step);
    r->entry_counts[step->func]++;
    r->last_entries[step->func] = id;
    enqueue(r, id);
}

// What a budget becomes when a call hands it down. A thread or callback that gets no deadline is a root of its own.
static void pass_down(struct budget *budget, enum call_kind kind) {
    if (budget->has_none)
        budget->is_passed = kind != CALL_THREAD && kind != CALL_CALLBACK;
}

// An unknown context counts as passed down, but not where the callee itself takes it out of an object that came from outside.
static bool is_handed_over(const struct reach *r, const struct need *need, enum call_kind kind) {
    bool is_call = kind != CALL_THREAD && kind != CALL_CALLBACK;
    struct sym entry = *sym_at(r->syms, need->entry), value = *sym_at(r->syms, need->value);
    if (entry.kind != SYM_INIT || value.kind != SYM_INIT)
        return is_call;
    struct sym taken = *sym_at(r->syms, entry.a), held = *sym_at(r->syms, value.a);
    return is_call && !(taken.kind == SYM_FIELD && held.kind == SYM_FIELD && taken.b == held.b);
}

static void follow_call(struct reach *r, const struct event *event) {
    const struct summary *callee = &r->flow->summaries[event->callee];
    if (event->pointer) {
        struct value pointer = evaluate(r, event->pointer);
        if (pointer.kind == VALUE_SYM && pointer.sym != sym_make(r->syms, SYM_FUNC, 0, event->callee, 0, 0))
            return;
    }
    struct value *values = mem_zalloc(callee->needs.len * sizeof *values);
    for (size_t i = 0; i < callee->needs.len; i++)
        for (uint32_t k = 0; k < event->need_count; k++)
            if (event->needs[k].entry == callee->needs.items[i]) {
                values[i] = evaluate(r, event->needs[k].value);
                if (values[i].kind == VALUE_BUDGET)
                    pass_down(&values[i].budget, (enum call_kind)event->call_kind);
                else if (values[i].kind == VALUE_UNKNOWN && is_handed_over(r, &event->needs[k], (enum call_kind)event->call_kind))
                    values[i] = (struct value){.kind = VALUE_BUDGET, .budget = no_deadline(true)};
            }
    add_entry(r, &(struct entry_step){event->callee, r->current, event->inst, event->call_kind}, values);
    free(values);
}

// ---- bounds

static void record_bound(struct reach *r, const struct event *event) {
    const struct bind *bind = &r->flow->binds.items[event->bind];
    struct amount amount = measure(r, bind);
    if (amount.kind == AMOUNT_DERIVED || amount.kind == AMOUNT_UNKNOWN || (amount.has_number && amount.high <= 0))
        return;
    struct budget above = evaluate_parent(r, bind->parent);
    bool is_new;
    uint32_t *id = map_put(&r->bound_ids, (uint64_t)bind->func << 32 | bind->inst, &is_new);
    if (is_new) {
        *id = (uint32_t)r->flow->bounds.len;
        vec_push(&r->flow->bounds, ((struct bound_fact){.bind = event->bind, .func = bind->func, .inst = bind->inst, .is_config = amount.kind == AMOUNT_CONFIG,
                                                        .has_number = amount.has_number, .low = amount.low, .high = amount.high, .above = above,
                                                        .witness = r->current}));
        return;
    }
    struct bound_fact *fact = &r->flow->bounds.items[*id];
    bool tighter = above.has_deadline && (!fact->above.has_deadline || above.low < fact->above.low);
    bool more_telling = !fact->above.has_deadline && !fact->above.is_passed && above.is_passed;
    if (tighter || more_telling)
        fact->witness = r->current;
    fact->above = join_budgets(&fact->above, &above);
    fact->has_number &= amount.has_number;
    fact->low = fact->low < amount.low ? fact->low : amount.low;
    fact->high = fact->high > amount.high ? fact->high : amount.high;
}

// Whether what the path has assumed can hold in this entry.
static bool is_possible(struct reach *r, const struct facts *facts) {
    for (size_t i = 0; i < facts->items.len; i++) {
        const struct fact *fact = &facts->items.items[i];
        struct value value = evaluate(r, fact->key);
        int64_t number;
        if (value.kind != VALUE_SYM || !sym_is_int(r->syms, value.sym, &number))
            continue;
        if (number < fact->low || number > fact->high)
            return false;
        for (uint32_t k = 0; k < fact->excluded_count; k++)
            if (fact->excluded[k] == number)
                return false;
    }
    return true;
}

// Where two needs are the same symbol, the first one counts.
static void set_needs(struct reach *r, const struct summary *summary, bool is_current) {
    for (size_t i = summary->needs.len; i-- > 0;) {
        sym_id id = summary->needs.items[i];
        while (r->need_of.len <= id)
            vec_push(&r->need_of, 0);
        r->need_of.items[id] = is_current ? (uint32_t)i + 1 : 0;
    }
}

static void process(struct reach *r, uint32_t entry, bool final) {
    const struct summary *summary = &r->flow->summaries[r->entries.items[entry].func];
    r->current = entry;
    set_needs(r, summary, true);
    for (size_t i = 0; i < summary->events.len; i++) {
        const struct event *event = &summary->events.items[i];
        if (!is_possible(r, &event->facts))
            continue;
        if (event->kind == EVENT_CALL)
            follow_call(r, event);
        else if (event->kind == EVENT_STORE)
            store_in_node(r, event);
        else if (event->kind == EVENT_BIND && event->is_final && final)
            record_bound(r, event);
    }
    set_needs(r, summary, false);
}

// ---- the whole program

static bool has_wanted_caller(const struct flow *flow, uint32_t func) {
    const struct prog_func *pf = &flow->program->funcs[func];
    for (uint32_t i = 0; flow->summaries[func].needs.len && i < pf->caller_count; i++) {
        const struct prog_call *call = &flow->program->calls[flow->program->callers[pf->callers + i]];
        if (call->kind != CALL_BY_TYPE && call->caller != func && flow->wanted[call->caller] && !flow->summaries[call->caller].is_opaque)
            return true;
    }
    return false;
}

static void add_root(struct reach *r, uint32_t func) {
    struct value *values = mem_zalloc(r->flow->summaries[func].needs.len * sizeof *values);
    add_entry(r, &(struct entry_step){func, IR_NONE, IR_NONE, CALL_DIRECT}, values);
    free(values);
}

static void drain(struct reach *r) {
    while (r->queue.len) {
        uint32_t entry = r->queue.items[--r->queue.len];
        r->entries.items[entry].queued = false;
        process(r, entry, false);
    }
}

static void spread(struct reach *r) {
    for (unsigned round = 0; round < NODE_ROUNDS; round++) {
        r->nodes_changed = false;
        drain(r);
        if (!r->nodes_changed)
            break;
        for (uint32_t entry = 0; entry < r->entries.len; entry++)
            if (r->entries.items[entry].reads_nodes)
                enqueue(r, entry);
    }
}

void flow_reach(struct flow *flow) {
    struct reach r = {.flow = flow, .syms = &flow->syms};
    uint32_t count = flow->program->func_count;
    r.entry_counts = mem_zalloc(count * sizeof *r.entry_counts);
    r.last_entries = mem_zalloc(count * sizeof *r.last_entries);
    for (uint32_t f = 0; f < count; f++)
        if (flow->wanted[f] && !has_wanted_caller(flow, f))
            add_root(&r, f);
    spread(&r);
    for (uint32_t f = 0; f < count; f++)
        if (flow->wanted[f] && !r.entry_counts[f]) { // only reached from itself, or from where we could not follow
            add_root(&r, f);
            spread(&r);
        }
    for (uint32_t entry = 0; entry < r.entries.len; entry++) {
        program_rest_at(flow->program, entry);
        process(&r, entry, true);
    }
    for (size_t i = 0; i < flow->bounds.len; i++)
        for (uint32_t at = flow->bounds.items[i].witness; at != IR_NONE; at = flow->entries.items[at].from)
            flow->bounds.items[i].is_assumed |= flow->entries.items[at].kind == CALL_BY_TYPE;
    free(r.entry_counts);
    free(r.last_entries);
    vec_done(&r.entries);
    vec_done(&r.queue);
    vec_done(&r.nodes);
    vec_done(&r.need_of);
    vec_done(&r.node_of);
    map_done(&r.by_content);
    map_done(&r.node_ids);
    map_done(&r.bound_ids);
    arena_done(&r.arena);
}
