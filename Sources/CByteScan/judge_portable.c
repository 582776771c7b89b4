#include "plain_words.h"
#include "judges.h"

#include "wide.h"

INLINE unsigned tops(wide mask) {
    typedef int64_t signed_wide __attribute__((vector_size(64)));
    const wide bit = {1, 2, 4, 8, 16, 32, 64, 128};
    return (unsigned)__builtin_reduce_or((wide)((signed_wide)mask < 0) & bit);
}

// Transposes eight by eight bits within each word, and then the bytes of the words.
INLINE void planes_of(const uint8_t *block, wide planes[8], size_t at) {
    uint64_t words[8];
    for (int i = 0; i < 8; i++) words[i] = word_at(block + 8 * i);
    wide w = load(words, 0);
    // Hacker's Delight, section 7-3.
    wide swap = (w ^ w >> 7) & 0x00AA00AA00AA00AA;
    w ^= swap ^ swap << 7;
    swap = (w ^ w >> 14) & 0x0000CCCC0000CCCC;
    w ^= swap ^ swap << 14;
    swap = (w ^ w >> 28) & 0x00000000F0F0F0F0;
    w ^= swap ^ swap << 28;
    for (int bit = 0; bit < 8; bit++) {
        uint64_t plane = 0;
        for (int i = 0; i < 8; i++) plane |= (w[i] >> (8 * bit) & 0xFF) << (8 * i);
        planes[bit][at] = plane;
    }
}

#define JUDGE judge_portable
#include "grammar.h"
