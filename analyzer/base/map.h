// Hash tables. `struct map` maps a 64-bit key to a 32-bit value; `struct strtab` interns strings to dense ids in order of
// first use (id 0 is the empty string), which keeps everything built on it deterministic. All zero is a valid empty map.
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map {
    struct map_slot *slots;
    uint32_t len, cap;
};

void map_done(struct map *map);
// The value's place, or NULL where the key is absent. Valid until the next map_put.
uint32_t *map_get(const struct map *map, uint64_t key);
// The value's place, made with value 0 where the key was absent (then *ret_new, which may be NULL, is true).
uint32_t *map_put(struct map *map, uint64_t key, bool *ret_new);

struct strtab {
    VEC(const char *) texts; // by id
    uint32_t *slots;         // ids by hash; 0 = free
    uint32_t slot_count;
    struct arena arena;
};

void strtab_done(struct strtab *tab);
uint32_t strtab_add(struct strtab *tab, const char *text);
uint32_t strtab_addn(struct strtab *tab, const char *text, size_t len);
// 0 where the text was never added (or is empty).
uint32_t strtab_find(const struct strtab *tab, const char *text);
const char *strtab_text(const struct strtab *tab, uint32_t id);

// XXH3 of a block of bytes.
uint64_t hash_bytes(const void *data, size_t len);
// Mixes two hashes; order matters.
static inline uint64_t hash_mix(uint64_t a, uint64_t b) {
    uint64_t h = (a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2))) * 0xff51afd7ed558ccdu;
    return h ^ (h >> 32);
}

#endif
