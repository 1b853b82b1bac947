// timeoutlint-capture: the worker that turns C into ir units, one request after the other (see protocol.h). It is a program of its
// own so that a crash or a hang of the parser costs one unit.
//
// Convention: the responses' pipe is moved off file descriptor 1 first thing, so that nothing else can write into it. Requests run on
// a thread with a big stack: both clang and the lowering recurse as deep as the source nests.
#include "frontend/capture/parse.h"

#include "base/file.h"
#include "base/mem.h"
#include "frontend/protocol.h"

#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE = 1 << 20 };
enum { STACK_SIZE = 512 << 20 }; // address space; only what is touched costs memory

struct worker {
    int in, out;
    struct parser parser;
};

static bool answer(const struct worker *w, enum capture_status status, const struct buf *bytes, const struct buf *inputs) {
    unsigned char head[CAPTURE_HEAD];
    capture_put_u32(head, status);
    capture_put_u32(head + 4, (uint32_t)bytes->len);
    capture_put_u32(head + 8, (uint32_t)inputs->len);
    return file_write_bytes(w->out, head, sizeof head) && file_write_bytes(w->out, buf_text(bytes), bytes->len) &&
           file_write_bytes(w->out, buf_text(inputs), inputs->len);
}

enum { PROJECT, DIRECTORY, FILE_NAME, PREFIX, FILES, HEAD, OUT, TEXT, WORDS, ASKS, ARGS };

static enum capture_status work(struct worker *w, const char *const *strings, size_t count, struct buf *ret_bytes, struct buf *ret_inputs) {
    if (count < ARGS) {
        buf_puts(ret_bytes, "the request names no file");
        return CAPTURE_FAILED;
    }
    struct parse_command command = {strings[PROJECT], strings[DIRECTORY], strings[FILE_NAME], strings[PREFIX],
                                    strings[FILES], strings[HEAD], strings + ARGS, (int)count - ARGS};
    bool is_behind;
    if (*strings[OUT])
        return parse_prefix(&w->parser, &command, &(struct parse_header){strings[TEXT], strings[OUT], strings[WORDS], strings[ASKS]}, ret_bytes, ret_inputs) ? CAPTURE_PREFIX : CAPTURE_FAILED;
    if (!parse_unit(&w->parser, &command, ret_bytes, ret_inputs, &is_behind))
        return CAPTURE_FAILED;
    return is_behind ? CAPTURE_BEHIND : CAPTURE_UNIT;
}

static bool handle(struct worker *w, const char *request, size_t size) {
    VEC(const char *) strings = {0};
    for (const char *at = request; at < request + size; at += strlen(at) + 1)
        vec_push(&strings, at);
    struct buf bytes = {0}, inputs = {0};
    enum capture_status status = work(w, strings.items, strings.len, &bytes, &inputs);
    bool is_sent = answer(w, status, &bytes, &inputs);
    buf_done(&bytes);
    buf_done(&inputs);
    vec_done(&strings);
    return is_sent;
}

static void *serve(void *data) {
    struct worker *w = data;
    unsigned char head[4];
    while (file_read_bytes(w->in, head, sizeof head)) {
        size_t size = capture_get_u32(head);
        if (size > CAPTURE_REQUEST_MAX)
            break;
        char *request = mem_zalloc(size + 1);
        bool go_on = file_read_bytes(w->in, request, size) && handle(w, request, size);
        free(request);
        if (!go_on)
            break;
    }
    return NULL;
}

// Starting libclang reads through most of it, for names and for what its parts register; little of that is looked at again.
static int forget_segments(struct dl_phdr_info *library, size_t size, void *data) {
    (void)size, (void)data;
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &library->dlpi_phdr[i];
        uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = library->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
        if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W))
            madvise((void *)(start & -page), (end & -page) - (start & -page), MADV_DONTNEED);
    }
    return 0;
}

int main(void) {
    setenv("LIBCLANG_NOTHREADS", "1", 1); // one per parse: the thread here has the stack already
    struct worker w = {.in = dup(STDIN_FILENO), .out = dup(STDOUT_FILENO)};
    if (w.in < 0 || w.out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return 2;
    w.parser.index = clang_createIndex(1, 0);
    reads_memory_init(&w.parser.reads);
    dl_iterate_phdr(forget_segments, NULL);
    mallopt(M_MMAP_THRESHOLD, LARGE); // large blocks go back when they are freed, rather than leave holes
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_SIZE);
    if (pthread_create(&thread, &attr, serve, &w) != 0)
        return 2;
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    clang_disposeIndex(w.parser.index);
    reads_memory_done(&w.parser.reads);
    places_done(&w.parser.places);
    asked_done(&w.parser.asked);
    return 0;
}
