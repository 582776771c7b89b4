// The grammar over groups of eight blocks, for the file of one implementation, which defines before it
//
//   tops(mask)                    the highest bit of each of the eight blocks,
//   planes_of(block, planes, at)  puts the bits of a block's bytes into planes[0…7][at].
//   JUDGE                         the name of its function, as judges.h has it.
#include "tokens.h"
#include "wide.h"

/// All ones in the blocks whose bit is set.
INLINE wide spread(unsigned blocks) {
    const wide bit = {1, 2, 4, 8, 16, 32, 64, 128};
    return (wide)(((wide){} + blocks & bit) != 0);
}

/// The sum of two masks, with carries from block to block; `overflow` is the one beyond the first n blocks.
INLINE wide add(wide a, wide b, size_t n, uint64_t *overflow) {
    const wide sum = a + b;
    const unsigned produce = tops((a & b) | ((a | b) & ~sum)), pass = tops((wide)(sum == ~(uint64_t)0));
    // The blocks that a carry comes to: an addition of eight bits takes it to the end of those that pass it on, none of
    // which produces one.
    const unsigned carries = (pass + (produce << 1)) ^ pass;
    *overflow = carries >> n & 1;
    return sum - spread(carries);
}

/// What an accepted group holds.
typedef struct {
    wide whitespace;
    wide separators;
} group_masks;

/// The first bytes after `tokens`, or from `places` on, that are not white space; `spaced` tells whether there is any.
/// `carry` is 1 if such a byte has yet to come where the group begins, and then where it ends.
INLINE wide follow(wide tokens, wide places, wide whitespace, bool spaced, size_t n, uint64_t *carry) {
    const wide next = following(tokens) | places | first(*carry);
    // Many senders write no white space at all.
    if (!spaced) {
        *carry = last(tokens, n);
        return next;
    }
    // An addition carries each place to the end of the white space that it stands at the beginning of.
    uint64_t overflow;
    const wide moved = add(whitespace, next & whitespace, n, &overflow);
    *carry = last(tokens, n) | overflow;
    return (next | moved) & ~whitespace;
}

/// Checks the UTF-8 of a group (RFC 3629, section 4).
static wide check_sequences(const uint8_t *blocks, wide high, size_t n, json_blocks_sequences *carry) {
    wide bits[8];
    memset(bits, 0, sizeof bits);
    for (size_t at = 0; at < n; at++) {
        if (high[at]) planes_of(blocks + 64 * at, bits, at);
    }
    const wide continuations = bits[7] & ~bits[6];
    const wide leads = bits[7] & bits[6];
    const wide leads3 = leads & bits[5] & ~bits[4];
    const wide leads4 = leads & bits[5] & bits[4];
    // C0, C1, and F5 to FF start nothing.
    wide errors = leads & ~bits[5] & ~(bits[4] | bits[3] | bits[2] | bits[1]);
    errors |= leads4 & (bits[3] | (bits[2] & (bits[1] | bits[0])));
    const wide expected = following(leads) | further(leads3 | leads4, 2) | further(leads4, 3);
    errors |= continuations ^ (expected | first(carry->continuation));
    // Overlong forms, surrogates, and what lies beyond U+10FFFF.
    const wide e0 = leads3 & ~(bits[3] | bits[2] | bits[1] | bits[0]);
    const wide ed = leads3 & bits[3] & bits[2] & ~bits[1] & bits[0];
    const wide f0 = leads4 & ~(bits[2] | bits[1] | bits[0]);
    const wide f4 = leads4 & bits[2];
    errors |= (following(e0) | first(carry->after_e0)) & ~bits[5];
    errors |= (following(ed) | first(carry->after_ed)) & bits[5];
    errors |= (following(f0) | first(carry->after_f0)) & ~(bits[5] | bits[4]);
    errors |= (following(f4) | first(carry->after_f4)) & (bits[5] | bits[4]);
    carry->continuation = last(leads, n) | (leads3 | leads4)[n - 1] >> 62 | leads4[n - 1] >> 61;
    carry->after_e0 = last(e0, n);
    carry->after_ed = last(ed, n);
    carry->after_f0 = last(f0, n);
    carry->after_f4 = last(f4, n);
    return errors;
}

/// Checks the numbers and literals of a group. `scalars` are all bytes outside of strings that are neither white space
/// nor punctuation, `starts` those of them with which a token starts.
INLINE wide check_scalars(
    const uint8_t *blocks, size_t n, size_t available, wide scalars, wide starts, const byte_scan_classes *classes,
    size_t at, json_blocks_state *state) {
    const wide digits = load(classes->digit, at) & scalars;
    const wide points = load(classes->dot, at) & scalars;
    const wide minuses = load(classes->minus, at) & starts;
    uint64_t literals[9] = {state->literal}, after_literals[9] = {state->after_literal};
    wide errors = {0};
    const wide others = starts & ~(digits | minuses);
    if (any(others)) find_literals(blocks, n, available, others, literals, after_literals);
    const wide literal = load(literals, 0);
    // A token goes on after a literal, or what began is none.
    errors |= load(after_literals, 0) & scalars;
    state->literal = literals[n];
    state->after_literal = after_literals[n];

    // What else is there can only be exponents.
    wide exponents = {0}, signs = {0};
    const wide odd = scalars & ~(digits | points | minuses | literal);
    // Any bit of the first block will do, as that is always judged.
    if (any(odd) && !find_exponents(blocks, n, odd, &exponents, &signs)) errors[0] = 1;

    // The integer part, after a minus or at once. A point may follow it, and a fraction must follow that.
    const wide after_minuses = following(minuses) | first(state->after_minus);
    errors |= after_minuses & ~digits;
    const wide integers = (starts & digits) | after_minuses;
    const wide zeros = integers & load(classes->zero, at);
    errors |= (following(zeros) | first(state->after_leading_zero)) & digits;
    const wide ends_of_integers = add(digits, integers | first(state->in_integer), n, &state->in_integer) & ~digits;
    errors |= points & ~ends_of_integers;
    const wide fractions = following(points) | first(state->after_point);
    errors |= fractions & ~digits;
    const wide ends_of_fractions = add(digits, fractions | first(state->in_fraction), n, &state->in_fraction) & ~digits;
    // An exponent may follow both; a sign may come next, and digits must follow.
    errors |= exponents & ~(ends_of_integers | ends_of_fractions);
    const wide after_exponents = following(exponents) | first(state->after_exponent);
    errors |= signs & ~after_exponents;
    errors |= ((after_exponents & ~signs) | following(signs) | first(state->after_sign)) & ~digits;
    // Nothing else can follow the digits, as it stands at no other end and starts nothing.
    state->after_minus = last(minuses, n);
    state->after_leading_zero = last(zeros, n);
    state->after_point = last(points, n);
    state->after_exponent = last(exponents, n);
    state->after_sign = last(signs, n);
    state->in_scalar = last(scalars, n);
    return errors;
}

