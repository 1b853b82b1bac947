// Eight bytes at a time, as one number: groups that are still equal are sorted by the next eight. Names of one kind start alike, and
// to compare them from their start each time takes longer.
#include "base/sort.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 8, DEEPEST = 64 * STEP };

struct keyed {
    uint64_t key; // the bytes from where the group differs, the first one highest; 0 behind the end
    struct sort_text text;
};

static int compare_keys(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->text.index > b->text.index) - (a->text.index < b->text.index);
}

static int compare_texts(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    int order = strcmp(a->text.text, b->text.text);
    return order ? order : compare_keys(left, right);
}

static uint64_t key_at(const char *text) {
    uint64_t key = 0;
    for (int i = 0; i < STEP && *text; i++)
        key |= (uint64_t)(unsigned char)*text++ << (8 * (STEP - 1 - i));
    return key;
}

// All share their first `depth` bytes.
static void sort_group(struct keyed *group, size_t count, size_t depth) {
    for (size_t i = 0; i < count; i++)
        group[i].key = depth < DEEPEST ? key_at(group[i].text.text + depth) : 0;
    qsort(group, count, sizeof *group, depth < DEEPEST ? compare_keys : compare_texts);
    for (size_t i = 0, end; depth < DEEPEST && i < count; i = end) {
        for (end = i + 1; end < count && group[end].key == group[i].key; end++)
            ;
        bool has_ended = !(group[i].key & 0xff); // the texts, within these bytes
        if (end > i + 1 && !has_ended)
            sort_group(group + i, end - i, depth + STEP);
    }
}

void sort_texts(struct sort_text *texts, uint32_t count) {
    struct keyed *keyed = mem_zalloc(count * sizeof *keyed);
    for (uint32_t i = 0; i < count; i++)
        keyed[i].text = texts[i];
    if (count > 1)
        sort_group(keyed, count, 0);
    for (uint32_t i = 0; i < count; i++)
        texts[i] = keyed[i].text;
    free(keyed);
}
