// Two depths. Bodies in static single assignment form are looked into as long as they lead to others that are (`forms`: one hash for each,
// of all below, bottom-up over the components). Of any other function that may wait, it counts what it returns, and what it calls, so
// many levels deep (`results`). Cost: linear in the calls of the functions that are asked about.
#include "flow/kept/quiet.h"

#include "flow/retries/retry.h"

#include <stdlib.h>
#include <string.h>

struct quiet {
    struct timed *timed;
    struct depend *depend;
    uint64_t environment;
    uint64_t *forms;              // by function; 0: it is in no form
    uint64_t *bodies;             // by function: what it says and calls; 0: not asked for yet
    struct map results_at;        // level and function -> index in results
    VEC(uint64_t) results;
    const uint64_t *known;        // in order
    size_t known_count;
    VEC(uint64_t) now;
};

// ---- what is known of a function without looking into it

static uint64_t facts_of(const struct timed_func *tf) {
    const uint64_t all[] = {
        tf->bound_params, tf->end_params, tf->heeded_params, tf->sleep_params, tf->timer_params, (uint64_t)tf->sleeps_ns, tf->made_parent, tf->sinks.len,
        (uint64_t)(tf->ssa != NULL) | (uint64_t)(tf->made.role != NULL) << 1 | (uint64_t)tf->makes_root << 2 | (uint64_t)tf->may_wait << 3 |
            (uint64_t)tf->waits << 4 | (uint64_t)tf->asks << 5 | (uint64_t)tf->gives_time << 6 | (uint64_t)tf->ends_ambient << 7 |
            (uint64_t)tf->asks_below << 8 | (uint64_t)tf->tells_below << 9 | (uint64_t)tf->sleeps_below << 10 | (uint64_t)tf->sleeps_only << 11,
    };
    return hash_bytes(all, sizeof all);
}

static uint64_t name_of(const struct quiet *quiet, uint32_t func) {
    const struct prog_func *pf = &quiet->timed->program->funcs[func];
    uint64_t flags = (uint64_t)pf->has_body | (uint64_t)pf->ir->is_noreturn << 1 | (uint64_t)pf->ir->in_system_header << 2 | (uint64_t)pf->ir->is_variadic << 3;
    return hash_mix(depend_name(quiet->depend, func), flags << 32 | pf->ir->param_count);
}

static bool is_open(const struct quiet *quiet, uint32_t func) {
    const struct prog_func *pf = &quiet->timed->program->funcs[func];
    return pf->has_body && !pf->roles;
}

// ---- forms

static uint64_t form_of_callee(const struct quiet *quiet, uint32_t func, uint32_t callee) {
    const struct program *program = quiet->timed->program;
    bool is_below = program->funcs[callee].scc != program->funcs[func].scc;
    uint64_t hash = hash_mix(name_of(quiet, callee), facts_of(&quiet->timed->funcs[callee]));
    return hash_mix(hash, is_below ? quiet->forms[callee] : 1);
}

// All but the forms of its own component.
static uint64_t own_form(const struct quiet *quiet, uint32_t func) {
    const struct program *program = quiet->timed->program;
    const struct prog_func *pf = &program->funcs[func];
    uint64_t hash = hash_mix(depend_digest(quiet->depend, func), facts_of(&quiet->timed->funcs[func]));
    for (uint32_t i = pf->calls; i < pf->calls + pf->call_count; i++) {
        uint32_t callee = program->calls[i].callee, target = program->funcs[callee].forwards_to;
        if (program->calls[i].kind != CALL_DIRECT)
            continue;
        hash = hash_mix(hash, form_of_callee(quiet, func, callee));
        if (target != callee)
            hash = hash_mix(hash, form_of_callee(quiet, func, target));
    }
    return hash;
}

static void find_forms(struct quiet *quiet) {
    const struct program *program = quiet->timed->program;
    quiet->forms = mem_zalloc(program->func_count * sizeof *quiet->forms);
    for (uint32_t c = 0; c < program->scc_count; c++) {
        uint64_t all = 0;
        for (uint32_t i = program->scc_starts[c]; i < program->scc_starts[c + 1]; i++)
            if (quiet->timed->funcs[program->scc_funcs[i]].ssa)
                all = hash_mix(all, own_form(quiet, program->scc_funcs[i]));
        for (uint32_t i = program->scc_starts[c]; i < program->scc_starts[c + 1]; i++)
            if (quiet->timed->funcs[program->scc_funcs[i]].ssa)
                quiet->forms[program->scc_funcs[i]] = all;
    }
}

// ---- results

