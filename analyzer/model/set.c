#include "model/set.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

const char *const entry_table_names[TABLE_COUNT] = {"functions", "types", "fields"};

void model_free(struct model *model) {
    for (int i = 0; i < TABLE_COUNT; i++) {
        vec_done(&model->tables[i].all);
        vec_done(&model->tables[i].by_name);
        vec_done(&model->tables[i].patterns);
        strtab_done(&model->tables[i].names);
    }
    for (int i = 0; i < LIST_COUNT; i++)
        vec_done(&model->words.lists[i]);
    free(model);
}

void model_set_free(struct model_set *models) {
    if (!models)
        return;
    for (size_t i = 0; i < models->models.len; i++)
        model_free(models->models.items[i]);
    for (int i = 0; i < LIST_COUNT; i++)
        vec_done(&models->words.lists[i]);
    vec_done(&models->models);
    vec_done(&models->names);
    vec_done(&models->disabled);
    arena_done(&models->arena);
    free(models);
}

const char *const *model_set_names(const struct model_set *models) {
    return models->names.items;
}

static bool fits_pattern(const struct entry *entry, const char *name, size_t len) {
    if (!entry->ending)
        return fnmatch(entry->pattern, name, 0) == 0;
    return len >= entry->ending && !memcmp(name + len - entry->ending, entry->pattern + 1, entry->ending);
}

const struct entry *entries_find(const struct entries *entries, const char *name) {
    uint32_t id = strtab_find(&entries->names, name);
    size_t len = entries->patterns.len ? strlen(name) : 0;
    if (id)
        return &entries->all.items[entries->by_name.items[id]];
    for (size_t i = 0; i < entries->patterns.len; i++) {
        const struct entry *entry = &entries->all.items[entries->patterns.items[i]];
        if (fits_pattern(entry, name, len))
            return entry;
    }
    return NULL;
}

const struct entry *model_set_find(const struct model_set *set, enum entry_table table, const char *name, bool by_words,
                                   const struct model **ret_model) {
    for (size_t i = set->models.len; i-- > 0;) {
        const struct model *model = set->models.items[i];
        const struct entry *entry = model->by_words == by_words ? entries_find(&model->tables[table], name) : NULL;
        if (entry) {
            *ret_model = model;
            return entry;
        }
    }
    return NULL;
}

static int is_yaml(const struct dirent *entry) {
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 5 && !strcmp(entry->d_name + len - 5, ".yaml");
}

static bool read_folder(struct model_set *set, const char *path, struct err *err) {
    struct dirent **found;
    int count = scandir(path, &found, is_yaml, alphasort);
    if (count < 0)
        return err_set(err, "cannot read the folder of models '%s': %s; is timeoutlint installed completely?", path, strerror(errno));
    bool ok = true;
    for (int i = 0; i < count; i++) {
        struct arena arena = {0};
        ok = ok && model_read(set, arena_printf(&arena, "%s/%s", path, found[i]->d_name), err);
        arena_done(&arena);
        free(found[i]);
    }
    free(found);
    return ok;
}

static void drop_disabled(struct model_set *set) {
    size_t kept = 0;
    for (size_t i = 0; i < set->models.len; i++) {
        struct model *model = set->models.items[i];
        bool disabled = false;
        for (size_t k = 0; k < set->disabled.len; k++)
            disabled |= !strcmp(model->name, set->disabled.items[k]);
        if (disabled)
            model_free(model);
        else
            set->models.items[kept++] = model;
    }
    set->models.len = kept;
}

static void merge_words(struct model_set *set, const struct model *model) {
    for (int list = 0; list < LIST_COUNT; list++)
        for (size_t i = 0; i < model->words.lists[list].len; i++)
            vec_push(&set->words.lists[list], model->words.lists[list].items[i]);
}

bool model_set_load(const char *shipped_dir, const char *const *files, unsigned file_count, struct model_set **ret_models,
                    struct err *err) {
    struct model_set *set = mem_zalloc(sizeof *set);
    bool ok = !shipped_dir || read_folder(set, shipped_dir, err);
    for (unsigned i = 0; ok && i < file_count; i++)
        ok = model_read(set, files[i], err);
    if (!ok) {
        model_set_free(set);
        return false;
    }
    drop_disabled(set);
    for (size_t i = 0; i < set->models.len; i++) {
        vec_push(&set->names, set->models.items[i]->name);
        merge_words(set, set->models.items[i]);
    }
    vec_push(&set->names, NULL);
    *ret_models = set;
    return true;
}
