import Diagnostics

/// Traces plain and quoted scalars: escapes, doubled apostrophes and folded line breaks (YAML 1.2.2, section 7.3).
struct FlowScalarTrace: ScalarTrace {
    private let text: [UInt8]
    private let source: [UInt8]
    private let style: YAMLScalar.Style
    private let end: Int
    private var textIndex = 0
    private var sourceIndex: Int

    /// A trace at the beginning of `node`, a scalar with this text and style.
    init(of node: YAMLNode, style: YAMLScalar.Style, text: [UInt8]) {
        let range = node.span.byteRange
        let isQuoted = style != .plain
        self.text = text
        self.style = style
        source = node.span.file.bytes
        sourceIndex = range.lowerBound + (isQuoted ? 1 : 0)
        end = max(sourceIndex, range.upperBound - (isQuoted ? 1 : 0))
    }

    mutating func next() -> ScalarPiece? {
        guard sourceIndex < end else { return nil }
        let (textStart, sourceStart) = (textIndex, sourceIndex)
        while sourceIndex < end, textIndex < text.count, !isSpecial(sourceIndex) {
            guard source[sourceIndex] == text[textIndex] else { return nil }
            sourceIndex += 1
            textIndex += 1
        }
        if sourceIndex > sourceStart {
            return ScalarPiece(text: textStart..<textIndex, source: sourceStart..<sourceIndex, isVerbatim: true)
        }
        guard sourceIndex < end else { return nil }
        let produced: [UInt8]?
        switch source[sourceIndex] {
        case UInt8(ascii: "'"):
            sourceIndex += 2
            produced = [UInt8(ascii: "'")]
        case UInt8(ascii: "\\"): produced = escape()
        default: produced = fold()
        }
        guard let produced, sourceIndex <= end, text[textIndex...].starts(with: produced) else { return nil }
        textIndex += produced.count
        return ScalarPiece(text: textStart..<textIndex, source: sourceStart..<sourceIndex, isVerbatim: false)
    }

    private func isSpecial(_ index: Int) -> Bool {
        switch source[index] {
        case UInt8(ascii: "'"): style == .singleQuoted
        case UInt8(ascii: "\\"): style == .doubleQuoted
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
        case UInt8(ascii: " "), UInt8(ascii: "\t"): isBreak(afterBlanks(index))
        default: false
        }
    }

    /// Space around line breaks: one break is a space, each further one a line feed.
    private mutating func fold() -> [UInt8] {
        sourceIndex = afterBlanks(sourceIndex)
        let breaks = skipBreaks()
        return breaks == 1 ? [UInt8(ascii: " ")] : Array(repeating: UInt8(ascii: "\n"), count: breaks - 1)
    }

    private mutating func skipBreaks() -> Int {
        var breaks = 0
        while isBreak(sourceIndex) {
            let isPair =
                source[sourceIndex] == UInt8(ascii: "\r") && sourceIndex + 1 < end
                && source[sourceIndex + 1] == UInt8(ascii: "\n")
            sourceIndex = afterBlanks(sourceIndex + (isPair ? 2 : 1))
            breaks += 1
        }
        return breaks
    }

    /// What an escape sequence stands for (YAML 1.2.2, section 5.7); an escaped line break stands for nothing.
    private mutating func escape() -> [UInt8]? {
        guard sourceIndex + 1 < end else { return nil }
        let name = source[sourceIndex + 1]
        sourceIndex += 2
        switch name {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            sourceIndex -= 1
            let breaks = skipBreaks()
            return Array(repeating: UInt8(ascii: "\n"), count: breaks - 1)
        case UInt8(ascii: "x"): return character(digits: 2)
        case UInt8(ascii: "u"): return character(digits: 4)
        case UInt8(ascii: "U"): return character(digits: 8)
        default: return Self.simpleEscapes[name].map { Array(String($0).utf8) }
        }
    }

    private mutating func character(digits: Int) -> [UInt8]? {
        guard sourceIndex + digits <= end else { return nil }
        let number = String(decoding: source[sourceIndex..<sourceIndex + digits], as: UTF8.self)
        sourceIndex += digits
        return UInt32(number, radix: 16).flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
    }

    private static let simpleEscapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{07}", UInt8(ascii: "b"): "\u{08}", UInt8(ascii: "t"): "\t",
        UInt8(ascii: "\t"): "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{0B}", UInt8(ascii: "f"): "\u{0C}",
        UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}", UInt8(ascii: " "): " ", UInt8(ascii: "\""): "\"",
        UInt8(ascii: "/"): "/", UInt8(ascii: "\\"): "\\", UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}",
        UInt8(ascii: "L"): "\u{2028}", UInt8(ascii: "P"): "\u{2029}",
    ]

    private func isBreak(_ index: Int) -> Bool {
        index < end && (source[index] == UInt8(ascii: "\n") || source[index] == UInt8(ascii: "\r"))
    }

    private func afterBlanks(_ index: Int) -> Int {
        var index = index
        while index < end, source[index] == UInt8(ascii: " ") || source[index] == UInt8(ascii: "\t") { index += 1 }
        return index
    }
}