static uint64_t body_of(struct quiet *quiet, uint32_t func) {
    const struct program *program = quiet->timed->program;
    const struct prog_func *pf = &program->funcs[func];
    uint64_t hash = program->units[pf->unit].ir->body_keys[pf->func];
    if (quiet->bodies[func])
        return quiet->bodies[func];
    for (uint32_t i = pf->calls; i < pf->calls + pf->call_count; i++)
        if (program->calls[i].kind == CALL_DIRECT)
            hash = hash_mix(hash, name_of(quiet, program->funcs[program->calls[i].callee].forwards_to));
    return quiet->bodies[func] = hash ? hash : 1;
}

static uint64_t results_of(struct quiet *quiet, uint32_t func, uint32_t level) {
    const struct program *program = quiet->timed->program;
    const struct prog_func *pf = &program->funcs[func];
    const uint32_t *at = level ? map_get(&quiet->results_at, (uint64_t)level << 32 | func) : NULL;
    if (at)
        return quiet->results.items[*at];
    uint64_t hash = body_of(quiet, func);
    for (uint32_t i = pf->calls; level && i < pf->calls + pf->call_count; i++) {
        uint32_t callee = program->funcs[program->calls[i].callee].forwards_to;
        if (program->calls[i].kind == CALL_DIRECT && is_open(quiet, callee))
            hash = hash_mix(hash, results_of(quiet, callee, level - 1));
    }
    if (level) {
        *map_put(&quiet->results_at, (uint64_t)level << 32 | func, NULL) = (uint32_t)quiet->results.len;
        vec_push(&quiet->results, hash);
    }
    return hash;
}

// ---- all of it

static uint64_t callees_digest(struct quiet *quiet, uint32_t func) {
    const struct program *program = quiet->timed->program;
    const struct prog_func *pf = &program->funcs[func];
    uint64_t hash = 0;
    for (uint32_t i = pf->calls; i < pf->calls + pf->call_count; i++) {
        uint32_t callee = program->funcs[program->calls[i].callee].forwards_to;
        if (program->calls[i].kind != CALL_DIRECT)
            continue;
        hash = hash_mix(hash, quiet->timed->funcs[callee].context_params);
        if (quiet->timed->funcs[callee].may_wait && is_open(quiet, callee))
            hash = hash_mix(hash, results_of(quiet, callee, RESULTS_DEPTH));
    }
    return hash;
}

uint64_t quiet_digest(struct quiet *quiet, uint32_t func, size_t first_wait) {
    const struct timed *timed = quiet->timed;
    uint64_t hash = hash_mix(own_form(quiet, func), quiet->forms[func]);
    for (size_t i = first_wait; i < timed->waits.len && timed->waits.items[i].func == func; i++) {
        uint32_t above = timed->waits.items[i].above;
        hash = hash_mix(hash, above == IR_NONE ? BUDGET_NONE : timed->aboves.items[above].kind);
    }
    return hash_mix(hash, callees_digest(quiet, func));
}

// ---- from run to run

// What all functions depend on.
static uint64_t environment_of(const struct timed *timed) {
    uint64_t sum = kept_environment(timed->flow);
    for (uint32_t i = 1; i < timed->timer_types.texts.len; i++)
        sum += hash_bytes(strtab_text(&timed->timer_types, i), strlen(strtab_text(&timed->timer_types, i)));
    return sum;
}

struct quiet *quiet_open(struct timed *timed, struct depend *depend, const struct buf *memory) {
    struct quiet *quiet = mem_zalloc(sizeof *quiet);
    *quiet = (struct quiet){.timed = timed, .depend = depend, .environment = environment_of(timed)};
    quiet->bodies = mem_zalloc(timed->program->func_count * sizeof *quiet->bodies);
    find_forms(quiet);
    const uint64_t *words = (const void *)memory->data;
    if (memory->len >= sizeof *words && words[0] == quiet->environment) {
        quiet->known = words + 1;
        quiet->known_count = memory->len / sizeof *words - 1;
    }
    return quiet;
}

bool quiet_has(const struct quiet *quiet, uint64_t digest) {
    size_t low = 0, high = quiet->known_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (quiet->known[middle] < digest)
            low = middle + 1;
        else
            high = middle;
    }
    return low < quiet->known_count && quiet->known[low] == digest;
}

void quiet_note(struct quiet *quiet, uint64_t digest) {
    vec_push(&quiet->now, digest);
}

static int compare(const void *a, const void *b) {
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void quiet_close(struct quiet *quiet, struct buf *ret_memory) {
    if (!quiet)
        return;
    if (quiet->now.len)
        qsort(quiet->now.items, quiet->now.len, sizeof *quiet->now.items, compare);
    ret_memory->len = 0;
    buf_add(ret_memory, &quiet->environment, sizeof quiet->environment);
    buf_add(ret_memory, quiet->now.items, quiet->now.len * sizeof *quiet->now.items);
    free(quiet->forms);
    free(quiet->bodies);
    map_done(&quiet->results_at);
    vec_done(&quiet->results);
    vec_done(&quiet->now);
    free(quiet);
}
