// Where the bytes of a program's units are while it is analysed. Units in files are mapped; of others the first ones stay in memory, and
// where that gets too much the rest goes into a pile.
#ifndef PROGRAM_SHELF_H
#define PROGRAM_SHELF_H

#include "base/err.h"
#include "base/mem.h"
#include "ir/ir.h"
#include "program/pile.h"
#include "program/store.h"

#include <stdatomic.h>

struct shelf {
    struct pile *pile;
    const char *folders[5];
    atomic_size_t in_memory; // bytes
};

struct shelf_unit {
    struct ir_unit ir;
    struct store_bytes bytes;
    bool is_in_pile; // then the bytes are the pile's
};

// `folder`: a good one for temporary files, or NULL.
void shelf_init(struct shelf *shelf, const char *folder);
// After all units.
void shelf_done(struct shelf *shelf);
// A unit, checked, or known to be sound, with the bytes that it now owns. False (with the reason) where they are none; then they are given
// back. May be called by several threads at once.
bool shelf_take(struct shelf *shelf, struct store_bytes *bytes, bool is_sound, struct shelf_unit *ret_unit, struct err *err);
// All zero is fine.
void shelf_drop(struct shelf_unit *unit);

// To take a unit is to read all of it. Whoever takes many says so of each, and lets those of a while ago rest.
struct shelf_awake {
    VEC(const struct ir_unit *) units;
    size_t size;
};
void shelf_woke(struct shelf_awake *awake, const struct ir_unit *unit);
void shelf_awake_done(struct shelf_awake *awake);

#endif
