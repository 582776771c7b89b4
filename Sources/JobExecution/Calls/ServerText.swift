import JSONBytes
import Secrets

/// Prepares a server's own words for a message: they may be long, aim at a terminal, or echo what they were sent.
///
/// The order is all: masked first, then made harmless, cut last. The beginning of a token that a cut left is one that
/// nothing finds any more.
struct ServerText {
    /// The most characters that are shown.
    static let limit = 300

    /// The members that servers explain a refusal in, the most telling first.
    private static let explanations = ["message", "error_description", "detail", "title", "error"]

    let redactor: Redactor

    /// The text on one line, without control characters, secrets masked, and cut at ``limit``.
    ///
    /// - Returns: `nil` where nothing is left.
    func clean(_ text: String) -> String? { clean(text, limit: Self.limit) }

    /// The same, cut at another length.
    func clean(_ text: String, limit: Int) -> String? {
        // Masked before and after: removing a character can join the halves of a secret.
        let printable = redactor.redact(text).unicodeScalars.map { scalar in
            Self.isUnsafe(scalar) ? " " : Character(scalar)
        }
        let line = redactor.redact(String(printable).split(separator: " ").joined(separator: " "))
        guard !line.isEmpty else { return nil }
        return line.count > limit ? String(line.prefix(limit)) + "…" : line
    }

    /// What a server says about its refusal.
    ///
    /// - Parameter body: masked already; only whoever received it knows whether its end is missing.
    /// - Returns: `nil` where it says nothing.
    func explanation(in body: [UInt8]) -> String? {
        if let value = try? JSONParser.parse(body) {
            let known = Self.explanations.lazy.compactMap { value[$0]?.text }.first
            return clean(known ?? value.jsonText)
        }
        return TokenResponse.isWebPage(body) ? "the answer is a web page" : clean(String(decoding: body, as: UTF8.self))
    }

    /// Controls, line and paragraph separators, and the invisible marks that reorder text.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
