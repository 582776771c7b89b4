import Synchronization

/// Replaces every registered secret by `•••` in text that is about to be written.
///
/// A secret is found in these shapes, mixed ones included:
/// - raw;
/// - percent-encoded, whatever set of bytes the encoder chose, with hex digits of either case; a space may be `%20`
///   or, as in forms, `+`;
/// - escaped for JSON: `\"`, `\\`, `\/`, `\n`, `\u00e9`, surrogate pairs;
/// - base64, standard or URL-safe, padded or not, also in the middle of a longer base64 text, whatever its alignment
///   there (`Basic` credentials are base64 of `id:secret`), and also where the secret was form- or JSON-encoded first
///   (RFC 6749 section 2.3.1 asks for that).
///
/// Matches that overlap are masked as one, so no piece of the longer secret stays beside the shorter one.
///
/// Text must be masked before it is cut. Where it arrives cut, ``redact(_:isCut:)`` masks a secret's beginning at its end.
///
/// Not found: base64 with line breaks inside, hex dumps, percent-encoding or JSON escapes applied twice, a secret split
/// over two calls.
///
/// Secrets of fewer than ``shortestFullyMasked`` bytes would match all over any text, so they are masked only where
/// they stand as a whole token, and never within base64. Whoever reads secrets should refuse such short ones.
/// The empty secret is ignored.
package final class Redactor: Sendable {
    /// The least length in UTF-8 bytes at which a secret is masked wherever it appears.
    package static let shortestFullyMasked = 4

    private struct State {
        var secrets: Set<[UInt8]> = []
        /// Built at the first use after a registration, so that registering many costs once.
        var matcher: SecretMatcher?
    }

    private let state = Mutex(State())

    package init() {}

    /// Masks `secret` from now on. White space around it is not needed for a match, as HTTP fields lose it.
    package func register(_ secret: Secret) {
        let whole = Array(secret.reveal().utf8)
        let trimmed = Array(whole.drop(while: Self.isSpace).reversed().drop(while: Self.isSpace).reversed())
        state.withLock { state in
            for bytes in [whole, trimmed] where !bytes.isEmpty && state.secrets.insert(bytes).inserted {
                state.matcher = nil
            }
        }
    }

    /// The text with every secret masked; the very same text where there is none.
    package func redact(_ text: String) -> String {
        guard let matcher = currentMatcher() else { return text }
        let span = text.utf8Span.span
        let ranges = matcher.ranges(in: span)
        return ranges.isEmpty ? text : String(decoding: Self.masked(span, ranges), as: UTF8.self)
    }

    /// The bytes with every secret masked; bytes that are not UTF-8 pass untouched.
    ///
    /// - Parameter isCut: whether the bytes are the beginning of more. What a secret may begin with at their very end is
    ///   then masked as well, in any shape: the rest of that secret was cut off, so that it would not be found.
    package func redact(_ bytes: [UInt8], isCut: Bool = false) -> [UInt8] {
        guard let matcher = currentMatcher() else { return bytes }
        let ranges = matcher.ranges(in: bytes.span, isCut: isCut)
        return ranges.isEmpty ? bytes : Self.masked(bytes.span, ranges)
    }

    /// The lock covers the look-up only; the search itself runs outside.
    private func currentMatcher() -> SecretMatcher? {
        state.withLock { state in
            if state.secrets.isEmpty { return nil }
            if let matcher = state.matcher { return matcher }
            let matcher = SecretMatcher(secrets: state.secrets)
            state.matcher = matcher
            return matcher
        }
    }

    private static func masked(_ bytes: Span<UInt8>, _ ranges: [Range<Int>]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var next = 0
        for range in ranges {
            for index in next..<range.lowerBound { result.append(bytes[index]) }
            result.append(contentsOf: Secret.mask.utf8)
            next = range.upperBound
        }
        for index in next..<bytes.count { result.append(bytes[index]) }
        return result
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
