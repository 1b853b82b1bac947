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

static int compare_texts(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    int order = strcmp(a->text.text, b->text.text);
    return order ? order : (a->text.index > b->text.index) - (a->text.index < b->text.index);
}

static bool is_in_order(const struct keyed *a, const struct keyed *b) {
    return a->key != b->key ? a->key < b->key : a->text.index <= b->text.index;
}

// Not qsort, which calls a function for each comparison. `scratch` has room for half of them.
static void merge_sort(struct keyed *items, size_t count, struct keyed *scratch) {
    if (count < 2)
        return;
    size_t half = count / 2, left = 0, right = half;
    merge_sort(items, half, scratch);
    merge_sort(items + half, count - half, scratch);
    if (is_in_order(&items[half - 1], &items[half]))
        return;
    memcpy(scratch, items, half * sizeof *items);
    for (size_t i = 0; left < half; i++)
        items[i] = right == count || is_in_order(&scratch[left], &items[right]) ? scratch[left++] : items[right++];
}

static uint64_t key_at(const char *text) {
    uint64_t key = 0;
    for (int i = 0; i < STEP && *text; i++)
        key |= (uint64_t)(unsigned char)*text++ << (8 * (STEP - 1 - i));
    return key;
}

// All share their first `depth` bytes.
static void sort_group(struct keyed *group, size_t count, size_t depth, struct keyed *scratch) {
    for (size_t i = 0; i < count; i++)
        group[i].key = depth < DEEPEST ? key_at(group[i].text.text + depth) : 0;
    if (depth < DEEPEST)
        merge_sort(group, count, scratch);
    else
        qsort(group, count, sizeof *group, compare_texts);
    for (size_t i = 0, end; depth < DEEPEST && i < count; i = end) {
        for (end = i + 1; end < count && group[end].key == group[i].key; end++)
            ;
        bool has_ended = !(group[i].key & 0xff); // the texts, within these bytes
        if (end > i + 1 && !has_ended)
            sort_group(group + i, end - i, depth + STEP, scratch);
    }
}

void sort_texts(struct sort_text *texts, uint32_t count) {
    struct keyed *keyed = mem_zalloc(count * sizeof *keyed), *scratch = mem_zalloc((count + 1) / 2 * sizeof *scratch);
    for (uint32_t i = 0; i < count; i++)
        keyed[i].text = texts[i];
    if (count > 1)
        sort_group(keyed, count, 0, scratch);
    for (uint32_t i = 0; i < count; i++)
        texts[i] = keyed[i].text;
    free(keyed);
    free(scratch);
}
