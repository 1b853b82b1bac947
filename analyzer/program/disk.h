// What lies on the disk: the content of files and the names in folders, as hashes, each looked at no more than once. What a run
// learned, the next one may take over where size, modification, change and inode are the same, and both times were well past
// when it was learned (a file changed twice within one tick of the file system's clock would otherwise pass).
//
// Names are relative to the project's folder, or absolute; they are not tidied, so "a/../b" may be something else than "b".
#ifndef PROGRAM_DISK_H
#define PROGRAM_DISK_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk;

struct disk_counts {
    unsigned files, folders;        // looked at
    unsigned files_hashed, folders_listed; // of these, read
    uint64_t bytes_hashed;
};

// What is on the disk from now on counts. Relative names need a project, an absolute name.
struct disk *disk_new(void);
void disk_set_project(struct disk *disk, const char *project);
void disk_free(struct disk *disk);

// The id of what has this name. `key` is disk_key(name).
uint64_t disk_key(const char *name);
uint32_t disk_id(struct disk *disk, uint64_t key, const char *name);
const char *disk_name(const struct disk *disk, uint32_t id);
uint32_t disk_count(const struct disk *disk);
// A mark for whoever needs it: a source of the program.
void disk_set_source(struct disk *disk, uint32_t id);
bool disk_is_source(const struct disk *disk, uint32_t id);

// Of a file its content, of a folder the names in it; 0 where there is nothing that can be read.
uint64_t disk_hash(struct disk *disk, uint32_t id);
// Whether an earlier run read it, and nothing shows that it was changed since.
bool disk_is_known(struct disk *disk, uint32_t id);
bool disk_is_file(struct disk *disk, uint32_t id);
bool disk_is_folder(struct disk *disk, uint32_t id);
// Sorted keys of the names in a folder; none for anything else.
const uint64_t *disk_names(struct disk *disk, uint32_t id, size_t *ret_count);
bool disk_has_name(struct disk *disk, uint32_t id, uint64_t name_key);

// Somebody else read this file after disk_new, and found this content: saves reading it again, if the file was left alone since before.
void disk_learn(struct disk *disk, uint32_t id, uint64_t hash);

// What may be taken over by later runs on this machine. disk_load takes anything and uses what it understands.
void disk_save(const struct disk *disk, struct buf *ret_bytes);
void disk_load(struct disk *disk, const void *bytes, size_t size);
bool disk_is_changed(const struct disk *disk); // disk_save would write something new
struct disk_counts disk_counts(const struct disk *disk);

#endif
