/// All patterns of all secrets, arranged by the byte that a match begins with. It never changes once built, so any
/// number of threads search with it.
final class SecretMatcher: Sendable {
    private enum Pattern: Sendable {
        case text(TextPattern)
        case base64(Base64Pattern)

        func end(in text: Span<UInt8>, at start: Int) -> Int? {
            switch self {
            case .text(let pattern): pattern.end(in: text, at: start)
            case .base64(let pattern): pattern.end(in: text, at: start)
            }
        }
    }

    /// For each first byte, the patterns to try there.
    private let patterns: [[Pattern]]
    /// For each byte, whether there is any pattern to try: most bytes of most texts need no more than this look-up.
    private let isFirstByte: [Bool]

    init(secrets: Set<[UInt8]>) {
        var patterns = [[Pattern]](repeating: [], count: 256)
        for secret in secrets {
            let isShort = secret.count < Redactor.shortestFullyMasked
            if let text = TextPattern(secret: secret, wholeTokenOnly: isShort) {
                for byte in Self.firstBytes(of: text) { patterns[Int(byte)].append(.text(text)) }
            }
            if isShort { continue }
            for spelling in SecretSpellings.all(of: secret) {
                for alignment in 0..<3 {
                    let base64 = Base64Pattern(bytes: spelling, alignment: alignment)
                    for byte in base64.firstBytes { patterns[Int(byte)].append(.base64(base64)) }
                }
            }
        }
        // A base64 character may itself be escaped: `%2B`, `\/`.
        for escape in [UInt8(ascii: "%"), UInt8(ascii: "\\")] {
            for byte in Array("+/-_".utf8) {
                patterns[Int(escape)] += patterns[Int(byte)].filter { if case .base64 = $0 { true } else { false } }
            }
        }
        self.isFirstByte = patterns.map { !$0.isEmpty }
        self.patterns = patterns
    }

    /// The ranges that hold a secret, ascending and apart. Matches that overlap become one range.
    func ranges(in text: Span<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for start in text.indices where isFirstByte[Int(text[start])] {
            var end = start
            for pattern in patterns[Int(text[start])] {
                if let found = pattern.end(in: text, at: start) { end = max(end, found) }
            }
            if end == start { continue }
            if let last = ranges.last, start < last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(end, last.upperBound)
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges
    }

    private static func firstBytes(of pattern: TextPattern) -> Set<UInt8> {
        var bytes: Set<UInt8> = [pattern.firstByte, UInt8(ascii: "%"), UInt8(ascii: "\\")]
        if pattern.firstByte == 0x20 { bytes.insert(UInt8(ascii: "+")) }
        return bytes
    }
}
