#include "flow/costs/cost.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 8192, NODES_TOTAL = 2000000, DEPTH_MAX = 100, ENTRIES_MAX = 32, HELPER_ENTRIES_MAX = 1000, TRIALS_MAX = 12 };

// ---- values

struct cost_value cost_operand(struct walk *w, const struct ir_value *value) {
    switch ((enum ir_value_kind)value->kind) {
    case IR_V_INT: return cost_int(w->ir->ints[value->index]);
    case IR_V_FLOAT: {
        struct cost_value out = {.kind = COST_FLOAT};
        memcpy(&out.number, &w->ir->floats[value->index], sizeof out.number);
        return out;
    }
    case IR_V_FUNC: return (struct cost_value){.kind = COST_FUNC, .a = w->unit->func_ids[value->index]};
    case IR_V_TEMP:
        return w->info->live.crosses[value->index] ? cost_get(&w->env, cost_place(w->cost, PLACE_TEMP, 0, value->index)) : w->temps[value->index];
    case IR_V_ADDR: {
        uint32_t global = w->unit->global_ids[value->index];
        place_id place = global == IR_NONE ? cost_place(w->cost, PLACE_VAR, 0, value->index) : cost_place(w->cost, PLACE_GLOBAL, 0, global);
        return (struct cost_value){.kind = COST_ADDR, .a = place};
    }
    default: return (struct cost_value){0};
    }
}

static void set_temp(struct walk *w, uint32_t temp, struct cost_value value) {
    if (temp == IR_NONE)
        return;
    w->temps[temp] = value;
    if (w->info->live.crosses[temp])
        cost_set(&w->env, cost_place(w->cost, PLACE_TEMP, 0, temp), value);
}

static bool is_record(const struct walk *w, uint32_t type) {
    return type != IR_NONE && w->ir->types[type].kind == IR_RECORD;
}

// The engine's name for a place in a global, SYM_NONE for others.
static sym_id global_symbol(struct walk *w, place_id place) {
    struct place at = *cost_place_at(w->cost, place);
    struct syms *syms = &w->cost->flow->syms;
    if (at.kind == PLACE_GLOBAL)
        return sym_make(syms, SYM_GLOBAL, 0, at.index, 0, 0);
    if ((at.kind != PLACE_FIELD && at.kind != PLACE_ELEM) || (at.kind == PLACE_ELEM && !at.index))
        return SYM_NONE;
    sym_id parent = global_symbol(w, at.parent);
    if (!parent)
        return SYM_NONE;
    return at.kind == PLACE_FIELD ? sym_make(syms, SYM_FIELD, 0, parent, at.index, 0) : sym_make(syms, SYM_ELEM, 0, parent, sym_int(syms, at.index - 1), 0);
}

static struct cost_value initial_value(struct walk *w, place_id place) {
    struct syms *syms = &w->cost->flow->syms;
    int64_t number;
    sym_id symbol = global_symbol(w, place);
    const uint32_t *known = symbol ? map_get(&w->cost->flow->globals, symbol) : NULL;
    return known && sym_is_int(syms, *known, &number) ? cost_int(number) : (struct cost_value){0};
}

struct cost_value cost_load(struct walk *w, place_id place, uint32_t type) {
    struct cost_value value = cost_get(&w->env, place);
    struct place at = *cost_place_at(w->cost, place);
    if (value.kind)
        return value;
    if (type != IR_NONE && w->ir->types[type].kind == IR_POINTER) {
        bool is_param = at.kind == PLACE_VAR && at.index - w->fn->vars < w->fn->param_count;
        place_id target = is_param ? cost_place(w->cost, PLACE_PARAM, 0, at.index - w->fn->vars) : cost_place(w->cost, PLACE_CONTENT, place, 0);
        return (struct cost_value){.kind = COST_ADDR, .a = target};
    }
    return initial_value(w, place);
}

static void copy_below(struct walk *w, place_id from, place_id to) {
    struct cost_env before;
    cost_env_copy(&before, &w->env);
    cost_forget(w->cost, &w->env, to);
    for (size_t i = 0; i < before.cells.len; i++)
        if (cost_below(w->cost, before.cells.items[i].place, from))
            cost_set(&w->env, cost_moved(w->cost, before.cells.items[i].place, from, to), before.cells.items[i].value);
    vec_done(&before.cells);
}

