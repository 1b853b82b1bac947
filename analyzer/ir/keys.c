#include "ir/keys.h"

#include "base/map.h"

#include <string.h>

static uint64_t text_key(const struct ir_unit *unit, uint32_t text) {
    const char *at = ir_text(unit, text);
    return hash_bytes(at, strlen(at));
}

uint64_t ir_type_key(const struct ir_unit *unit, uint32_t type, const uint64_t *before) {
    const struct ir_type *t = &unit->types[type];
    uint64_t key = hash_mix(text_key(unit, t->name), text_key(unit, t->canonical));
    key = hash_mix(key, (uint64_t)t->kind | (uint64_t)t->is_const << 8 | (uint64_t)t->is_variadic << 16 | (uint64_t)t->size << 32);
    if (t->kind == IR_RECORD)
        key = hash_mix(key, text_key(unit, unit->records[t->record].name));
    return t->target == IR_NONE ? key : hash_mix(key, before[t->target]);
}

static uint64_t owner_key(const struct ir_unit *unit, uint32_t record) {
    const struct ir_record *r = &unit->records[record];
    uint32_t owner = r->name ? r->name : r->usr;
    if (*ir_text(unit, owner))
        return text_key(unit, owner);
    return hash_mix(record, unit->files_count ? text_key(unit, unit->files[0].path) : 0);
}

uint64_t ir_record_key(const struct ir_unit *unit, uint32_t record) {
    const struct ir_record *r = &unit->records[record];
    uint64_t key = hash_mix(owner_key(unit, record), r->field_count);
    for (uint32_t i = 0; i < r->field_count; i++)
        key = hash_mix(key, text_key(unit, unit->fields[r->fields + i].name));
    return key;
}

uint64_t ir_func_key(const struct ir_unit *unit, uint32_t func) {
    const struct ir_func *f = &unit->funcs[func];
    return text_key(unit, f->usr ? f->usr : f->name);
}
