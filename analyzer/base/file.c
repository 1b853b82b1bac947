#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, const char *path, size_t limit, struct buf *ret_text, struct err *err) {
    char block[65536];
    struct buf text = {0};
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got == 0) {
                *ret_text = text;
                return true;
            }
            err_set(err, "cannot read '%s': %s", path, strerror(errno));
            break;
        }
        buf_add(&text, block, (size_t)got);
        if (text.len > limit) {
            err_set(err, "'%s' is larger than %zu MB, the most that is read of such a file", path, limit >> 20);
            break;
        }
    }
    buf_done(&text);
    return false;
}

bool file_read(const char *path, size_t limit, struct buf *ret_text, struct err *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, "cannot open '%s': %s", path, strerror(errno));
    struct stat info;
    bool ok = false;
    if (fstat(fd, &info) != 0)
        err_set(err, "cannot examine '%s': %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        err_set(err, "'%s' is %s, not a file", path, S_ISDIR(info.st_mode) ? "a directory" : "a device or pipe");
    else
        ok = read_all(fd, path, limit, ret_text, err);
    close(fd);
    return ok;
}

bool file_read_bytes(int file, void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t got = read(file, (char *)bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

bool file_write_bytes(int file, const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t put = write(file, (const char *)bytes + done, size - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        done += (size_t)put;
    }
    return true;
}

bool file_is_regular(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool file_is_directory(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *path_absolute(struct arena *arena, const char *base, const char *path) {
    size_t base_len = *path == '/' ? 0 : strlen(base);
    char *out = arena_alloc(arena, base_len + strlen(path) + 3);
    size_t len = 0;
    const char *parts[] = {*path == '/' ? "" : base, path};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        for (const char *at = parts[i]; *at;) {
            size_t part = strcspn(at, "/");
            if (part == 2 && at[0] == '.' && at[1] == '.') {
                while (len && out[--len] != '/')
                    ;
            } else if (part && !(part == 1 && at[0] == '.')) {
                out[len++] = '/';
                memcpy(out + len, at, part);
                len += part;
            }
            at += part;
            at += strspn(at, "/");
        }
    if (!len)
        out[len++] = '/';
    out[len] = '\0';
    return out;
}

const char *path_relative(const char *base, const char *path) {
    size_t len = strlen(base);
    if (len == 1 && base[0] == '/')
        return path;
    return !strncmp(base, path, len) && path[len] == '/' && path[len + 1] ? path + len + 1 : path;
}

const char *path_shown(struct arena *arena, const char *root, const char *base, const char *path) {
    if (*path == '/')
        return path_relative(base, path);
    return strcmp(root, base) ? path_relative(base, arena_printf(arena, "%s/%s", root, path)) : path;
}

const char *path_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_directory(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return arena_strdup(arena, ".");
    return arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

char *path_working_directory(struct arena *arena) {
    char *text = realpath(".", NULL);
    char *copy = arena_strdup(arena, text ? text : "/");
    free(text);
    return copy;
}
