/// Finds all base64 patterns of all secrets in one pass over a text.
///
/// Every pattern has four characters in a row that are known to the last bit. The pass keeps the last four characters
/// as one number and looks for that in a table, so its cost hardly depends on how many secrets there are.
struct Base64Index: Sendable {
    private struct Entry: Sendable {
        let pattern: Base64Pattern
        /// How many characters the pattern begins before the four.
        let lead: Int
    }

    private static let keyMask: UInt32 = 0xFF_FFFF
    /// One bit for each folded key: nearly every look-up ends here.
    private var filter = [UInt64](repeating: 0, count: 1024)
    private var entries: [UInt32: [Entry]] = [:]

    init(_ patterns: [Base64Pattern]) {
        for pattern in patterns {
            guard let (key, lead) = pattern.key else { continue }
            entries[key, default: []].append(Entry(pattern: pattern, lead: lead))
            let bit = Self.fold(key)
            filter[bit >> 6] |= 1 << UInt64(bit & 63)
        }
    }

    /// Appends the ranges of all matches, in no order.
    ///
    /// - Parameter readsEscapes: whether characters may be written as `%2B` or `\/`. Both ways of reading find matches
    ///   that the other misses.
    func appendRanges(in text: Span<UInt8>, readsEscapes: Bool, to ranges: inout [Range<Int>]) {
        var key: UInt32 = 0
        var run = 0
        // Where the last five characters began, the latest first.
        var starts = (0, 0, 0, 0, 0)
        var index = 0
        while index < text.count {
            var byte = text[index]
            var next = index + 1
            if readsEscapes, byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\"),
                let escaped = EscapeSequence.byte(text, at: index), Base64Pattern.sextet(of: escaped.byte) != nil
            {
                (byte, next) = escaped
            }
            guard let sextet = Base64Pattern.sextet(of: byte) else {
                run = 0
                index = next
                continue
            }
            key = (key << 6 | UInt32(sextet)) & Self.keyMask
            starts = (index, starts.0, starts.1, starts.2, starts.3)
            run += 1
            index = next
            let bit = Self.fold(key)
            guard run >= 4, filter[bit >> 6] >> UInt64(bit & 63) & 1 == 1, let found = entries[key] else { continue }
            for entry in found where run >= 4 + entry.lead {
                let start = entry.lead == 0 ? starts.3 : starts.4
                if let end = entry.pattern.end(in: text, at: start, readsEscapes: readsEscapes) {
                    ranges.append(start..<end)
                }
            }
        }
    }

    /// Whether a pattern may begin at `start` of which the end of the text leaves a beginning only.
    func isCutOff(in text: Span<UInt8>, from start: Int) -> Bool {
        for found in entries.values {
            for entry in found {
                if entry.pattern.isCutOff(in: text, from: start, readsEscapes: false) { return true }
                if entry.pattern.isCutOff(in: text, from: start, readsEscapes: true) { return true }
            }
        }
        return false
    }

    private static func fold(_ key: UInt32) -> Int {
        Int((key ^ key >> 8) & 0xFFFF)
    }
}
