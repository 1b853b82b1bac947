// Whether a header would see a macro that stands before it: because it says the macro's name, or pastes it together.
#ifndef FRONTEND_CAPTURE_MENTIONS_H
#define FRONTEND_CAPTURE_MENTIONS_H

#include "base/buf.h"

#include <clang-c/Index.h>
#include <stdbool.h>

// The files that the translation unit reads, its main file left out, are the header; `words` are macros, one per line. Appends a line
// "M WORD" for each that is mentioned. False where including the header once more could have an effect.
bool mentions_find(CXTranslationUnit tu, const char *const *args, int arg_count, const char *words, struct buf *ret_lines);

#endif