/// Judges the `n` blocks at `blocks`, eight at most; false if they are not accepted, and the state is of no use then.
///
/// Beyond the n-th block the masks mean nothing: carries only go upward, and errors there are dropped.
INLINE bool judge_group(
    const uint8_t *blocks, size_t n, size_t available, const byte_scan_classes *classes, size_t at,
    unsigned max_depth, json_blocks_state *state, group_masks *found) {
    const wide strings = load(classes->string, at);
    const wide quotes = load(classes->quote, at);
    wide errors = load(classes->control, at) & strings;

    const wide escaped = load(classes->escaped, at);
    if (any(escaped) || state->hex_digits) {
        uint64_t hex_digits = state->hex_digits;
        if (!check_escapes(blocks, n, escaped, &hex_digits)) return false;
        state->hex_digits = hex_digits;
    }
    state->escaped = (load(classes->backslash, at) & ~escaped)[n - 1] >> 63;
    const wide high = load(classes->high, at);
    if (any(high) || state->sequences.continuation) {
        json_blocks_sequences sequences = state->sequences;
        errors |= check_sequences(blocks, high, n, &sequences);
        state->sequences = sequences;
    }

    const wide opening = quotes & strings;
    const wide closing = quotes & ~strings;
    const wide outside = ~(strings | quotes);

    // Tokens outside of strings.
    const wide whitespace = load(classes->whitespace, at) & ~strings;
    const wide opens = load(classes->open, at) & outside;
    const wide closes = load(classes->close, at) & outside;
    const wide commas = load(classes->comma, at) & outside;
    const wide colons = load(classes->colon, at) & outside;
    const wide braces = load(classes->bit5, at);
    const wide scalars = outside & ~(whitespace | opens | closes | commas | colons);
    const wide after_scalars = following(scalars) | first(state->in_scalar);
    const wide starts = scalars & ~after_scalars;
    const wide ends = after_scalars & ~scalars;
    errors |= check_scalars(blocks, n, available, scalars, starts, classes, at, state);

    // Where objects are, and where the records' level is.
    wide in_object, at_records;
    if (!follow_brackets(opens, closes, braces, n, max_depth, state, &in_object, &at_records)) return false;

    // What follows each token, white space aside.
    const bool spaced = any(whitespace);
    const wide before_name = (commas & in_object) | (opens & braces);
    const wide before_value = colons | (commas & ~in_object) | (opens & ~braces);
    const wide none = {0};
    const wide name_places = follow(before_name, none, whitespace, spaced, n, &state->expects_name);
    const wide value_places = follow(before_value, none, whitespace, spaced, n, &state->expects_value);
    const wide close_places = follow(opens, none, whitespace, spaced, n, &state->may_close);
    const wide names = opening & name_places;
    const wide name_ends = add(strings, names | first(state->in_name), n, &state->in_name) & ~strings;
    const wide colon_places = follow(name_ends, none, whitespace, spaced, n, &state->after_name);
    const wide value_ends = (closing & ~name_ends) | closes;
    const wide end_places = follow(value_ends, ends, whitespace, spaced, n, &state->after_value);

    errors |= name_places & ~(opening | (closes & close_places));
    errors |= value_places & ~(opening | opens | starts | (closes & close_places));
    errors |= colon_places & ~colons;
    errors |= end_places & ~(commas | closes);
    if (any(errors & blocks_below(n))) return false;
    state->in_string = 0 - last(strings, n);
    found->whitespace = whitespace;
    found->separators = commas & at_records;
    return true;
}

/// Judges blocks whose classes are known; see json_blocks.h.
size_t JUDGE(
    const uint8_t *blocks, size_t count, size_t available, const byte_scan_classes *classes, unsigned max_depth,
    json_blocks_state *state, uint64_t *whitespace, uint64_t *separators) {
    for (size_t at = 0; at < count; at += WIDE_BLOCKS) {
        const size_t n = count - at < WIDE_BLOCKS ? count - at : WIDE_BLOCKS;
        json_blocks_state next = *state;
        group_masks found;
        if (!judge_group(blocks + 64 * at, n, available - 64 * at, classes, at, max_depth, &next, &found)) return at;
        *state = next;
        store(whitespace, at, found.whitespace);
        store(separators, at, found.separators);
    }
    return count;
}
