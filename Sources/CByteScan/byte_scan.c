// Each implementation is the same loop over other vectors.
#include "byte_scan.h"

#include "plain_words.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// MARK: Strings

/// The bytes that a backslash escapes.
static inline uint64_t escaped_bytes(uint64_t backslash, byte_scan_carry *carry) {
    // Within a run of backslashes every second one escapes; the subtraction finds where runs end.
    const uint64_t odd = 0xAAAAAAAAAAAAAAAAu;
    const uint64_t starts = backslash & ~carry->escaped;
    const uint64_t codes = (((starts << 1) | odd) - starts) ^ odd;
    const uint64_t escaped = codes ^ (backslash | carry->escaped);
    carry->escaped = (codes & backslash) >> 63;
    return escaped;
}

/// For each bit the parity of the bits up to it.
static inline uint64_t prefix_parity(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/// Finds the strings of the block at `at`, given all quotes and backslashes. `parity` is a way to work it out.
#define FIND_STRINGS(c, at, parity)                                                  \
    do {                                                                             \
        uint64_t escaped = 0, quote = (c)->quote[at];                                \
        if (__builtin_expect(((c)->backslash[at] | carry->escaped) != 0, 0)) {       \
            escaped = escaped_bytes((c)->backslash[at], carry);                      \
            quote &= ~escaped;                                                       \
            (c)->quote[at] = quote;                                                  \
        }                                                                            \
        (c)->escaped[at] = escaped;                                                  \
        const uint64_t string = parity(quote) ^ carry->in_string;                    \
        (c)->string[at] = string;                                                    \
        carry->in_string = 0 - (string >> 63);                                       \
    } while (0)

/// Fills in the classes of the block at `at`, in the terms of whatever vectors; `v` is one of them.
#define CLASSIFY(c, at)                                                              \
    do {                                                                             \
        (c)->quote[at] = MASK(EQUAL(v, '"'));                                        \
        (c)->backslash[at] = MASK(EQUAL(v, '\\'));                                   \
        (c)->control[at] = MASK(BELOW(v, 0x20));                                     \
        (c)->whitespace[at] = MASK(WHITESPACE(v));                                   \
        (c)->open[at] = MASK(EQUAL(OR(v, FOLD), '{'));                               \
        (c)->close[at] = MASK(EQUAL(OR(v, FOLD), '}'));                              \
        (c)->comma[at] = MASK(EQUAL(v, ','));                                        \
        (c)->colon[at] = MASK(EQUAL(v, ':'));                                        \
        (c)->digit[at] = MASK(DIGIT(v));                                             \
        (c)->zero[at] = MASK(EQUAL(v, '0'));                                         \
        (c)->dot[at] = MASK(EQUAL(v, '.'));                                          \
        (c)->minus[at] = MASK(EQUAL(v, '-'));                                        \
        (c)->bit5[at] = MASK(SHIFT(v, 2));                                           \
        (c)->high[at] = MASK(v);                                                     \
    } while (0)

// MARK: Plain words

/// The highest bit of each byte that is below `bound`, which is 0x80 at most.
static inline uint64_t below(uint64_t word, uint8_t bound) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    return ~(((word & ~tops) + ones * (uint8_t)(0x80 - bound)) | word) & tops;
}

static void classify_portable(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
#define FOLD 0x2020202020202020u
#define EQUAL(word, byte) below((word) ^ (0x0101010101010101u * (byte)), 1)
#define OR(a, b) ((a) | (b))
#define SHIFT(word, bits) ((word) << bits)
#define BELOW(word, bound) below(word, bound)
#define WHITESPACE(v) OR(OR(EQUAL(v, ' '), EQUAL(v, '\n')), OR(EQUAL(v, '\r'), EQUAL(v, '\t')))
#define DIGIT(word) (below(word, '9' + 1) & ~below(word, '0'))
#define MASK(expression)                                                             \
    ({                                                                               \
        uint64_t mask = 0;                                                           \
        for (int i = 0; i < 8; i++) {                                                \
            const uint64_t v = words[i];                                             \
            mask |= gather(expression) << (8 * i);                                   \
        }                                                                            \
        mask;                                                                        \
    })
    for (size_t at = 0; at < count; at++) {
        uint64_t words[8];
        for (int i = 0; i < 8; i++) words[i] = word_at(blocks + 64 * at + 8 * i);
        CLASSIFY(classes, at);
        FIND_STRINGS(classes, at, prefix_parity);
    }
#undef FOLD
#undef EQUAL
#undef OR
#undef SHIFT
#undef BELOW
#undef WHITESPACE
#undef DIGIT
#undef MASK
}

// MARK: Vectors

#if defined(__x86_64__)

static void classify_sse2(const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
#define FOLD _mm_set1_epi8(0x20)
#define EQUAL(vector, byte) _mm_cmpeq_epi8(vector, _mm_set1_epi8(byte))
#define OR(a, b) _mm_or_si128(a, b)
#define SHIFT(a, bits) _mm_slli_epi16(a, bits)
#define BELOW(vector, bound) _mm_cmpeq_epi8(_mm_min_epu8(vector, _mm_set1_epi8((bound) - 1)), vector)
#define WHITESPACE(v) OR(OR(EQUAL(v, ' '), EQUAL(v, '\n')), OR(EQUAL(v, '\r'), EQUAL(v, '\t')))
#define DIGIT(vector) BELOW(_mm_sub_epi8(vector, _mm_set1_epi8('0')), 10)
// The highest bits of the four vectors that `expression` makes of `v`.
#define MASK(expression)                                                             \
    ({                                                                               \
        uint64_t mask = 0;                                                           \
        for (int i = 0; i < 4; i++) {                                                \
            const __m128i v = vectors[i];                                            \
            mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(expression) << (16 * i);   \
        }                                                                            \
        mask;                                                                        \
    })
    for (size_t at = 0; at < count; at++) {
        const __m128i *start = (const __m128i *)(blocks + 64 * at);
        const __m128i vectors[4] = {
            _mm_loadu_si128(start), _mm_loadu_si128(start + 1), _mm_loadu_si128(start + 2), _mm_loadu_si128(start + 3),
        };
        CLASSIFY(classes, at);
        FIND_STRINGS(classes, at, prefix_parity);
    }
#undef FOLD
#undef EQUAL
#undef OR
#undef SHIFT
#undef BELOW
#undef WHITESPACE
#undef DIGIT
#undef MASK
}

