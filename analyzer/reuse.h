// What a run takes over from earlier ones: which units need no parsing, and whether the findings are known already.
#ifndef REUSE_H
#define REUSE_H

#include "check/diag.h"
#include "flow/flow.h"
#include "frontend/database.h"
#include "frontend/prefix/pch.h"
#include "program/cache.h"

// What units and findings depend on, besides the units' commands.
struct reuse_basis {
    const char *project;         // absolute; "/" for none
    const char *worker;          // the capture worker's path
    const char *models_folder;
    const char *const *models;   // files, absolute
    unsigned model_count;
    bool cascade;                // whatever else the engines and rules see belongs here, and into the result's key
};

struct reuse;

// What a whole run came to, before anything that only chooses among findings: levels, FILEs, names as they are shown.
struct reuse_result {
    struct diags *diags;
    VEC(const char *) problems;  // of models, with the units' names
    struct flow_stats flow;
    struct arena arena;
};

struct reuse *reuse_open(const struct cache_options *options);
// NULL is fine. False where the cache is too small for this run.
bool reuse_close(struct reuse *reuse);
const char *reuse_warning(const struct reuse *reuse); // NULL, or a sentence
struct disk *reuse_disk(struct reuse *reuse);

// As database_read, but what this text says may be known.
bool reuse_database(struct reuse *reuse, const char *path, struct database *ret_database, struct err *err);
// Looks up the unit of each command. `missed` is called for each that there is none of, for those of sources that were changed first.
void reuse_look_up(struct reuse *reuse, const struct reuse_basis *basis, const struct compile_command *commands, unsigned count, void (*missed)(void *user),
                   void *user);
const struct manifest_found *reuse_found(const struct reuse *reuse, unsigned command);
// The unit of a hit, to be given back, and whether it needs no check; false where it is gone after all (the command is no hit any more). May be called by several
// threads at once, for different commands.
bool reuse_unit(struct reuse *reuse, unsigned command, struct store_bytes *ret_bytes, bool *ret_is_sound);
void reuse_trust(struct reuse *reuse, unsigned command, const struct store_bytes *bytes); // they were just checked
bool reuse_keep_unit(struct reuse *reuse, unsigned command, const void *unit, size_t size, const char *inputs, size_t inputs_size,
                     const char *problem);
// Precompiled prefixes of this project. Keeping is for one thread at a time.
bool reuse_has_prefixes(const struct reuse *reuse);
bool reuse_find_prefix(struct reuse *reuse, const struct buf *key, uint64_t *ret_prefix);
bool reuse_read_prefix(struct reuse *reuse, uint64_t prefix, struct buf *ret_bytes);
void reuse_keep_prefix(struct reuse *reuse, const struct pch_kept *prefix);
// It cannot be used.
void reuse_distrust(struct reuse *reuse, unsigned command);

// `units` are the checksums of all that the run consists of, in the order of the commands.
bool reuse_find_result(struct reuse *reuse, const uint64_t *units, unsigned count, struct reuse_result *ret_result);
void reuse_keep_result(struct reuse *reuse, const uint64_t *units, unsigned count, const struct reuse_result *result);
// What the last run of this project, with the same models and options, knew of its functions, in parts; nothing where there was none.
void reuse_find_memory(struct reuse *reuse, struct buf *ret_parts, unsigned count);
void reuse_keep_memory(struct reuse *reuse, const struct buf *parts, unsigned count);
void reuse_result_done(struct reuse_result *result);

#endif
