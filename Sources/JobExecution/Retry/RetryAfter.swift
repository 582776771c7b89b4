import JobSpec

/// The `Retry-After` field (RFC 9110 section 10.2.3): how long a server asks to be left alone.
package enum RetryAfter {
    /// What every longer wait counts as: 2^31 seconds, the value that RFC 9111 section 1.2.2 gives to an overflow.
    package static let longest = Duration.seconds(Int64(1) << 31)

    /// Reads the field's value.
    ///
    /// A number of seconds may have a fraction, which the grammar doesn't know but servers send; it is rounded up.
    ///
    /// - Parameters:
    ///   - value: delta-seconds, or a date in one of the three forms of RFC 9110 section 5.6.7.
    ///   - now: the civil time, as ``WallClock/now`` tells it.
    /// - Returns: how long to wait, zero for a date in the past; `nil` where the value is neither form.
    package static func parse(_ value: String, now: Duration) -> Duration? {
        let text = trimmed(value)
        if let seconds = seconds(text) { return seconds }
        let present = CivilDateTime(sinceEpoch: now)
        guard let date = HTTPDate.parse(text, currentYear: present.year) else { return nil }
        let wait = Duration.seconds(date.unixSeconds) - now
        return min(max(wait, .zero), longest)
    }

    private static func seconds(_ text: String) -> Duration? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
            return nil
        }
        var total: Int64 = 0
        for digit in parts[0] {
            total = total * 10 + Int64(digit - UInt8(ascii: "0"))
            guard .seconds(total) < longest else { return longest }
        }
        let hasFraction = parts.count == 2 && parts[1].contains { $0 != UInt8(ascii: "0") }
        return .seconds(hasFraction ? total + 1 : total)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Without the optional white space that may surround a field's value.
    private static func trimmed(_ value: String) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(value.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
