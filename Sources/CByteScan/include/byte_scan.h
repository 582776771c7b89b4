// Bit masks over blocks of 64 bytes: bit i of a mask speaks of byte i.
//
// All implementations give the same masks and none reads outside of the block. The best one that the machine turns out
// to have is taken: AVX-512, AVX2, SSE2, which every x86-64 machine has, or plain 64-bit words for all others. What every
// block needs is done for many blocks at once.
#ifndef BYTE_SCAN_H
#define BYTE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The classes of bytes that JSON's grammar (RFC 8259) tells apart.
typedef struct {
    uint64_t escaped;    ///< what follows a backslash that is not escaped itself
    uint64_t quote;      ///< " that are not escaped: they begin and end strings
    uint64_t string;     ///< strings, from the opening quote up to the byte before the closing one
    uint64_t backslash;  ///< the backslash
    uint64_t control;    ///< below 0x20
    uint64_t space;      ///< the space alone
    uint64_t layout;     ///< LF, CR and tab
    uint64_t open;       ///< { and [
    uint64_t close;      ///< } and ]
    uint64_t comma;      ///< ,
    uint64_t colon;      ///< :
    uint64_t digit;      ///< 0 to 9
    uint64_t zero;       ///< 0
    uint64_t dot;        ///< .
    uint64_t bit5;       ///< bytes with the bit 0x20, which tells braces from brackets
    uint64_t high;       ///< bytes with the bit 0x80: all that is not ASCII
} byte_scan_classes;

/// The ways to classify, from the plainest to the fastest.
typedef enum {
    byte_scan_portable,
    byte_scan_sse2,
    byte_scan_avx2,
    byte_scan_avx512,
} byte_scan_implementation;

/// What the blocks so far leave for the next one.
typedef struct {
    uint64_t escaped;    ///< 1 if its first byte is escaped, else 0
    uint64_t in_string;  ///< all ones if it begins inside a string, else 0
} byte_scan_carry;

/// The classes of `count` blocks that follow each other from `blocks` on.
void byte_scan_classify(
    const uint8_t *blocks, size_t count, byte_scan_carry *carry, byte_scan_classes *classes);

/// The same in a certain way; false, with nothing done, where this machine does not have it.
bool byte_scan_classify_by(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, byte_scan_carry *carry,
    byte_scan_classes *classes);

/// The bits of the bytes, one mask each; `bit[7]` is the highest bit of every byte.
typedef struct {
    uint64_t bit[8];
} byte_scan_planes;

/// The bits of the 64 bytes at `block`.
void byte_scan_bits(const uint8_t *block, byte_scan_planes *planes);

/// The same in a certain way; false, with nothing done, where this machine does not have it.
bool byte_scan_bits_by(byte_scan_implementation implementation, const uint8_t *block, byte_scan_planes *planes);

// MARK: Copying

/// Copies those of the 64 bytes at `block` whose bit in `keep` is set, and gives their number. Both `block` and
/// `output` need 16 bytes of room behind their 64: runs are copied in steps of 16.
static inline long byte_scan_compact(uint8_t *output, const uint8_t *block, uint64_t keep) {
    uint8_t *end = output;
    while (keep) {
        const int start = __builtin_ctzll(keep);
        const uint64_t rest = ~(keep >> start);
        const int length = rest ? __builtin_ctzll(rest) : 64;
        for (int i = 0; i < length; i += 16) memcpy(end + i, block + start + i, 16);
        end += length;
        keep = start + length < 64 ? keep >> (start + length) << (start + length) : 0;
    }
    return end - output;
}

#endif
