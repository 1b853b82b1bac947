// The models in memory: what yaml.c reads and everything else in this folder looks things up in.
#ifndef MODEL_SET_H
#define MODEL_SET_H

#include "base/map.h"
#include "model/line.h"
#include "model/words.h"

// What a model says of one name or pattern.
struct entry {
    const char *pattern;
    const struct line *lines; // several where a function has several roles
    unsigned line_count;
    size_t ending; // a pattern that is `*` and plain text: the length of that; else 0
};

enum entry_table { TABLE_FUNCTIONS, TABLE_TYPES, TABLE_FIELDS, TABLE_COUNT };
extern const char *const entry_table_names[TABLE_COUNT];

struct entries {
    VEC(struct entry) all;
    struct strtab names;        // names without wildcard ...
    VEC(uint32_t) by_name;      // ... and by their id the entry
    VEC(uint32_t) patterns;     // entries with a wildcard, in the order of the file
};

struct model {
    const char *name, *doc, *file;
    bool by_words; // `match: words`: patterns are compared with words_of(name), and the declaration's shape must fit
    bool of_system; // `system: yes`: a function that the program defines itself is not the one that is meant
    struct entries tables[TABLE_COUNT];
    struct word_lists words;
};

struct known {
    const struct entry *entry; // NULL: none
    const struct model *model;
    size_t rank; // of the model: the greater, the stronger
};

// What all models say of names of one kind: one look-up instead of one for each model.
struct model_index {
    struct strtab names;
    VEC(struct known) by_name;  // by the name's id, of the strongest model that has it
    VEC(struct known) patterns; // of the strongest model first
};

struct model_set {
    struct model_index indexes[2][TABLE_COUNT]; // by `by_words`
    VEC(struct model *) models; // in order of precedence, the weakest first
    VEC(const char *) names, disabled;
    struct word_lists words; // of all models
    struct arena arena;
};

// Reads one file and adds its model; one of the same name is replaced.
bool model_read(struct model_set *set, const char *path, struct err *err);
void model_free(struct model *model);

// The entry that speaks of `name` in the models of this kind (by words, or not), the strongest one's; NULL: none. In one model exact
// names come before patterns, patterns in the order of the file.
const struct entry *model_set_find(const struct model_set *set, enum entry_table table, const char *name, bool by_words,
                                   const struct model **ret_model);

#endif
