import JobExecution
import JobSpec

/// The name of a run and of its folder: when it started, in UTC, and a random suffix: `20261124T053703Z-3f9a1c`.
///
/// Ids sort by the second in which their runs started; those of one job in the order in which they did, whatever the clock
/// says: see ``above(_:random:)``.
package struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The text of the id.
    package let name: String

    /// Names a run that starts `now`, a time since 1970-01-01T00:00:00Z.
    package init(now: Duration, random: inout some RandomNumberGenerator) {
        let time = CivilDateTime(sinceEpoch: now).description.filter { $0 != "-" && $0 != ":" }
        name = "\(time)-\(Self.suffix(UInt32.random(in: 0..<Self.suffixes, using: &random)))"
    }

    /// Names a run that starts now.
    package init() {
        var random = SystemRandomNumberGenerator()
        self.init(now: WallClock.system.now(), random: &random)
    }

    /// This id, where it sorts above that of the newest run there is. Where it does not, as both are of one second or the
    /// clock was set back, another one that does: of that run's second, or of the next one where its ids are used up.
    ///
    /// - Returns: nothing where no id is above that one.
    func above(_ newest: RunID?, random: inout some RandomNumberGenerator) -> RunID? {
        guard let newest, self <= newest else { return self }
        let digits = newest.name.suffix(Self.suffixLength)
        if let last = UInt32(digits, radix: 16), last < Self.suffixes - 1 {
            let suffix = Self.suffix(UInt32.random(in: last + 1..<Self.suffixes, using: &random))
            return RunID("\(newest.name.dropLast(Self.suffixLength))\(suffix)")
        }
        guard let second = newest.second else { return nil }
        let next = RunID(now: .seconds(second.unixSeconds + 1), random: &random)
        return next > newest ? next : nil
    }

    /// Reads an id, as a person may have typed it; nothing unless it is exactly of the form, its date included.
    package init?(_ name: String) {
        let bytes = Array(name.utf8)
        guard bytes.count == 23, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
            bytes[16] == UInt8(ascii: "-"),
            bytes[17...].allSatisfy({ Self.isDigit($0) || (0x61...0x66).contains($0) }),
            Self.second(bytes) != nil
        else { return nil }
        self.name = name
    }

    /// The text of the id.
    package var description: String { name }

    /// By start, then by suffix.
    package static func < (left: RunID, right: RunID) -> Bool { left.name < right.name }

    /// The second that the id begins with.
    private var second: CivilDateTime? { Self.second(Array(name.utf8)) }

    private static func second(_ bytes: [UInt8]) -> CivilDateTime? {
        guard let year = number(bytes[0..<4]), let month = number(bytes[4..<6]), let day = number(bytes[6..<8]),
            let hour = number(bytes[9..<11]), let minute = number(bytes[11..<13]), let second = number(bytes[13..<15])
        else { return nil }
        return CivilDateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static let suffixLength = 6
    /// How many suffixes there are.
    private static let suffixes: UInt32 = 1 << 24

    private static func suffix(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: suffixLength - digits.utf8.count) + digits
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy(isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