void cost_store(struct walk *w, place_id place, struct cost_value value, uint32_t type) {
    struct place at = *cost_place_at(w->cost, place);
    bool is_pointer = type != IR_NONE && w->ir->types[type].kind == IR_POINTER;
    if (at.kind == PLACE_ELEM && !at.index)
        place = at.parent;
    if (is_record(w, type) && value.kind == COST_ADDR) {
        copy_below(w, value.a, place);
        return;
    }
    cost_forget(w->cost, &w->env, place);
    if (!value.kind && is_pointer)
        value = (struct cost_value){.kind = COST_ADDR, .a = cost_place(w->cost, PLACE_MADE, 0, w->inst)};
    if (at.kind != PLACE_ELEM || at.index)
        cost_set(&w->env, place, value);
}

// ---- instructions

static void load(struct walk *w, const struct ir_inst *inst) {
    struct cost_value address = cost_operand(w, &w->ir->values[inst->args]), value = {0};
    if (address.kind == COST_ADDR && is_record(w, inst->type)) {
        place_id temp = cost_place(w->cost, PLACE_TEMP, 0, inst->result);
        place_id copy = cost_place(w->cost, PLACE_CONTENT, temp, 0);
        copy_below(w, address.a, copy);
        value = (struct cost_value){.kind = COST_ADDR, .a = copy};
    } else if (address.kind == COST_ADDR) {
        value = cost_load(w, address.a, inst->type);
    }
    set_temp(w, inst->result, value);
}

// What a zeroed object's members hold: only numbers that a bound may be read from matter.
static void zero(struct walk *w, place_id place, uint32_t type) {
    cost_forget(w->cost, &w->env, place);
    if (!is_record(w, type)) {
        if (type == IR_NONE || w->ir->types[type].kind != IR_ARRAY)
            cost_set(&w->env, place, cost_int(0));
        return;
    }
    const struct ir_record *record = &w->ir->records[w->ir->types[type].record];
    for (uint32_t i = 0; w->ir->types[type].record != IR_NONE && i < record->field_count; i++) {
        const struct ir_field *field = &w->ir->fields[record->fields + i];
        uint8_t kind = field->type == IR_NONE ? IR_OTHER : w->ir->types[field->type].kind;
        if (kind == IR_INT || kind == IR_UINT || kind == IR_BOOL || kind == IR_ENUM)
            cost_set(&w->env, cost_place(w->cost, PLACE_FIELD, place, w->unit->field_ids[record->fields + i]), cost_int(0));
    }
}

static struct cost_value part_address(struct walk *w, const struct ir_inst *inst) {
    const struct ir_value *args = &w->ir->values[inst->args];
    struct cost_value base = cost_operand(w, &args[0]);
    if (base.kind != COST_ADDR)
        return (struct cost_value){0};
    if (inst->op == IR_FIELD) {
        base.a = cost_place(w->cost, PLACE_FIELD, base.a, w->unit->field_ids[inst->aux]);
        return base;
    }
    struct cost_value index = cost_operand(w, &args[1]);
    bool known = index.kind == COST_INT && index.number >= 0 && index.number < 1000;
    base.a = cost_place(w->cost, PLACE_ELEM, base.a, known ? (uint32_t)index.number + 1 : 0);
    return base;
}

