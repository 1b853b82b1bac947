// Cost: the bodies and the calls of the functions that were walked, and one look at each function for the order of the first ones.
#include "flow/kept/sums.h"
#include "flow/kept/passage.h"

#include <stdlib.h>
#include <string.h>

// ---- what the walks depend on

// What cost_use.c and cost_taint.c know of a function.
static uint64_t facts_of(const struct cost *cost, uint32_t func) {
    const struct cost_func *info = &cost->funcs[func];
    const struct prog_func *pf = &cost->program->funcs[func];
    uint64_t flags = (uint64_t)info->is_timely | (uint64_t)info->waits << 1 | (uint64_t)info->looks << 2 | (uint64_t)info->spends << 3 | (uint64_t)info->is_root << 4 |
                     (uint64_t)cost_keeps_clocks(cost, func) << 5 | (uint64_t)(info->uses != NULL) << 6 | (uint64_t)(info->inst_count <= COST_HELPER_INSTS) << 7;
    uint64_t type = pf->ir->type == IR_NONE ? 0 : cost->program->units[pf->unit].ir->type_keys[pf->ir->type];
    const uint64_t words[] = {flags, (uint64_t)info->gives << 32 | info->fills, type};
    uint64_t hash = hash_bytes(words, sizeof words);
    if (info->uses && pf->ir->param_count)
        hash = hash_mix(hash_bytes(info->uses, pf->ir->param_count), hash_mix(hash_bytes(info->units, pf->ir->param_count), hash));
    return hash;
}

static uint64_t digest_of(const struct cost *cost, struct depend *depend, uint32_t func) {
    const struct program *program = cost->program;
    const struct prog_func *pf = &program->funcs[func];
    uint64_t hash = hash_mix(depend_digest(depend, func), facts_of(cost, func));
    for (uint32_t i = pf->calls; i < pf->calls + pf->call_count; i++) {
        uint32_t callee = program->calls[i].callee, target = program->funcs[callee].forwards_to;
        hash = hash_mix(hash, facts_of(cost, callee));
        if (target != callee)
            hash = hash_mix(hash, depend_name(depend, target));
    }
    return hash;
}

// Also which functions are walked first, in this order.
static uint64_t environment_of(const struct cost *cost, struct depend *depend) {
    uint64_t hash = hash_mix(kept_environment(cost->flow), cost->has_arms);
    for (uint32_t i = 1; i < cost->ticking.texts.len; i++)
        hash = hash_mix(hash, hash_bytes(strtab_text(&cost->ticking, i), strlen(strtab_text(&cost->ticking, i))));
    for (uint32_t f = 0; f < cost->program->func_count; f++)
        if (cost->funcs[f].is_root)
            hash = hash_mix(hash, depend_name(depend, f));
    return hash;
}

// ---- what they found

static void pass_place(struct passage *p, struct cost_place *place) {
    passage_func(p, &place->func);
    passage_inst(p, place->func, &place->inst);
}

static void pass_term(struct passage *p, struct cost_term *term) {
    uint32_t kind = term->kind;
    passage_func(p, &term->func);
    passage_inst(p, term->func, &term->inst);
    passage_number(p, &kind);
    term->kind = (enum cost_kind)kind;
    passage_func(p, &term->callee);
    passage_number(p, &term->count);
    passage_long(p, &term->each);
    passage_long(p, &term->sum);
    passage_bool(p, &term->in_loop);
}

#define pass_array(p, items, count, type, pass_item)                        \
    do {                                                                    \
        (count) = (uint32_t)passage_count((p), (count));                    \
        if ((p)->mode == PASSAGE_READ)                                      \
            (items) = arena_array(&(p)->flow->arena, type, (count));        \
        for (uint32_t i_ = 0; i_ < (count); i_++)                           \
            pass_item((p), &(items)[i_]);                                   \
    } while (0)

