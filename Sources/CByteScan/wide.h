// Masks of eight blocks as one value, for the file of one implementation, which includes this where its target's
// instructions are allowed.
#ifndef WIDE_H
#define WIDE_H

#include "json_blocks.h"

#define INLINE static inline __attribute__((always_inline))
// The vectors never leave the file.
#pragma clang diagnostic ignored "-Wpsabi"

/// How many blocks are judged at a time.
#define WIDE_BLOCKS 8

/// The masks of eight blocks. The compiler makes of it what the target has: one register, two or four.
typedef uint64_t wide __attribute__((vector_size(64)));

INLINE wide load(const uint64_t *masks, size_t at) {
    wide mask;
    memcpy(&mask, masks + at, sizeof mask);
    return mask;
}

INLINE void store(uint64_t *masks, size_t at, wide mask) { memcpy(masks + at, &mask, sizeof mask); }

/// Whether any bit is set.
INLINE bool any(wide mask) { return __builtin_reduce_or(mask) != 0; }

/// A mask of the first 64 bytes alone.
INLINE wide first(uint64_t mask) { return (wide){mask}; }

/// Each bit some bytes further on, 63 at most.
INLINE wide further(wide mask, int bytes) {
    const wide none = {0};
    return mask << bytes | __builtin_shufflevector(mask, none, 8, 0, 1, 2, 3, 4, 5, 6) >> (64 - bytes);
}

/// Each bit one byte further on.
INLINE wide following(wide mask) { return further(mask, 1); }

/// The bit of the last byte of n blocks.
INLINE uint64_t last(wide mask, size_t n) { return mask[n - 1] >> 63; }

/// All ones in the first n blocks.
INLINE wide blocks_below(size_t n) {
    const wide index = {0, 1, 2, 3, 4, 5, 6, 7};
    return (wide)(index < n);
}

#endif