static void run_inst(struct walk *w, const struct ir_inst *inst) {
    const struct ir_value *args = &w->ir->values[inst->args];
    switch ((enum ir_op)inst->op) {
    case IR_LOAD: load(w, inst); break;
    case IR_STORE: {
        struct cost_value address = cost_operand(w, &args[0]);
        if (address.kind == COST_ADDR)
            cost_store(w, address.a, cost_operand(w, &args[1]), inst->type);
        break;
    }
    case IR_ZERO: {
        struct cost_value address = cost_operand(w, &args[0]);
        if (address.kind == COST_ADDR)
            zero(w, address.a, inst->type);
        break;
    }
    case IR_FIELD:
    case IR_INDEX: set_temp(w, inst->result, part_address(w, inst)); break;
    case IR_BINARY: set_temp(w, inst->result, cost_binary(w, (enum ir_binary)inst->sub, cost_operand(w, &args[0]), cost_operand(w, &args[1]))); break;
    case IR_UNARY: set_temp(w, inst->result, cost_unary((enum ir_unary)inst->sub, cost_operand(w, &args[0]))); break;
    case IR_CAST: set_temp(w, inst->result, cost_cast(&w->ir->types[inst->type], cost_operand(w, &args[0]))); break;
    case IR_CALL: {
        struct cost_value result = cost_call(w, inst);
        set_temp(w, inst->result, result);
        break;
    }
    case IR_HAVOC: set_temp(w, inst->result, (struct cost_value){0}); break;
    default: break;
    }
}

void cost_add_item(struct walk *w, const struct cost_item *item) {
    struct cost_item added = *item;
    if (w->is_free)
        added.amount = 0;
    added.is_later &= !w->is_free;
    if (added.amount > 0 || added.offset > 0 || added.is_later)
        vec_push(&w->graph->items, added);
}

// ---- edges

static bool leaves_loop(const struct walk *w, uint32_t block, uint32_t head) {
    const struct ir_block *b = &w->ir->blocks[w->fn->blocks + block];
    for (uint32_t s = 0; s < b->succ_count; s++)
        if (!cfg_in_loop(&w->info->cfg, w->ir->succs[b->succs + s], head))
            return true;
    return false;
}

// A constant has decided at the end of this block: loops that it can leave go on with their count known.
static void note_decided(struct walk *w) {
    if (!w->info->progresses[w->block] || w->is_coarse)
        return;
    for (uint32_t head = w->info->cfg.blocks[w->block].loop; head != IR_NONE; head = w->info->cfg.blocks[head].outer) {
        place_id place = cost_place(w->cost, PLACE_LOOP, 0, head);
        if (leaves_loop(w, w->block, head) && cost_get(&w->env, place).number != TURN_FREE && !map_get(&w->graph->uncounted, head))
            cost_set(&w->env, place, cost_int(TURN_COUNTED));
    }
}

// The turn of the loop that an edge to its head begins, coming from some block. False: there is none any more.
static bool begin_turn(struct walk *w, struct cost_env *env, uint32_t from, uint32_t head) {
    place_id place = cost_place(w->cost, PLACE_LOOP, 0, head);
    int64_t turn = cost_get(env, place).number;
    bool is_back = cfg_in_loop(&w->info->cfg, from, head);
    if (!is_back || turn == TURN_COUNTED) {
        cost_set(env, place, is_back ? cost_int(TURN_LATER) : (struct cost_value){0});
        return true;
    }
    if (turn == TURN_FREE)
        return false;
    if (turn == TURN_LATER) {
        map_put(&w->graph->uncounted, head, NULL);
        w->graph->is_stale = true;
    }
    map_put(&w->graph->free_loops, head, NULL);
    cost_set(env, place, cost_int(TURN_FREE));
    return true;
}

static bool is_kept(const struct walk *w, uint32_t block, place_id place) {
    const struct place *root = cost_root_of(w->cost, place);
    const struct live *live = &w->info->live;
    if (root->kind == PLACE_VAR) // those of callers, which live on, are reached through pointers
        return root->index - w->fn->vars >= w->fn->var_count || live_at(live, block, root->index - w->fn->vars);
    if (root->kind == PLACE_TEMP)
        return live->crosses[root->index] && live_at(live, block, live->var_count + root->index);
    return root->kind != PLACE_LOOP || cfg_in_loop(&w->info->cfg, block, root->index);
}

// What the start of `block` can still see of the environment.
static void narrow(struct walk *w, uint32_t block) {
    struct cost_env *next = &w->next;
    next->cells.len = 0;
    vec_reserve(&next->cells, w->env.cells.len);
    for (size_t i = 0; i < w->env.cells.len; i++) {
        const struct cost_cell *cell = &w->env.cells.items[i];
        bool is_plain = cell->value.kind == COST_INT || cell->value.kind == COST_FLOAT;
        bool is_dropped = w->is_coarse && is_plain && cost_place_at(w->cost, cell->place)->kind < PLACE_AMBIENT;
        if (!is_dropped && is_kept(w, block, cell->place))
            next->cells.items[next->cells.len++] = *cell;
    }
}

