#if defined(__x86_64__)
#include <immintrin.h>

#include "judges.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,bmi,popcnt"))), apply_to = function)
#include "wide.h"

INLINE unsigned tops(wide mask) { return _mm512_movepi64_mask((__m512i)mask); }

INLINE void planes_of(const uint8_t *block, wide planes[8], size_t at) {
    const __m512i bytes = _mm512_loadu_si512(block);
    for (int bit = 0; bit < 8; bit++) {
        planes[bit][at] = _mm512_test_epi8_mask(bytes, _mm512_set1_epi8((char)(1 << bit)));
    }
}

#define JUDGE judge_avx512
#include "grammar.h"
#pragma clang attribute pop
#endif
