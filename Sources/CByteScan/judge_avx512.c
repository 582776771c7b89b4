#if defined(__x86_64__)
#include <immintrin.h>

#include "judges.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,bmi,popcnt"))), apply_to = function)
#include "wide.h"

INLINE unsigned tops(wide mask) { return _mm512_movepi64_mask((__m512i)mask); }

INLINE bool any(wide mask) { return _mm512_test_epi64_mask((__m512i)mask, (__m512i)mask) != 0; }

INLINE void planes_of(const uint8_t *block, wide planes[8], size_t at) {
    const __m512i bytes = _mm512_loadu_si512(block);
    for (int bit = 0; bit < 8; bit++) {
        planes[bit][at] = _mm512_test_epi8_mask(bytes, _mm512_set1_epi8((char)(1 << bit)));
    }
}

#include "grammar.h"

size_t judge_avx512(
    const uint8_t *blocks, size_t count, size_t available, const byte_scan_classes *classes, unsigned max_depth,
    json_blocks_state *state, uint64_t *whitespace, uint64_t *separators) {
    return judge(blocks, count, available, classes, max_depth, state, whitespace, separators);
}
#pragma clang attribute pop
#endif
