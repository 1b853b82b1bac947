// Precompiled headers as files: written by a worker, opened by others, and kept for later runs where there is a store for them. One that
// goes on where another one ends needs that one's file too: together they are a chain.
//
// What is kept is found again by its key, which says what it stands for. That all that was read for it says the same now, is the store's
// business; that it holds what a worker wrote, byte for byte, is checked here. clang wants more: where one of its sources has another time
// than then, as in a fresh checkout, it is not used.
#ifndef FRONTEND_PREFIX_PCH_H
#define FRONTEND_PREFIX_PCH_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { NO_PCH = UINT32_MAX };

// What the store is given.
struct pch_kept {
    struct buf key;
    uint64_t id;
    struct buf bytes;
    struct buf reads; // ir/inputs.h
};

struct pch_store {
    void *user;
    bool is_empty;
    // The id of what was kept under this key last, if all that was read for it is the same now.
    bool (*find)(void *user, const struct buf *key, uint64_t *ret_id);
    // Its bytes, whole; false where they are gone.
    bool (*read)(void *user, uint64_t id, struct buf *ret_bytes);
    // The buffers become the store's.
    void (*keep)(void *user, const struct pch_kept *kept);
};

struct pch {
    uint64_t id;       // of its bytes; 0: nobody asked for it
    uint32_t below;    // that it goes on from, or NO_PCH
    int file;
    struct buf files, reads; // of the whole chain: as a unit's request says them (protocol.h), and as its report does (ir/inputs.h)
    struct buf words;  // what its maker notes down
};

struct pchs;

// `store` may be NULL.
struct pchs *pchs_new(const struct pch_store *store);
// NULL is fine. Nothing is left on the disk but what the store has.
void pchs_free(struct pchs *pchs);

// Where workers write: to be opened before they do. False where there can be no such folder.
bool pchs_open_folder(struct pchs *pchs);
void pchs_close_folder(struct pchs *pchs);
void pchs_put_output(const struct pchs *pchs, uint32_t number, struct buf *out);

// Takes what a worker wrote to the output of this number, on top of `below`; `with` has the rest (no file). NO_PCH where nothing is there.
// The buffers become the pchs'.
uint32_t pchs_take(struct pchs *pchs, uint32_t number, const struct pch *with);
// `also`: what must say the same later beside what was read (ir/inputs.h).
void pchs_keep(struct pchs *pchs, uint32_t pch, const struct buf *key, const struct buf *also);
// Whether there is anything to be found at all: else nobody need look.
bool pchs_may_find(const struct pchs *pchs);
// What an earlier run has kept, or NO_PCH.
uint32_t pchs_find(struct pchs *pchs, const struct buf *key);

const struct pch *pchs_get(const struct pchs *pchs, uint32_t pch);
// How many files the chain has. NO_PCH: none.
uint32_t pchs_length(const struct pchs *pchs, uint32_t pch);
// Appends the paths under which workers find them, as in a request (protocol.h).
void pchs_put_chain(const struct pchs *pchs, uint32_t pch, struct buf *request);

#endif
