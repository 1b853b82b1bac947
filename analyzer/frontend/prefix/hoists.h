// The hoisted headers of a run (hoist.h): which sets of them are worth a precompiled header, and which units may use it.
#ifndef FRONTEND_PREFIX_HOISTS_H
#define FRONTEND_PREFIX_HOISTS_H

#include "base/buf.h"
#include "frontend/database.h"
#include "frontend/prefix/directives.h"

struct hoists;

enum { NO_HOIST = UINT32_MAX };

struct hoists *hoists_new(const struct compile_command *commands, unsigned command_count, struct strtab *texts);
void hoists_free(struct hoists *hoists);
// Looks for sets that `units` (indices into commands) share; few units have none.
void hoists_plan(struct hoists *hoists, const uint32_t *units, unsigned unit_count);
uint32_t hoists_count(const struct hoists *hoists);
// Another set that it goes on from, with a smaller number; or NO_HOIST.
uint32_t hoists_parent(const struct hoists *hoists, uint32_t hoist);
// The largest set for the unit, or NO_HOIST: also where its first `length` directives stand for more.
uint32_t hoists_choice(struct hoists *hoists, uint32_t unit, const directive_vec *directives, uint32_t length);

// Appends the source of its own part, and what to ask about all of it (protocol.h): nothing about NO_HOIST.
void hoists_put_text(const struct hoists *hoists, uint32_t hoist, struct buf *text);
void hoists_put_asks(const struct hoists *hoists, uint32_t hoist, uint32_t leader, struct buf *asks);
// Takes the worker's answers. False where it is not to be used.
bool hoists_made(struct hoists *hoists, uint32_t hoist, uint32_t leader, const char *told, const char *reads, size_t reads_size);
// Appends what was read for a prefix; for a hoist, without the folders of its leader, which are not those of all its units.
void hoists_put_reads(uint32_t hoist, const char *reads, size_t size, struct buf *ret_reads);

// What is to be noted down so that a later run can use it: from the worker's answers, as for hoists_made. Its key there, never 0.
void hoists_note(const struct hoists *hoists, uint32_t hoist, uint32_t leader, const char *told, const char *reads, size_t reads_size, struct buf *ret_words);
uint64_t hoists_key(const struct hoists *hoists, uint32_t hoist);
// Appends the folders of its leader: what was looked for may be found in them later.
void hoists_put_folders(const struct buf *words, struct buf *ret_reads);
// Adds the one that an earlier run noted down, on top of `parent` (or NO_HOIST); whether it can still be used; and a unit that may use it.
uint32_t hoists_add_kept(struct hoists *hoists, uint32_t parent, const struct buf *words);
bool hoists_is_there(const struct hoists *hoists, uint32_t hoist);
void hoists_add_unit(struct hoists *hoists, uint32_t unit);
// Whether any may be used.
bool hoists_are_possible(void);

// Whether the unit means the same behind it, and, once it is parsed, whether it read what that was told from.
bool hoists_fits(struct hoists *hoists, uint32_t hoist, uint32_t unit);
bool hoists_confirms(const struct hoists *hoists, uint32_t unit, const char *inputs, size_t size);

#endif
