// One compiler command, as a compilation database or a user gives it, turned into the flags that matter for parsing C.
#ifndef FRONTEND_COMMAND_H
#define FRONTEND_COMMAND_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>

// A growable list of texts that live in some arena; free `items` with vec_done.
struct words {
    const char **items;
    size_t len, cap;
};

// Splits by the shell's rules of quoting.
bool command_split(struct arena *arena, const char *text, struct words *words, struct err *err);
// Replaces each @FILE (relative to `directory`) by the words in it, quoted as gcc does, again and again.
bool command_expand(struct arena *arena, const char *directory, struct words *words, struct err *err);

// Appends to `flags` what of `words` (a whole command, compiler first, wrappers before it) changes the meaning of C source.
// Flags with a value become one word: "-I dir" -> "-Idir". False where it does not compile `file` as C.
bool command_flags(struct arena *arena, const struct words *words, const char *file, struct words *flags);

// Whether a file of this name is in another language than C (or not source at all).
bool command_is_other_language(const char *file);
// Whether the flag tells apart only the builds of one file into several libraries, such as -Dfoo_EXPORTS.
bool command_flag_is_packaging(const char *flag);

#endif
