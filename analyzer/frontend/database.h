// The translation units to analyse: from a compilation database (compile_commands.json), or named one by one with their flags.
#ifndef FRONTEND_DATABASE_H
#define FRONTEND_DATABASE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>

struct compile_command {
    const char *directory; // absolute; relative names in `args` count from here
    const char *file;      // absolute
    const char **args;     // flags for clang: no compiler, no -c, no -o, not the file
    unsigned arg_count;
    const char *problem;   // NULL, or the sentence that says why this unit cannot be parsed: it failed already
};

struct database {
    struct compile_command *commands; // sorted by file, then directory and flags; each only once
    unsigned command_count;
    unsigned other_count;     // entries left out because they are not C: C++, assembler, link steps
    unsigned duplicate_count; // entries left out because they compile the same file with the same meaning
    bool has_response_files;  // it depends on more than its own text
    struct arena arena;
};

// The database's path: `given` (-p; a folder or the file itself), else where build systems leave it: in `directory` (absolute) or
// a parent, else in their build/, build-*/, out/, cmake-build-*/. NULL where there is none.
const char *database_find(struct arena *arena, const char *given, const char *directory, struct err *err);
bool database_read(const char *path, struct database *ret_database, struct err *err);
// The same in three steps: the file's text; what it says (`path`, absolute, is for messages and relative names); whether the disk has
// what it speaks of.
bool database_text(const char *path, struct buf *ret_text, struct err *err);
bool database_parse(const char *path, const struct buf *text, struct database *ret_database, struct err *err);
void database_check(struct database *database);
// What database_parse found, as bytes, and back. False where they are not that.
void database_save(const struct database *database, struct buf *ret_bytes);
bool database_load(const void *bytes, size_t size, struct database *ret_database);
// Without a database: these files, all with these flags, seen from `directory` (absolute).
bool database_from_files(const char *directory, const char *const *files, unsigned file_count, const char *const *flags, unsigned flag_count,
                         struct database *ret_database, struct err *err);
void database_done(struct database *database);

#endif
