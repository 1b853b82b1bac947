// The headers of a run: each is read and scanned once, and each #include is looked up as clang would. Where clang's own and the system's
// folders lie is a guess of the build; whoever relies on an answer compares it with what clang says it read.
#ifndef FRONTEND_PREFIX_SEARCH_H
#define FRONTEND_PREFIX_SEARCH_H

#include "frontend/database.h"
#include "frontend/prefix/scan.h"

enum { NO_HEADER = UINT32_MAX };

struct header {
    uint32_t path;     // absolute, as clang makes it: folder and spelling joined
    uint32_t folder;   // the same up to its last slash
    uint64_t file;     // which file it is, under whatever name
    uint64_t hash;     // of its content
    uint32_t size;
    bool is_standard;  // the C standard or POSIX names it, or it is read by such a one only to serve it
    struct scan scan;
};

struct search; // all headers

struct search *search_new(struct strtab *texts);
void search_free(struct search *search);
// The folders of a command, as a number for the calls below; NO_HEADER where its flags are beyond this file.
uint32_t search_folders(struct search *search, const struct compile_command *command);
// What #include NAME finds in a file that lies in `folder` (its quotes only), or NO_HEADER.
uint32_t search_find(struct search *search, uint32_t folders, uint32_t folder, uint32_t name, bool is_quoted);
// What the piece of a header, or of a source (NO_HEADER) that lies in `folder`, includes.
uint32_t search_piece(struct search *search, uint32_t folders, uint32_t header, uint32_t folder, const struct piece *piece);
// Reads the file where that is still to be done; NO_HEADER where it is not there.
uint32_t search_header(struct search *search, const char *path);
// Valid until the next call that reads one.
struct header *search_at(const struct search *search, uint32_t header);
uint32_t search_known(const struct search *search, const char *path); // NO_HEADER where nobody asked for it
// The macros that conditions ask for.
const uint32_t *search_conditions(const struct search *search, size_t *ret_count);
uint32_t search_count(const struct search *search); // of headers
struct strtab *search_texts(const struct search *search);
// Takes note of a text that defines macros but is no header.
void search_note(struct search *search, const struct scan *scan);
// Whether some file that was read so far defines the macro, other than `header` (or NO_HEADER).
bool search_is_defined(const struct search *search, uint32_t macro, uint32_t header);

#endif
