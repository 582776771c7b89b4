extension CivilDateTime {
    /// Reads `2026-01-31T02:00:00Z`, with fractions and offsets (RFC 3339 section 5.6), or a date alone, which means
    /// midnight UTC. Fractions are cut.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            return bytes[range].reduce(Int?.some(0)) { sum, byte in
                guard let sum, (0x30...0x39).contains(byte) else { return nil }
                return sum * 10 + Int(byte - 0x30)
            }
        }
        func at(_ index: Int, _ character: Character) -> Bool {
            index < bytes.count && Character(UnicodeScalar(bytes[index])) == character
        }
        guard let year = number(0..<4), at(4, "-"), let month = number(5..<7), at(7, "-"), let day = number(8..<10)
        else { return nil }
        if bytes.count == 10 {
            self.init(year: year, month: month, day: day)
            return
        }
        guard at(10, "T") || at(10, "t") || at(10, " "), let hour = number(11..<13), at(13, ":"),
            let minute = number(14..<16), at(16, ":"), let second = number(17..<19)
        else { return nil }
        var index = 19
        if at(index, ".") {
            let start = index + 1
            index = start
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
            guard index > start else { return nil }
        }
        guard
            let local = CivilDateTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        if at(index, "Z") || at(index, "z") {
            guard bytes.count == index + 1 else { return nil }
            self = local
            return
        }
        guard at(index, "+") || at(index, "-"), let hours = number(index + 1..<index + 3), at(index + 3, ":"),
            let minutes = number(index + 4..<index + 6), bytes.count == index + 6, hours < 24, minutes < 60
        else { return nil }
        let offset = Int64(hours * 3_600 + minutes * 60) * (at(index, "-") ? -1 : 1)
        self.init(unixSeconds: local.unixSeconds - offset)
    }

    /// `2026-01-31`.
    package var dateText: String { String(description.prefix(10)) }
}
