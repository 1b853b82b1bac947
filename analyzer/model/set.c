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

static void index_done(struct model_index *index) {
    strtab_done(&index->names);
    vec_done(&index->by_name);
    vec_done(&index->patterns);
}

void model_set_free(struct model_set *models) {
    if (!models)
        return;
    for (size_t i = 0; i < models->models.len; i++)
        model_free(models->models.items[i]);
    for (int i = 0; i < LIST_COUNT; i++)
        vec_done(&models->words.lists[i]);
    for (int i = 0; i < 2 * TABLE_COUNT; i++)
        index_done(&models->indexes[i / TABLE_COUNT][i % TABLE_COUNT]);
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
    return len >= entry->ending && name[len - 1] == entry->pattern[entry->ending] && !memcmp(name + len - entry->ending, entry->pattern + 1, entry->ending);
}

static void index_entries(struct model_index *index, const struct model *model, size_t rank, const struct entries *entries) {
    for (uint32_t id = 1; id < entries->names.texts.len; id++) {
        uint32_t known = strtab_add(&index->names, strtab_text(&entries->names, id));
        while (index->by_name.len <= known)
            vec_push(&index->by_name, (struct known){0});
        if (!index->by_name.items[known].entry)
            index->by_name.items[known] = (struct known){&entries->all.items[entries->by_name.items[id]], model, rank};
    }
    for (size_t i = 0; i < entries->patterns.len; i++)
        vec_push(&index->patterns, ((struct known){&entries->all.items[entries->patterns.items[i]], model, rank}));
}

static void index_models(struct model_set *set) {
    for (size_t i = set->models.len; i-- > 0;)
        for (int table = 0; table < TABLE_COUNT; table++) {
            const struct model *model = set->models.items[i];
            index_entries(&set->indexes[model->by_words][table], model, i, &model->tables[table]);
        }
}

// A name goes before a pattern in one model, but not before one of a stronger model.
const struct entry *model_set_find(const struct model_set *set, enum entry_table table, const char *name, bool by_words,
                                   const struct model **ret_model) {
    const struct model_index *index = &set->indexes[by_words][table];
    uint32_t id = strtab_find(&index->names, name);
    size_t len = index->patterns.len ? strlen(name) : 0;
    const struct known *found = id ? &index->by_name.items[id] : NULL;
    for (size_t i = 0; i < index->patterns.len && !(found && index->patterns.items[i].rank <= found->rank); i++)
        if (fits_pattern(index->patterns.items[i].entry, name, len))
            found = &index->patterns.items[i];
    if (found)
        *ret_model = found->model;
    return found ? found->entry : NULL;
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
    index_models(set);
    vec_push(&set->names, NULL);
    *ret_models = set;
    return true;
}
