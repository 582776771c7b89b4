/// Durations as the job file and the command line spell them: `500ms`, `30s`, `1m30s`, `2h`, `1d`. A unit is needed.
package enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// What people write for the units.
    private static let words = [
        "ms": ["msec", "msecs", "millis", "millisecond", "milliseconds"],
        "s": ["sec", "secs", "second", "seconds"],
        "m": ["min", "mins", "minute", "minutes"],
        "h": ["hr", "hrs", "hour", "hours"],
        "d": ["day", "days"],
    ]

    /// The duration, or nothing where the text is not one, is negative, or exceeds ten years.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        var total: Double = 0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let value = Double(number), let unit = units.first(where: { $0.suffix == name }) else { return nil }
            total += value * Double(unit.milliseconds)
        }
        guard total <= 10 * 366 * 86_400_000 else { return nil }
        return .milliseconds(Int64(total.rounded()))
    }

    /// The shortest spelling: `1m30s`, `500ms`, `0s`.
    package static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { return "0s" }
        var text = ""
        for unit in units.reversed() where milliseconds >= unit.milliseconds {
            text += "\(milliseconds / unit.milliseconds)\(unit.suffix)"
            milliseconds %= unit.milliseconds
        }
        return text
    }

    /// The right spelling of what was probably meant: `5 minutes`, `5min`, `PT5M` (ISO 8601), `300`.
    static func suggestion(for text: String) -> String? {
        var compact = text.lowercased().filter { $0 != " " }
        if compact.hasPrefix("pt") { compact.removeFirst(2) }
        if !compact.isEmpty, compact.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) { compact += "s" }
        var result = ""
        var rest = Substring(compact)
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && !$0.isLetter }
            rest = rest.dropFirst(number.count)
            let name = String(rest.prefix { $0.isLetter })
            rest = rest.dropFirst(name.count)
            // A sign that is neither would be looked at for ever.
            guard !number.isEmpty || !name.isEmpty else { return nil }
            result += number + (words.first { $0.value.contains(name) }?.key ?? name)
        }
        return result != text && parse(result) != nil ? result : nil
    }
}
