/// All patterns of all secrets, arranged for search. It never changes once built, so any number of threads use it.
final class SecretMatcher: Sendable {
    /// For each first byte, the secrets that begin with it.
    private let texts: [[TextPattern]]
    /// For each byte, whether a match may begin with it: most bytes of most texts need no more than this look-up.
    private let mayBegin: [Bool]
    private let base64: Base64Index

    init(secrets: Set<[UInt8]>) {
        var texts = [[TextPattern]](repeating: [], count: 256)
        var base64: [Base64Pattern] = []
        for secret in secrets {
            let isShort = secret.count < Redactor.shortestFullyMasked
            if let text = TextPattern(secret: secret, wholeTokenOnly: isShort) {
                texts[Int(text.firstByte)].append(text)
            }
            if isShort { continue }
            for spelling in SecretSpellings.all(of: secret) {
                base64 += (0..<3).map { Base64Pattern(bytes: spelling, alignment: $0) }
            }
        }
        var mayBegin = texts.map { !$0.isEmpty }
        mayBegin[Int(UInt8(ascii: "%"))] = true
        mayBegin[Int(UInt8(ascii: "\\"))] = true
        mayBegin[Int(UInt8(ascii: "+"))] = mayBegin[Int(UInt8(ascii: "+"))] || mayBegin[0x20]
        self.mayBegin = mayBegin
        self.texts = texts
        self.base64 = Base64Index(base64)
    }

    /// The ranges that hold a secret, ascending and apart. Matches that overlap become one range.
    ///
    /// - Parameter isCut: whether the text goes on beyond what is here, so that its end may be a secret's beginning.
    func ranges(in text: Span<UInt8>, isCut: Bool = false) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        if isCut, let start = startOfCutSecret(in: text) { ranges.append(start..<text.count) }
        var hasEscapes = false
        for start in text.indices where mayBegin[Int(text[start])] {
            let byte = text[start]
            for pattern in texts[Int(byte)] where pattern.mayBegin(in: text, at: start) {
                if let end = pattern.end(in: text, at: start) { ranges.append(start..<end) }
            }
            guard let escaped = Self.escapedFirstByte(text, at: start) else { continue }
            hasEscapes = hasEscapes || byte != UInt8(ascii: "+")
            for pattern in texts[Int(escaped)] {
                if let end = pattern.end(in: text, at: start) { ranges.append(start..<end) }
            }
        }
        base64.appendRanges(in: text, readsEscapes: false, to: &ranges)
        if hasEscapes { base64.appendRanges(in: text, readsEscapes: true, to: &ranges) }
        return Self.merged(ranges)
    }

    /// Where the earliest secret begins of which the end of the text leaves a beginning only.
    private func startOfCutSecret(in text: Span<UInt8>) -> Int? {
        // In base64 nothing but its own characters stands between a beginning and the end.
        var run = text.count
        while run > 0, Self.isOfBase64(text[run - 1]) { run -= 1 }
        for start in text.indices {
            for patterns in texts {
                for pattern in patterns where pattern.isCutOff(in: text, from: start) { return start }
            }
            if start >= run, base64.isCutOff(in: text, from: start) { return start }
        }
        return nil
    }

    /// Whether a byte can be a part of base64, or of an escape in it.
    private static func isOfBase64(_ byte: UInt8) -> Bool {
        Base64Pattern.sextet(of: byte) != nil || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\")
    }

    /// The first byte of the character that is written at `start` as an escape, or as a plus for a space.
    private static func escapedFirstByte(_ text: Span<UInt8>, at start: Int) -> UInt8? {
        switch text[start] {
        case UInt8(ascii: "+"): 0x20
        case UInt8(ascii: "%"): EscapeSequence.percent(text, at: start)?.byte
        case UInt8(ascii: "\\"):
            EscapeSequence.json(text, at: start).flatMap { Unicode.Scalar($0.scalar) }.flatMap { String($0).utf8.first }
        default: nil
        }
    }

    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        guard ranges.count > 1 else { return ranges }
        return ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound < last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }
}
