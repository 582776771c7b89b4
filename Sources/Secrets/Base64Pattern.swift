/// Finds one secret inside base64 text (RFC 4648 sections 4 and 5), at one of the three alignments it can have there.
///
/// Base64 cuts its input into groups of three bytes and those into four sextets, so the secret's bits fill some
/// characters whole and share the first and the last with its neighbours. Those two are compared by the shared bits.
struct Base64Pattern: Sendable {
    /// What one character must hold: its six bits, compared where `mask` is set.
    struct Sextet: Sendable {
        var bits: UInt8
        var mask: UInt8
    }

    private let sextets: [Sextet]
    /// Whether the secret ends inside a group, so that padding may follow.
    private let mayBePadded: Bool

    /// - Parameters:
    ///   - bytes: the secret, four bytes at least: fewer would match by chance.
    ///   - alignment: how many bytes stand before it in its group, 0 to 2.
    init(bytes: [UInt8], alignment: Int) {
        let skipped = alignment * 8 / 6
        let known = (alignment * 8)..<((alignment + bytes.count) * 8)
        let count = (known.upperBound + 5) / 6 - skipped
        self.sextets = (0..<count).map { index in
            var sextet = Sextet(bits: 0, mask: 0)
            for bit in 0..<6 {
                let position = (skipped + index) * 6 + bit
                sextet.bits <<= 1
                sextet.mask <<= 1
                guard known.contains(position) else { continue }
                let offset = position - alignment * 8
                sextet.bits |= bytes[offset / 8] >> UInt8(7 - offset % 8) & 1
                sextet.mask |= 1
            }
            return sextet
        }
        self.mayBePadded = (alignment + bytes.count) % 3 != 0
    }

    /// The first four characters known to the last bit, as one number, and how many characters stand before them.
    var key: (value: UInt32, lead: Int)? {
        guard let lead = sextets.firstIndex(where: { $0.mask == 0x3F }), sextets.count >= lead + 4 else { return nil }
        let known = sextets[lead..<(lead + 4)]
        guard known.allSatisfy({ $0.mask == 0x3F }) else { return nil }
        return (known.reduce(0) { $0 << 6 | UInt32($1.bits) }, lead)
    }

    /// The end of the match that begins at `start`, padding included.
    func end(in text: Span<UInt8>, at start: Int, readsEscapes: Bool) -> Int? {
        var position = start
        for sextet in sextets {
            guard let next = Self.character(text, at: position, readsEscapes: readsEscapes),
                let value = Self.sextet(of: next.byte),
                value & sextet.mask == sextet.bits
            else { return nil }
            position = next.end
        }
        guard mayBePadded else { return position }
        for _ in 0..<2 {
            guard let next = EscapeSequence.byte(text, at: position), next.byte == UInt8(ascii: "=") else { break }
            position = next.end
        }
        return position
    }

    /// Whether a match may begin at `start` of which the end of the text leaves a beginning only. Fewer than four
    /// characters would be found by chance.
    func isCutOff(in text: Span<UInt8>, from start: Int, readsEscapes: Bool) -> Bool {
        var position = start
        for (count, sextet) in sextets.enumerated() {
            if position == text.count || (readsEscapes && EscapeSequence.isCutOff(text, at: position)) {
                return count >= 4
            }
            guard let next = Self.character(text, at: position, readsEscapes: readsEscapes),
                let value = Self.sextet(of: next.byte),
                value & sextet.mask == sextet.bits
            else { return false }
            position = next.end
        }
        return false
    }

    private static func character(
        _ text: Span<UInt8>,
        at index: Int,
        readsEscapes: Bool
    ) -> (byte: UInt8, end: Int)? {
        if readsEscapes { return EscapeSequence.byte(text, at: index) }
        return index < text.count ? (text[index], index + 1) : nil
    }

    /// The value of a character in either alphabet.
    static func sextet(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
