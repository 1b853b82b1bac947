#include "base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

struct digest digest_bytes(const void *data, size_t len) {
    XXH128_hash_t hash = XXH3_128bits(data, len);
    return (struct digest){{hash.high64, hash.low64}};
}

void digest_text(const struct digest *digest, char ret_text[DIGEST_TEXT]) {
    snprintf(ret_text, DIGEST_TEXT, "%016" PRIx64 "%016" PRIx64, digest->words[0], digest->words[1]);
}
