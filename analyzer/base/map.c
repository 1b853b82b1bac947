#include "base/map.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct map_slot {
    uint64_t key;
    uint32_t value;
    bool used;
};

uint64_t hash_bytes(const void *data, size_t len) {
    return XXH3_64bits(data, len);
}

void map_done(struct map *map) {
    free(map->slots);
    *map = (struct map){0};
}

static struct map_slot *map_probe(const struct map *map, uint64_t key) {
    uint32_t mask = map->cap - 1;
    uint32_t i = (uint32_t)hash_mix(key, 0) & mask;
    while (map->slots[i].used && map->slots[i].key != key)
        i = (i + 1) & mask;
    return &map->slots[i];
}

uint32_t *map_get(const struct map *map, uint64_t key) {
    if (!map->cap)
        return NULL;
    struct map_slot *slot = map_probe(map, key);
    return slot->used ? &slot->value : NULL;
}

static void map_grow(struct map *map) {
    struct map old = *map;
    map->cap = old.cap ? old.cap * 2 : 16;
    map->slots = mem_zalloc(map->cap * sizeof *map->slots);
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.slots[i].used)
            *map_probe(map, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

uint32_t *map_put(struct map *map, uint64_t key, bool *ret_new) {
    if (map->len * 4 >= map->cap * 3)
        map_grow(map);
    struct map_slot *slot = map_probe(map, key);
    bool is_new = !slot->used;
    if (is_new) {
        *slot = (struct map_slot){.key = key, .used = true};
        map->len++;
    }
    if (ret_new)
        *ret_new = is_new;
    return &slot->value;
}

void strtab_done(struct strtab *tab) {
    vec_done(&tab->texts);
    free(tab->slots);
    arena_done(&tab->arena);
    *tab = (struct strtab){0};
}

static uint32_t *strtab_probe(const struct strtab *tab, const char *text, size_t len) {
    uint32_t mask = tab->slot_count - 1;
    for (uint32_t i = (uint32_t)hash_bytes(text, len) & mask;; i = (i + 1) & mask) {
        uint32_t id = tab->slots[i];
        if (!id)
            return &tab->slots[i];
        const char *known = tab->texts.items[id];
        if (!strncmp(known, text, len) && !known[len])
            return &tab->slots[i];
    }
}

static void strtab_grow(struct strtab *tab) {
    if (!tab->texts.len)
        vec_push(&tab->texts, "");
    free(tab->slots);
    tab->slot_count = tab->slot_count ? tab->slot_count * 2 : 64;
    tab->slots = mem_zalloc(tab->slot_count * sizeof *tab->slots);
    for (uint32_t id = 1; id < tab->texts.len; id++)
        *strtab_probe(tab, tab->texts.items[id], strlen(tab->texts.items[id])) = id;
}

uint32_t strtab_addn(struct strtab *tab, const char *text, size_t len) {
    if (tab->texts.len * 4 >= (size_t)tab->slot_count * 3)
        strtab_grow(tab);
    if (!len)
        return 0;
    uint32_t *slot = strtab_probe(tab, text, len);
    if (!*slot) {
        *slot = (uint32_t)tab->texts.len;
        vec_push(&tab->texts, arena_strndup(&tab->arena, text, len));
    }
    return *slot;
}

uint32_t strtab_add(struct strtab *tab, const char *text) {
    return strtab_addn(tab, text, strlen(text));
}

uint32_t strtab_find(const struct strtab *tab, const char *text) {
    return tab->slot_count && *text ? *strtab_probe(tab, text, strlen(text)) : 0;
}

const char *strtab_text(const struct strtab *tab, uint32_t id) {
    return id ? tab->texts.items[id] : "";
}
