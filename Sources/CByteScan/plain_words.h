// Eight bytes at a time in a word, where there are no vectors.
#ifndef PLAIN_WORDS_H
#define PLAIN_WORDS_H

#include <stdint.h>
#include <string.h>

/// Eight bytes as a word whose lowest byte is the first one.
static inline uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// Gathers the highest bits of eight bytes.
static inline uint64_t gather(uint64_t word) {
    return (((word & 0x8080808080808080u) >> 7) * 0x0102040810204080u) >> 56;
}

#endif
