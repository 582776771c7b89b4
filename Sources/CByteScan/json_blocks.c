#include "judges.h"
#include "wide.h"

size_t json_blocks_judge(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, size_t available,
    unsigned max_depth, json_blocks_state *state, uint64_t *whitespace, uint64_t *separators) {
    // For loads of whole lines of the cache.
    _Alignas(64) byte_scan_classes classes;
    // The judges read whole groups.
    if (count % WIDE_BLOCKS) memset(&classes, 0, sizeof classes);
    byte_scan_carry carry = {state->escaped, state->in_string};
    byte_scan_classify(implementation, blocks, count, &carry, &classes);
    json_blocks_judge_function *judge = judge_portable;
#if defined(__x86_64__)
    if (implementation == byte_scan_sse2) judge = judge_sse2;
    if (implementation == byte_scan_avx2) judge = judge_avx2;
    if (implementation == byte_scan_avx512) judge = judge_avx512;
#endif
    return judge(blocks, count, available, &classes, max_depth, state, whitespace, separators);
}
