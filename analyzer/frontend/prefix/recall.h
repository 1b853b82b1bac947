// Which kept set of hoisted headers (hoists.h) each unit was last made behind, from run to run: a unit that is edited is parsed alone
// then, and of one unit nobody can tell what it shares with others. It is a guess about time alone: whether the set is still what it was,
// and whether the unit as it is now may have it, is asked anew. It costs one small file for all units of a project.
#ifndef FRONTEND_PREFIX_RECALL_H
#define FRONTEND_PREFIX_RECALL_H

#include "frontend/database.h"
#include "frontend/prefix/pch.h"

struct recall;

// `store` may be NULL: then nothing is known or kept.
struct recall *recall_new(const struct pch_store *store);
// Keeps what is new.
void recall_free(struct recall *recall);
// The key of the set, or 0.
uint64_t recall_get(const struct recall *recall, const struct compile_command *command);
void recall_put(struct recall *recall, const struct compile_command *command, uint64_t set);

#endif
