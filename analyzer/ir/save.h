// The unit file: a header (magic, format version, program version, checksum, section sizes) and the sections of IR_SECTIONS in
// order, 8-byte aligned, in the machine's byte order. Loading checks all of it and then points into the bytes.
#ifndef IR_SAVE_H
#define IR_SAVE_H

#include "base/buf.h"
#include "base/err.h"
#include "ir/ir.h"

void ir_save(const struct ir_unit *unit, struct buf *ret_bytes);
// `bytes` must be 8-byte aligned and outlive the unit. False (with the reason) for anything that is not a whole, undamaged unit of
// this very program version; every index is checked, so nothing later can leave the tables.
bool ir_load(const void *bytes, size_t size, struct ir_unit *ret_unit, struct err *err);
// The same for bytes that ir_load took before, and that are as they were then: only the header is looked at.
bool ir_load_again(const void *bytes, size_t size, struct ir_unit *ret_unit, struct err *err);
// The unit will not be read for a while: where it is a mapped file, its pages leave memory until then.
void ir_rest(const struct ir_unit *unit);
// The same in a loop over many units: to be called with each one's number, once it was read.
static inline void ir_rest_behind(const struct ir_unit *const *units, uint32_t number) {
    enum { AT_ONCE = 1 << 13 };
    for (uint32_t i = 0; number % AT_ONCE == AT_ONCE - 1 && i < AT_ONCE; i++)
        ir_rest(units[number - i]);
}
// The checksum that a unit file carries: it stands for the unit. 0 where this is too short to be one.
uint64_t ir_checksum(const void *bytes, size_t size);

#endif
