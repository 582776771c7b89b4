// What json_blocks.c chooses from: a file each.
#ifndef JUDGES_H
#define JUDGES_H

#include "json_blocks.h"

/// Judges blocks whose classes are known.
typedef size_t json_blocks_judge_function(
    const uint8_t *blocks, size_t count, size_t available, const byte_scan_classes *classes,
    unsigned max_depth, json_blocks_state *state, uint64_t *whitespace, uint64_t *separators);

json_blocks_judge_function judge_portable, judge_sse2, judge_avx2, judge_avx512;

#endif
