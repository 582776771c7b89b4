import JobSpec

/// The three forms of an HTTP date (RFC 9110 section 5.6.7), all in UTC.
///
/// Letter case is ignored and a weekday that contradicts the date is forgiven: the date decides.
enum HTTPDate {
    /// Reads a date in any of the three forms.
    ///
    /// - Parameter currentYear: settles the century of the form with a two-digit year: the year lies at most 50
    ///   years ahead, else in the past.
    /// - Returns: `nil` where the text is none of them or names no real date.
    static func parse(_ text: String, currentYear: Int) -> CivilDateTime? {
        let words = text.lowercased().split(separator: " ").map(String.init(_:))
        guard let first = words.first else { return nil }
        switch (words.count, first.hasSuffix(",")) {
        case (6, true): return fixdate(words)
        case (4, true): return rfc850(words, currentYear: currentYear)
        case (5, false): return asctime(words)
        default: return nil
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func fixdate(_ words: [String]) -> CivilDateTime? {
        guard isWeekday(words[0].dropLast(), in: shortWeekdays), words[5] == "gmt",
            let day = number(words[1], digits: 2), let month = month(words[2]), let year = number(words[3], digits: 4)
        else { return nil }
        return dateTime(year: year, month: month, day: day, time: words[4])
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`.
    private static func rfc850(_ words: [String], currentYear: Int) -> CivilDateTime? {
        let parts = words[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init(_:))
        guard isWeekday(words[0].dropLast(), in: longWeekdays), words[3] == "gmt", parts.count == 3,
            let day = number(parts[0], digits: 2), let month = month(parts[1]), let short = number(parts[2], digits: 2)
        else { return nil }
        var year = currentYear - currentYear % 100 + short
        if year > currentYear + 50 { year -= 100 }
        if year <= currentYear - 50 { year += 100 }
        return dateTime(year: year, month: month, day: day, time: words[2])
    }

    /// `Sun Nov  6 08:49:37 1994`.
    private static func asctime(_ words: [String]) -> CivilDateTime? {
        guard isWeekday(words[0][...], in: shortWeekdays), let month = month(words[1]),
            let day = number(words[2], digits: 2) ?? number(words[2], digits: 1),
            let year = number(words[4], digits: 4)
        else { return nil }
        return dateTime(year: year, month: month, day: day, time: words[3])
    }

    private static func dateTime(year: Int, month: Int, day: Int, time: String) -> CivilDateTime? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false).map(String.init(_:))
        guard parts.count == 3, let hour = number(parts[0], digits: 2), let minute = number(parts[1], digits: 2),
            let second = number(parts[2], digits: 2)
        else { return nil }
        return CivilDateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let shortWeekdays: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let longWeekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    private static func isWeekday(_ word: Substring, in names: Set<String>) -> Bool { names.contains(String(word)) }

    private static func month(_ word: String) -> Int? { months.firstIndex(of: word).map { $0 + 1 } }

    /// A number of exactly that many digits; `Int` alone would take a sign.
    private static func number(_ word: String, digits: Int) -> Int? {
        word.utf8.count == digits && word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
    }
}
