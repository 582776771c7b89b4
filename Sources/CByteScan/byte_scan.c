// Each implementation is the same loop over other vectors. Which one a machine can run is found out once.
#include "byte_scan.h"

#include <stdatomic.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef struct {
    void (*classify)(const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes);
    void (*bits)(const uint8_t *block, byte_scan_planes *planes);
} functions;

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

/// Finds the strings, given all quotes and backslashes. `parity` is one of the two ways to work it out.
#define FIND_STRINGS(c, parity)                                                      \
    do {                                                                             \
        (c)->escaped = 0;                                                            \
        if (__builtin_expect(((c)->backslash | carry->escaped) != 0, 0)) {           \
            (c)->escaped = escaped_bytes((c)->backslash, carry);                     \
            (c)->quote &= ~(c)->escaped;                                             \
        }                                                                            \
        (c)->string = parity((c)->quote) ^ carry->in_string;                         \
        carry->in_string = 0 - ((c)->string >> 63);                                  \
    } while (0)

// MARK: Plain words

/// Eight bytes as a word whose lowest byte is the first one.
static inline uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// Gathers the highest bits of eight bytes, all other bits being zero.
static inline uint64_t gather(uint64_t tops) { return ((tops >> 7) * 0x0102040810204080u) >> 56; }

/// The highest bit of each byte that is below `bound`, which is 0x80 at most.
static inline uint64_t below(uint64_t word, uint8_t bound) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    return ~(((word & ~tops) + ones * (uint8_t)(0x80 - bound)) | word) & tops;
}

/// The highest bit of each byte that equals `byte`.
static inline uint64_t equal(uint64_t word, uint8_t byte) {
    return below(word ^ (0x0101010101010101u * byte), 1);
}

static void classify_portable(const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    for (size_t block = 0; block < count; block++) {
        byte_scan_classes c = {0};
        for (int i = 0; i < 8; i++) {
            const uint64_t word = word_at(blocks + 64 * block + 8 * i);
            const uint64_t folded = word | 0x2020202020202020u;
            const int shift = 8 * i;
            c.quote |= gather(equal(word, '"')) << shift;
            c.backslash |= gather(equal(word, '\\')) << shift;
            c.control |= gather(below(word, 0x20)) << shift;
            c.space |= gather(equal(word, ' ')) << shift;
            c.layout |= gather(
                equal(word, '\n') | equal(word, '\r') | equal(word, '\t')) << shift;
            c.open |= gather(equal(folded, '{')) << shift;
            c.close |= gather(equal(folded, '}')) << shift;
            c.comma |= gather(equal(word, ',')) << shift;
            c.colon |= gather(equal(word, ':')) << shift;
            c.digit |= gather(below(word, ':') & ~below(word, '0')) << shift;
            c.zero |= gather(equal(word, '0')) << shift;
            c.dot |= gather(equal(word, '.')) << shift;
            c.bit5 |= gather((word << 2) & 0x8080808080808080u) << shift;
            c.high |= gather(word & 0x8080808080808080u) << shift;
        }
        FIND_STRINGS(&c, prefix_parity);
        classes[block] = c;
    }
}

static void bits_portable(const uint8_t *block, byte_scan_planes *planes) {
    *planes = (byte_scan_planes){{0}};
    for (int i = 0; i < 8; i++) {
        const uint64_t word = word_at(block + 8 * i);
        for (int bit = 0; bit < 8; bit++) {
            planes->bit[bit] |= gather((word << (7 - bit)) & 0x8080808080808080u) << (8 * i);
        }
    }
}

// MARK: Vectors

#if defined(__x86_64__)

/// Fills in the classes of one block, in the terms of whatever vectors; `v` is one of them.
#define CLASSIFY(c)                                                                  \
    do {                                                                             \
        (c)->quote = MASK(EQUAL(v, '"'));                                            \
        (c)->backslash = MASK(EQUAL(v, '\\'));                                       \
        (c)->control = MASK(UP_TO(v, below_space));                                  \
        (c)->space = MASK(EQUAL(v, ' '));                                            \
        (c)->layout = MASK(OR(OR(EQUAL(v, '\n'), EQUAL(v, '\r')), EQUAL(v, '\t')));  \
        (c)->open = MASK(EQUAL(OR(v, fold), '{'));                                   \
        (c)->close = MASK(EQUAL(OR(v, fold), '}'));                                  \
        (c)->comma = MASK(EQUAL(v, ','));                                            \
        (c)->colon = MASK(EQUAL(v, ':'));                                            \
        (c)->digit = MASK(UP_TO(SUBTRACT(v, zero), nine));                           \
        (c)->zero = MASK(EQUAL(v, '0'));                                             \
        (c)->dot = MASK(EQUAL(v, '.'));                                              \
        (c)->bit5 = MASK(SHIFT(v, 2));                                               \
        (c)->high = MASK(v);                                                         \
    } while (0)

