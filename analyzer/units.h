// The units of a run: one for each command, from an earlier run or captured now. The steps are in the order in which they are taken;
// where the findings are known before, the later ones are left out.
#ifndef UNITS_H
#define UNITS_H

#include "frontend/database.h"
#include "frontend/workers.h"
#include "program/shelf.h"
#include "report/report.h"
#include "reuse.h"
#include "run.h"

// One command's unit, wherever it comes from.
struct unit {
    struct shelf_unit on; // where is_loaded
    bool is_loaded;
    bool is_hit, is_kept; // the cache has it: from an earlier run, from this one
    uint64_t checksum;    // 0: there is no unit
    const char *problem;  // of the unit, "" for none
    const char *failure;  // why there is no unit
};

struct units {
    const struct run_options *options;
    struct database database;
    const char *project;  // the folder that the units' names count from; "/": all are absolute
    struct reuse *reuse;  // NULL: without a cache
    struct shelf shelf;
    struct unit *items;   // by command
    unsigned parsed;
    struct workers *workers; // NULL: none was needed yet
    struct workers_stats workers_stats;
    unsigned missed;      // units that have to be captured, as far as that is known
    struct pch_store prefixes;
    struct capturing *capturing; // what the workers are at
    struct keeper *keeper; // NULL: nothing is being kept
    unsigned failed;      // commands whose unit is missing or incomplete: counted by units_tell_failures
    VEC(struct report_failure) failures;
    struct arena arena;
};

void units_done(struct units *units);
// Before it, to be sure that nothing is said later.
void units_close_cache(struct units *units);

// Which commands there are.
bool units_find(struct units *units, struct err *err);
// Which units earlier runs know. Workers for the others start as soon as it shows that there are others.
void units_look_up(struct units *units, const char *models_folder);
// Captures every unit that is not known; meanwhile, if that takes time, the known ones are read.
bool units_capture(struct units *units, struct err *err);
// Reads those that the cache has, so that all are there. Workers are not needed any more.
bool units_read(struct units *units, struct err *err);
// Waits until all that was captured is kept, which it is meanwhile. Before that, nothing else may be kept.
void units_settle(struct units *units);
// Says what could not be analysed, or only in part.
void units_tell_failures(struct units *units);

// Whether each unit that can be captured is known.
bool units_are_known(const struct units *units);
// The checksums of all units there are, to be freed.
uint64_t *units_checksums(const struct units *units, unsigned *ret_count);

// A file as it is shown; and a text of a unit, which starts with a place.
const char *units_shown_name(const struct units *units, const char *file);
const char *units_shown_text(struct units *units, const char *text);

#endif