static bool is_free(const struct walk *w, const struct cost_env *env) {
    for (size_t i = 0; i < env->cells.len; i++)
        if (env->cells.items[i].value.number == TURN_FREE && cost_place_at(w->cost, env->cells.items[i].place)->kind == PLACE_LOOP)
            return true;
    return false;
}

static uint32_t add_node(struct cost_graph *graph, uint32_t block, bool is_free, const struct cost_env *env) {
    struct cost_node node = {.block = block, .is_free = is_free, .cells = (uint32_t)graph->cells.len, .cell_count = (uint32_t)env->cells.len};
    vec_reserve(&graph->cells, node.cells + env->cells.len);
    if (node.cell_count)
        memcpy(&graph->cells.items[node.cells], env->cells.items, node.cell_count * sizeof *env->cells.items);
    graph->cells.len += node.cell_count;
    vec_push(&graph->nodes, node);
    return (uint32_t)graph->nodes.len - 1;
}

static uint32_t intern_node(struct walk *w, uint32_t block, const struct cost_env *env) {
    bool is_new;
    uint32_t *id = map_put(&w->graph->ids, hash_mix(cost_env_hash(env), block), &is_new);
    if (is_new)
        *id = add_node(w->graph, block, is_free(w, env), env);
    return *id;
}

// Whether something here is the deadline that is tried, or comes from it.
static bool speaks_of_trial(const struct cost_env *env) {
    for (size_t i = 0; i < env->cells.len; i++) {
        const struct cost_value *value = &env->cells.items[i].value;
        bool is_own = (value->kind == COST_DEADLINE || value->kind == COST_CANCEL) ? value->a == 1 : value->kind == COST_ELAPSED && !value->a;
        if (is_own || value->kind == COST_BUDGET || cost_is_derived(*value))
            return true;
    }
    return false;
}

// Goes on to successor `s` of the current block; `proven` ns are left there, 0: not known.
static void go(struct walk *w, uint32_t s, int64_t proven) {
    uint32_t from = w->block, to = w->ir->succs[w->ir->blocks[w->fn->blocks + w->block].succs + s];
    for (; w->info->jumps[to] != IR_NONE; to = w->info->jumps[to])
        from = to;
    place_id place = cost_place(w->cost, PLACE_PROVEN, 0, 0);
    narrow(w, to);
    if (proven > cost_get(&w->next, place).number)
        cost_set(&w->next, place, cost_int(proven));
    if (w->info->cfg.blocks[to].loop == to && !begin_turn(w, &w->next, from, to))
        return;
    cost_env_tidy(w->cost, &w->next);
    if (!w->entry && !speaks_of_trial(&w->next)) // no use can follow
        return;
    if (w->graph->nodes.len >= NODES_MAX || w->cost->node_total >= NODES_TOTAL) {
        w->graph->is_cut = true;
        return;
    }
    uint32_t node = intern_node(w, to, &w->next);
    vec_push(&w->graph->succs, node);
}

static void run_switch(struct walk *w, const struct ir_inst *inst, uint32_t succ_count) {
    const struct ir_value *args = &w->ir->values[inst->args];
    struct cost_value value = cost_operand(w, &args[0]);
    uint32_t taken = succ_count - 1;
    if (value.kind != COST_INT) {
        for (uint32_t s = 0; s < succ_count; s++)
            go(w, s, 0);
        return;
    }
    for (uint32_t s = 0; s + 1 < succ_count && taken == succ_count - 1; s++) {
        struct cost_value low = cost_operand(w, &args[1 + 2 * s]), high = cost_operand(w, &args[2 + 2 * s]);
        if (value.number >= low.number && value.number <= high.number)
            taken = s;
    }
    note_decided(w);
    go(w, taken, 0);
}

