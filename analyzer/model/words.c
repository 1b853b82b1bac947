#include "model/words.h"

#include <ctype.h>
#include <string.h>

const char *const word_list_names[LIST_COUNT] = {
    [LIST_CONTEXT] = "context", [LIST_PARENT] = "parent", [LIST_TIME] = "time", [LIST_CANCEL] = "cancel", [LIST_FILLER] = "filler",
    [LIST_BUDGET] = "budget",
    [LIST_ENDS] = "ends",       [LIST_NS] = "ns",         [LIST_US] = "us",     [LIST_MS] = "ms",         [LIST_S] = "s",
    [LIST_TICKS] = "ticks",
};

static bool starts_word(const char *name, size_t i) {
    unsigned char c = (unsigned char)name[i], before = (unsigned char)name[i - 1], after = (unsigned char)name[i + 1];
    return isupper(c) && (islower(before) || isdigit(before) || (isupper(before) && islower(after)));
}

void words_of(const char *name, char ret_words[WORDS_MAX]) {
    size_t len = 0;
    bool gap = true;
    for (size_t i = 0; name[i] && len + 3 < WORDS_MAX; i++) {
        unsigned char c = (unsigned char)name[i];
        if (!isalnum(c)) {
            gap = true;
            continue;
        }
        if (gap || starts_word(name, i))
            ret_words[len++] = '_';
        ret_words[len++] = (char)tolower(c);
        gap = false;
    }
    ret_words[len] = '\0';
}

const char *words_last(const char *words) {
    const char *last = strrchr(words, '_');
    return last ? last + 1 : words;
}

static bool list_has(const struct word_lists *lists, enum word_list list, const char *word, size_t len) {
    for (size_t i = 0; i < lists->lists[list].len; i++) {
        const char *known = lists->lists[list].items[i];
        if (*known == *word && !strncmp(known, word, len) && !known[len])
            return true;
    }
    return false;
}

bool words_list_has(const struct word_lists *lists, enum word_list list, const char *word) {
    return list_has(lists, list, word, strlen(word));
}

static bool list_ends(const struct word_lists *lists, enum word_list list, const char *word, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (list_has(lists, list, word + i, len - i))
            return true;
    return false;
}

bool words_any(const struct word_lists *lists, enum word_list list, const char *words, bool whole) {
    while (*words) {
        size_t len = strcspn(++words, "_");
        if (whole ? list_has(lists, list, words, len) : list_ends(lists, list, words, len))
            return true;
        words += len;
    }
    return false;
}

static enum time_unit word_unit(const struct word_lists *lists, const char *word) {
    static const struct {
        enum word_list list;
        enum time_unit unit;
    } units[] = {{LIST_NS, UNIT_NS}, {LIST_US, UNIT_US}, {LIST_MS, UNIT_MS}, {LIST_S, UNIT_S}, {LIST_TICKS, UNIT_TICKS}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (words_list_has(lists, units[i].list, word))
            return units[i].unit;
    return UNIT_UNKNOWN;
}

static enum time_unit glued_unit(const struct word_lists *lists, const char *word) {
    for (size_t i = 0; i < lists->lists[LIST_TIME].len; i++) {
        const char *time = lists->lists[LIST_TIME].items[i];
        size_t len = strlen(time);
        if (!strncmp(word, time, len) && word[len])
            return word_unit(lists, word + len);
    }
    return UNIT_UNKNOWN;
}

enum time_unit words_unit(const struct word_lists *lists, const char *words) {
    char rest[WORDS_MAX];
    strcpy(rest, words);
    for (char *gap; (gap = strrchr(rest, '_')); *gap = '\0') {
        enum time_unit unit = word_unit(lists, gap + 1);
        if (!unit)
            unit = glued_unit(lists, gap + 1);
        if (unit)
            return unit;
    }
    return UNIT_UNKNOWN;
}

bool words_drop_unit(const struct word_lists *lists, char words[WORDS_MAX]) {
    char *gap = strrchr(words, '_');
    if (!gap || gap == words || !word_unit(lists, gap + 1))
        return false;
    *gap = '\0';
    return true;
}

void words_family(const struct word_lists *lists, const char *words, char ret_family[WORDS_MAX]) {
    size_t used = 0;
    while (*words) {
        size_t len = strcspn(++words, "_");
        if (!list_has(lists, LIST_CONTEXT, words, len) && !list_has(lists, LIST_FILLER, words, len)) {
            ret_family[used++] = '_';
            memcpy(ret_family + used, words, len);
            used += len;
        }
        words += len;
    }
    ret_family[used] = '\0';
}
