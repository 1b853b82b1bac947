// Names as words: "ctxWithTimeoutMs" and "ctx_with_timeout_ms" are both "_ctx_with_timeout_ms", so that one pattern fits both.
// Which words mean what (a unit, a context, the end of a life) is data: the `words:` of the models.
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H

#include "base/mem.h"
#include "model/model.h"

enum { WORDS_MAX = 256 }; // longer names are cut, and then fit nothing

enum word_list {
    LIST_CONTEXT,  // part of a context type's name
    LIST_PARENT,   // parameter that is the parent
    LIST_TIME,     // parameter that is a time
    LIST_BUDGET,   // one that says how long its caller will wait
    LIST_CANCEL,   // function-pointer parameter or member that cancels
    LIST_FILLER,   // says nothing about which library a function belongs to
    LIST_ENDS,     // function that ends its argument's life
    LIST_NS,
    LIST_US,
    LIST_MS,
    LIST_S,
    LIST_TICKS,
    LIST_COUNT,
};
extern const char *const word_list_names[LIST_COUNT];

struct word_lists {
    VEC(const char *) lists[LIST_COUNT];
};

// "_" followed by the lower-case words of `name`, joined by "_".
void words_of(const char *name, char ret_words[WORDS_MAX]);
// The last word of what words_of gave.
const char *words_last(const char *words);
bool words_list_has(const struct word_lists *lists, enum word_list list, const char *word);
// Whether a word of `words` is in the list (`whole`), or at least ends with one of the list ("kctx", "cctx").
bool words_any(const struct word_lists *lists, enum word_list list, const char *words, bool whole);
// The unit that the words name last, also glued to a word for time ("timeoutms"); UNIT_UNKNOWN: none.
enum time_unit words_unit(const struct word_lists *lists, const char *words);
// Drops a unit at the end: "_ctx_with_timeout_ms" -> "_ctx_with_timeout". False where there is none.
bool words_drop_unit(const struct word_lists *lists, char words[WORDS_MAX]);
// Drops context and filler words: "_go_context_new" -> "_go", "_ctx" -> "".
void words_family(const struct word_lists *lists, const char *words, char ret_family[WORDS_MAX]);

#endif
