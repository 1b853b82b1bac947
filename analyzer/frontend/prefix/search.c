// See search.h. The standard's headers may be included in any order (C17 7.1.2p4; POSIX says it of its own): the table below is the list
// of their names. <assert.h>, which says another thing each
// time, is one of them.
#include "frontend/prefix/search.h"

#include "base/buf.h"
#include "base/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef CLANG_HEADERS
#define CLANG_HEADERS ""
#endif
#ifndef MULTIARCH
#define MULTIARCH ""
#endif

enum { HEADER_MAX = 8 << 20 };

static const char *const system_folders[] = {CLANG_HEADERS, "/usr/local/include", "/usr/include/" MULTIARCH, "/usr/include"};
static const char standard_names[] =
    " aio.h arpa/inet.h assert.h complex.h cpio.h ctype.h dirent.h dlfcn.h errno.h fcntl.h fenv.h float.h fmtmsg.h fnmatch.h ftw.h glob.h grp.h iconv.h"
    " inttypes.h iso646.h langinfo.h libgen.h limits.h locale.h math.h monetary.h mqueue.h ndbm.h net/if.h netdb.h netinet/in.h netinet/tcp.h"
    " nl_types.h poll.h pthread.h pwd.h regex.h sched.h search.h semaphore.h setjmp.h signal.h spawn.h stdalign.h stdarg.h stdatomic.h stdbool.h"
    " stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h stropts.h sys/ipc.h sys/mman.h sys/msg.h sys/resource.h sys/select.h"
    " sys/sem.h sys/shm.h sys/socket.h sys/stat.h sys/statvfs.h sys/time.h sys/times.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h"
    " syslog.h tar.h termios.h tgmath.h threads.h time.h trace.h uchar.h ulimit.h unistd.h utime.h utmpx.h wchar.h wctype.h wordexp.h ";

struct folders {
    VEC(uint32_t) quoted, all; // paths
};

struct search {
    struct strtab *texts;
    VEC(struct header) headers;
    VEC(struct folders) folders; // by number; the system's last, and of their own too at 0
    struct map by_path, by_flags, by_name; // plus one; by_name: folders, folder, name
    struct map own;                        // clang's own headers, by what file they are: clang may have another name for their folder
    struct map folder_listed, listed;      // what lies in a folder: names up to their first slash
    struct map asked;                      // macros in `conditions`
    VEC(uint32_t) conditions;
    struct map definers;                   // macro -> header, plus two; 1: several
};

struct search *search_new(struct strtab *texts) {
    struct search *search = mem_zalloc(sizeof *search);
    search->texts = texts;
    struct folders system = {{0}, {0}};
    for (size_t i = 0; i < ARRAY_LEN(system_folders); i++)
        vec_push(&system.all, strtab_add(texts, system_folders[i]));
    vec_push(&search->folders, system);
    return search;
}

void search_free(struct search *search) {
    if (!search)
        return;
    for (size_t i = 0; i < search->headers.len; i++)
        scan_done(&search->headers.items[i].scan);
    for (size_t i = 0; i < search->folders.len; i++) {
        vec_done(&search->folders.items[i].quoted);
        vec_done(&search->folders.items[i].all);
    }
    vec_done(&search->headers);
    vec_done(&search->folders);
    map_done(&search->by_path);
    map_done(&search->own);
    map_done(&search->by_flags);
    map_done(&search->by_name);
    map_done(&search->folder_listed);
    map_done(&search->listed);
    map_done(&search->definers);
    map_done(&search->asked);
    vec_done(&search->conditions);
    free(search);
}

// ---- headers ----

// Under whatever names.
static bool is_same_file(const struct search *search, uint32_t a, uint32_t b) {
    return a == b || (a != NO_HEADER && b != NO_HEADER && search->headers.items[a].file == search->headers.items[b].file);
}

static void note(struct search *search, const struct scan *scan, uint32_t header) {
    for (size_t i = 0; i < scan->conditions.len; i++) {
        uint32_t macro = scan->conditions.items[i];
        bool is_new = false;
        if (macro && macro != SCAN_GUARD)
            map_put(&search->asked, macro, &is_new);
        if (is_new)
            vec_push(&search->conditions, macro);
    }
    for (size_t i = 0; i < scan->defs.len; i++) {
        uint32_t *slot = map_put(&search->definers, scan->defs.items[i], NULL);
        if (!*slot)
            *slot = header + 2;
        else if (*slot != 1 && !is_same_file(search, *slot - 2, header))
            *slot = 1;
    }
}

void search_note(struct search *search, const struct scan *scan) {
    note(search, scan, NO_HEADER);
}

