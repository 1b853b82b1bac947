// program/: the cache's parts. The store (whole files, bounded size), the disk's table (each thing looked at once), manifests (what
// fits, and why not), units and results under their keys; and findings as bytes.
#include "check/diag_save.h"
#include "ir/build.h"
#include "ir/inputs.h"
#include "ir/save.h"
#include "program/cache.h"
#include "program/pile.h"
#include "program/shelf.h"
#include "program/store.h"

#include "base/file.h"
#include "base/map.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct spot {
    char folder[64], project[80], cache[80];
    struct arena arena;
};

static const char *at(struct spot *place, const char *base, const char *name) {
    return arena_printf(&place->arena, "%s/%s", base, name);
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state) {
    struct spot *place = mem_zalloc(sizeof *place);
    strcpy(place->folder, "/tmp/timeoutlint-test-XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    snprintf(place->project, sizeof place->project, "%s/project", place->folder);
    snprintf(place->cache, sizeof place->cache, "%s/cache", place->folder);
    mkdir(place->project, 0700);
    write_text(at(place, place->project, "a.c"), "#include \"x.h\"\n");
    mkdir(at(place, place->project, "one"), 0700);
    mkdir(at(place, place->project, "two"), 0700);
    write_text(at(place, place->project, "two/x.h"), "int x;\n");
    *state = place;
    return 0;
}

static int tear_down(void **state) {
    struct spot *place = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
    int status = system(command);
    arena_done(&place->arena);
    free(place);
    return status;
}

// ---- the disk's table ----

static struct disk *new_disk(const struct spot *place) {
    struct disk *disk = disk_new();
    disk_set_project(disk, place->project);
    return disk;
}

static uint32_t item(struct disk *disk, const char *name) {
    return disk_id(disk, disk_key(name), name);
}

static void each_file_is_hashed_once(void **state) {
    struct spot *place = *state;
    struct disk *disk = new_disk(place);
    assert_int_equal(link(at(place, place->project, "two/x.h"), at(place, place->project, "one/same.h")), 0);
    uint64_t hash = disk_hash(disk, item(disk, "two/x.h"));
    assert_true(hash == hash_bytes("int x;\n", 7));
    write_text(at(place, place->project, "two/x.h"), "changed meanwhile");
    assert_true(disk_hash(disk, item(disk, "two/x.h")) == hash);
    disk_free(disk);

    disk = new_disk(place); // names of one file
    const char *names[] = {"two/x.h", "./two/x.h", "one/same.h", at(place, place->project, "two/x.h"), "one/../two/x.h"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(disk_hash(disk, item(disk, names[i])) == hash_bytes("changed meanwhile", 17));
    assert_int_equal(disk_counts(disk).files, 5);
    assert_int_equal(disk_counts(disk).files_hashed, 1);
    assert_true(disk_hash(disk, item(disk, "none")) == 0);
    assert_true(disk_hash(disk, item(disk, "two/x.h/none")) == 0);
    assert_false(disk_is_file(disk, item(disk, "none")));
    assert_true(disk_is_folder(disk, item(disk, "two")));
    assert_true(disk_has_name(disk, item(disk, "two"), disk_key("x.h")));
    assert_false(disk_has_name(disk, item(disk, "two"), disk_key("y.h")));
    assert_false(disk_has_name(disk, item(disk, "none"), disk_key("y.h")));
    disk_free(disk);
}

// Times cannot be set back, so a settled file is one that the test did not just make.
static const char settled[] = "/bin/sh";

static void what_has_settled_is_taken_over(void **state) {
    struct spot *place = *state;
    struct disk *disk = new_disk(place);
    struct buf known = {0};
    uint64_t fresh = disk_hash(disk, item(disk, "a.c")), old = disk_hash(disk, item(disk, settled));
    assert_true(disk_is_changed(disk));
    disk_save(disk, &known);
    disk_free(disk);

    disk = new_disk(place);
    disk_load(disk, known.data, known.len);
    assert_true(disk_hash(disk, item(disk, "a.c")) == fresh); // too young: hashed again
    assert_true(disk_hash(disk, item(disk, settled)) == old);
    assert_int_equal(disk_counts(disk).files_hashed, 1);
    disk_free(disk);

    disk = new_disk(place); // anything may be in the file
    disk_load(disk, "no such thing, but long enough for one entry: 0123456789", 56);
    assert_true(disk_hash(disk, item(disk, settled)) == old);
    disk_free(disk);
    buf_done(&known);
}

// ---- manifests ----

static const struct digest command = {{1, 2}};

// The entry of a unit that read a.c and two/x.h, looking in one/ first.
static void make_entry(struct spot *place, struct disk *disk, const char *unit, struct buf *ret_entry) {
    const struct manifest_project project = {place->project, disk, false};
    struct buf inputs = {0};
    inputs_add(&inputs, INPUT_FILE, hash_bytes("#include \"x.h\"\n", 15), at(place, place->project, "a.c"));
    inputs_add(&inputs, INPUT_NAME, 0, "x.h");
    inputs_add(&inputs, INPUT_NAME, 0, "deep/er/y.h");
    inputs_add(&inputs, INPUT_FILE, hash_bytes("int x;\n", 7), at(place, place->project, "two/x.h"));
    inputs_add(&inputs, INPUT_FOLDER, 0, at(place, place->project, "one"));
    inputs_add(&inputs, INPUT_FOLDER, 0, at(place, place->project, "two/"));
    inputs_add(&inputs, INPUT_FOLDER, 0, at(place, place->project, "three"));
    assert_true(manifest_entry(&project, inputs.data, inputs.len, unit, strlen(unit), 77, "its problem", ret_entry));
    buf_done(&inputs);
}

static void make_manifest(struct spot *place, struct buf *ret_file) {
    struct disk *disk = new_disk(place);
    struct buf entry = {0};
    make_entry(place, disk, "unit", &entry);
    manifest_file(&command, &entry, NULL, 0, ret_file);
    buf_done(&entry);
    disk_free(disk);
}

static void assert_found(struct spot *place, const struct buf *file, enum manifest_match match, const char *what) {
    const struct manifest_project project = {place->project, new_disk(place), false};
    struct manifest_found found = manifest_find(&project, &command, file->data, file->len);
    assert_int_equal(found.match, match);
    assert_string_equal(found.what, what);
    assert_true(found.unit == (match == MATCH_HIT ? 77 : 0));
    assert_string_equal(found.problem, match == MATCH_HIT ? "its problem" : "");
    disk_free(project.disk);
}

static void a_manifest_fits_what_was_read(void **state) {
    struct spot *place = *state;
    struct buf file = {0};
    make_manifest(place, &file);
    assert_found(place, &file, MATCH_HIT, "");
    write_text(at(place, place->project, "two/x.h"), "int y;\n");
    assert_found(place, &file, MATCH_CHANGED, "two/x.h");
    unlink(at(place, place->project, "two/x.h"));
    assert_found(place, &file, MATCH_CHANGED, "two/x.h");
    write_text(at(place, place->project, "two/x.h"), "int x;\n");
    assert_found(place, &file, MATCH_HIT, "");
    buf_done(&file);
}

static void a_manifest_knows_what_was_looked_for(void **state) {
    struct spot *place = *state;
    struct buf file = {0};
    make_manifest(place, &file);
    write_text(at(place, place->project, "one/other.h"), "");
    assert_found(place, &file, MATCH_HIT, "");
    write_text(at(place, place->project, "one/x.h"), "");
    assert_found(place, &file, MATCH_NAMES, "one");
    unlink(at(place, place->project, "one/x.h"));
    mkdir(at(place, place->project, "three"), 0700);
    assert_found(place, &file, MATCH_HIT, "");
    mkdir(at(place, place->project, "three/deep"), 0700);
    assert_found(place, &file, MATCH_NAMES, "three");
    buf_done(&file);
    make_manifest(place, &file);
    assert_found(place, &file, MATCH_HIT, "");
    mkdir(at(place, place->project, "three/deep/er"), 0700);
    assert_found(place, &file, MATCH_NAMES, "three/deep");
    buf_done(&file);
}

static void a_unit_may_name_its_project(void **state) {
    struct spot *place = *state;
    struct disk *disk = new_disk(place);
    struct buf entry = {0}, file = {0};
    make_entry(place, disk, at(place, place->project, "data"), &entry);
    manifest_file(&command, &entry, NULL, 0, &file);
    assert_found(place, &file, MATCH_HIT, "");
    char moved[100];
    snprintf(moved, sizeof moved, "%s-moved", place->project);
    assert_int_equal(rename(place->project, moved), 0);
    strcpy(place->project, moved);
    assert_found(place, &file, MATCH_MOVED, "");
    buf_done(&file);
    make_manifest(place, &file);
    strcat(moved, "-again");
    assert_int_equal(rename(place->project, moved), 0);
    strcpy(place->project, moved);
    assert_found(place, &file, MATCH_HIT, "");
    buf_done(&entry);
    buf_done(&file);
    disk_free(disk);
}

static void some_units_cannot_be_kept(void **state) {
    struct spot *place = *state;
    const struct manifest_project project = {place->project, new_disk(place), false};
    const struct input bad[] = {{INPUT_OTHER, 0, "#embed"}, {INPUT_LIBRARY, 0, "/no/such/library.so"}, {(enum input_kind)'?', 0, ""}};
    struct buf entry = {0};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct buf inputs = {0};
        inputs_add(&inputs, INPUT_FILE, 1, at(place, place->project, "a.c"));
        inputs_add(&inputs, bad[i].kind, bad[i].hash, bad[i].name);
        assert_false(manifest_entry(&project, inputs.data, inputs.len, "unit", 4, 1, "", &entry));
        buf_done(&inputs);
    }
    assert_false(manifest_entry(&project, "", 0, "unit", 4, 1, "", &entry));
    assert_false(manifest_entry(&project, "F123", 4, "unit", 4, 1, "", &entry));
    disk_free(project.disk);
}

static void a_manifest_keeps_the_last_entries(void **state) {
    struct spot *place = *state;
    const struct manifest_project project = {place->project, new_disk(place), false};
    struct buf file = {0};
    size_t first_size = 0;
    for (unsigned i = 0; i < 10; i++) {
        struct buf inputs = {0}, entry = {0}, next = {0};
        uint64_t hash = i == 1 ? hash_bytes("#include \"x.h\"\n", 15) : 1000 + i; // the others fit nothing
        inputs_add(&inputs, INPUT_FILE, hash, at(place, place->project, "a.c"));
        assert_true(manifest_entry(&project, inputs.data, inputs.len, "unit", 4, i, "", &entry));
        manifest_file(&command, &entry, file.data, file.len, &next);
        first_size = i ? first_size : next.len;
        buf_done(&file);
        file = next;
        struct manifest_found found = manifest_find(&project, &command, file.data, file.len);
        assert_int_equal(found.match, i >= 1 && i < 5 ? MATCH_HIT : MATCH_CHANGED);
        buf_done(&inputs);
        buf_done(&entry);
    }
    assert_true(file.len < 4 * first_size);
    disk_free(project.disk);
    buf_done(&file);
}

static void a_damaged_manifest_fits_nothing(void **state) {
    struct spot *place = *state;
    struct buf file = {0};
    make_manifest(place, &file);
    char *copy = mem_zalloc(file.len + 8);
    const struct manifest_project project = {place->project, new_disk(place), false};
    const struct digest other = {{1, 3}};
    assert_int_equal(manifest_find(&project, &other, file.data, file.len).match, MATCH_DAMAGED);
    for (size_t i = 0; i < file.len; i++) {
        memcpy(copy, file.data, file.len);
        assert_int_equal(manifest_find(&project, &command, copy, i).match, MATCH_DAMAGED);
        copy[i] ^= (char)(1 << i % 8);
        assert_int_equal(manifest_find(&project, &command, copy, file.len).match, MATCH_DAMAGED);
    }
    free(copy);
    disk_free(project.disk);
    buf_done(&file);
}

// ---- the store ----

static bool put(struct store *store, const char *name, const char *text) {
    return store_write(store, name, &(struct store_part){text, strlen(text)}, 1);
}

static void a_store_keeps_files(void **state) {
    struct spot *place = *state;
    struct store *store = store_open(at(place, place->folder, "deep/in/there"), 0);
    struct store_file file;
    assert_null(store_problem(store));
    assert_null(store_read(store, "units/a", SIZE_MAX, &file));
    assert_true(put(store, "units/ab/c", "one"));
    assert_true(put(store, "units/ab/c", "three"));
    char *bytes = store_read(store, "units/ab/c", SIZE_MAX, &file);
    assert_int_equal(file.size, 5);
    assert_memory_equal(bytes, "three", 5);
    free(bytes);
    bytes = store_read(store, "units/ab/c", 2, &file);
    assert_int_equal(file.size, 5);
    assert_memory_equal(bytes, "th", 2);
    free(bytes);
    assert_null(store_read(store, "units/ab", SIZE_MAX, &file));
    assert_true(store_has(store, "units/ab/c") && !store_has(store, "units/ab/d"));
    store_close(store);
}

static void a_store_that_cannot_be_used_says_so(void **state) {
    struct spot *place = *state;
    struct store_file file;
    struct store *store = store_open(at(place, place->project, "a.c/cache"), 0);
    assert_non_null(strstr(store_problem(store), "cannot use the cache"));
    assert_non_null(strstr(store_problem(store), "Not a directory"));
    assert_false(put(store, "x", "y"));
    assert_false(store_has(store, "x"));
    assert_null(store_read(store, "x", SIZE_MAX, &file));
    store_close(store);
    store = store_open(place->cache, 0); // a folder where the file should be
    mkdir(at(place, place->cache, "x"), 0700);
    assert_false(put(store, "x", "y"));
    assert_non_null(strstr(store_problem(store), "cannot write to the cache"));
    assert_false(put(store, "z", "y")); // it has given up
    store_close(store);
}

static void a_store_drops_the_oldest(void **state) {
    struct spot *place = *state;
    char text[1001] = {0};
    memset(text, 'x', 1000);
    for (unsigned run = 0; run < 5; run++) {
        struct store *store = store_open(place->cache, 10000);
        for (unsigned i = 0; i < 4; i++)
            assert_true(put(store, arena_printf(&place->arena, "units/%u/%u", run, i), text));
        store_close(store);
    }
    struct store *store = store_open(place->cache, 10000);
    unsigned kept = 0;
    for (unsigned run = 0; run < 5; run++)
        for (unsigned i = 0; i < 4; i++) {
            bool is_there = store_has(store, arena_printf(&place->arena, "units/%u/%u", run, i));
            assert_true(is_there || !kept); // what is younger than a kept one is kept
            kept += is_there;
        }
    assert_in_range(kept, 4, 10);
    store_close(store);
}

// ---- where units are while they are used ----

static void large_files_are_mapped_and_small_ones_read(void **state) {
    struct spot *place = *state;
    struct store *store = store_open(place->cache, 0);
    struct store_bytes bytes;
    struct buf large = {0};
    while (large.len < 50000)
        buf_printf(&large, "%zu ", large.len);
    assert_false(store_map(store, "units/ab/c", &bytes));
    assert_true(put(store, "units/ab/c", large.data) && put(store, "units/ab/d", "small"));
    assert_true(store_map(store, "units/ab/c", &bytes));
    assert_true(bytes.is_mapped && bytes.size == large.len);
    assert_true(put(store, "units/ab/c", "another")); // by renaming: who has the old one keeps it
    assert_memory_equal(bytes.bytes, large.data, large.len);
    store_give_back(&bytes);
    assert_true(store_map(store, "units/ab/d", &bytes));
    assert_true(!bytes.is_mapped && bytes.size == 5);
    store_give_back(&bytes);
    store_close(store);
    struct stat info;
    assert_int_equal(stat(at(place, place->cache, "units/ab/d"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0400); // so that nobody cuts short by accident what is mapped
    buf_done(&large);
}

static void a_pile_keeps_what_it_gets(void **state) {
    struct spot *place = *state;
    const char *const folders[] = {at(place, place->folder, "none"), place->folder, NULL}, *const nowhere[] = {"/proc/self/none", NULL};
    struct pile *pile = pile_new(folders);
    const char *kept[50];
    char text[20000];
    for (unsigned i = 0; i < ARRAY_LEN(kept); i++) {
        memset(text, 'a' + (int)i % 26, sizeof text);
        kept[i] = pile_add(pile, text, sizeof text - i * 100);
        assert_non_null(kept[i]);
    }
    for (unsigned i = 0; i < ARRAY_LEN(kept); i++) {
        memset(text, 'a' + (int)i % 26, sizeof text);
        assert_memory_equal(kept[i], text, sizeof text - i * 100);
    }
    pile_free(pile);
    pile = pile_new(nowhere);
    assert_null(pile_add(pile, text, sizeof text));
    pile_free(pile);
    pile_free(NULL);
}

static void save_unit(const char *text, struct buf *ret_bytes);

static struct store_bytes copy_of(const struct buf *unit) {
    return (struct store_bytes){.bytes = memcpy(mem_realloc(NULL, unit->len), unit->data, unit->len), .size = unit->len};
}

static void a_shelf_takes_whole_units_only(void **state) {
    struct spot *place = *state;
    enum { COUNT = 40 };
    struct shelf shelf;
    struct shelf_unit units[COUNT] = {0}, damaged = {0};
    struct shelf_awake awake = {0};
    struct buf unit = {0};
    struct err err;
    char *text = mem_zalloc(1 << 20);
    memset(text, 'x', (1 << 20) - 1);
    save_unit(text, &unit);
    shelf_init(&shelf, place->folder);
    for (unsigned i = 0; i < COUNT; i++) { // more than stays in memory
        struct store_bytes bytes = copy_of(&unit);
        assert_true(shelf_take(&shelf, &bytes, false, &units[i], &err));
        assert_null(bytes.bytes);
        shelf_woke(&awake, &units[i].ir);
    }
    assert_false(units[0].is_in_pile);
    assert_true(units[COUNT - 1].is_in_pile);
    for (unsigned i = 0; i < COUNT; i++)
        assert_string_equal(ir_text(&units[i].ir, units[i].ir.text_offsets_count - 1), text); // also those that rest
    unit.data[unit.len / 2] ^= 1;
    struct store_bytes bytes = copy_of(&unit);
    assert_false(shelf_take(&shelf, &bytes, false, &damaged, &err));
    assert_non_null(strstr(err.text, "damaged"));
    assert_null(damaged.bytes.bytes);
    for (unsigned i = 0; i < COUNT; i++)
        shelf_drop(&units[i]);
    shelf_awake_done(&awake);
    shelf_done(&shelf);
    buf_done(&unit);
    free(text);
}

// ---- the whole ----

static void save_unit(const char *text, struct buf *ret_bytes) {
    struct ir_builder b;
    ir_build_init(&b);
    ir_build_text(&b, text);
    ir_build_finish(&b, ret_bytes);
    ir_build_done(&b);
}

static void units_and_results_are_found_again(void **state) {
    struct spot *place = *state;
    const struct cache_options options = {place->cache, place->project, 0, false};
    const struct digest other = {{5, 6}};
    struct buf unit = {0}, inputs = {0}, result = {0}, back = {0};
    save_unit("something", &unit);
    inputs_add(&inputs, INPUT_FILE, hash_bytes("#include \"x.h\"\n", 15), at(place, place->project, "a.c"));
    buf_puts(&result, "a result");
    struct cache *cache = cache_open(&options);
    cache_set_project(cache, place->project, 1);
    assert_int_equal(cache_find_unit(cache, &command).match, MATCH_NEW);
    assert_true(cache_keep_unit(cache, &command, unit.data, unit.len, inputs.data, inputs.len, "a problem"));
    cache_keep(cache, &other, &result);
    cache_close(cache);

    cache = cache_open(&options);
    cache_set_project(cache, place->project, 1);
    assert_null(cache_warning(cache));
    struct manifest_found found = cache_find_unit(cache, &command);
    assert_int_equal(found.match, MATCH_HIT);
    assert_string_equal(found.problem, "a problem");
    assert_true(found.unit == ir_checksum(unit.data, unit.len));
    struct store_bytes bytes;
    bool is_sound;
    assert_true(cache_map_unit(cache, found.unit, &bytes, &is_sound));
    assert_int_equal(bytes.size, unit.len);
    assert_memory_equal(bytes.bytes, unit.data, unit.len);
    store_give_back(&bytes);
    assert_false(cache_map_unit(cache, found.unit + 1, &bytes, &is_sound));
    assert_true(cache_find(cache, &other, &back));
    assert_string_equal(buf_text(&back), "a result");
    assert_false(cache_find(cache, &command, &back));
    cache_close(cache);
    buf_done(&unit);
    buf_done(&inputs);
    buf_done(&result);
    buf_done(&back);
}

// ---- units that need no check ----

// Whether a run of this program finds that the unit needs none; then it is as if it had checked it.
static bool needs_no_check(struct spot *place, uint64_t program, const struct buf *unit) {
    const struct cache_options options = {.folder = place->cache, .subject = place->project};
    struct cache *cache = cache_open(&options);
    struct store_bytes bytes;
    bool is_sound;
    cache_set_project(cache, place->project, program);
    assert_true(cache_map_unit(cache, ir_checksum(unit->data, unit->len), &bytes, &is_sound));
    if (!is_sound)
        cache_trust_unit(cache, ir_checksum(unit->data, unit->len), &bytes);
    store_give_back(&bytes);
    cache_close(cache);
    return is_sound;
}

static void a_unit_is_checked_once(void **state) {
    struct spot *place = *state;
    const struct cache_options options = {.folder = place->cache, .subject = place->project};
    struct buf unit = {0}, inputs = {0};
    char name[64];
    save_unit("text", &unit);
    snprintf(name, sizeof name, "units/%02x/%014llx", (unsigned)(ir_checksum(unit.data, unit.len) >> 56),
             (unsigned long long)(ir_checksum(unit.data, unit.len) << 8 >> 8));
    inputs_add(&inputs, INPUT_FILE, 1, at(place, place->project, "a.c"));
    struct cache *cache = cache_open(&options);
    cache_set_project(cache, place->project, 1);
    assert_true(cache_keep_unit(cache, &command, unit.data, unit.len, inputs.data, inputs.len, ""));
    cache_close(cache);
    assert_true(needs_no_check(place, 1, &unit)); // whoever kept it knew it
    assert_false(needs_no_check(place, 2, &unit)); // a program that may check other things
    const char *path = at(place, place->cache, name);
    assert_int_equal(chmod(path, 0600), 0);
    FILE *out = fopen(path, "we");
    assert_true(out && fwrite(unit.data, unit.len, 1, out) == 1 && fclose(out) == 0);
    assert_false(needs_no_check(place, 1, &unit)); // somebody wrote it a moment ago, the same or not
    assert_false(needs_no_check(place, 1, &unit));
    const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    assert_false(needs_no_check(place, 1, &unit)); // its times say less than that
    buf_done(&unit);
    buf_done(&inputs);
}

// ---- findings as bytes ----

static void findings_survive(void **state) {
    (void)state;
    struct diag_step steps[] = {{{"r.c", 1, 2, 3, 4}, "a step"}, {{"s.c", 5, 6, 7, 8}, ""}};
    struct diag_edit edits[] = {{{"t.c", 1, 1, 1, 1}, "text"}};
    struct diag full = {.rule = "rule", .grade = "dead", .place = {"a.c", 1, 2, 3, 4}, .function = "f", .message = "m", .help = "h",
                        .upstream_ns = INT64_MAX, .bound_ns = -1, .path = steps, .path_count = 2, .fix_message = "fix", .edits = edits,
                        .edit_count = 1, .fingerprint_key = "key"};
    struct diag plain = {.rule = "other", .place = {"b.c", 1, 1, 1, 1}, .message = "", .upstream_ns = -1, .bound_ns = 0};
    struct diags diags = {0}, back = {0};
    struct buf bytes = {0};
    vec_push(&diags.items, full);
    vec_push(&diags.items, plain);
    diag_save(&diags, &bytes);
    for (size_t len = 0; len < bytes.len; len++) { // cut anywhere
        const char *from = bytes.data;
        assert_false(diag_load(&from, bytes.data + len, &back));
        diags_done(&back);
        back = (struct diags){0};
    }
    const char *from = bytes.data;
    assert_true(diag_load(&from, bytes.data + bytes.len, &back));
    assert_ptr_equal(from, bytes.data + bytes.len);
    assert_int_equal(back.items.len, 2);
    const struct diag *first = &back.items.items[0], *second = &back.items.items[1];
    assert_string_equal(first->path[1].place.file, "s.c");
    assert_int_equal(first->path[0].place.end_column, 4);
    assert_string_equal(first->edits[0].text, "text");
    assert_true(first->upstream_ns == INT64_MAX && first->bound_ns == -1);
    assert_string_equal(first->fingerprint_key, "key");
    assert_null(second->help);
    assert_null(second->fix_message);
    struct buf again = {0};
    diag_save(&back, &again);
    assert_int_equal(again.len, bytes.len);
    assert_memory_equal(again.data, bytes.data, bytes.len);
    diags_done(&diags);
    diags_done(&back);
    buf_done(&bytes);
    buf_done(&again);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        test(each_file_is_hashed_once),
        test(what_has_settled_is_taken_over),
        test(a_manifest_fits_what_was_read),
        test(a_manifest_knows_what_was_looked_for),
        test(a_unit_may_name_its_project),
        test(some_units_cannot_be_kept),
        test(a_manifest_keeps_the_last_entries),
        test(a_damaged_manifest_fits_nothing),
        test(a_store_keeps_files),
        test(a_store_that_cannot_be_used_says_so),
        test(a_store_drops_the_oldest),
        test(large_files_are_mapped_and_small_ones_read),
        test(a_pile_keeps_what_it_gets),
        test(a_shelf_takes_whole_units_only),
        test(a_unit_is_checked_once),
        test(units_and_results_are_found_again),
        cmocka_unit_test(findings_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
