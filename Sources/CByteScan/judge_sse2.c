#if defined(__x86_64__)
#include <immintrin.h>

#include "judges.h"

#include "wide.h"

INLINE unsigned tops(wide mask) {
    unsigned tops = 0;
    for (int i = 0; i < 4; i++) {
        __m128d pair;
        memcpy(&pair, (const char *)&mask + 16 * i, sizeof pair);
        tops |= (unsigned)_mm_movemask_pd(pair) << (2 * i);
    }
    return tops;
}

INLINE void planes_of(const uint8_t *block, wide planes[8], size_t at) {
    uint64_t bits[8] = {0};
    for (int i = 0; i < 4; i++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(block + 16 * i));
        for (int bit = 0; bit < 8; bit++) {
            bits[bit] |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 7 - bit)) << (16 * i);
        }
    }
    for (int bit = 0; bit < 8; bit++) planes[bit][at] = bits[bit];
}

#define JUDGE judge_sse2
#include "grammar.h"
#endif