static void pass_overrun(struct passage *p, struct overrun *found) {
    uint32_t kind = found->kind;
    passage_func(p, &found->func);
    passage_inst(p, found->func, &found->inst);
    passage_number(p, &kind);
    found->kind = (enum overrun_kind)kind;
    pass_place(p, &found->setter);
    passage_long(p, &found->allowed);
    passage_long(p, &found->needed);
    pass_array(p, found->calls, found->call_count, struct cost_place, pass_place);
    pass_array(p, found->terms, found->term_count, struct cost_term, pass_term);
    pass_array(p, found->bounds, found->bound_count, struct cost_place, pass_place);
    passage_bool(p, &found->is_lower);
    passage_bool(p, &found->is_assumed);
}

static void pass_found(struct passage *p, struct cost *cost) {
    passage_vec(p, &cost->flow->overruns, pass_overrun);
    passage_number(p, &cost->given_up);
}

// ---- from run to run

struct walked {
    uint32_t func;
    int64_t digest;
};

static void pass_walked(struct passage *p, struct walked *walked) {
    passage_func(p, &walked->func);
    passage_long(p, &walked->digest);
}

static void write_walked(struct passage *p, const struct cost *cost, struct depend *depend) {
    uint32_t count = 0;
    for (uint32_t f = 0; f < cost->program->func_count; f++)
        count += cost->funcs[f].is_walked;
    passage_count(p, count);
    for (uint32_t f = 0; f < cost->program->func_count; f++) {
        struct walked walked = {.func = f};
        if (!cost->funcs[f].is_walked)
            continue;
        if (p->mode == PASSAGE_WRITE)
            walked.digest = (int64_t)digest_of(cost, depend, f);
        pass_walked(p, &walked);
    }
}

void sums_save(struct cost *cost, struct depend *depend, struct buf *ret_memory) {
    struct passage p = {.mode = PASSAGE_MARK, .flow = cost->flow};
    int64_t environment = (int64_t)environment_of(cost, depend);
    p.funcs = (struct numbering){mem_zalloc(cost->program->func_count * sizeof *p.funcs.items), cost->program->func_count};
    write_walked(&p, cost, depend);
    pass_found(&p, cost);
    ret_memory->len = 0;
    passage_start_writing(&p, ret_memory);
    passage_long(&p, &environment);
    passage_func_names(&p);
    write_walked(&p, cost, depend);
    pass_found(&p, cost);
    passage_done(&p);
}

// Notes each function that is still the same; false where one is not.
static bool read_walked(struct passage *p, struct cost *cost, struct depend *depend) {
    uint32_t count = (uint32_t)passage_count(p, 0);
    for (uint32_t i = 0; i < count; i++) {
        struct walked walked;
        pass_walked(p, &walked);
        if (p->is_damaged || p->is_lost || walked.func == IR_NONE || !cost->program->funcs[walked.func].has_body ||
            (uint64_t)walked.digest != digest_of(cost, depend, walked.func))
            return false;
        cost->funcs[walked.func].is_walked = true;
    }
    return true;
}

static bool read_all(struct passage *p, struct cost *cost, struct depend *depend) {
    int64_t environment = 0;
    passage_long(p, &environment);
    if (p->is_damaged || (uint64_t)environment != environment_of(cost, depend))
        return false;
    passage_func_names(p);
    if (!read_walked(p, cost, depend))
        return false;
    pass_found(p, cost);
    return !p->is_damaged && !p->is_lost && p->at == p->end;
}

bool sums_take(struct cost *cost, struct depend *depend, const struct buf *memory) {
    const uint32_t *words = (const void *)memory->data;
    struct passage p = {.mode = PASSAGE_READ, .flow = cost->flow, .at = words, .end = words ? words + memory->len / sizeof *words : NULL};
    bool ok = read_all(&p, cost, depend);
    passage_done(&p);
    if (ok)
        return true;
    cost->flow->overruns.len = 0;
    cost->given_up = 0;
    for (uint32_t f = 0; f < cost->program->func_count; f++)
        cost->funcs[f].is_walked = false;
    return false;
}
