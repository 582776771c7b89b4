/// Finds one secret as text, where any of its characters may be escaped.
///
/// A list of encoded copies would miss encoders that escape another set of characters; reading the escapes while
/// matching misses none. Only a secret that has `%` or `\` itself can be read in two ways at one place; the matcher
/// then follows both.
struct TextPattern: Sendable {
    /// The secret, scalar by scalar.
    private let scalars: [(value: UInt32, bytes: [UInt8])]
    /// Whether a match counts only where no letter or digit adjoins it.
    private let wholeTokenOnly: Bool
    /// The first byte, by which candidates are found.
    let firstByte: UInt8
    /// The second, which rules most candidates out; nothing for a secret of one byte.
    private let secondByte: UInt8?

    /// Nothing for an empty secret.
    init?(secret: [UInt8], wholeTokenOnly: Bool) {
        guard let first = secret.first else { return nil }
        self.firstByte = first
        self.secondByte = secret.count > 1 ? secret[1] : nil
        self.wholeTokenOnly = wholeTokenOnly
        self.scalars = String(decoding: secret, as: UTF8.self).unicodeScalars.map { scalar in
            (scalar.value, Array(String(scalar).utf8))
        }
    }

    /// Whether a match may begin at `start`, where the first byte stands unescaped. Cheap and never wrongly false.
    func mayBegin(in text: Span<UInt8>, at start: Int) -> Bool {
        guard let secondByte, start + 1 < text.count else { return secondByte == nil }
        let next = text[start + 1]
        if next == secondByte || next == UInt8(ascii: "%") || next == UInt8(ascii: "\\") { return true }
        // A space may be a plus. After a first byte that escapes begin with, anything may follow.
        return next == UInt8(ascii: "+") || firstByte == UInt8(ascii: "%") || firstByte == UInt8(ascii: "\\")
    }

    /// The end of the longest match that begins at `start`.
    func end(in text: Span<UInt8>, at start: Int) -> Int? {
        var reached = Positions(start)
        for scalar in scalars {
            reached = Self.ends(of: scalar, in: text, after: reached)
            if reached.isEmpty { return nil }
        }
        guard wholeTokenOnly else { return reached.last }
        guard Self.isBoundary(before: start, in: text) else { return nil }
        return reached.last { $0 == text.count || !Self.isTokenByte(text[$0]) }
    }

    /// Whether a match may begin at `start` of which the end of the text leaves a beginning only.
    func isCutOff(in text: Span<UInt8>, from start: Int) -> Bool {
        guard !wholeTokenOnly || Self.isBoundary(before: start, in: text) else { return false }
        var reached = Positions(start)
        for scalar in scalars {
            var isCutOff = false
            reached.forEach { isCutOff = isCutOff || Self.isCutOff(scalar.bytes, in: text, at: $0) }
            if isCutOff { return true }
            reached = Self.ends(of: scalar, in: text, after: reached)
            if reached.isEmpty { return false }
        }
        return false
    }

    /// Whether the text ends before one character does.
    private static func isCutOff(_ bytes: [UInt8], in text: Span<UInt8>, at index: Int) -> Bool {
        var position = index
        for byte in bytes {
            if position == text.count || EscapeSequence.isCutOff(text, at: position) { return true }
            if text[position] == byte {
                position += 1
            } else if let escape = EscapeSequence.percent(text, at: position), escape.byte == byte {
                position = escape.end
            } else {
                return false
            }
        }
        return false
    }

    /// Where one character may end that begins at one of the places reached.
    private static func ends(
        of scalar: (value: UInt32, bytes: [UInt8]),
        in text: Span<UInt8>,
        after reached: Positions
    ) -> Positions {
        var next = Positions()
        reached.forEach { position in
            if let end = escapedForJSON(scalar.value, in: text, at: position) { next.insert(end) }
            if scalar.bytes.count == 1 {
                ends(of: scalar.bytes[0], in: text, at: position) { next.insert($0) }
            } else if let end = end(of: scalar.bytes, in: text, at: position) {
                next.insert(end)
            }
        }
        return next
    }

    private static func escapedForJSON(_ scalar: UInt32, in text: Span<UInt8>, at index: Int) -> Int? {
        guard let escape = EscapeSequence.json(text, at: index), escape.scalar == scalar else { return nil }
        return escape.end
    }

    /// Where one ASCII character may end: raw, percent-encoded, or a space as `+`.
    private static func ends(of byte: UInt8, in text: Span<UInt8>, at index: Int, _ body: (Int) -> Void) {
        guard index < text.count else { return }
        if text[index] == byte || (byte == 0x20 && text[index] == UInt8(ascii: "+")) { body(index + 1) }
        if let escape = EscapeSequence.percent(text, at: index), escape.byte == byte { body(escape.end) }
    }

    /// Where a character of several bytes ends, each raw or percent-encoded.
    private static func end(of bytes: [UInt8], in text: Span<UInt8>, at index: Int) -> Int? {
        var position = index
        for byte in bytes {
            guard position < text.count else { return nil }
            if text[position] == byte {
                position += 1
            } else if let escape = EscapeSequence.percent(text, at: position), escape.byte == byte {
                position = escape.end
            } else {
                return nil
            }
        }
        return position
    }

    /// Whether a token may begin at `index`: at the start, after punctuation, and after an escape, whose letters are
    /// not the token's.
    private static func isBoundary(before index: Int, in text: Span<UInt8>) -> Bool {
        guard index > 0, isTokenByte(text[index - 1]) else { return true }
        if index >= 2, EscapeSequence.json(text, at: index - 2)?.end == index { return true }
        if index >= 3, EscapeSequence.percent(text, at: index - 3) != nil { return true }
        return index >= 6 && EscapeSequence.json(text, at: index - 6)?.end == index
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...:
            true
        default:
            false
        }
    }
}

/// The places that a match has reached, ascending: nearly always one, so that one is kept without an array.
private struct Positions {
    private var first: Int?
    private var others: [Int] = []

    init() {}
    init(_ position: Int) { first = position }

    var isEmpty: Bool { first == nil }
    var last: Int? { others.last ?? first }

    func forEach(_ body: (Int) -> Void) {
        guard let first else { return }
        body(first)
        others.forEach(body)
    }

    func last(where accepts: (Int) -> Bool) -> Int? {
        others.last(where: accepts) ?? first.flatMap { accepts($0) ? $0 : nil }
    }

    /// Keeps the order by looking from the end, where a new place belongs within the length of an escape.
    mutating func insert(_ position: Int) {
        guard let first else {
            self.first = position
            return
        }
        if position == first { return }
        if position < first {
            self.first = position
            others.insert(first, at: 0)
            return
        }
        var index = others.count
        while index > 0, others[index - 1] > position { index -= 1 }
        if index > 0, others[index - 1] == position { return }
        others.insert(position, at: index)
    }
}
