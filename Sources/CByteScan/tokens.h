// The tokens of a group that are looked at one by one: literals, exponents, escapes and brackets.
#ifndef TOKENS_H
#define TOKENS_H

#include "wide.h"

/// The length of the literal at `word`; 0 if there is none, or if fewer than five bytes can be read.
INLINE size_t literal_length(const uint8_t *word, size_t available) {
    if (available < 5) return 0;
    // Arithmetic instead of branches: no processor can guess the next boolean.
    const size_t is_true = memcmp(word, "true", 4) == 0, is_null = memcmp(word, "null", 4) == 0;
    const size_t is_false = memcmp(word, "fals", 4) == 0 && word[4] == 'e';
    return 4 * (is_true | is_null) + 5 * is_false;
}

/// Compares the literals that begin at `starts`, and marks their bytes and the bytes after them, in the next group too.
/// What is none has its first byte marked as one after a literal, where no byte of a token may stand.
static void find_literals(
    const uint8_t *blocks, size_t n, size_t available, wide starts, uint64_t literals[9], uint64_t ends[9]) {
    for (size_t at = 0; at < n; at++) {
        for (uint64_t rest = starts[at]; rest; rest &= rest - 1) {
            const size_t place = (size_t)__builtin_ctzll(rest), offset = 64 * at + place;
            const size_t length = literal_length(blocks + offset, available - offset), end = offset + length;
            const uint64_t bytes = ((uint64_t)1 << length) - 1;
            literals[at] |= bytes << place;
            if (place + length > 64) literals[at + 1] |= bytes >> (64 - place);
            ends[end / 64] |= (uint64_t)1 << end % 64;
        }
    }
}

/// Tells exponents and their signs apart; false if there is something else.
static bool find_exponents(const uint8_t *blocks, size_t n, wide bytes, wide *exponents, wide *signs) {
    for (size_t at = 0; at < n; at++) {
        for (uint64_t rest = bytes[at]; rest; rest &= rest - 1) {
            const uint64_t bit = rest & (0 - rest);
            switch (blocks[64 * at + (size_t)__builtin_ctzll(rest)]) {
            case 'e': case 'E': (*exponents)[at] |= bit; break;
            case '+': case '-': (*signs)[at] |= bit; break;
            default: return false;
            }
        }
    }
    return true;
}

INLINE bool is_hex_digit(uint8_t byte) {
    return (uint8_t)(byte - '0') < 10 || (uint8_t)((byte | 0x20) - 'a') < 6;
}

/// Checks what follows the backslashes of a group.
static bool check_escapes(const uint8_t *blocks, size_t n, wide escaped, uint64_t *hex_digits) {
    for (uint64_t rest = *hex_digits; rest; rest &= rest - 1) {
        if (!is_hex_digit(blocks[__builtin_ctzll(rest)])) return false;
    }
    *hex_digits = 0;
    for (size_t at = 0; at < n; at++) {
        for (uint64_t rest = escaped[at]; rest; rest &= rest - 1) {
            const size_t place = 64 * at + (size_t)__builtin_ctzll(rest);
            switch (blocks[place]) {
            case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': break;
            case 'u':
                for (size_t digit = place + 1; digit <= place + 4; digit++) {
                    if (digit >= 64 * n) {
                        *hex_digits |= (uint64_t)1 << (digit - 64 * n);
                    } else if (!is_hex_digit(blocks[digit])) {
                        return false;
                    }
                }
                break;
            default: return false;
            }
        }
    }
    return true;
}

/// Follows the brackets: the bytes whose innermost bracket is a brace, and the bytes inside the selected array and no
/// other bracket. False if one does not match, closes the selected array or is beyond the depth.
INLINE bool follow_brackets(
    wide opens, wide closes, wide braces, size_t n, unsigned max_depth, json_blocks_state *state,
    wide *in_object, wide *at_records) {
    uint64_t open[8], bracket[8], brace[8], objects[8] = {0}, records[8] = {0};
    store(open, 0, opens);
    store(bracket, 0, opens | closes);
    store(brace, 0, braces);
    // `marks` is all nestings that came by, one over the other: its highest bit is the deepest one's mark. Of `is_wrong`
    // the lowest bit counts.
    uint64_t now = state->nesting, marks = 0, is_wrong = 0;
    for (size_t at = 0; at < n; at++) {
        uint64_t object = 0 - (now & 1), record = 0 - (uint64_t)(now == 2);
        // No further branches: what comes next in a document is anyone's guess, a processor's included.
        for (uint64_t rest = bracket[at]; rest; rest &= rest - 1) {
            const uint64_t above = rest ^ (0 - rest);
            const int place = __builtin_ctzll(rest);
            const uint64_t is_brace = brace[at] >> place & 1, is_open = open[at] >> place & 1;
            const uint64_t inner = now << 1 | is_brace, outer = now >> 1;
            is_wrong |= (now ^ is_brace) & ~is_open;
            now = is_open ? inner : outer;
            // Beyond the selected array the mark of its end alone is left.
            is_wrong |= now == 1;
            marks |= now;
            object = (object & ~above) | (above & (0 - (now & 1)));
            record = (record & ~above) | (now == 2 ? above : 0);
        }
        objects[at] = object;
        records[at] = record;
    }
    state->nesting = now;
    *in_object = load(objects, 0);
    *at_records = load(records, 0);
    return !((is_wrong & 1) | marks >> (max_depth + 1));
}

#endif
