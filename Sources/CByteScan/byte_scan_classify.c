// Each implementation is the same loop over other vectors. Which one a machine can run is found out once.
#include "byte_scan.h"

#include <stdatomic.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef void classifier(const uint8_t *blocks, size_t count, byte_scan_classes *classes);

static void classify_portable(const uint8_t *blocks, size_t count, byte_scan_classes *classes) {
    for (size_t block = 0; block < count; block++) {
        byte_scan_classes c = {0};
        for (int i = 0; i < 8; i++) {
            const uint64_t word = byte_scan_word(blocks + 64 * block + 8 * i);
            const uint64_t folded = word | 0x2020202020202020u;
            const int shift = 8 * i;
            c.quote |= byte_scan_gather(byte_scan_equal(word, '"')) << shift;
            c.backslash |= byte_scan_gather(byte_scan_equal(word, '\\')) << shift;
            c.control |= byte_scan_gather(byte_scan_below(word, 0x20)) << shift;
            c.space |= byte_scan_gather(byte_scan_equal(word, ' ')) << shift;
            c.layout |= byte_scan_gather(
                byte_scan_equal(word, '\n') | byte_scan_equal(word, '\r') | byte_scan_equal(word, '\t')) << shift;
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
        classes[block] = c;
    }
}

#if defined(__x86_64__)

static void classify_sse2(const uint8_t *blocks, size_t count, byte_scan_classes *classes) {
    const __m128i fold = _mm_set1_epi8(0x20), below_space = _mm_set1_epi8(0x1F);
    const __m128i zero = _mm_set1_epi8('0'), nine = _mm_set1_epi8(9);
#define EQUAL(vector, byte) _mm_cmpeq_epi8(vector, _mm_set1_epi8(byte))
#define BELOW_OR_AT(vector, bound) _mm_cmpeq_epi8(_mm_min_epu8(vector, bound), vector)
    for (size_t block = 0; block < count; block++) {
        byte_scan_classes c = {0};
        for (int i = 0; i < 4; i++) {
            const __m128i v = _mm_loadu_si128((const __m128i *)(blocks + 64 * block + 16 * i));
            const __m128i folded = _mm_or_si128(v, fold), value = _mm_sub_epi8(v, zero);
            const int shift = 16 * i;
#define MASK(expression) ((uint64_t)(uint32_t)_mm_movemask_epi8(expression) << shift)
            c.quote |= MASK(EQUAL(v, '"'));
            c.space |= MASK(EQUAL(v, ' '));
            c.open |= MASK(EQUAL(folded, '{'));
            c.close |= MASK(EQUAL(folded, '}'));
            c.comma |= MASK(EQUAL(v, ','));
            c.colon |= MASK(EQUAL(v, ':'));
            c.digit |= MASK(BELOW_OR_AT(value, nine));
            c.zero |= MASK(EQUAL(v, '0'));
            c.dot |= MASK(EQUAL(v, '.'));
            c.bit5 |= MASK(_mm_slli_epi16(v, 2));
            c.high |= MASK(v);
            c.backslash |= MASK(EQUAL(v, '\\'));
            c.control |= MASK(BELOW_OR_AT(v, below_space));
            c.layout |= MASK(_mm_or_si128(_mm_or_si128(EQUAL(v, '\n'), EQUAL(v, '\r')), EQUAL(v, '\t')));
#undef MASK
        }
        classes[block] = c;
    }
#undef EQUAL
#undef BELOW_OR_AT
}

__attribute__((target("avx2"))) static void classify_avx2(
    const uint8_t *blocks, size_t count, byte_scan_classes *classes) {
    const __m256i fold = _mm256_set1_epi8(0x20), below_space = _mm256_set1_epi8(0x1F);
    const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
#define EQUAL(vector, byte) _mm256_cmpeq_epi8(vector, _mm256_set1_epi8(byte))
#define BELOW_OR_AT(vector, bound) _mm256_cmpeq_epi8(_mm256_min_epu8(vector, bound), vector)
    for (size_t block = 0; block < count; block++) {
        byte_scan_classes c = {0};
        for (int i = 0; i < 2; i++) {
            const __m256i v = _mm256_loadu_si256((const __m256i *)(blocks + 64 * block + 32 * i));
            const __m256i folded = _mm256_or_si256(v, fold), value = _mm256_sub_epi8(v, zero);
            const int shift = 32 * i;
#define MASK(expression) ((uint64_t)(uint32_t)_mm256_movemask_epi8(expression) << shift)
            c.quote |= MASK(EQUAL(v, '"'));
            c.space |= MASK(EQUAL(v, ' '));
            c.open |= MASK(EQUAL(folded, '{'));
            c.close |= MASK(EQUAL(folded, '}'));
            c.comma |= MASK(EQUAL(v, ','));
            c.colon |= MASK(EQUAL(v, ':'));
            c.digit |= MASK(BELOW_OR_AT(value, nine));
            c.zero |= MASK(EQUAL(v, '0'));
            c.dot |= MASK(EQUAL(v, '.'));
            c.bit5 |= MASK(_mm256_slli_epi16(v, 2));
            c.high |= MASK(v);
            c.backslash |= MASK(EQUAL(v, '\\'));
            c.control |= MASK(BELOW_OR_AT(v, below_space));
            c.layout |= MASK(_mm256_or_si256(_mm256_or_si256(EQUAL(v, '\n'), EQUAL(v, '\r')), EQUAL(v, '\t')));
#undef MASK
        }
        classes[block] = c;
    }
#undef EQUAL
#undef BELOW_OR_AT
}

__attribute__((target("avx512f,avx512bw"))) static void classify_avx512(
    const uint8_t *blocks, size_t count, byte_scan_classes *classes) {
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
    }
#undef EQUAL
}

#endif

/// The implementation's function; null where this machine does not have it.
static classifier *implemented(byte_scan_implementation implementation) {
    switch (implementation) {
    case byte_scan_portable: return classify_portable;
#if defined(__x86_64__)
    case byte_scan_sse2: return classify_sse2;
    case byte_scan_avx2: return __builtin_cpu_supports("avx2") ? classify_avx2 : NULL;
    case byte_scan_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? classify_avx512 : NULL;
#endif
    default: return NULL;
    }
}

static classifier *fastest(void) {
    for (int implementation = byte_scan_avx512; implementation > byte_scan_portable; implementation--) {
        classifier *classify = implemented((byte_scan_implementation)implementation);
        if (classify) return classify;
    }
    return classify_portable;
}

void byte_scan_classify(const uint8_t *blocks, size_t count, byte_scan_classes *classes) {
    // Threads that come first together find out the same.
    static _Atomic(classifier *) known;
    classifier *classify = atomic_load_explicit(&known, memory_order_relaxed);
    if (!classify) {
        classify = fastest();
        atomic_store_explicit(&known, classify, memory_order_relaxed);
    }
    classify(blocks, count, classes);
}

bool byte_scan_classify_by(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, byte_scan_classes *classes) {
    classifier *classify = implemented(implementation);
    if (classify) classify(blocks, count, classes);
    return classify != NULL;
}
