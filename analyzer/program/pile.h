// Bytes that are read seldom, kept in a file of the process's own instead of in memory. The file has no name, so nobody else can
// change it, and goes with the process. May be used by several threads at once.
#ifndef PROGRAM_PILE_H
#define PROGRAM_PILE_H

#include <stddef.h>

struct pile;

// The file is made in the first of the folders that takes one, when something is added first. NULL ends the list.
struct pile *pile_new(const char *const *folders);
// NULL is fine.
void pile_free(struct pile *pile);
// The bytes as they are in the pile, page-aligned and to be read only, until pile_free. NULL where there is no room.
const void *pile_add(struct pile *pile, const void *bytes, size_t size);

#endif
