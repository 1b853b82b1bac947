// An entry is its kind (one byte), its hash (eight, in the machine's order) and its name with the NUL.
#include "ir/inputs.h"

#include <string.h>

enum { HEAD = 1 + sizeof(uint64_t) };

void inputs_add(struct buf *report, enum input_kind kind, uint64_t hash, const char *name) {
    buf_putc(report, (char)kind);
    buf_add(report, &hash, sizeof hash);
    buf_add(report, name, strlen(name) + 1);
}

bool inputs_next(const char **at, const char *end, struct input *ret_input) {
    size_t left = (size_t)(end - *at);
    const char *stop = left > HEAD ? memchr(*at + HEAD, '\0', left - HEAD) : NULL;
    if (!stop)
        return false;
    ret_input->kind = (enum input_kind)**at;
    memcpy(&ret_input->hash, *at + 1, sizeof ret_input->hash);
    ret_input->name = *at + HEAD;
    *at = stop + 1;
    return true;
}
