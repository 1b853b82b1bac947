// frontend/: the compilation database in every form in which it occurs, and the words of a compiler command.
#include "base/buf.h"
#include "base/file.h"
#include "frontend/command.h"
#include "frontend/database.h"
#include "frontend/project.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

// A folder of its own for each test.
struct place {
    char folder[64];
    struct arena arena;
    struct database db;
    struct err err;
};

static int set_up(void **state) {
    struct place *place = mem_zalloc(sizeof *place);
    strcpy(place->folder, "/tmp/timeoutlint-test-XXXXXX");
    *state = place;
    return mkdtemp(place->folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk) {
    (void)info, (void)kind, (void)walk;
    return remove(path);
}

static int tear_down(void **state) {
    struct place *place = *state;
    nftw(place->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    database_done(&place->db);
    arena_done(&place->arena);
    free(place);
    return 0;
}

static const char *at(struct place *place, const char *name) {
    return path_absolute(&place->arena, place->folder, name);
}

static void write_file(struct place *place, const char *name, const char *text) {
    const char *path = at(place, name);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

// What was kept of a database is as good as the database; and cut anywhere, or with something behind it, it is none.
static void keep_and_load(struct database *db) {
    struct buf bytes = {0};
    struct database back;
    database_save(db, &bytes);
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(database_load(bytes.data, len, &back));
    bool has_response_files = db->has_response_files;
    database_done(db);
    assert_true(database_load(bytes.data, bytes.len, db));
    db->has_response_files = has_response_files;
    buf_putc(&bytes, 'x');
    assert_false(database_load(bytes.data, bytes.len, &back));
    buf_done(&bytes);
}

// Writes the database with every $ replaced by the test's folder, and reads it.
static bool read_database(struct place *place, const char *text) {
    struct buf json = {0};
    for (; *text; text++)
        if (*text == '$')
            buf_puts(&json, place->folder);
        else
            buf_putc(&json, *text);
    write_file(place, "compile_commands.json", buf_text(&json));
    buf_done(&json);
    database_done(&place->db);
    if (!database_read(at(place, "compile_commands.json"), &place->db, &place->err))
        return false;
    keep_and_load(&place->db);
    return true;
}

static void assert_args(const struct compile_command *unit, const char *expected) {
    struct buf text = {0};
    for (unsigned i = 0; i < unit->arg_count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", unit->args[i]);
    assert_string_equal(buf_text(&text), expected);
    buf_done(&text);
}

// The flags of one command for a.c; NULL where it is no C.
static const char *flags_of(struct place *place, const char *command) {
    struct words words = {0}, flags = {0};
    assert_true(command_split(&place->arena, command, &words, &place->err));
    const char *text = NULL;
    if (command_flags(&place->arena, &words, "/src/a.c", &flags)) {
        text = "";
        for (size_t i = 0; i < flags.len; i++)
            text = arena_printf(&place->arena, "%s%s%s", text, *text ? " " : "", flags.items[i]);
    }
    vec_done(&words);
    vec_done(&flags);
    return text;
}

#define assert_flags(place, command, expected) assert_string_equal(flags_of((place), (command)), (expected))

static void both_forms_mean_the_same(void **state) {
    struct place *place = *state;
    write_file(place, "a.c", "");
    write_file(place, "b.c", "");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"b.c\", \"command\": \"gcc -I. '-DNAME=\\\"x y\\\"' -c -o b.o b.c\"},"
                                     " {\"directory\": \"$\", \"file\": \"$/a.c\", \"arguments\": [\"gcc\", \"-I\", \"inc dir\", \"-c\", \"a.c\"]}]"));
    assert_int_equal(place->db.command_count, 2);
    assert_string_equal(place->db.commands[0].file, at(place, "a.c"));
    assert_string_equal(place->db.commands[0].directory, place->folder);
    assert_args(&place->db.commands[0], "-Iinc dir");
    assert_args(&place->db.commands[1], "-I. -DNAME=\"x y\"");
    assert_null(place->db.commands[0].problem);
}

static void relative_folders_count_from_the_database(void **state) {
    struct place *place = *state;
    write_file(place, "src/a.c", "");
    write_file(place, "obj/x", "");
    assert_true(read_database(place, "[{\"directory\": \"obj\", \"file\": \"../src/a.c\", \"command\": \"cc -c ../src/a.c\"}]"));
    assert_string_equal(place->db.commands[0].file, at(place, "src/a.c"));
    assert_string_equal(place->db.commands[0].directory, at(place, "obj"));
}

static void only_flags_for_parsing_stay(void **state) {
    struct place *place = *state;
    assert_flags(place, "gcc -c a.c -o a.o -MD -MF a.d -MT a.o -Wall -Werror=foo -g3 -O2 -pipe -fPIC -fvisibility=hidden", "-O2");
    assert_flags(place, "gcc -I inc -isystem /sys -iquote q -include conf.h -D A -UB -DC=1 -std=gnu11 -x c a.c",
                 "-Iinc -isystem/sys -iquoteq -includeconf.h -DA -UB -DC=1 -std=gnu11");
    assert_flags(place, "gcc -Wp,-MMD,x.d -Wp,-DX=1,-D_FORTIFY_SOURCE=2 -D_FORTIFY_SOURCE=3 -Wl,-z,now -Wa,--noexecstack a.c", "-DX=1");
    assert_flags(place, "gcc -fno-tree-vrp -mpreferred-stack-boundary=3 -mindirect-branch=thunk-extern --param max=1 -fconserve-stack a.c", "");
    assert_flags(place, "gcc -m32 -msse4.2 -mno-avx -march=haswell -funsigned-char -fshort-enums -fno-builtin-printf -pthread a.c",
                 "-m32 -msse4.2 -mno-avx -march=haswell -funsigned-char -fshort-enums -fno-builtin-printf -pthread");
    assert_flags(place, "clang --target=arm-linux-gnueabi -target x86_64-linux-gnu --sysroot /s -Xclang -load a.c",
                 "--target=arm-linux-gnueabi --target=x86_64-linux-gnu --sysroot=/s");
    assert_flags(place, "-DX a.c", "-DX");
}

static void wrappers_are_no_compilers(void **state) {
    struct place *place = *state;
    assert_flags(place, "ccache gcc -DX a.c", "-DX");
    assert_flags(place, "/usr/bin/distcc /usr/bin/gcc-12 -DX a.c", "-DX");
    assert_flags(place, "env A=b -u HOME CCACHE_DIR=/x ccache sccache gcc -DX a.c", "-DX");
    assert_flags(place, "LANG=C gcc -DX a.c", "-DX");
    assert_flags(place, "/bin/sh ./libtool --tag=CC --mode=compile gcc -DX -c a.c", "-DX");
    assert_flags(place, "ccache aarch64-linux-gnu-gcc-12 -DX a.c", "--target=aarch64-linux-gnu -DX");
    assert_flags(place, "arm-none-eabi-gcc -mthumb -mcpu=cortex-m4 -DX a.c", "-DX");
}

static void other_languages_are_told_apart(void **state) {
    struct place *place = *state;
    assert_null(flags_of(place, "g++ -c a.c"));
    assert_null(flags_of(place, "ccache clang++-19 -c a.c"));
    assert_null(flags_of(place, "gcc -x c++ -c a.c"));
    assert_null(flags_of(place, "gcc -xassembler-with-cpp -c a.c"));
    assert_non_null(flags_of(place, "gcc -xc -c a.c"));
    write_file(place, "a.c", "");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc -c a.c\"},"
                                     " {\"directory\": \"$\", \"file\": \"b.cpp\", \"command\": \"c++ -c b.cpp\"},"
                                     " {\"directory\": \"$\", \"file\": \"b.S\", \"command\": \"cc -c b.S\"},"
                                     " {\"directory\": \"$\", \"file\": \"a.o\", \"command\": \"cc -o prog a.o\"}]"));
    assert_int_equal(place->db.command_count, 1);
    assert_int_equal(place->db.other_count, 3);
    write_file(place, "inc.x", "");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"inc.x\", \"command\": \"cc -x c -c inc.x\"}]"));
    assert_args(&place->db.commands[0], "-xc");
}

