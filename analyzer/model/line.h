// One line of the vocabulary, the same in a YAML file and in an annotation: `derive parent=arg0 timeout=arg1:ms cancel=return`.
// rules/models/FORMAT.md is its description for users.
#ifndef MODEL_LINE_H
#define MODEL_LINE_H

#include "model/model.h"

// What a line may speak of.
enum line_place { LINE_FUNC, LINE_TYPE, LINE_PARAM, LINE_FIELD };

// Positions left to be found by the declaration's shape.
enum { AUTO_PARENT = 1, AUTO_RESULT = 2, AUTO_OBJECT = 4, AUTO_BOUND = 8, AUTO_CANCEL = 16 };

enum line_kind { LINE_NONE /* `none`: nothing, whatever others say */, LINE_ROLE, LINE_MEANING };

struct line {
    enum line_kind kind;
    struct role role;
    unsigned autos;
    struct meaning meaning;
};

// On failure `ret_offset` is where in the text it stopped; the error says what is wrong there, not where.
bool line_parse(struct arena *arena, const char *text, enum line_place place, struct line *ret_line, size_t *ret_offset, struct err *err);

#endif