bool search_is_defined(const struct search *search, uint32_t macro, uint32_t header) {
    const uint32_t *slot = map_get(&search->definers, macro);
    return slot && (header == NO_HEADER || *slot == 1 || !is_same_file(search, *slot - 2, header));
}

static void read_header(struct search *search, const char *path, uint64_t file, const struct buf *text) {
    const char *slash = strrchr(path, '/');
    struct header header = {.path = strtab_add(search->texts, path), .folder = strtab_addn(search->texts, path, (size_t)(slash - path)),
                            .file = file, .hash = hash_bytes(buf_text(text), text->len), .size = (uint32_t)text->len};
    scan_text(buf_text(text), text->len, false, search->texts, &header.scan);
    vec_push(&search->headers, header);
    note(search, &header.scan, (uint32_t)search->headers.len - 1);
}

uint32_t search_known(const struct search *search, const char *path) {
    uint32_t id = strtab_find(search->texts, path);
    const uint32_t *slot = id ? map_get(&search->by_path, id) : NULL;
    return slot && *slot ? *slot - 1 : NO_HEADER;
}

uint32_t search_header(struct search *search, const char *path) {
    bool is_new;
    struct stat info;
    uint32_t id = strtab_add(search->texts, path), *slot = map_put(&search->by_path, id, &is_new);
    if (!is_new || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return *slot - 1;
    uint64_t file = hash_mix((uint64_t)info.st_dev, (uint64_t)info.st_ino);
    const uint32_t *own = map_get(&search->own, file);
    struct buf text = {0};
    struct err err;
    if (own) {
        *slot = *own;
    } else if (file_read(path, HEADER_MAX, &text, &err)) {
        *slot = (uint32_t)search->headers.len + 1;
        if (!strncmp(path, CLANG_HEADERS "/", strlen(CLANG_HEADERS) + 1))
            *map_put(&search->own, file, NULL) = *slot;
        read_header(search, path, file, &text);
    }
    buf_done(&text);
    return *map_get(&search->by_path, id) - 1;
}

struct header *search_at(const struct search *search, uint32_t header) {
    return &search->headers.items[header];
}

const uint32_t *search_conditions(const struct search *search, size_t *ret_count) {
    *ret_count = search->conditions.len;
    return search->conditions.items;
}

uint32_t search_count(const struct search *search) {
    return (uint32_t)search->headers.len;
}

struct strtab *search_texts(const struct search *search) {
    return search->texts;
}

// ---- folders ----

static void add_folder(struct search *search, const struct compile_command *command, const char *name, struct folders *folders, bool is_quoted_only) {
    struct buf path = {0};
    size_t len = strlen(name);
    while (len > 1 && name[len - 1] == '/')
        len--;
    buf_printf(&path, "%s%s%.*s", *name == '/' ? "" : command->directory, *name == '/' ? "" : "/", (int)len, name);
    uint32_t id = strtab_add(search->texts, buf_text(&path));
    buf_done(&path);
    vec_push(&folders->quoted, id);
    if (!is_quoted_only)
        vec_push(&folders->all, id);
}

static bool is_beyond(const char *arg) {
    static const char *const starts[] = {"-include", "-imacros", "-isysroot", "--sysroot", "-nostdinc", "-target", "--target", "-m32", "-B", "-iprefix",
                                         "-iwith", "-I-", "-I=", "-ivfs", "-fmodule", "-idirafter", "-x", "-traditional", "-trigraphs", "-ffreestanding", "@"};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (!strncmp(arg, starts[i], strlen(starts[i])))
            return true;
    return strstr(arg, "-pch") != NULL;
}

static void read_flags(struct search *search, const struct compile_command *command, const char *option, struct folders *folders) {
    size_t len = strlen(option);
    for (unsigned i = 0; i < command->arg_count; i++) {
        const char *arg = command->args[i];
        if (strncmp(arg, option, len) != 0)
            continue;
        const char *name = arg[len] ? arg + len : i + 1 < command->arg_count ? command->args[i + 1] : "";
        if (*name)
            add_folder(search, command, name, folders, !strcmp(option, "-iquote"));
    }
}

uint32_t search_folders(struct search *search, const struct compile_command *command) {
    uint64_t hash = hash_bytes(command->directory, strlen(command->directory));
    for (unsigned i = 0; i < command->arg_count; i++) {
        if (is_beyond(command->args[i]))
            return NO_HEADER;
        hash = hash_mix(hash, hash_bytes(command->args[i], strlen(command->args[i])));
    }
    bool is_new;
    uint32_t *slot = map_put(&search->by_flags, hash, &is_new);
    if (is_new) {
        static const char *const options[] = {"-iquote", "-I", "-isystem"};
        struct folders folders = {{0}, {0}};
        for (size_t i = 0; i < ARRAY_LEN(options); i++)
            read_flags(search, command, options[i], &folders);
        *slot = (uint32_t)search->folders.len;
        vec_push(&search->folders, folders);
    }
    return *slot;
}

// Reads the names in the folder once: most headers lie in none of those that are asked.
static bool may_hold(struct search *search, uint32_t folder, const char *name) {
    bool is_new;
    map_put(&search->folder_listed, folder, &is_new);
    DIR *dir = is_new ? opendir(strtab_text(search->texts, folder)) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        map_put(&search->listed, hash_mix(folder, hash_bytes(entry->d_name, strlen(entry->d_name))), NULL);
    if (dir)
        closedir(dir);
    return *name == '.' || map_get(&search->listed, hash_mix(folder, hash_bytes(name, strcspn(name, "/"))));
}

static uint32_t find_in(struct search *search, uint32_t folder, const char *name) {
    if (!folder || !may_hold(search, folder, name))
        return NO_HEADER;
    struct buf path = {0};
    buf_printf(&path, "%s/%s", strtab_text(search->texts, folder), name);
    uint32_t header = search_header(search, buf_text(&path));
    buf_done(&path);
    return header;
}

// Everything that a standard header reads is there to serve such ones.
static void mark_standard(struct search *search, uint32_t header) {
    if (search->headers.items[header].is_standard)
        return;
    search->headers.items[header].is_standard = true;
    for (size_t i = 0; i < search->headers.items[header].scan.pieces.len; i++) {
        const struct header *from = &search->headers.items[header];
        struct piece piece = from->scan.pieces.items[i];
        uint32_t next = piece.name ? search_find(search, 0, from->folder, piece.name, piece.is_quoted) : NO_HEADER;
        if (next != NO_HEADER)
            mark_standard(search, next);
    }
}

static uint32_t find_in_system(struct search *search, uint32_t name_id) {
    const char *name = strtab_text(search->texts, name_id);
    uint32_t found = NO_HEADER;
    for (size_t i = 0; i < search->folders.items[0].all.len && found == NO_HEADER; i++)
        found = find_in(search, search->folders.items[0].all.items[i], name);
    struct buf padded = {0};
    buf_printf(&padded, " %s ", name);
    if (found != NO_HEADER && strstr(standard_names, buf_text(&padded)))
        for (size_t i = 0; i < search->folders.items[0].all.len; i++) { // clang's own goes on to the system's
            uint32_t header = find_in(search, search->folders.items[0].all.items[i], name);
            if (header != NO_HEADER)
                mark_standard(search, header);
        }
    buf_done(&padded);
    return found;
}

uint32_t search_find(struct search *search, uint32_t folders, uint32_t folder, uint32_t name, bool is_quoted) {
    const char *text = strtab_text(search->texts, name);
    if (*text == '/')
        return search_header(search, text);
    bool is_new;
    uint64_t key = hash_mix(hash_mix(folders, is_quoted ? folder : 0), (uint64_t)name << 1 | is_quoted);
    uint32_t *slot = map_put(&search->by_name, key, &is_new);
    if (!is_new)
        return *slot - 1;
    *slot = 0; // NO_HEADER while it is looked for
    uint32_t found = is_quoted ? find_in(search, folder, text) : NO_HEADER;
    for (size_t i = 0; found == NO_HEADER && folders; i++) {
        const struct folders *own = &search->folders.items[folders];
        if (i >= (is_quoted ? own->quoted.len : own->all.len))
            break;
        found = find_in(search, is_quoted ? own->quoted.items[i] : own->all.items[i], text);
    }
    if (found == NO_HEADER)
        found = find_in_system(search, name);
    *map_get(&search->by_name, key) = found + 1;
    return found;
}

// The same name in the folders behind the one that the header itself was found in.
static uint32_t find_next(struct search *search, uint32_t folders, uint32_t header, const char *name) {
    bool is_behind = false;
    for (int is_system = !folders; is_system < 2; is_system++)
        for (size_t i = 0; i < search->folders.items[is_system ? 0 : folders].all.len; i++) {
            uint32_t found = find_in(search, search->folders.items[is_system ? 0 : folders].all.items[i], name);
            if (is_behind && found != NO_HEADER && found != header)
                return found;
            is_behind |= found == header;
        }
    return NO_HEADER;
}

uint32_t search_piece(struct search *search, uint32_t folders, uint32_t header, uint32_t folder, const struct piece *piece) {
    if (piece->is_next)
        return header == NO_HEADER ? NO_HEADER : find_next(search, folders, header, strtab_text(search->texts, piece->name));
    return search_find(search, folders, folder, piece->name, piece->is_quoted);
}
