// Convention: a unit is known by a hash of its command, so one with other flags is another one. Units that are gone stay in the list
// until it is full; then it starts anew.
#include "frontend/prefix/recall.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

enum { UNITS_MAX = 1 << 16 };

struct recalled {
    uint64_t unit, set;
};

struct recall {
    const struct pch_store *store;
    VEC(struct recalled) items;
    struct map places; // unit -> into `items`, plus one
    bool is_changed;
};

static void name_list(struct buf *ret_key) {
    buf_puts(ret_key, "hoists of all units\n");
}

static void put(struct recall *recall, const struct recalled *recalled) {
    uint32_t *slot = map_put(&recall->places, recalled->unit, NULL);
    if (!*slot) {
        vec_push(&recall->items, *recalled);
        *slot = (uint32_t)recall->items.len;
    }
    recall->items.items[*slot - 1].set = recalled->set;
}

static void read_list(struct recall *recall, const struct buf *bytes) {
    size_t count = bytes->len / sizeof(struct recalled);
    for (size_t i = 0; i < count && count < UNITS_MAX; i++) {
        struct recalled recalled;
        memcpy(&recalled, bytes->data + i * sizeof recalled, sizeof recalled);
        put(recall, &recalled);
    }
}

struct recall *recall_new(const struct pch_store *store) {
    struct recall *recall = mem_zalloc(sizeof *recall);
    struct buf key = {0}, bytes = {0};
    uint64_t id;
    recall->store = store;
    name_list(&key);
    if (store && !store->is_empty && store->find(store->user, &key, &id) && store->read(store->user, id, &bytes) &&
        hash_bytes(buf_text(&bytes), bytes.len) == id)
        read_list(recall, &bytes);
    buf_done(&bytes);
    buf_done(&key);
    return recall;
}

void recall_free(struct recall *recall) {
    if (recall->store && recall->is_changed) {
        struct pch_kept kept = {.id = 0};
        name_list(&kept.key);
        buf_add(&kept.bytes, recall->items.items, recall->items.len * sizeof *recall->items.items);
        kept.id = hash_bytes(kept.bytes.data, kept.bytes.len);
        recall->store->keep(recall->store->user, &kept);
    }
    vec_done(&recall->items);
    map_done(&recall->places);
    free(recall);
}

static uint64_t hash_command(const struct compile_command *command) {
    uint64_t hash = hash_mix(hash_bytes(command->file, strlen(command->file)), hash_bytes(command->directory, strlen(command->directory)));
    for (unsigned i = 0; i < command->arg_count; i++)
        hash = hash_mix(hash, hash_bytes(command->args[i], strlen(command->args[i])));
    return hash;
}

uint64_t recall_get(const struct recall *recall, const struct compile_command *command) {
    const uint32_t *slot = recall->items.len ? map_get(&recall->places, hash_command(command)) : NULL;
    return slot ? recall->items.items[*slot - 1].set : 0;
}

void recall_put(struct recall *recall, const struct compile_command *command, uint64_t set) {
    if (recall_get(recall, command) == set)
        return;
    put(recall, &(struct recalled){hash_command(command), set});
    recall->is_changed = true;
}
