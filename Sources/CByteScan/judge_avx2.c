#if defined(__x86_64__)
#include <immintrin.h>

#include "judges.h"

#pragma clang attribute push(__attribute__((target("avx2,bmi,popcnt"))), apply_to = function)
#include "wide.h"

INLINE unsigned tops(wide mask) {
    unsigned tops = 0;
    for (int i = 0; i < 2; i++) {
        __m256d half;
        memcpy(&half, (const char *)&mask + 32 * i, sizeof half);
        tops |= (unsigned)_mm256_movemask_pd(half) << (4 * i);
    }
    return tops;
}

INLINE void planes_of(const uint8_t *block, wide planes[8], size_t at) {
    uint64_t bits[8] = {0};
    for (int i = 0; i < 2; i++) {
        const __m256i bytes = _mm256_loadu_si256((const __m256i *)(block + 32 * i));
        for (int bit = 0; bit < 8; bit++) {
            bits[bit] |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(bytes, 7 - bit)) << (32 * i);
        }
    }
    for (int bit = 0; bit < 8; bit++) planes[bit][at] = bits[bit];
}

#define JUDGE judge_avx2
#include "grammar.h"
#pragma clang attribute pop
#endif
