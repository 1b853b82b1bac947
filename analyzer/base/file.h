// Files and path names. Path functions work on the text alone and never touch the disk, except where they say so.
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>

// Reads a whole regular file; refuses directories, devices and more than `limit` bytes.
bool file_read(const char *path, size_t limit, struct buf *ret_text, struct err *err);
// Exactly so many bytes from or to an open file, pipe or socket that blocks; false at its end, and on errors (errno).
bool file_read_bytes(int file, void *bytes, size_t size);
bool file_write_bytes(int file, const void *bytes, size_t size);
bool file_is_regular(const char *path); // asks the disk
bool file_is_directory(const char *path); // asks the disk

// `path` made absolute against `base` (itself absolute), without "." and "..".
char *path_absolute(struct arena *arena, const char *base, const char *path);
// `path` (absolute) as seen from `base` (absolute) where it lies below it, else unchanged.
const char *path_relative(const char *base, const char *path);
// `path`, absolute or relative to `root`, as seen from `base`, as path_relative does it.
const char *path_shown(struct arena *arena, const char *root, const char *base, const char *path);
// What follows the last slash.
const char *path_name(const char *path);
char *path_directory(struct arena *arena, const char *path);
// The working directory (asks the system).
char *path_working_directory(struct arena *arena);

#endif
