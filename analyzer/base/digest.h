// 128 bits that stand for a content: what has the same digest is taken for the same.
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest {
    uint64_t words[2];
};

enum { DIGEST_TEXT = 33 };

struct digest digest_bytes(const void *data, size_t len);
// In hexadecimal, with the NUL.
void digest_text(const struct digest *digest, char ret_text[DIGEST_TEXT]);

// hash_bytes of what is in a regular file, without holding all of it. False where it cannot be read.
bool digest_file(const char *path, uint64_t *ret_hash, uint64_t *ret_size);

#endif
