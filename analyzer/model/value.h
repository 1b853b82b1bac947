// The values of a line's keys: words, numbers, positions, times. All return false and fill the parser's error on bad text.
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "model/line.h"

struct word; // line.c's

struct value_parser {
    struct arena *arena;
    const char *text; // from the token being read on: errors point there
    const struct word *word; // the line's first
    struct line *line;
    struct err *err;
};

// One of the known words; an empty first one stands for "unknown" and cannot be written.
bool value_word(struct value_parser *p, const char *what, const char *text, const char *const *known, size_t count, unsigned *ret_index);
#define VALUE_WORD(p, what, text, known, ret) value_word((p), (what), (text), (known), ARRAY_LEN(known), (ret))
// "'wrong' is no WHAT", and the nearest of the known words or all of them. Always false.
bool value_fail(struct value_parser *p, const char *what, const char *wrong, const char *const *known, size_t count);
bool value_int(struct value_parser *p, const char *text, int64_t *ret_value);
// Numbers between commas; `null` among them sets *ret_null (NULL: not allowed).
bool value_ints(struct value_parser *p, char *text, const int64_t **ret_values, unsigned *ret_count, bool *ret_null);
bool value_bool(struct value_parser *p, const char *text, bool *ret_value);
// [*]argN[.field], return[.field], ambient, none or auto (then the line's autos get `bit`; 0: not allowed).
bool value_pos(struct value_parser *p, const char *text, unsigned bit, struct pos *ret_pos);
bool value_unit(struct value_parser *p, const char *text, enum time_unit *ret_unit);
// POS[+POS][:UNIT[+UNIT]]; the text is cut to pieces.
bool value_time(struct value_parser *p, char *text, unsigned bit, struct bound *bound);

#endif