static void classify_sse2(const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    const __m128i fold = _mm_set1_epi8(0x20), below_space = _mm_set1_epi8(0x1F);
    const __m128i zero = _mm_set1_epi8('0'), nine = _mm_set1_epi8(9);
#define EQUAL(vector, byte) _mm_cmpeq_epi8(vector, _mm_set1_epi8(byte))
#define OR(a, b) _mm_or_si128(a, b)
#define SUBTRACT(a, b) _mm_sub_epi8(a, b)
#define SHIFT(a, bits) _mm_slli_epi16(a, bits)
#define UP_TO(vector, bound) _mm_cmpeq_epi8(_mm_min_epu8(vector, bound), vector)
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
    for (size_t block = 0; block < count; block++) {
        const __m128i *start = (const __m128i *)(blocks + 64 * block);
        const __m128i vectors[4] = {
            _mm_loadu_si128(start), _mm_loadu_si128(start + 1), _mm_loadu_si128(start + 2), _mm_loadu_si128(start + 3),
        };
        byte_scan_classes *c = classes + block;
        CLASSIFY(c);
        FIND_STRINGS(c, prefix_parity);
    }
#undef EQUAL
#undef OR
#undef SUBTRACT
#undef SHIFT
#undef UP_TO
#undef MASK
}

static void bits_sse2(const uint8_t *block, byte_scan_planes *planes) {
    *planes = (byte_scan_planes){{0}};
    for (int i = 0; i < 4; i++) {
        const __m128i v = _mm_loadu_si128((const __m128i *)(block + 16 * i));
#define BIT(n) planes->bit[n] |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(v, 7 - n)) << (16 * i)
        BIT(0);
        BIT(1);
        BIT(2);
        BIT(3);
        BIT(4);
        BIT(5);
        BIT(6);
        BIT(7);
#undef BIT
    }
}

