import Diagnostics

/// Bounds the `%TAG` directives: libyaml compares each with all before it, which takes minutes for a megabyte of them.
enum DirectiveCheck {
    private static let limit = 64

    /// The problem of a file that has too many lines that look like `%TAG` directives.
    static func problem(in file: SourceFile) -> Diagnostic? {
        var count = 0
        for line in 1...file.lineCount {
            let range = file.lineRange(line)
            guard range.count >= 4, file.bytes[range.lowerBound] == UInt8(ascii: "%"),
                file.bytes[range].starts(with: "%TAG".utf8)
            else { continue }
            count += 1
            if count > limit {
                return .error(
                    "too-many-directives",
                    "the file has more than \(limit) `%TAG` directives",
                    at: file.span(range.lowerBound..<range.lowerBound + 4),
                    help: "remove them: only the standard tags are understood"
                )
            }
        }
        return nil
    }
}
