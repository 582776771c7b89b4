import Foundation
import JobSpec
import Testing

@Suite struct CivilDateTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (Int64.max, "9999-12-31T23:59:59Z"), (Int64.min, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func writesKnownInstants(_ seconds: Int64, _ text: String) {
        #expect(CivilDateTime(unixSeconds: seconds).description == text)
    }

    @Test func agreesWithFoundationAndReadsItselfBack() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let style = Date.ISO8601FormatStyle()
        for _ in 0..<2_000 {
            // From 1600 on, where Foundation's calendar is Gregorian too.
            let seconds = Int64.random(in: -11_676_096_000...253_402_300_799, using: &random)
            let civil = CivilDateTime(unixSeconds: seconds)
            #expect(civil.unixSeconds == seconds, "seed \(seed)")
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
            #expect(civil.description == expected, "seed \(seed)")
        }
    }

    @Test func everyDayOfFourHundredYearsFollowsTheOneBefore() {
        var seconds: Int64 = -11_676_096_000
        var previous = CivilDateTime(unixSeconds: seconds)
        for _ in 0..<146_097 {
            seconds += 86_400
            let day = CivilDateTime(unixSeconds: seconds)
            let follows = day.day == previous.day + 1 && day.month == previous.month
            let begins = day.day == 1 && (day.month == previous.month + 1 || (day.month == 1 && previous.month == 12))
            guard follows || begins, day.unixSeconds == seconds else {
                Issue.record("\(previous) is followed by \(day)")
                return
            }
            previous = day
        }
        #expect(previous.year == 2000)
    }

    @Test func aPartOfASecondIsCut() {
        #expect(CivilDateTime(sinceEpoch: .milliseconds(1_999)).description == "1970-01-01T00:00:01Z")
        #expect(CivilDateTime(sinceEpoch: .milliseconds(-1)).description == "1969-12-31T23:59:59Z")
    }

    @Test func refusesWhatIsNoDate() {
        #expect(CivilDateTime(year: 2023, month: 2, day: 29) == nil)
        #expect(CivilDateTime(year: 2024, month: 2, day: 29) != nil)
        #expect(CivilDateTime(year: 2024, month: 13, day: 1) == nil)
        #expect(CivilDateTime(year: 10_000, month: 1, day: 1) == nil)
        #expect(CivilDateTime(year: 2024, month: 4, day: 31) == nil)
    }
}
