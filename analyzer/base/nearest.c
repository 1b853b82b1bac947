#include "base/nearest.h"

#include <string.h>

enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

// Edits between two words of at most WORD_MAX letters, by the usual three-row table.
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len) {
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

const char *nearest_word(const char *wrong, const char *const *words, size_t count) {
    size_t wrong_len = strlen(wrong), best_edits = 0;
    const char *best = NULL;
    for (size_t i = 0; i < count && wrong_len <= WORD_MAX; i++) {
        size_t len = strlen(words[i]);
        if (len > WORD_MAX)
            continue;
        size_t found = edits(wrong, wrong_len, words[i], len);
        if (found <= (len + 2) / 3 && (!best || found < best_edits)) {
            best = words[i];
            best_edits = found;
        }
    }
    return best;
}
