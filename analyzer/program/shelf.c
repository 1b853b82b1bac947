#include "program/shelf.h"

#include "ir/save.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { IN_MEMORY_MAX = 16 << 20, AWAKE_MAX = 1 << 30 };

void shelf_init(struct shelf *shelf, const char *folder) {
    const char *const folders[] = {folder, getenv("TMPDIR"), "/var/tmp", "/tmp"};
    *shelf = (struct shelf){0};
    for (size_t i = 0, count = 0; i < ARRAY_LEN(folders); i++)
        if (folders[i] && *folders[i])
            shelf->folders[count++] = folders[i];
    shelf->pile = pile_new(shelf->folders);
}

void shelf_done(struct shelf *shelf) {
    pile_free(shelf->pile);
    shelf->pile = NULL;
}

static void put_in_pile(struct shelf *shelf, struct shelf_unit *unit) {
    struct store_bytes there = {.size = unit->bytes.size, .is_mapped = true};
    if (unit->bytes.is_mapped || atomic_fetch_add(&shelf->in_memory, there.size) < IN_MEMORY_MAX)
        return;
    there.bytes = pile_add(shelf->pile, unit->bytes.bytes, there.size);
    if (!there.bytes)
        return;
    store_give_back(&unit->bytes);
    unit->bytes = there;
    unit->is_in_pile = true;
}

bool shelf_take(struct shelf *shelf, struct store_bytes *bytes, bool is_sound, struct shelf_unit *ret_unit, struct err *err) {
    struct shelf_unit unit = {.bytes = *bytes};
    *bytes = (struct store_bytes){0};
    put_in_pile(shelf, &unit);
    if (!(is_sound ? ir_load_again : ir_load)(unit.bytes.bytes, unit.bytes.size, &unit.ir, err)) {
        shelf_drop(&unit);
        return false;
    }
    if (is_sound && unit.bytes.is_mapped) // nobody has read it yet, and on this thread it costs least
        madvise((void *)(uintptr_t)unit.bytes.bytes, unit.bytes.size, MADV_POPULATE_READ);
    if (unit.bytes.is_mapped) {
        unit.ir.file = unit.bytes.bytes;
        unit.ir.file_size = unit.bytes.size;
    }
    *ret_unit = unit;
    return true;
}

void shelf_drop(struct shelf_unit *unit) {
    if (!unit->is_in_pile)
        store_give_back(&unit->bytes);
    *unit = (struct shelf_unit){0};
}

void shelf_woke(struct shelf_awake *awake, const struct ir_unit *unit) {
    vec_push(&awake->units, unit);
    awake->size += unit->file_size;
    if (awake->size < AWAKE_MAX)
        return;
    for (size_t i = 0; i < awake->units.len; i++)
        ir_rest(awake->units.items[i]);
    awake->units.len = 0;
    awake->size = 0;
}

void shelf_awake_done(struct shelf_awake *awake) {
    vec_done(&awake->units);
}
