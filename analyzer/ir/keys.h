// Hashes that are equal in all units for what is the same there. They are made when a unit is saved, and are part of it; a key says
// nothing that the tables do not say. 64 bits: among two million functions, two share one with a chance of one to ten million.
#ifndef IR_KEYS_H
#define IR_KEYS_H

#include "base/buf.h"
#include "ir/ir.h"

// What a type is by kind, names and structure; not the USR of its record. `before` are the keys of the earlier types.
uint64_t ir_type_key(const struct ir_unit *unit, uint32_t type, const uint64_t *before);
// A record by its name (else its USR, else its place in this unit) and the names of its members.
uint64_t ir_record_key(const struct ir_unit *unit, uint32_t record);
// A function by its USR, or its name where it has none.
uint64_t ir_func_key(const struct ir_unit *unit, uint32_t func);
// What a declaration of a function says, and what its body says (content.c; 0 where it has none). The unit has the keys above already;
// `decls` are those of all its functions.
uint64_t ir_decl_key(const struct ir_unit *unit, uint32_t func, struct buf *scratch);
uint64_t ir_body_key(const struct ir_unit *unit, uint32_t func, const uint64_t *decls, struct buf *scratch);

#endif
