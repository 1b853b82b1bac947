#include "frontend/project.h"

#include "base/file.h"

#include <string.h>
#include <unistd.h>

// Both absolute; "/" where they have nothing in common.
static const char *common_folder(struct arena *arena, const char *a, const char *b) {
    size_t common = 0;
    for (size_t i = 0;; i++) {
        bool a_ends = !a[i] || a[i] == '/', b_ends = !b[i] || b[i] == '/';
        if (a_ends && b_ends)
            common = i;
        if (!a[i] || a[i] != b[i])
            break;
    }
    return arena_strndup(arena, common ? a : "/", common ? common : 1);
}

static bool is_working_copy(struct arena *arena, const char *folder) {
    static const char *const marks[] = {".git", ".hg", ".svn"};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (access(path_absolute(arena, folder, marks[i]), F_OK) == 0)
            return true;
    return false;
}

const char *project_folder(struct arena *arena, const struct database *database, const char *directory) {
    const char *sources = NULL;
    for (unsigned i = 0; i < database->command_count; i++) {
        const char *folder = path_directory(arena, database->commands[i].file);
        if (!sources || strcmp(sources, folder) != 0)
            sources = sources ? common_folder(arena, sources, folder) : folder;
    }
    if (!sources)
        return "/";
    for (const char *at = sources; at[1]; at = path_directory(arena, at))
        if (is_working_copy(arena, at))
            return at;
    const char *both = common_folder(arena, sources, directory);
    return both[1] ? both : sources;
}

static void put(struct buf *out, const char *text) {
    buf_add(out, text, strlen(text) + 1);
}

static void put_path(const char *project, const char *path, struct buf *out) {
    put(out, strcmp(path, project) ? path_relative(project, path) : ".");
}

void project_describe_command(const char *project, const struct compile_command *command, struct buf *out) {
    static const char *const with_path[] = {"-I", "-iquote", "-isystem", "-idirafter", "-include", "-imacros", "--sysroot="};
    put_path(project, command->file, out);
    put_path(project, command->directory, out);
    for (unsigned i = 0; i < command->arg_count; i++) {
        const char *arg = command->args[i];
        for (size_t k = 0; k < ARRAY_LEN(with_path); k++) {
            size_t len = strlen(with_path[k]);
            if (!strncmp(arg, with_path[k], len) && arg[len] == '/') {
                put(out, with_path[k]);
                arg += len;
                break;
            }
        }
        put_path(project, arg, out);
    }
}
