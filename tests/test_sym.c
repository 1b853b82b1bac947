// flow/paths/sym.c: the hash-consed graph after some of its nodes were dropped.
#include "flow/paths/sym.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 20000, FIRST = 7000 };

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

// A node of an earlier one and a number of its own: NODES different ones, with the ids 1 and up.
static sym_id make(struct syms *syms, sym_id parent, uint32_t number) {
    return sym_make(syms, SYM_FIELD, 0, parent, number, 0);
}

static void make_all(struct syms *syms, uint32_t seed, sym_id *ret_parents) {
    for (sym_id id = 1; id <= NODES; id++) {
        ret_parents[id] = next_random(&seed) % id;
        assert_int_equal(make(syms, ret_parents[id], id), id);
    }
}

// Every third node stays, and what it is made of.
static void choose_some(const sym_id *parents, sym_id *ret_places) {
    for (sym_id id = NODES; id >= FIRST; id--) {
        if (id % 3 == 0)
            ret_places[id - FIRST] = 1;
        if (ret_places[id - FIRST] && parents[id] >= FIRST)
            ret_places[parents[id] - FIRST] = 1;
    }
}

static sym_id place_of(const sym_id *places, sym_id id) {
    return id < FIRST ? id : places[id - FIRST];
}

static void test_dropped(void **unused) {
    (void)unused;
    for (uint32_t seed = 1; seed <= 5; seed++) {
        struct syms syms;
        sym_id *parents = calloc(NODES + 1, sizeof *parents), *places = calloc(NODES + 1 - FIRST, sizeof *places), next = FIRST;
        syms_init(&syms);
        make_all(&syms, seed, parents);
        choose_some(parents, places);
        syms_drop(&syms, FIRST, places);
        for (sym_id id = 1; id <= NODES; id++) {
            sym_id place = place_of(places, id);
            if (id >= FIRST && place)
                assert_int_equal(place, next++); // together, in their order
            if (place)
                assert_int_equal(make(&syms, place_of(places, parents[id]), id), place); // known by what they are made of now
        }
        assert_int_equal(syms.count, next);
        for (sym_id id = FIRST; id <= NODES; id++)
            if (!places[id - FIRST] && place_of(places, parents[id]))
                assert_int_equal(make(&syms, place_of(places, parents[id]), id), next++); // unknown until made again
        syms_done(&syms);
        free(parents);
        free(places);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dropped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
