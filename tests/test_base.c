// base/: interning, maps, buffers and path names.
#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/sort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void interned_ids_are_dense_and_stable(void **state) {
    (void)state;
    struct strtab tab = {0};
    assert_int_equal(strtab_find(&tab, "a"), 0);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 1; i < 1000; i++) {
            char text[16];
            snprintf(text, sizeof text, "name%u", i);
            assert_int_equal(strtab_add(&tab, text), i);
            assert_string_equal(strtab_text(&tab, i), text);
        }
    assert_int_equal(strtab_add(&tab, ""), 0);
    assert_int_equal(strtab_addn(&tab, "name77xx", 6), 77);
    strtab_done(&tab);
}

static void texts_are_sorted_as_strcmp_does(void **state) {
    (void)state;
    enum { COUNT = 2000, LONG = 700 };
    struct arena arena = {0};
    struct sort_text texts[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) { // many that are equal, start alike, end within another, or differ late or in a high byte
        char *text = arena_alloc(&arena, LONG + 20);
        size_t start = i % 7 == 0 ? LONG : i % 5 * 4;
        memset(text, 'a', start);
        snprintf(text + start, 20, "%.*s%s", (int)(i * 7919 % 13), "c:@F@a_function_name", i % 3 ? "" : "\xff");
        texts[i] = (struct sort_text){text, i};
    }
    sort_texts(texts, COUNT);
    for (uint32_t i = 1; i < COUNT; i++) {
        int order = strcmp(texts[i - 1].text, texts[i].text);
        assert_true(order < 0 || (!order && texts[i - 1].index < texts[i].index));
    }
    sort_texts(texts, 0);
    arena_done(&arena);
}

static void map_keeps_every_key(void **state) {
    (void)state;
    struct map map = {0};
    for (uint32_t i = 0; i < 5000; i++) {
        bool is_new;
        *map_put(&map, (uint64_t)i * 7919, &is_new) = i;
        assert_true(is_new);
    }
    for (uint32_t i = 0; i < 5000; i++)
        assert_int_equal(*map_get(&map, (uint64_t)i * 7919), i);
    assert_null(map_get(&map, 3));
    map_done(&map);
}

static void paths_are_normalised_by_text(void **state) {
    (void)state;
    struct arena arena = {0};
    assert_string_equal(path_absolute(&arena, "/a/b", "../c/./d.c"), "/a/c/d.c");
    assert_string_equal(path_absolute(&arena, "/a/b", "/x//y/../z"), "/x/z");
    assert_string_equal(path_absolute(&arena, "/", "../.."), "/");
    assert_string_equal(path_relative("/a/b", "/a/b/c.c"), "c.c");
    assert_string_equal(path_relative("/a/b", "/a/bc/c.c"), "/a/bc/c.c");
    assert_string_equal(path_directory(&arena, "/c.c"), "/");
    assert_string_equal(path_directory(&arena, "c.c"), ".");
    assert_string_equal(path_name("/a/b.c"), "b.c");
    arena_done(&arena);
}

static void a_directory_is_no_file(void **state) {
    (void)state;
    struct err err;
    struct buf text = {0};
    assert_false(file_read("/", 1000, &text, &err));
    assert_non_null(strstr(err.text, "is a directory"));
    assert_false(file_read("/no/such", 1000, &text, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interned_ids_are_dense_and_stable),
        cmocka_unit_test(map_keeps_every_key),
        cmocka_unit_test(texts_are_sorted_as_strcmp_does),
        cmocka_unit_test(paths_are_normalised_by_text),
        cmocka_unit_test(a_directory_is_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