static void run_branch(struct walk *w, const struct ir_inst *inst) {
    struct cost_value value = cost_operand(w, &w->ir->values[inst->args]);
    int truth = cost_truth(w->cost, value);
    bool is_test = value.kind == COST_TEST;
    if (truth >= 0) {
        note_decided(w);
        go(w, truth ? 0 : 1, 0);
        return;
    }
    go(w, 0, is_test && value.sub ? value.number : 0);
    go(w, 1, is_test && !value.sub ? value.number : 0);
}

// What callers can see of the state at a return.
static void keep_visible(const struct walk *w, struct cost_env *env) {
    size_t kept = 0;
    for (size_t i = 0; i < env->cells.len; i++) {
        uint8_t kind = cost_root_of(w->cost, env->cells.items[i].place)->kind;
        if (kind != PLACE_VAR && kind != PLACE_TEMP && kind != PLACE_LOOP && kind != PLACE_SPENT)
            env->cells.items[kept++] = env->cells.items[i];
    }
    env->cells.len = kept;
}

static void run_return(struct walk *w, const struct ir_inst *inst) {
    if (!w->entry)
        return;
    place_id result = cost_place(w->cost, PLACE_RESULT, 0, 0);
    struct cost_value value = inst->arg_count ? cost_operand(w, &w->ir->values[inst->args]) : (struct cost_value){0};
    if (value.kind)
        cost_store(w, result, value, w->ir->types[w->fn->type].target);
    struct cost_env env;
    cost_env_copy(&env, &w->env);
    keep_visible(w, &env);
    if (w->entry->returns) {
        cost_env_join(w->cost, &w->entry->end, &env);
        vec_done(&env.cells);
    } else {
        w->entry->end = env;
    }
    w->entry->returns = true;
}

static void run_terminator(struct walk *w, const struct ir_inst *inst, uint32_t succ_count) {
    switch ((enum ir_op)inst->op) {
    case IR_BRANCH: run_branch(w, inst); break;
    case IR_SWITCH: run_switch(w, inst, succ_count); break;
    case IR_RETURN: run_return(w, inst); break;
    case IR_JUMP:
    case IR_GOTO_ANY:
        for (uint32_t s = 0; s < succ_count; s++)
            go(w, s, 0);
        break;
    default: break;
    }
}

// ---- one function

static void run_block(struct walk *w, uint32_t first) {
    const struct ir_block *block = &w->ir->blocks[w->fn->blocks + w->block];
    for (uint32_t i = first; i < block->inst_count && !w->has_ended; i++) {
        w->inst = block->insts + i;
        if (w->ir->insts[w->inst].op < IR_JUMP)
            run_inst(w, &w->ir->insts[w->inst]);
        else if (w->info->follows[w->block] == IR_NONE)
            run_terminator(w, &w->ir->insts[w->inst], block->succ_count);
    }
}

// The block, and what only it leads to.
static void run_node(struct walk *w, uint32_t id, uint32_t first) {
    struct cost_node *node = &w->graph->nodes.items[id];
    w->env.cells.len = 0;
    vec_reserve(&w->env.cells, node->cell_count);
    if (node->cell_count)
        memcpy(w->env.cells.items, &w->graph->cells.items[node->cells], node->cell_count * sizeof *w->env.cells.items);
    w->env.cells.len = node->cell_count;
    w->block = node->block;
    w->is_free = node->is_free;
    w->has_ended = false;
    uint32_t items = (uint32_t)w->graph->items.len, succs = (uint32_t)w->graph->succs.len;
    for (run_block(w, first); w->info->follows[w->block] != IR_NONE && !w->has_ended; run_block(w, 0))
        w->block = w->info->follows[w->block];
    node = &w->graph->nodes.items[id]; // nodes may have moved
    node->items = items;
    node->item_count = (uint32_t)w->graph->items.len - items;
    node->succs = succs;
    node->succ_count = (uint32_t)w->graph->succs.len - succs;
    w->cost->node_total++;
}

