// flow/cfg and flow/ssa: values of small functions as testdata/ssa/values.c says them; dominators and loops of every function of the
// cases against their definitions, by brute force.
#include "capture.h"

#include "flow/values/ssa.h"

#include <dirent.h>

struct unit_program {
    struct captured captured;
    const struct ir_unit *units[1];
    struct program program;
};

static void load(struct workers *workers, const char *file, struct unit_program *ret) {
    capture(workers, file, &ret->captured);
    ret->units[0] = &ret->captured.unit;
    program_link(ret->units, 1, NULL, &ret->program);
}

static void unload(struct unit_program *up) {
    program_done(&up->program);
    captured_done(&up->captured);
}

// ---- values

struct built {
    struct ssa ssa;
    struct arena arena;
    const struct ssa_node *result; // what the function returns
};

static void build(const struct unit_program *up, const char *name, struct built *ret) {
    *ret = (struct built){0};
    ssa_build(&ret->ssa, &up->program, program_find_func(&up->program, name), &ret->arena);
    for (uint32_t k = 0; k < ret->ssa.cfg.rpo_count; k++) {
        const struct ir_block *block = &ret->ssa.ir->blocks[ret->ssa.fn->blocks + ret->ssa.cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        if (ret->ssa.ir->insts[last].op == IR_RETURN)
            ret->result = ssa_at(&ret->ssa, ssa_operand(&ret->ssa, last, 0));
    }
    assert_non_null(ret->result);
}

static void built_done(struct built *built) {
    ssa_done(&built->ssa);
    arena_done(&built->arena);
}

static void returns(const struct unit_program *up, const char *name, enum ssa_kind kind, int64_t number) {
    struct built built;
    build(up, name, &built);
    if (built.result->kind != kind || (kind == SSA_INT && built.result->number != number) || (kind == SSA_PARAM && built.result->a != number))
        fail_msg("'%s' returns a value of kind %d, %lld", name, built.result->kind, (long long)built.result->number);
    built_done(&built);
}

static void values_are_followed(void **state) {
    (void)state;
    struct workers *workers = start_workers();
    struct unit_program up;
    load(workers, "testdata/ssa/values.c", &up);
    returns(&up, "constant", SSA_INT, 42);
    returns(&up, "zeroed", SSA_INT, 0);
    returns(&up, "unchanged", SSA_PARAM, 0);
    returns(&up, "member", SSA_PARAM, 0);
    returns(&up, "again", SSA_PARAM, 0);
    returns(&up, "either", SSA_PHI, 0);
    returns(&up, "changed", SSA_PHI, 0);
    returns(&up, "filled", SSA_OUT, 0);
    returns(&up, "filled_member", SSA_OUT, 0);
    returns(&up, "straight", SSA_BINARY, 0);
    unload(&up);
    workers_free(workers);
}

static void a_phi_stands_where_the_ways_join(void **state) {
    (void)state;
    struct workers *workers = start_workers();
    struct unit_program up;
    struct built built;
    load(workers, "testdata/ssa/values.c", &up);
    build(&up, "changed", &built);
    uint32_t head = built.result->block;
    assert_int_equal(built.ssa.cfg.blocks[head].loop, head);
    assert_int_equal(built.result->b, 2);
    built_done(&built);
    build(&up, "either", &built);
    assert_int_equal(built.ssa.cfg.blocks[built.result->block].loop, IR_NONE);
    built_done(&built);
    unload(&up);
    workers_free(workers);
}

// ---- dominators and loops

// What can be reached from the entry, not going through `without`.
static void reach_without(const struct cfg *cfg, uint32_t without, uint8_t *ret_reached) {
    memset(ret_reached, 0, cfg->fn->block_count);
    if (without == 0)
        return;
    ret_reached[0] = 1;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t b = 0; b < cfg->fn->block_count; b++) {
            const struct ir_block *block = &cfg->ir->blocks[cfg->fn->blocks + b];
            for (uint32_t i = 0; ret_reached[b] && i < block->succ_count; i++) {
                uint32_t to = cfg->ir->succs[block->succs + i];
                if (to != without && !ret_reached[to]) {
                    ret_reached[to] = 1;
                    again = true;
                }
            }
        }
    }
}

static void check_dominators(const struct cfg *cfg, uint8_t *reached) {
    for (uint32_t a = 0; a < cfg->fn->block_count; a++) {
        reach_without(cfg, a, reached);
        for (uint32_t b = 0; b < cfg->fn->block_count; b++)
            if (cfg->blocks[a].order != IR_NONE && cfg->blocks[b].order != IR_NONE)
                assert_int_equal(cfg_dominates(cfg, a, b), a == b || !reached[b]);
    }
}

// A block is in the loop of a head where the head dominates it and it leads back to the head without leaving what the head dominates.
static bool leads_back(const struct cfg *cfg, uint32_t block, uint32_t head, uint8_t *seen) {
    memset(seen, 0, cfg->fn->block_count);
    seen[block] = 1;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t b = 0; b < cfg->fn->block_count; b++) {
            const struct ir_block *ir = &cfg->ir->blocks[cfg->fn->blocks + b];
            for (uint32_t i = 0; seen[b] && i < ir->succ_count; i++) {
                uint32_t to = cfg->ir->succs[ir->succs + i];
                if (to == head)
                    return true;
                if (!seen[to] && cfg_dominates(cfg, head, to)) {
                    seen[to] = 1;
                    again = true;
                }
            }
        }
    }
    return false;
}

static void check_loops(const struct cfg *cfg, uint8_t *seen) {
    for (uint32_t k = 0; k < cfg->rpo_count; k++)
        for (uint32_t j = 0; j < cfg->rpo_count; j++) {
            uint32_t head = cfg->rpo[k], block = cfg->rpo[j];
            bool is_in = cfg_dominates(cfg, head, block) && leads_back(cfg, block, head, seen);
            assert_int_equal(cfg_in_loop(cfg, block, head), is_in);
        }
}

static void check_functions(const struct ir_unit *unit) {
    for (uint32_t f = 0; f < unit->funcs_count; f++) {
        const struct ir_func *fn = &unit->funcs[f];
        if (!fn->block_count || fn->block_count > 60)
            continue;
        struct arena arena = {0};
        struct cfg cfg;
        uint8_t *bytes = mem_zalloc(fn->block_count);
        cfg_build(&cfg, unit, fn, &arena);
        check_dominators(&cfg, bytes);
        check_loops(&cfg, bytes);
        free(bytes);
        arena_done(&arena);
    }
}

static void dominators_and_loops_are_what_they_are_by_definition(void **state) {
    (void)state;
    struct workers *workers = start_workers();
    DIR *folder = opendir(SOURCE_DIR "/testdata/ir");
    unsigned files = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char file[512];
        struct captured captured;
        size_t len = strlen(entry->d_name);
        if (len < 3 || strcmp(entry->d_name + len - 2, ".c"))
            continue;
        snprintf(file, sizeof file, "testdata/ir/%s", entry->d_name);
        capture(workers, file, &captured);
        check_functions(&captured.unit);
        captured_done(&captured);
        files++;
    }
    closedir(folder);
    assert_true(files > 10);
    workers_free(workers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_followed),
        cmocka_unit_test(a_phi_stands_where_the_ways_join),
        cmocka_unit_test(dominators_and_loops_are_what_they_are_by_definition),
    };
    return cmocka_run_group_tests_name("ssa", tests, NULL, NULL);
}
