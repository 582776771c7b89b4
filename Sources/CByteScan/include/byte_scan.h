// Bit masks over blocks of 64 bytes: bit i of a mask speaks of byte i. Header-only, so that Swift inlines all of it.
//
// Two implementations give the same masks: SSE2, which every x86-64 machine has, and plain 64-bit words for all
// others. Neither reads outside of the block.
#ifndef BYTE_SCAN_H
#define BYTE_SCAN_H

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

static inline byte_scan_classes byte_scan_classify_portable(const uint8_t *block) {
    byte_scan_classes c = {0};
    for (int i = 0; i < 8; i++) {
        const uint64_t word = byte_scan_word(block + 8 * i);
        const uint64_t folded = word | 0x2020202020202020u;
        const int shift = 8 * i;
        c.quote |= byte_scan_gather(byte_scan_equal(word, '"')) << shift;
        c.backslash |= byte_scan_gather(byte_scan_equal(word, '\\')) << shift;
        c.control |= byte_scan_gather(byte_scan_below(word, 0x20)) << shift;
        c.space |= byte_scan_gather(byte_scan_equal(word, ' ')) << shift;
        c.open |= byte_scan_gather(byte_scan_equal(folded, '{')) << shift;
        c.close |= byte_scan_gather(byte_scan_equal(folded, '}')) << shift;
        c.comma |= byte_scan_gather(byte_scan_equal(word, ',')) << shift;
        c.colon |= byte_scan_gather(byte_scan_equal(word, ':')) << shift;
        c.digit |= byte_scan_gather(byte_scan_below(word, ':') & ~byte_scan_below(word, '0')) << shift;
        c.zero |= byte_scan_gather(byte_scan_equal(word, '0')) << shift;
        c.dot |= byte_scan_gather(byte_scan_equal(word, '.')) << shift;
        c.bit5 |= byte_scan_gather((word << 2) & 0x8080808080808080u) << shift;
        c.high |= byte_scan_gather(word & 0x8080808080808080u) << shift;
    }
    return c;
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

static inline uint64_t byte_scan_find_portable(const uint8_t *block, uint8_t byte) {
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        mask |= byte_scan_gather(byte_scan_equal(byte_scan_word(block + 8 * i), byte)) << (8 * i);
    }
    return mask;
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

static inline byte_scan_classes byte_scan_classify(const uint8_t *block) {
    BYTE_SCAN_LOAD(block);
    const __m128i fold = _mm_set1_epi8(0x20);
    byte_scan_classes c;
    c.quote = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
    // Most blocks have none of these three: one look at all lanes together tells.
    const __m128i backslash = _mm_set1_epi8('\\'), highest = _mm_set1_epi8(0x1F);
    const __m128i escapes = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(vectors[0], backslash), _mm_cmpeq_epi8(vectors[1], backslash)),
        _mm_or_si128(_mm_cmpeq_epi8(vectors[2], backslash), _mm_cmpeq_epi8(vectors[3], backslash)));
    const __m128i least = _mm_min_epu8(
        _mm_min_epu8(vectors[0], vectors[1]), _mm_min_epu8(vectors[2], vectors[3]));
    const __m128i all = _mm_or_si128(
        _mm_or_si128(vectors[0], vectors[1]), _mm_or_si128(vectors[2], vectors[3]));
    c.backslash = 0;
    c.control = 0;
    c.high = 0;
    if (__builtin_expect(_mm_movemask_epi8(escapes), 0)) {
        c.backslash = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, backslash));
    }
    if (__builtin_expect(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(least, highest), least)), 0)) {
        c.control = BYTE_SCAN_MASK(_mm_cmpeq_epi8(_mm_min_epu8(v, highest), v));
    }
    if (__builtin_expect(_mm_movemask_epi8(all), 0)) c.high = BYTE_SCAN_MASK(v);
    c.space = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, fold));
    c.open = BYTE_SCAN_MASK(_mm_cmpeq_epi8(_mm_or_si128(v, fold), _mm_set1_epi8('{')));
    c.close = BYTE_SCAN_MASK(_mm_cmpeq_epi8(_mm_or_si128(v, fold), _mm_set1_epi8('}')));
    c.comma = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, _mm_set1_epi8(',')));
    c.colon = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, _mm_set1_epi8(':')));
    const __m128i base = _mm_set1_epi8('0'), nine = _mm_set1_epi8(9);
    c.digit = BYTE_SCAN_MASK(_mm_cmpeq_epi8(_mm_min_epu8(_mm_sub_epi8(v, base), nine), _mm_sub_epi8(v, base)));
    c.zero = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, base));
    c.dot = BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')));
    c.bit5 = BYTE_SCAN_MASK(_mm_slli_epi16(v, 2));
    return c;
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

static inline uint64_t byte_scan_find(const uint8_t *block, uint8_t byte) {
    BYTE_SCAN_LOAD(block);
    const __m128i wanted = _mm_set1_epi8((char)byte);
    return BYTE_SCAN_MASK(_mm_cmpeq_epi8(v, wanted));
}

#undef BYTE_SCAN_MASK
#undef BYTE_SCAN_LOAD

#else

/// The classes of the 64 bytes at `block`.
static inline byte_scan_classes byte_scan_classify(const uint8_t *block) {
    return byte_scan_classify_portable(block);
}

/// The bits of the 64 bytes at `block`.
static inline byte_scan_planes byte_scan_bits(const uint8_t *block) { return byte_scan_bits_portable(block); }

/// Where `byte` stands among the 64 bytes at `block`.
static inline uint64_t byte_scan_find(const uint8_t *block, uint8_t byte) {
    return byte_scan_find_portable(block, byte);
}

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
