import Diagnostics

/// Moves diagnostics to a copy of their file in which some stretches are struck out, byte for byte, so that every
/// offset still holds.
struct HiddenText {
    private let copies: [SourceFile: SourceFile]

    init(_ spans: [SourceSpan]) {
        copies = Dictionary(grouping: spans, by: \.file).mapValues { spans in
            let file = spans[0].file
            var bytes = file.bytes
            for offset in spans.flatMap(\.byteRange) where ![0x0A, 0x0D].contains(bytes[offset]) {
                bytes[offset] = UInt8(ascii: "*")
            }
            return SourceFile(path: file.path, bytes: bytes)
        }
    }

    func apply(to diagnostics: [Diagnostic]) -> [Diagnostic] {
        if copies.isEmpty { return diagnostics }
        return diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.span = diagnostic.span.map(moved)
            for index in diagnostic.related.indices {
                diagnostic.related[index].span = moved(diagnostic.related[index].span)
            }
            return diagnostic
        }
    }

    private func moved(_ span: SourceSpan) -> SourceSpan { copies[span.file]?.span(span.byteRange) ?? span }
}