// Items in loops whose count turned out to be unknown.
static void finish_graph(const struct walk *w) {
    struct cost_graph *graph = w->graph;
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const struct cost_node *node = &graph->nodes.items[n];
        bool in_loop = false;
        for (uint32_t head = !node->item_count ? IR_NONE : w->info->cfg.blocks[node->block].loop; head != IR_NONE; head = w->info->cfg.blocks[head].outer)
            in_loop |= map_get(&graph->free_loops, head) != NULL;
        for (uint32_t i = 0; i < node->item_count; i++)
            graph->items.items[node->items + i].in_loop = in_loop;
    }
    map_done(&graph->ids);
    vec_done(&graph->cells);
}

void cost_graph_done(struct cost_graph *graph) {
    vec_done(&graph->nodes);
    vec_done(&graph->cells);
    vec_done(&graph->items);
    vec_done(&graph->succs);
    map_done(&graph->ids);
    map_done(&graph->free_loops);
    map_done(&graph->uncounted);
}

static void begin_walk(struct walk *w, struct cost *cost, uint32_t func, struct cost_graph *graph) {
    cost_prepare(cost, func);
    cost->funcs[func].is_walked = true;
    *w = (struct walk){.cost = cost, .info = &cost->funcs[func], .func = func, .graph = graph, .site = IR_NONE};
    w->unit = &cost->program->units[cost->program->funcs[func].unit];
    w->ir = w->unit->ir;
    w->fn = cost->program->funcs[func].ir;
    w->keeps_clocks = cost_keeps_clocks(cost, func);
    w->temps = mem_zalloc(w->fn->temp_count * sizeof *w->temps);
}

static void end_walk(struct walk *w) {
    finish_graph(w);
    free(w->temps);
    vec_done(&w->env.cells);
    vec_done(&w->next.cells);
}

static void forget_graph(struct walk *w) {
    struct map uncounted = w->graph->uncounted;
    w->graph->uncounted = (struct map){0};
    cost_graph_done(w->graph);
    *w->graph = (struct cost_graph){.uncounted = uncounted};
    w->is_reused = false;
    if (!w->entry)
        return;
    vec_done(&w->entry->end.cells);
    w->entry->returns = false;
}

static void run_once(struct walk *w, const struct cost_env *start, uint32_t block, uint32_t first) {
    struct cost_env env;
    cost_env_copy(&env, start);
    for (size_t i = env.cells.len; i-- > 0;) { // a trial begins in the middle of a block, and of a turn
        const struct place *place = cost_place_at(w->cost, env.cells.items[i].place);
        if (place->kind == PLACE_TEMP)
            w->temps[place->index] = env.cells.items[i].value;
        else if (place->kind == PLACE_LOOP && (w->is_coarse || map_get(&w->graph->uncounted, place->index)))
            cost_set(&env, env.cells.items[i].place, (struct cost_value){0});
    }
    add_node(w->graph, block, false, &env);
    vec_done(&env.cells);
    for (uint32_t id = 0; id < w->graph->nodes.len && !w->graph->is_stale; id++)
        run_node(w, id, id ? 0 : first);
}

// Again where a loop turned out not to be counted. Where there are too many states: once more, with every loop once and no constants
// kept from block to block.
static void run_all(struct walk *w, const struct cost_env *start, uint32_t block, uint32_t first) {
    enum { AGAIN_MAX = 6 };
    run_once(w, start, block, first);
    for (unsigned again = 0; w->graph->is_stale || (w->graph->is_cut && !w->is_coarse && w->cost->node_total < NODES_TOTAL); again++) {
        w->is_coarse = w->is_lower = w->is_coarse || w->graph->is_cut || again >= AGAIN_MAX;
        forget_graph(w);
        run_once(w, start, block, first);
    }
}

static void walk_entry(struct cost *cost, struct cost_entry *entry) {
    struct walk w;
    begin_walk(&w, cost, entry->func, &entry->graph);
    w.entry = entry;
    run_all(&w, &entry->start, 0, 0);
    end_walk(&w);
    entry->is_reused = w.is_reused;
    entry->is_lower = w.is_lower || entry->graph.is_cut;
}

