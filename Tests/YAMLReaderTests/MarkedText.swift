import Diagnostics

/// Source text with one stretch marked by `«` and `»`, which are not part of the text.
struct MarkedText {
    let text: String
    let range: Range<Int>

    init(_ marked: String) {
        var bytes: [UInt8] = []
        var start: Int?
        var end: Int?
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "«": start = bytes.count
            case "»": end = bytes.count
            default: bytes += Array(String(scalar).utf8)
            }
        }
        text = String(decoding: bytes, as: UTF8.self)
        range = (start ?? bytes.count)..<(end ?? start ?? bytes.count)
    }

    /// `text` with marks around `range`, to compare as text.
    static func marking(_ range: Range<Int>, in text: String) -> String {
        let bytes = Array(text.utf8)
        let parts = [bytes[..<range.lowerBound], bytes[range], bytes[range.upperBound...]]
            .map { String(decoding: $0, as: UTF8.self) }
        return parts[0] + "«" + parts[1] + "»" + parts[2]
    }

    /// The text with the bytes of `span` marked.
    func marking(_ span: SourceSpan?) -> String {
        span.map { Self.marking($0.byteRange, in: text) } ?? "(no span)"
    }
}
