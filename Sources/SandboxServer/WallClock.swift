import Glibc

/// The time of day, for what is written into tokens and headers; how long anything takes is measured by `ContinuousClock`.
enum WallClock {
    /// Seconds since 1970-01-01T00:00:00Z.
    static func unixTime() -> Int64 {
        Int64(time(nil))
    }

    /// A time as an HTTP-date in its preferred form (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func httpDate(_ unixTime: Int64) -> String {
        var seconds = time_t(unixTime)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var text: [UInt8] = []
        text.append(verbatim: "\(days[Int(parts.tm_wday)]), ")
        text.append(twoDigits: UInt64(parts.tm_mday))
        text.append(verbatim: " \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) ")
        text.append(twoDigits: UInt64(parts.tm_hour))
        text.append(":")
        text.append(twoDigits: UInt64(parts.tm_min))
        text.append(":")
        text.append(twoDigits: UInt64(parts.tm_sec))
        text.append(" GMT")
        return String(decoding: text, as: UTF8.self)
    }
}
