// What a header that is to be read ahead of its turn brings along (protocol.h): its files, and what each of them declares.
#ifndef FRONTEND_CAPTURE_TELLS_H
#define FRONTEND_CAPTURE_TELLS_H

#include "base/buf.h"

#include <clang-c/Index.h>
#include <stdbool.h>

void tells_files(CXTranslationUnit tu, struct buf *ret_lines);
// The text that asks which of the words, one per line, are no macros, or (are_some) which of those with a ! are some; and the answer,
// from the translation unit of that text: a line of `kind` for each.
void tells_question(const char *words, bool are_some, struct buf *ret_text);
void tells_answer(CXTranslationUnit tu, char kind, struct buf *ret_lines);

#endif
