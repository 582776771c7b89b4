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

    /// Whole milliseconds, those that have begun not counted; 0 for what is negative.
    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = Int(max(0, seconds)).multipliedReportingOverflow(by: 1_000)
        return overflow ? .max - 999 : max(0, whole + Int(attoseconds / 1_000_000_000_000_000))
    }
}