void cost_drop_numbers(struct cost_env *env) {
    size_t kept = 0;
    for (size_t i = 0; i < env->cells.len; i++)
        if (env->cells.items[i].value.kind != COST_INT && env->cells.items[i].value.kind != COST_FLOAT)
            env->cells.items[kept++] = env->cells.items[i];
    env->cells.len = kept;
}

static uint32_t *find_entry(struct cost *cost, uint32_t func, struct cost_env *start, bool *ret_new) {
    uint64_t key = cost_hash(cost_env_hash(start), func);
    uint32_t *known = map_get(&cost->entry_ids, key);
    uint32_t most = cost->funcs[func].is_timely ? ENTRIES_MAX : HELPER_ENTRIES_MAX; // small helpers that compute numbers
    if (!known && cost->entry_counts[func] >= most) {
        cost_drop_numbers(start);
        key = cost_hash(cost_env_hash(start), func);
    }
    return map_put(&cost->entry_ids, key, ret_new);
}

uint32_t cost_reserve(struct cost *cost, uint32_t func, struct cost_env *start) {
    bool is_new;
    uint32_t *known = find_entry(cost, func, start, &is_new);
    if (!is_new) {
        vec_done(&start->cells);
        return *known;
    }
    *known = (uint32_t)cost->entries.len;
    struct cost_entry *entry = arena_new(&cost->arena, struct cost_entry);
    *entry = (struct cost_entry){.func = func, .start = *start};
    vec_push(&cost->entries, entry);
    cost->entry_counts[func]++;
    return *known;
}

bool cost_has_room(struct cost *cost) {
    cost->given_up += cost->node_total >= NODES_TOTAL;
    return cost->depth < DEPTH_MAX && cost->node_total < NODES_TOTAL;
}

bool cost_walk(struct cost *cost, uint32_t id) {
    struct cost_entry *entry = cost->entries.items[id];
    if (entry->is_walked)
        return true;
    if (cost->is_open[entry->func] || !cost_has_room(cost))
        return false;
    cost->depth++;
    cost->is_open[entry->func] = 1;
    walk_entry(cost, entry);
    cost->is_open[entry->func] = 0;
    cost->depth--;
    return entry->is_walked = true;
}

void cost_ask(struct cost *cost, uint32_t id) {
    if (!cost->entries.items[id]->is_walked)
        vec_push(&cost->asked, id);
}

// ---- trials

// What the rest of the current block still reads of what it has computed.
static void keep_temps(struct walk *w, struct cost_env *env) {
    const struct ir_block *block = &w->ir->blocks[w->fn->blocks + w->block];
    for (uint32_t i = block->insts; i < w->inst; i++) {
        uint32_t temp = w->ir->insts[i].result;
        if (temp != IR_NONE && !w->info->live.crosses[temp])
            cost_set(env, cost_place(w->cost, PLACE_TEMP, 0, temp), w->temps[temp]);
    }
}

void cost_note_trial(struct walk *w, const struct cost_trial *trial) {
    struct cost_trial noted = *trial;
    bool is_new;
    if (!w->entry || w->is_free)
        return;
    uint64_t site = (uint64_t)trial->func << 32 | trial->inst;
    keep_temps(w, &noted.env);
    uint64_t key = cost_hash(cost_hash(cost_env_hash(&noted.env), site), cost_hash((uint64_t)trial->allowed, (uint64_t)trial->entry << 8 | trial->kind));
    map_put(&w->cost->trial_ids, key, &is_new);
    uint32_t *count = map_put(&w->cost->trial_counts, site, NULL);
    if (!is_new || *count >= TRIALS_MAX) {
        vec_done(&noted.env.cells);
        return;
    }
    ++*count;
    noted.block = w->block;
    noted.next = w->inst + 1 - w->ir->blocks[w->fn->blocks + w->block].insts;
    vec_push(&w->cost->trials, noted);
}

bool cost_walk_trial(struct cost *cost, const struct cost_trial *trial, struct cost_graph *ret_graph) {
    struct walk w;
    begin_walk(&w, cost, trial->func, ret_graph);
    w.site = trial->inst;
    w.allowed = trial->allowed;
    run_all(&w, &trial->env, trial->block, trial->next);
    end_walk(&w);
    return w.is_lower || ret_graph->is_cut;
}