/// The white space with given lowest four bits; something with other bits where there is none.
static const char spaces_by_lowest_bits[16] = {' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0};

/// The same as `prefix_parity`: a product without carries by all ones adds up, for each bit, the bits up to it.
__attribute__((target("pclmul"))) static inline uint64_t prefix_parity_by_multiplication(uint64_t bits) {
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8((char)0xFF), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

__attribute__((target("avx2,pclmul"))) static void classify_avx2(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    const __m256i spaces = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)spaces_by_lowest_bits));
#define FOLD _mm256_set1_epi8(0x20)
#define EQUAL(vector, byte) _mm256_cmpeq_epi8(vector, _mm256_set1_epi8(byte))
#define OR(a, b) _mm256_or_si256(a, b)
#define SHIFT(a, bits) _mm256_slli_epi16(a, bits)
#define BELOW(vector, bound) _mm256_cmpeq_epi8(_mm256_min_epu8(vector, _mm256_set1_epi8((bound) - 1)), vector)
#define WHITESPACE(v) _mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, v), v)
#define DIGIT(vector) BELOW(_mm256_sub_epi8(vector, _mm256_set1_epi8('0')), 10)
// The highest bits of both vectors that `expression` makes of `v`.
#define MASK(expression)                                                             \
    ({                                                                               \
        uint64_t mask = 0;                                                           \
        for (int i = 0; i < 2; i++) {                                                \
            const __m256i v = vectors[i];                                            \
            mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(expression) << (32 * i); \
        }                                                                            \
        mask;                                                                        \
    })
    for (size_t at = 0; at < count; at++) {
        const __m256i *start = (const __m256i *)(blocks + 64 * at);
        const __m256i vectors[2] = {_mm256_loadu_si256(start), _mm256_loadu_si256(start + 1)};
        CLASSIFY(classes, at);
        FIND_STRINGS(classes, at, prefix_parity_by_multiplication);
    }
#undef FOLD
#undef EQUAL
#undef OR
#undef SHIFT
#undef BELOW
#undef WHITESPACE
#undef DIGIT
#undef MASK
}

__attribute__((target("avx512f,avx512bw,pclmul"))) static void classify_avx512(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    const __m512i spaces = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)spaces_by_lowest_bits));
// The comparisons give masks at once here, so the parts that combine them work on those.
#define FOLD _mm512_set1_epi8(0x20)
#define EQUAL(vector, byte) _mm512_cmpeq_epi8_mask(vector, _mm512_set1_epi8(byte))
    for (size_t at = 0; at < count; at++) {
        const __m512i v = _mm512_loadu_si512(blocks + 64 * at);
        const __m512i folded = _mm512_or_si512(v, FOLD), value = _mm512_sub_epi8(v, _mm512_set1_epi8('0'));
        classes->quote[at] = EQUAL(v, '"');
        classes->backslash[at] = EQUAL(v, '\\');
        classes->control[at] = _mm512_cmplt_epu8_mask(v, FOLD);
        classes->whitespace[at] = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(spaces, v), v);
        classes->open[at] = EQUAL(folded, '{');
        classes->close[at] = EQUAL(folded, '}');
        classes->comma[at] = EQUAL(v, ',');
        classes->colon[at] = EQUAL(v, ':');
        classes->digit[at] = _mm512_cmplt_epu8_mask(value, _mm512_set1_epi8(10));
        classes->zero[at] = EQUAL(v, '0');
        classes->dot[at] = EQUAL(v, '.');
        classes->minus[at] = EQUAL(v, '-');
        classes->bit5[at] = _mm512_test_epi8_mask(v, FOLD);
        classes->high[at] = _mm512_movepi8_mask(v);
        FIND_STRINGS(classes, at, prefix_parity_by_multiplication);
    }
#undef FOLD
#undef EQUAL
}

#endif

// MARK: Choice

bool byte_scan_has(byte_scan_implementation implementation) {
    switch (implementation) {
    case byte_scan_portable: return true;
#if defined(__x86_64__)
    case byte_scan_sse2: return true;
    case byte_scan_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
            && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
    case byte_scan_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi")
            && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
#endif
    default: return false;
    }
}

byte_scan_implementation byte_scan_fastest(void) {
    byte_scan_implementation implementation = byte_scan_avx512;
    while (!byte_scan_has(implementation)) implementation--;
    return implementation;
}

void byte_scan_classify(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, byte_scan_carry *carry,
    byte_scan_classes *classes) {
    switch (implementation) {
#if defined(__x86_64__)
    case byte_scan_sse2: return classify_sse2(blocks, count, carry, classes);
    case byte_scan_avx2: return classify_avx2(blocks, count, carry, classes);
    case byte_scan_avx512: return classify_avx512(blocks, count, carry, classes);
#endif
    default: return classify_portable(blocks, count, carry, classes);
    }
}
