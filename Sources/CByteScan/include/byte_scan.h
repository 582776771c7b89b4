// Bit masks over blocks of 64 bytes: bit i of a mask speaks of byte i.
//
// All implementations give the same masks and none reads outside of the block. What every block needs is done for many
// blocks at once, by the best instructions that the machine turns out to have; what few blocks need is inlined into
// Swift, with SSE2, which every x86-64 machine has, or plain 64-bit words.
#ifndef BYTE_SCAN_H
#define BYTE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The classes of bytes that JSON's grammar (RFC 8259) tells apart.
typedef struct {
    uint64_t quote;      ///< "
    uint64_t backslash;  ///< the backslash
    uint64_t control;    ///< below 0x20
    uint64_t space;      ///< the space alone
    uint64_t layout;     ///< LF, CR and tab
    uint64_t open;       ///< { and [
    uint64_t close;      ///< } and ]
    uint64_t comma;      ///< ,
    uint64_t colon;      ///< :
    uint64_t digit;      ///< 0 to 9
    uint64_t zero;       ///< 0
    uint64_t dot;        ///< .
    uint64_t bit5;       ///< bytes with the bit 0x20, which tells braces from brackets
    uint64_t high;       ///< bytes with the bit 0x80: all that is not ASCII
} byte_scan_classes;

/// The ways to classify, from the plainest to the fastest.
typedef enum {
    byte_scan_portable,
    byte_scan_sse2,
    byte_scan_avx2,
    byte_scan_avx512,
} byte_scan_implementation;

/// The classes of `count` blocks that follow each other from `blocks` on.
void byte_scan_classify(const uint8_t *blocks, size_t count, byte_scan_classes *classes);

/// The same in a certain way; false, with nothing done, where this machine does not have it.
bool byte_scan_classify_by(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, byte_scan_classes *classes);

/// The bits of the bytes, one mask each; `bit[7]` is the highest bit of every byte.
typedef struct {
    uint64_t bit[8];
} byte_scan_planes;

// MARK: Portable

/// Eight bytes as a word whose lowest byte is the first one.
static inline uint64_t byte_scan_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// Gathers the highest bits of eight bytes, all other bits being zero.
static inline uint64_t byte_scan_gather(uint64_t tops) { return ((tops >> 7) * 0x0102040810204080u) >> 56; }

/// The highest bit of each byte that is below `bound`, which is 0x80 at most.
static inline uint64_t byte_scan_below(uint64_t word, uint8_t bound) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    return ~(((word & ~tops) + ones * (uint8_t)(0x80 - bound)) | word) & tops;
}

/// The highest bit of each byte that equals `byte`.
static inline uint64_t byte_scan_equal(uint64_t word, uint8_t byte) {
    return byte_scan_below(word ^ (0x0101010101010101u * byte), 1);
}

static inline byte_scan_planes byte_scan_bits_portable(const uint8_t *block) {
    byte_scan_planes planes = {{0}};
    for (int i = 0; i < 8; i++) {
        const uint64_t word = byte_scan_word(block + 8 * i);
        for (int bit = 0; bit < 8; bit++) {
            planes.bit[bit] |= byte_scan_gather((word << (7 - bit)) & 0x8080808080808080u) << (8 * i);
        }
    }
    return planes;
}

// MARK: SSE2

#if defined(__SSE2__)

/// Joins the lanes' highest bits of four vectors.
#define BYTE_SCAN_MASK(expression)                                                       \
    ({                                                                                   \
        uint64_t mask = 0;                                                               \
        for (int i = 0; i < 4; i++) {                                                    \
            const __m128i v = vectors[i];                                                \
            mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(expression) << (16 * i);       \
        }                                                                                \
        mask;                                                                            \
    })

#define BYTE_SCAN_LOAD(block)                                                            \
    const __m128i vectors[4] = {                                                         \
        _mm_loadu_si128((const __m128i *)(block)),                                       \
        _mm_loadu_si128((const __m128i *)((block) + 16)),                                \
        _mm_loadu_si128((const __m128i *)((block) + 32)),                                \
        _mm_loadu_si128((const __m128i *)((block) + 48)),                                \
    }

static inline byte_scan_planes byte_scan_bits(const uint8_t *block) {
    BYTE_SCAN_LOAD(block);
    byte_scan_planes planes;
    planes.bit[0] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 7));
    planes.bit[1] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 6));
    planes.bit[2] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 5));
    planes.bit[3] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 4));
    planes.bit[4] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 3));
    planes.bit[5] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 2));
    planes.bit[6] = BYTE_SCAN_MASK(_mm_slli_epi16(v, 1));
    planes.bit[7] = BYTE_SCAN_MASK(v);
    return planes;
}

#undef BYTE_SCAN_MASK
#undef BYTE_SCAN_LOAD

#else

/// The bits of the 64 bytes at `block`.
static inline byte_scan_planes byte_scan_bits(const uint8_t *block) { return byte_scan_bits_portable(block); }

#endif

// MARK: Copying

/// Copies those of the 64 bytes at `block` whose bit in `keep` is set, and gives their number. Both `block` and
/// `output` need 16 bytes of room behind their 64: runs are copied in steps of 16.
static inline long byte_scan_compact(uint8_t *output, const uint8_t *block, uint64_t keep) {
    uint8_t *end = output;
    while (keep) {
        const int start = __builtin_ctzll(keep);
        const uint64_t rest = ~(keep >> start);
        const int length = rest ? __builtin_ctzll(rest) : 64;
        for (int i = 0; i < length; i += 16) memcpy(end + i, block + start + i, 16);
        end += length;
        keep = start + length < 64 ? keep >> (start + length) << (start + length) : 0;
    }
    return end - output;
}

#endif
