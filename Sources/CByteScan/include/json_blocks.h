// RFC 8259's grammar by arithmetic on the masks of byte_scan.h.
//
// The technique is simdjson's (Langdale and Lemire, "Parsing Gigabytes of JSON per Second"), taken further: not only
// strings are found by masks, but the order of tokens, the grammar of numbers and UTF-8 are checked by them too, for
// eight blocks of 64 bytes at a time. The rule behind it: if what follows every token is right, all stand right.
#ifndef JSON_BLOCKS_H
#define JSON_BLOCKS_H

#include "byte_scan.h"

/// The part of ``json_blocks_state`` that is about UTF-8.
typedef struct {
    uint64_t continuation;        ///< bytes that have to continue a UTF-8 sequence
    uint64_t after_e0;            ///< the last byte was one of those that narrow the range of the next one
    uint64_t after_ed;
    uint64_t after_f0;
    uint64_t after_f4;
} json_blocks_sequences;

/// What a block leaves for the next one: the state of a parser, as bits.
///
/// A field is 0 or 1, or a mask over the first bytes of the next block, if nothing else is said. `expects_…`,
/// `after_name` and `after_value` speak of the last token before the next block, white space aside; one of them is set
/// at most, besides `may_close`.
typedef struct {
    uint64_t in_string;           ///< all ones inside a string
    uint64_t in_name;             ///< inside a string: it is a member name
    uint64_t expects_name;        ///< a member name must come
    uint64_t expects_value;       ///< a value must come
    uint64_t may_close;           ///< an array or object has just been opened, and may be closed at once
    uint64_t after_name;          ///< a colon must come
    uint64_t after_value;         ///< a comma or a closing bracket must come

    uint64_t escaped;             ///< a backslash escapes the next byte
    uint64_t hex_digits;          ///< bytes that have to be hexadecimal digits
    json_blocks_sequences sequences;

    uint64_t in_scalar;           ///< the last byte belongs to a number or literal
    uint64_t after_minus;
    uint64_t after_leading_zero;
    uint64_t in_integer;
    uint64_t after_point;
    uint64_t in_fraction;
    uint64_t after_exponent;
    uint64_t after_sign;          ///< the last byte is the sign of an exponent
    uint64_t literal;             ///< bytes of a literal, compared ahead: the next block must begin with them
    uint64_t after_literal;       ///< the byte after that literal

    /// The open arrays and objects from the selected array on: behind a first bit one each, set for an object, with the
    /// innermost in the lowest place. So it is 2 between records.
    uint64_t nesting;
} json_blocks_state;

/// Judges `count` blocks, ``BYTE_SCAN_MOST`` at most, that follow each other from `blocks` on, where `available` bytes
/// can be read, which are those of the blocks at least. `max_depth` levels may be open from the selected array on, 61
/// at most; no more are open in `state`.
///
/// Gives how many from the first on are accepted: all of them, or a multiple of eight. `state` is as of those. For each
/// of them a mask of its insignificant white space and one of the commas between records are written; there must be
/// room for ``BYTE_SCAN_MOST``.
///
/// A block with an error, or with something too rare to be worth a mask (deeper nesting, the end of the selected array,
/// a literal of which fewer than five bytes can be read), is not accepted, nor are the seven that it is judged with.
size_t json_blocks_judge(
    byte_scan_implementation implementation, const uint8_t *blocks, size_t count, size_t available,
    unsigned max_depth, json_blocks_state *state, uint64_t *whitespace, uint64_t *separators);

#endif
