// Sorts many texts by their bytes, as strcmp does; of equal ones the lower index comes first.
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdint.h>

struct sort_text {
    const char *text;
    uint32_t index;
};

void sort_texts(struct sort_text *texts, uint32_t count);

#endif
