/// A date and time of day in UTC, in the proleptic Gregorian calendar.
package struct CivilDateTime: Hashable, Sendable, CustomStringConvertible {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    /// 0 to 59, or 60 in a leap second.
    package let second: Int

    /// Checks the fields against the calendar.
    ///
    /// - Returns: `nil` where there is no such date or time, or where the year is not one of four digits.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The date and time at a number of seconds after 1970-01-01T00:00:00Z. Instants outside the years 0000 to 9999
    /// become the nearest one inside.
    package init(unixSeconds: Int64) {
        let seconds = min(max(unixSeconds, Self.firstInstant), Self.lastInstant)
        let time = Int(((seconds % 86_400) + 86_400) % 86_400)
        // Days are counted from 0000-03-01 in eras of 400 years, so that the leap day ends a year.
        let days = (seconds - Int64(time)) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = Int(dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100))
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        hour = time / 3_600
        minute = time / 60 % 60
        second = time % 60
    }

    /// The date and time at a duration after 1970-01-01T00:00:00Z, cut to the second.
    package init(sinceEpoch duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(unixSeconds: attoseconds < 0 ? seconds - 1 : seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z. A leap second counts as the second after it, as in POSIX.
    package var unixSeconds: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    }

    /// The form of RFC 3339: `2026-11-24T05:44:30Z`.
    package var description: String {
        "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))"
            + "T\(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))Z"
    }

    private static let firstInstant: Int64 = -62_167_219_200
    private static let lastInstant: Int64 = 253_402_300_799

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
