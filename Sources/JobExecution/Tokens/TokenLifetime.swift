import JSONBytes

/// Reads lifetimes and dates as token endpoints write them: integers, fractions, strings, nonsense.
enum TokenLifetime {
    /// What every longer lifetime counts as: a hundred years.
    static let longest = Duration.seconds(Int64(36_525) * 86_400)

    /// `expires_in` in seconds, cut to ``longest``.
    ///
    /// - Returns: `nil` where it is missing or can't be a lifetime. Zero and less can't: a token isn't issued expired,
    ///   and some servers write 0 for "never".
    static func duration(_ value: JSONValue?) -> Duration? {
        guard let seconds = seconds(value), seconds > 0 else { return nil }
        return seconds < longest / .seconds(1) ? .seconds(seconds) : longest
    }

    /// A NumericDate (RFC 7519 section 2): seconds since 1970, kept within 10,000 years of it.
    static func date(_ value: JSONValue?) -> Duration? {
        let bound = 315_576_000_000.0
        return seconds(value).map { .seconds(min(max($0, -bound), bound)) }
    }

    /// A number, or a string that holds one. Infinite where it is out of the range of `Double`; never NaN.
    private static func seconds(_ value: JSONValue?) -> Double? {
        let lexeme: String
        switch value {
        case .number(let number): lexeme = number.lexeme
        case .string(let string): lexeme = string.text.filter { $0 != " " }
        default: return nil
        }
        // `Double` alone would also take "0x10", "inf" and "nan".
        guard lexeme.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(lexeme)
    }
}
