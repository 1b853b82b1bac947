// The file is mapped in windows: the system allows a process some ten thousand mappings, fewer than a large program has units. Bytes
// are written before they are mapped, so that a full disk shows as an error, not as a signal.
#include "program/pile.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 256 << 20 };

struct window {
    char *bytes;
    size_t size;
};

struct pile {
    pthread_mutex_t lock; // of all that follows
    const char *const *folders;
    int file; // -1: none yet
    bool is_broken;
    size_t used, end; // of the file: bytes added, bytes mapped
    VEC(struct window) windows;
};

struct pile *pile_new(const char *const *folders) {
    struct pile *pile = mem_zalloc(sizeof *pile);
    pthread_mutex_init(&pile->lock, NULL);
    pile->folders = folders;
    pile->file = -1;
    return pile;
}

void pile_free(struct pile *pile) {
    if (!pile)
        return;
    for (size_t i = 0; i < pile->windows.len; i++)
        munmap(pile->windows.items[i].bytes, pile->windows.items[i].size);
    vec_done(&pile->windows);
    if (pile->file >= 0)
        close(pile->file);
    pthread_mutex_destroy(&pile->lock);
    free(pile);
}

static bool open_file(struct pile *pile) {
    struct buf name = {0};
    for (size_t i = 0; pile->file < 0 && pile->folders[i]; i++) {
        name.len = 0;
        buf_printf(&name, "%s/timeoutlint-XXXXXX", pile->folders[i]);
        pile->file = mkostemp(name.data, O_CLOEXEC);
        if (pile->file >= 0)
            unlink(name.data);
    }
    buf_done(&name);
    return pile->file >= 0;
}

static bool write_at(int file, const char *bytes, size_t size, size_t at) {
    for (size_t done = 0; done < size;) {
        ssize_t put = pwrite(file, bytes + done, size - done, (off_t)(at + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        done += (size_t)put;
    }
    return true;
}

static size_t whole_pages(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

// Room for so many bytes in the last window, or in a new one behind it.
static bool make_room(struct pile *pile, size_t size) {
    if (pile->used + size <= pile->end)
        return true;
    size_t window = size > WINDOW ? whole_pages(size) : WINDOW;
    void *bytes = mmap(NULL, window, PROT_READ, MAP_SHARED, pile->file, (off_t)pile->end);
    if (bytes == MAP_FAILED)
        return false;
    pile->used = pile->end;
    pile->end += window;
    vec_push(&pile->windows, ((struct window){bytes, window}));
    return true;
}

static const void *add(struct pile *pile, const void *bytes, size_t size) {
    bool ok = !pile->is_broken && (pile->file >= 0 || open_file(pile)) && make_room(pile, size) && write_at(pile->file, bytes, size, pile->used);
    pile->is_broken = !ok;
    if (!ok)
        return NULL;
    const struct window *last = &pile->windows.items[pile->windows.len - 1];
    const char *there = last->bytes + (pile->used - (pile->end - last->size));
    pile->used += whole_pages(size);
    return there;
}

const void *pile_add(struct pile *pile, const void *bytes, size_t size) {
    pthread_mutex_lock(&pile->lock);
    const void *there = add(pile, bytes, size);
    pthread_mutex_unlock(&pile->lock);
    return there;
}