static void response_files_are_read(void **state) {
    struct place *place = *state;
    write_file(place, "a.c", "");
    write_file(place, "flags.rsp", "-I\"inc dir\" '-DA=\"q\"' -DB=\\\"x\\\"\n  @more.rsp \"\"");
    write_file(place, "more.rsp", "-DC='a b'\\ c");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc @flags.rsp -c a.c\"}]"));
    assert_args(&place->db.commands[0], "-Iinc dir -DA=\"q\" -DB=\"x\" -DC=a b c");
    write_file(place, "more.rsp", "@more.rsp");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc @flags.rsp -c a.c\"}]"));
    assert_non_null(strstr(place->db.commands[0].problem, "includes itself"));
    assert_true(place->db.has_response_files);
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"arguments\": [\"cc\", \"@gone.rsp\", \"a.c\"]}]"));
    assert_non_null(strstr(place->db.commands[0].problem, "gone.rsp"));
}

static void one_meaning_stays_once(void **state) {
    struct place *place = *state;
    write_file(place, "a.c", "");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc -DX -fPIC -Dfoo_EXPORTS -MF 1.d -o 1.o -c a.c\"},"
                                     " {\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc -DX -o 2.o -c a.c\"},"
                                     " {\"directory\": \"$\", \"file\": \"./a.c\", \"command\": \"cc -DX -fPIC -DPIC -o 3.o -c a.c\"},"
                                     " {\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc -DY -o 4.o -c a.c\"}]"));
    assert_int_equal(place->db.command_count, 2);
    assert_int_equal(place->db.duplicate_count, 2);
    assert_args(&place->db.commands[1], "-DY");
}