/// The same as `prefix_parity`: a product without carries by all ones adds up, for each bit, the bits up to it.
__attribute__((target("pclmul"))) static inline uint64_t prefix_parity_by_multiplication(uint64_t bits) {
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8((char)0xFF), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

__attribute__((target("avx2,pclmul"))) static void classify_avx2(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    const __m256i fold = _mm256_set1_epi8(0x20), below_space = _mm256_set1_epi8(0x1F);
    const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
#define EQUAL(vector, byte) _mm256_cmpeq_epi8(vector, _mm256_set1_epi8(byte))
#define OR(a, b) _mm256_or_si256(a, b)
#define SUBTRACT(a, b) _mm256_sub_epi8(a, b)
#define SHIFT(a, bits) _mm256_slli_epi16(a, bits)
#define UP_TO(vector, bound) _mm256_cmpeq_epi8(_mm256_min_epu8(vector, bound), vector)
// The highest bits of both vectors that `expression` makes of `v`.
#define MASK(expression)                                                             \
    ({                                                                               \
        uint64_t mask = 0;                                                           \
        for (int i = 0; i < 2; i++) {                                                \
            const __m256i v = vectors[i];                                            \
            mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(expression) << (32 * i);   \
        }                                                                            \
        mask;                                                                        \
    })
    for (size_t block = 0; block < count; block++) {
        const __m256i *start = (const __m256i *)(blocks + 64 * block);
        const __m256i vectors[2] = {
            _mm256_loadu_si256(start), _mm256_loadu_si256(start + 1),
        };
        byte_scan_classes *c = classes + block;
        CLASSIFY(c);
        FIND_STRINGS(c, prefix_parity_by_multiplication);
    }
#undef EQUAL
#undef OR
#undef SUBTRACT
#undef SHIFT
#undef UP_TO
#undef MASK
}

__attribute__((target("avx2"))) static void bits_avx2(const uint8_t *block, byte_scan_planes *planes) {
    *planes = (byte_scan_planes){{0}};
    for (int i = 0; i < 2; i++) {
        const __m256i v = _mm256_loadu_si256((const __m256i *)(block + 32 * i));
#define BIT(n) planes->bit[n] |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(v, 7 - n)) << (32 * i)
        BIT(0);
        BIT(1);
        BIT(2);
        BIT(3);
        BIT(4);
        BIT(5);
        BIT(6);
        BIT(7);
#undef BIT
    }
}

__attribute__((target("avx512f,avx512bw,pclmul"))) static void classify_avx512(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    const __m512i fold = _mm512_set1_epi8(0x20);
#define EQUAL(vector, byte) _mm512_cmpeq_epi8_mask(vector, _mm512_set1_epi8(byte))
    for (size_t block = 0; block < count; block++) {
        const __m512i v = _mm512_loadu_si512(blocks + 64 * block);
        const __m512i folded = _mm512_or_si512(v, fold), value = _mm512_sub_epi8(v, _mm512_set1_epi8('0'));
        byte_scan_classes *c = classes + block;
        c->quote = EQUAL(v, '"');
        c->backslash = EQUAL(v, '\\');
        c->control = _mm512_cmplt_epu8_mask(v, fold);
        c->space = EQUAL(v, ' ');
        c->layout = EQUAL(v, '\n') | EQUAL(v, '\r') | EQUAL(v, '\t');
        c->open = EQUAL(folded, '{');
        c->close = EQUAL(folded, '}');
        c->comma = EQUAL(v, ',');
        c->colon = EQUAL(v, ':');
        c->digit = _mm512_cmplt_epu8_mask(value, _mm512_set1_epi8(10));
        c->zero = EQUAL(v, '0');
        c->dot = EQUAL(v, '.');
        c->bit5 = _mm512_test_epi8_mask(v, fold);
        c->high = _mm512_movepi8_mask(v);
        FIND_STRINGS(c, prefix_parity_by_multiplication);
    }
#undef EQUAL
}

__attribute__((target("avx512f,avx512bw"))) static void bits_avx512(const uint8_t *block, byte_scan_planes *planes) {
    const __m512i v = _mm512_loadu_si512(block);
#define BIT(n) planes->bit[n] = _mm512_test_epi8_mask(v, _mm512_set1_epi8((char)(1 << n)))
    BIT(0);
    BIT(1);
    BIT(2);
    BIT(3);
    BIT(4);
    BIT(5);
    BIT(6);
    BIT(7);
#undef BIT
}

#endif

// MARK: Choice

static const functions portable = {classify_portable, bits_portable};
#if defined(__x86_64__)
static const functions sse2 = {classify_sse2, bits_sse2};
static const functions avx2 = {classify_avx2, bits_avx2};
static const functions avx512 = {classify_avx512, bits_avx512};
#endif

/// The implementation's functions; null where this machine does not have them.
static const functions *implemented(byte_scan_implementation implementation) {
    switch (implementation) {
    case byte_scan_portable: return &portable;
#if defined(__x86_64__)
    case byte_scan_sse2: return &sse2;
    case byte_scan_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") ? &avx2 : NULL;
    case byte_scan_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("pclmul") ? &avx512 : NULL;
#endif
    default: return NULL;
    }
}

static const functions *fastest(void) {
    // Threads that come first together find out the same.
    static _Atomic(const functions *) known;
    const functions *found = atomic_load_explicit(&known, memory_order_relaxed);
    for (int implementation = byte_scan_avx512; !found; implementation--) {
        found = implemented((byte_scan_implementation)implementation);
        atomic_store_explicit(&known, found, memory_order_relaxed);
    }
    return found;
}

void byte_scan_classify(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes) {
    fastest()->classify(blocks, count, carry, classes);
}

bool byte_scan_classify_by(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, byte_scan_carry *carry,
    byte_scan_classes *classes) {
    const functions *found = implemented(implementation);
    if (found) found->classify(blocks, count, carry, classes);
    return found != NULL;
}

void byte_scan_bits(const uint8_t *block, byte_scan_planes *planes) { fastest()->bits(block, planes); }

bool byte_scan_bits_by(byte_scan_implementation implementation, const uint8_t *block, byte_scan_planes *planes) {
    const functions *found = implemented(implementation);
    if (found) found->bits(block, planes);
    return found != NULL;
}
