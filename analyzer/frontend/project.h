// The project's folder: file names below it are kept relative to it, so that what is kept fits wherever the project lies.
#ifndef FRONTEND_PROJECT_H
#define FRONTEND_PROJECT_H

#include "base/buf.h"
#include "frontend/database.h"

// The root of the working copy (git, hg, svn) in which all sources lie; else the folder above all sources and above `directory` (of the
// database, or the working directory); else that above the sources. "/" where there is none. Asks the disk.
const char *project_folder(struct arena *arena, const struct database *database, const char *directory);
// A command in words that are the same wherever the project lies.
void project_describe_command(const char *project, const struct compile_command *command, struct buf *out);

#endif