static void order_of_entries_does_not_matter(void **state) {
    struct place *place = *state;
    write_file(place, "a.c", "");
    write_file(place, "b.c", "");
    static const char *const entries[] = {"{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc -Dx_EXPORTS -fPIC a.c\"}",
                                          "{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc a.c\"}",
                                          "{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc -DX a.c\"}",
                                          "{\"directory\": \"$\", \"file\": \"b.c\", \"command\": \"cc b.c\"}"};
    for (unsigned turn = 0; turn < 4; turn++) {
        assert_true(read_database(place, arena_printf(&place->arena, "[%s, %s, %s, %s]", entries[turn], entries[(turn + 3) % 4],
                                                      entries[(turn + 1) % 4], entries[(turn + 2) % 4])));
        assert_int_equal(place->db.command_count, 3);
        assert_args(&place->db.commands[0], "");
        assert_args(&place->db.commands[1], "-DX");
        assert_string_equal(place->db.commands[2].file, at(place, "b.c"));
    }
}

static void what_cannot_be_parsed_is_kept_with_its_problem(void **state) {
    struct place *place = *state;
    write_file(place, "a.c", "");
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"gone.c\", \"command\": \"cc gone.c\"}]"));
    assert_non_null(strstr(place->db.commands[0].problem, "older than the sources"));
    assert_true(read_database(place, "[{\"directory\": \"$/gone\", \"file\": \"../a.c\", \"command\": \"cc a.c\"}]"));
    assert_non_null(strstr(place->db.commands[0].problem, "working directory"));
    assert_true(read_database(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"command\": \"cc 'a.c\"}]"));
    assert_non_null(strstr(place->db.commands[0].problem, "cannot be split"));
}

static void assert_refused(struct place *place, const char *text, const char *reason) {
    assert_false(read_database(place, text));
    if (!strstr(place->err.text, reason))
        fail_msg("'%s' is not in '%s'", reason, place->err.text);
}

