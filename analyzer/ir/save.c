// The unit file, see save.h. The checksum covers every byte behind it, the header's own included; what it cannot vouch for (a
// crafted file) ir_check does. Files of another version or another shape of the tables are refused, never converted.
#include "ir/save.h"

#include "base/map.h"
#include "base/mem.h"
#include "ir/check.h"
#include "ir/keys.h"
#include "ir/named.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SECTION_COUNT = 0
#define X(type, name) + 1
    IR_SECTIONS(X)
#undef X
};

struct header {
    char magic[8];
    uint64_t checksum; // of all that follows
    uint64_t size;     // of the whole file
    char version[24];  // of the program
    uint32_t layout;   // hash of the tables' names and entry sizes
    uint32_t diagnostics, init_func;
    uint32_t unused;
    uint32_t counts[SECTION_COUNT];
};

static const char magic[8] = "TLUNIT\r\n"; // the line end shows a file that was sent as text

static uint32_t layout_hash(void) {
    uint64_t hash = sizeof(struct header);
#define X(type, name) hash = hash_mix(hash, hash_mix(hash_bytes(#name, strlen(#name)), sizeof(type)));
    IR_SECTIONS(X)
#undef X
    return (uint32_t)hash;
}

static uint64_t checksum(const void *bytes, size_t size) {
    size_t skip = offsetof(struct header, size);
    return hash_bytes((const char *)bytes + skip, size - skip);
}

uint64_t ir_checksum(const void *bytes, size_t size) {
    uint64_t sum = 0;
    if (size >= sizeof(struct header))
        memcpy(&sum, (const char *)bytes + offsetof(struct header, checksum), sizeof sum);
    return sum;
}

static void add_section(struct buf *out, const void *items, size_t size) {
    static const char padding[8];
    buf_add(out, items, size);
    buf_add(out, padding, -size & 7);
}

static void write_unit(const struct ir_unit *unit, struct buf *ret_bytes) {
    struct header header = {.layout = layout_hash(), .diagnostics = unit->diagnostics, .init_func = unit->init_func};
    memcpy(header.magic, magic, sizeof magic);
    strncpy(header.version, TIMEOUTLINT_VERSION, sizeof header.version - 1);
    size_t section = 0;
#define X(type, name) header.counts[section++] = unit->name##_count;
    IR_SECTIONS(X)
#undef X
    ret_bytes->len = 0;
    buf_add(ret_bytes, &header, sizeof header);
#define X(type, name) add_section(ret_bytes, unit->name, unit->name##_count * sizeof(type));
    IR_SECTIONS(X)
#undef X
    header.size = ret_bytes->len;
    memcpy(ret_bytes->data, &header, sizeof header);
    header.checksum = checksum(ret_bytes->data, ret_bytes->len);
    memcpy(ret_bytes->data, &header, sizeof header);
}

// ---- what is made when a unit is saved

struct keys {
    uint64_t *types, *records, *funcs, *bodies;
};

static void make_keys(struct ir_unit *unit, struct keys *ret_keys) {
    struct buf scratch = {0};
    unit->type_keys_count = unit->types_count;
    unit->record_keys_count = unit->records_count;
    unit->func_keys_count = unit->body_keys_count = unit->funcs_count;
    unit->type_keys = ret_keys->types = mem_zalloc(unit->types_count * sizeof *ret_keys->types);
    unit->record_keys = ret_keys->records = mem_zalloc(unit->records_count * sizeof *ret_keys->records);
    unit->func_keys = ret_keys->funcs = mem_zalloc(unit->funcs_count * sizeof *ret_keys->funcs);
    unit->body_keys = ret_keys->bodies = mem_zalloc(unit->funcs_count * sizeof *ret_keys->bodies);
    for (uint32_t i = 0; i < unit->types_count; i++) // in order: a type's key is made of that of its target
        ret_keys->types[i] = ir_type_key(unit, i, unit->type_keys);
    for (uint32_t i = 0; i < unit->records_count; i++)
        ret_keys->records[i] = ir_record_key(unit, i);
    for (uint32_t i = 0; i < unit->funcs_count; i++)
        ret_keys->funcs[i] = ir_func_key(unit, i);
    uint64_t *decls = mem_zalloc(unit->funcs_count * sizeof *decls);
    for (uint32_t i = 0; i < unit->funcs_count; i++)
        decls[i] = ir_decl_key(unit, i, &scratch);
    for (uint32_t i = 0; i < unit->funcs_count; i++)
        ret_keys->bodies[i] = ir_body_key(unit, i, decls, &scratch);
    free(decls);
    buf_done(&scratch);
}

void ir_save(const struct ir_unit *unit, struct buf *ret_bytes) {
    struct ir_unit whole = *unit;
    struct keys keys;
    struct named named;
    make_keys(&whole, &keys);
    named_make(unit, &named);
    whole.named = named.items.items;
    whole.named_count = (uint32_t)named.items.len;
    whole.named_starts = named.starts;
    whole.named_starts_count = unit->funcs_count + 1;
    write_unit(&whole, ret_bytes);
    named_done(&named);
    free(keys.types);
    free(keys.records);
    free(keys.funcs);
    free(keys.bodies);
}

static bool check_header(const void *bytes, size_t size, struct header *ret_header, struct err *err) {
    if (size < sizeof *ret_header || memcmp(bytes, magic, sizeof magic) != 0)
        return err_set(err, "this is not a unit file; make it anew");
    memcpy(ret_header, bytes, sizeof *ret_header);
    if (ret_header->size != size)
        return err_set(err, "the unit file is cut short or has something behind its end (%zu bytes); make it anew", size);
    ret_header->version[sizeof ret_header->version - 1] = '\0';
    if (strcmp(ret_header->version, TIMEOUTLINT_VERSION) != 0 || ret_header->layout != layout_hash())
        return err_set(err, "the unit file was made by another version of timeoutlint (%.23s, this is %s); make it anew",
                       ret_header->version, TIMEOUTLINT_VERSION);
    return true;
}

bool ir_load_again(const void *bytes, size_t size, struct ir_unit *ret_unit, struct err *err) {
    struct header header;
    if (!check_header(bytes, size, &header, err))
        return false;
    ENSURE((uintptr_t)bytes % 8 == 0);
    struct ir_unit unit = {.diagnostics = header.diagnostics, .init_func = header.init_func};
    uint64_t offset = sizeof header; // 16 sections of less than 2^32 entries each: the sum cannot overflow
    size_t section = 0;
#define X(type, name)                                                  \
    unit.name = (const void *)((const char *)bytes + (offset < size ? offset : 0)); \
    unit.name##_count = header.counts[section++];                      \
    offset += ((uint64_t)unit.name##_count * sizeof(type) + 7) & ~(uint64_t)7;
    IR_SECTIONS(X)
#undef X
    if (offset != size)
        return err_set(err, "the unit file is broken: its tables do not fill it; make it anew");
    *ret_unit = unit;
    return true;
}

bool ir_load(const void *bytes, size_t size, struct ir_unit *ret_unit, struct err *err) {
    struct ir_unit unit;
    if (!ir_load_again(bytes, size, &unit, err))
        return false;
    if (ir_checksum(bytes, size) != checksum(bytes, size))
        return err_set(err, "the unit file is damaged (its checksum differs); make it anew");
    if (!ir_check(&unit, err))
        return false;
    *ret_unit = unit;
    return true;
}

void ir_rest(const struct ir_unit *unit) {
    if (unit->file)
        madvise((void *)(uintptr_t)unit->file, unit->file_size, MADV_DONTNEED);
}
