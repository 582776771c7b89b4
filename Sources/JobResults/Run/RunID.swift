import JobExecution
import JobSpec

/// The name of a run and of its folder: when it started, in UTC, and a random suffix: `20261124T053703Z-3f9a1c`.
///
/// Ids sort by the second in which their runs started.
package struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The text of the id.
    package let name: String

    /// Names a run that starts `now`, a time since 1970-01-01T00:00:00Z.
    package init(now: Duration, random: inout some RandomNumberGenerator) {
        let time = CivilDateTime(sinceEpoch: now).description.filter { $0 != "-" && $0 != ":" }
        let suffix = String(UInt32.random(in: 0..<(1 << 24), using: &random), radix: 16)
        name = "\(time)-\(String(repeating: "0", count: 6 - suffix.utf8.count))\(suffix)"
    }

    /// Names a run that starts now.
    package init() {
        var random = SystemRandomNumberGenerator()
        self.init(now: WallClock.system.now(), random: &random)
    }

    /// Reads an id, as a person may have typed it; nothing unless it is exactly of the form, its date included.
    package init?(_ name: String) {
        let bytes = Array(name.utf8)
        guard bytes.count == 23, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
            bytes[16] == UInt8(ascii: "-"),
            bytes[17...].allSatisfy({ Self.isDigit($0) || (0x61...0x66).contains($0) }),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[4..<6]),
            let day = Self.number(bytes[6..<8]), let hour = Self.number(bytes[9..<11]),
            let minute = Self.number(bytes[11..<13]), let second = Self.number(bytes[13..<15]),
            CivilDateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second) != nil
        else { return nil }
        self.name = name
    }

    /// The text of the id.
    package var description: String { name }

    /// By start, then by suffix.
    package static func < (left: RunID, right: RunID) -> Bool { left.name < right.name }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy(isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