static void damaged_databases_are_refused(void **state) {
    struct place *place = *state;
    assert_refused(place, "", "empty");
    assert_refused(place, " \n", "empty");
    assert_refused(place, "[\n  {\"directory\" \"x\"}]", "compile_commands.json:2:");
    assert_refused(place, "[]", "no entries");
    assert_refused(place, "{\"a\": 1}", "not a list");
    assert_refused(place, "[1]", "entry 1 is not an object");
    assert_refused(place, "[{\"directory\": \"$\", \"command\": \"cc a.c\"}]", "no \"file\"");
    assert_refused(place, "[{\"file\": \"a.c\", \"command\": \"cc a.c\"}]", "no \"directory\"");
    assert_refused(place, "[{\"directory\": \"$\", \"file\": \"a.c\"}]", "neither");
    assert_refused(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"command\": 3}]", "not a string");
    assert_refused(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"arguments\": \"cc\"}]", "not a list");
    assert_refused(place, "[{\"directory\": \"$\", \"file\": \"a.c\", \"arguments\": [\"cc\", 1]}]", "not all strings");
    assert_refused(place, "[{\"directory\": \"$\", \"file\": \"a.cpp\", \"command\": \"c++ a.cpp\"}]", "none of its 1 entries");
}

static const char *found(struct place *place, const char *given, const char *folder) {
    const char *path = database_find(&place->arena, given, at(place, folder), &place->err);
    return path ? path_relative(place->folder, path) : NULL;
}

static void databases_are_found(void **state) {
    struct place *place = *state;
    write_file(place, "p/src/deep/x", "");
    assert_null(found(place, NULL, "p/src/deep"));
    assert_non_null(strstr(place->err.text, "bear"));
    write_file(place, "p/cmake-build-debug/compile_commands.json", "");
    assert_string_equal(found(place, NULL, "p/src/deep"), "p/cmake-build-debug/compile_commands.json");
    write_file(place, "p/build-b/compile_commands.json", "");
    write_file(place, "p/build-a/compile_commands.json", "");
    write_file(place, "p/builder/compile_commands.json", "");
    assert_string_equal(found(place, NULL, "p/src/deep"), "p/build-a/compile_commands.json");
    write_file(place, "p/src/out/compile_commands.json", "");
    assert_string_equal(found(place, NULL, "p/src/deep"), "p/src/out/compile_commands.json");
    write_file(place, "compile_commands.json", "");
    assert_string_equal(found(place, NULL, "p/src/deep"), "compile_commands.json");
    write_file(place, "p/src/compile_commands.json", "");
    assert_string_equal(found(place, NULL, "p/src/deep"), "p/src/compile_commands.json");
    assert_string_equal(found(place, "../build-b", "p/src"), "p/build-b/compile_commands.json");
    assert_string_equal(found(place, "../build-b/compile_commands.json", "p/src"), "p/build-b/compile_commands.json");
    assert_null(found(place, "deep", "p/src"));
    assert_non_null(strstr(place->err.text, "there is no compile_commands.json in 'deep'"));
    assert_null(found(place, "nowhere", "p/src"));
    assert_non_null(strstr(place->err.text, "does not exist"));
}

static void a_folder_is_no_database(void **state) {
    struct place *place = *state;
    write_file(place, "compile_commands.json/x", "");
    assert_false(database_read(at(place, "compile_commands.json"), &place->db, &place->err));
    assert_non_null(strstr(place->err.text, "is a directory"));
}

static bool from_file(struct place *place, const char *file) {
    static const char *const flags[] = {"-I", "inc", "-DX", "-c"};
    database_done(&place->db);
    return database_from_files(place->folder, &file, 1, flags, 4, &place->db, &place->err);
}

