#include "base/digest.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

struct digest digest_bytes(const void *data, size_t len) {
    XXH128_hash_t hash = XXH3_128bits(data, len);
    return (struct digest){{hash.high64, hash.low64}};
}

void digest_text(const struct digest *digest, char ret_text[DIGEST_TEXT]) {
    snprintf(ret_text, DIGEST_TEXT, "%016" PRIx64 "%016" PRIx64, digest->words[0], digest->words[1]);
}

static bool add_all(int fd, XXH3_state_t *state, uint64_t *ret_size) {
    enum { BLOCK = 1 << 16 };
    char *block = mem_realloc(NULL, BLOCK);
    ssize_t got;
    *ret_size = 0;
    while ((got = read(fd, block, BLOCK)) > 0 || (got < 0 && errno == EINTR)) {
        if (got > 0 && XXH3_64bits_update(state, block, (size_t)got) != XXH_OK)
            break;
        *ret_size += got > 0 ? (uint64_t)got : 0;
    }
    free(block);
    return got == 0;
}

bool digest_file(const char *path, uint64_t *ret_hash, uint64_t *ret_size) {
    struct stat info;
    uint64_t size;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    XXH3_state_t *state = fd < 0 ? NULL : XXH3_createState();
    bool ok = state && XXH3_64bits_reset(state) == XXH_OK && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && add_all(fd, state, &size);
    if (ok) {
        *ret_hash = XXH3_64bits_digest(state);
        *ret_size = size;
    }
    XXH3_freeState(state);
    if (fd >= 0)
        close(fd);
    return ok;
}
