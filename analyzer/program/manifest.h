// What a unit was made from, kept so that a later run can tell, without parsing, whether it would be the same unit again. One file
// per command (source and flags) holds the last few such entries, the newest first, so that going back to an earlier state of the
// sources finds the unit of then.
//
// An entry fits where every file that was read has the content it had, and where no name that was looked for has come or gone in
// the folders where clang looks: a header that now shadows another, one that was missing, what __has_include asks for.
// Left out: folders that clang searches on its own and in which nothing was found at that time, but for the two usual ones.
#ifndef PROGRAM_MANIFEST_H
#define PROGRAM_MANIFEST_H

#include "base/digest.h"
#include "base/err.h"
#include "program/disk.h"

// What is asked: does this entry fit what lies on the disk?
struct manifest_project {
    const char *path; // absolute; "/" for none
    struct disk *disk;
    bool wants_sources; // mark the files that fitting units read (disk_set_source)
};

// What becomes of a unit that is asked for.
enum manifest_match {
    MATCH_HIT,
    MATCH_NEW,      // never seen with these flags
    MATCH_CHANGED,  // a file that it read
    MATCH_NAMES,    // a name that it looked for has come or gone in a folder
    MATCH_MOVED,    // it names the project's folder, which has another name now
    MATCH_DAMAGED,  // the manifest or the unit file cannot be used
    MATCH_MISSING,  // the unit file is gone
    MATCH_KINDS,
};

struct manifest_found {
    enum manifest_match match;
    const char *what;    // the file or folder that differs, else ""
    uint64_t unit;       // MATCH_HIT: its checksum
    const char *problem; // and the unit's own problem, "" for none
};

// Makes the entry of a unit from the report of its capture. False where such a unit cannot be kept.
bool manifest_entry(const struct manifest_project *project, const char *inputs, size_t inputs_size, const void *unit, size_t unit_size,
                    uint64_t unit_checksum, const char *problem, struct buf *ret_entry);
// The manifest file: this entry, then the other ones of the old file.
void manifest_file(const struct digest *key, const struct buf *entry, const void *old, size_t old_size, struct buf *ret_file);
// The first entry that fits. Texts live in `bytes` or in the disk's table; `bytes` must be 8-byte aligned, and may be anything.
struct manifest_found manifest_find(const struct manifest_project *project, const struct digest *key, const void *bytes, size_t size);

#endif
