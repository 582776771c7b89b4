// Bit masks over blocks of 64 bytes: bit i of a mask speaks of byte i.
//
// All implementations give the same masks and none reads outside of the blocks. The best one that the machine turns out
// to have is taken: AVX-512, AVX2, SSE2, which every x86-64 machine has, or plain 64-bit words for all others.
#ifndef BYTE_SCAN_H
#define BYTE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The most blocks that are classified at a time: their classes and bytes lie in the nearest cache together.
#define BYTE_SCAN_MOST 32

/// The classes of bytes that JSON's grammar (RFC 8259) tells apart, each as a mask a block.
typedef struct {
    uint64_t escaped[BYTE_SCAN_MOST];    ///< what follows a backslash that is not escaped itself
    uint64_t quote[BYTE_SCAN_MOST];      ///< " that are not escaped: they begin and end strings
    uint64_t string[BYTE_SCAN_MOST];     ///< strings, from the opening quote up to the byte before the closing one
    uint64_t backslash[BYTE_SCAN_MOST];  ///< the backslash
    uint64_t control[BYTE_SCAN_MOST];    ///< below 0x20
    uint64_t whitespace[BYTE_SCAN_MOST]; ///< space, LF, CR and tab
    uint64_t open[BYTE_SCAN_MOST];       ///< { and [
    uint64_t close[BYTE_SCAN_MOST];      ///< } and ]
    uint64_t comma[BYTE_SCAN_MOST];      ///< ,
    uint64_t colon[BYTE_SCAN_MOST];      ///< :
    uint64_t digit[BYTE_SCAN_MOST];      ///< 0 to 9
    uint64_t zero[BYTE_SCAN_MOST];       ///< 0
    uint64_t dot[BYTE_SCAN_MOST];        ///< .
    uint64_t minus[BYTE_SCAN_MOST];      ///< -
    uint64_t bit5[BYTE_SCAN_MOST];       ///< bytes with the bit 0x20, which tells braces from brackets
    uint64_t high[BYTE_SCAN_MOST];       ///< bytes with the bit 0x80: all that is not ASCII
} byte_scan_classes;

/// The ways to classify, from the plainest to the fastest.
typedef enum {
    byte_scan_portable,
    byte_scan_sse2,
    byte_scan_avx2,
    byte_scan_avx512,
} byte_scan_implementation;

/// Whether this machine has an implementation.
bool byte_scan_has(byte_scan_implementation implementation);

/// The fastest one that this machine has.
byte_scan_implementation byte_scan_fastest(void);

/// What the blocks so far leave for the next one.
typedef struct {
    uint64_t escaped;    ///< 1 if its first byte is escaped, else 0
    uint64_t in_string;  ///< all ones if it begins inside a string, else 0
} byte_scan_carry;

/// The classes of `count` blocks, ``BYTE_SCAN_MOST`` at most, that follow each other from `blocks` on, by an
/// implementation that the machine has.
void byte_scan_classify(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, byte_scan_carry *carry,
    byte_scan_classes *classes);

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