static void files_with_flags_need_no_database(void **state) {
    struct place *place = *state;
    write_file(place, "a.c", "");
    write_file(place, "a.h", "");
    write_file(place, "a.cpp", "");
    assert_true(from_file(place, "a.c"));
    assert_args(&place->db.commands[0], "-Iinc -DX");
    assert_string_equal(place->db.commands[0].file, at(place, "a.c"));
    assert_true(from_file(place, "a.h"));
    assert_args(&place->db.commands[0], "-Iinc -DX -xc");
    assert_false(from_file(place, "a.cpp"));
    assert_non_null(strstr(place->err.text, "is not C"));
    assert_false(from_file(place, "gone.c"));
    assert_non_null(strstr(place->err.text, "does not exist"));
    assert_false(from_file(place, "."));
    assert_non_null(strstr(place->err.text, "is a directory"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

// ---- the project ----

static const char *project_of(struct place *place, const char *a, const char *b, const char *directory) {
    struct compile_command commands[] = {{"/", at(place, a), NULL, 0, NULL}, {"/", at(place, b), NULL, 0, NULL}};
    const struct database db = {.commands = commands, .command_count = 2};
    return project_folder(&place->arena, &db, directory);
}

static void the_project_is_what_holds_all(void **state) {
    struct place *place = *state;
    assert_string_equal(project_of(place, "src/a.c", "src/b.c", at(place, "build")), place->folder);
    assert_string_equal(project_of(place, "src/a.c", "src/b.c", at(place, "src")), at(place, "src"));
    assert_string_equal(project_of(place, "src/a.c", "srcs/b.c", place->folder), place->folder);
    assert_string_equal(project_of(place, "src/x/a.c", "src/y/b.c", "/elsewhere"), at(place, "src"));
    assert_string_equal(project_of(place, "a.c", "/other/b.c", place->folder), "/");
    write_file(place, ".git", "gitdir: of a worktree");
    assert_string_equal(project_of(place, "src/x/a.c", "src/x/b.c", "/elsewhere"), place->folder);
    assert_string_equal(project_of(place, "src/x/a.c", "src/y/b.c", at(place, "src")), place->folder);
    const struct database none = {0};
    assert_string_equal(project_folder(&place->arena, &none, place->folder), "/");
}

// With '|' for the NULs.
static const char *description(struct place *place, const char *project, const struct compile_command *command) {
    struct buf text = {0};
    project_describe_command(project, command, &text);
    for (size_t i = 0; i < text.len; i++)
        if (!text.data[i])
            text.data[i] = '|';
    const char *copy = arena_strdup(&place->arena, buf_text(&text));
    buf_done(&text);
    return copy;
}

static void a_command_is_described_wherever_the_project_lies(void **state) {
    struct place *place = *state;
    const char *args[] = {"-I/p/inc", "-I/p", "-isystem/p/sys", "-I/usr/x", "-Irel", "-DROOT=\"/p/inc\"", "-include/p/f.h", "-O2"};
    const struct compile_command command = {"/p/build", "/p/src/a.c", args, ARRAY_LEN(args), NULL};
    assert_string_equal(description(place, "/p", &command), "src/a.c|build|-I|inc|-I|.|-isystem|sys|-I|/usr/x|-Irel|-DROOT=\"/p/inc\"|-include|f.h|-O2|");
    assert_string_equal(description(place, "/p/build", &command),
                        "/p/src/a.c|.|-I|/p/inc|-I|/p|-isystem|/p/sys|-I|/usr/x|-Irel|-DROOT=\"/p/inc\"|-include|/p/f.h|-O2|");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test(the_project_is_what_holds_all),
        test(a_command_is_described_wherever_the_project_lies),
        test(both_forms_mean_the_same),
        test(relative_folders_count_from_the_database),
        test(only_flags_for_parsing_stay),
        test(wrappers_are_no_compilers),
        test(other_languages_are_told_apart),
        test(response_files_are_read),
        test(one_meaning_stays_once),
        test(order_of_entries_does_not_matter),
        test(what_cannot_be_parsed_is_kept_with_its_problem),
        test(damaged_databases_are_refused),
        test(databases_are_found),
        test(a_folder_is_no_database),
        test(files_with_flags_need_no_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
