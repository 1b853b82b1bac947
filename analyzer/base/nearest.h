// "Did you mean": the known word nearest to a wrong one.
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

// The word with the fewest edits (insert, drop, change, swap of neighbours) from `wrong`; the first of equals. NULL where
// even the best differs in more than a third of its letters, so that it would be no help.
const char *nearest_word(const char *wrong, const char *const *words, size_t count);

#endif
