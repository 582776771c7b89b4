import JobSpec

/// How journal and manifest write times.
enum Timestamp {
    /// An instant, given as the time since 1970-01-01T00:00:00Z, to the millisecond, by RFC 3339:
    /// `2026-11-24T05:37:03.042Z`.
    static func text(_ sinceEpoch: Duration) -> String {
        let fraction = String(milliseconds(sinceEpoch) % 1_000)
        let padded = String(repeating: "0", count: max(0, 3 - fraction.utf8.count)) + fraction
        return "\(CivilDateTime(sinceEpoch: sinceEpoch).description.dropLast()).\(padded)Z"
    }

    /// Reads what ``text(_:)`` wrote; nothing where it is something else.
    static func instant(_ text: String) -> Duration? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[23] == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            guard bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let fraction = number(20..<23),
            let time = CivilDateTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        return .seconds(time.unixSeconds) + .milliseconds(fraction)
    }

    /// Whole milliseconds, those that have begun not counted; 0 for what is negative.
    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = Int(max(0, seconds)).multipliedReportingOverflow(by: 1_000)
        return overflow ? .max - 999 : max(0, whole + Int(attoseconds / 1_000_000_000_000_000))
    }
}
