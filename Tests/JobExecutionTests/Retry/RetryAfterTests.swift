import JobExecution
import Testing

@Suite struct RetryAfterTests {
    /// 1994-11-06T08:49:37Z, the instant of RFC 9110's examples.
    static let instant = Duration.seconds(784_111_777)

    @Test(
        arguments: [
            ("0", 0), ("120", 120), (" \t7 ", 7), ("007", 7), ("2147483648", 2_147_483_648),
            ("2147483649", 2_147_483_648), ("9223372036854775807", 2_147_483_648),
            ("9223372036854775808", 2_147_483_648),
            (String(repeating: "9", count: 100_000), 2_147_483_648),
            ("1.5", 2), ("1.0", 1), ("0.001", 1), ("2147483647.9", 2_147_483_648),
        ] as [(String, Int64)]
    )
    func readsSeconds(_ value: String, _ seconds: Int64) {
        #expect(RetryAfter.parse(value, now: Self.instant) == .seconds(seconds))
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:50:37 GMT", "Sunday, 06-Nov-94 08:50:37 GMT", "Sun Nov  6 08:50:37 1994",
        "Sun Nov 06 08:50:37 1994", "sun, 06 nov 1994 08:50:37 gmt", "  Sun, 06 Nov 1994 08:50:37 GMT\t",
        "Mon, 06 Nov 1994 08:50:37 GMT",
    ])
    func readsTheThreeDates(_ value: String) {
        #expect(RetryAfter.parse(value, now: Self.instant) == .seconds(60))
    }

    @Test func countsFromTheExactInstant() {
        let now = Self.instant + .milliseconds(250)
        #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:38 GMT", now: now) == .milliseconds(750))
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:36 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT",
        "Sunday, 06-Nov-93 08:49:37 GMT", "Friday, 31-Dec-99 23:59:59 GMT",
    ])
    func aDateInThePastMeansNow(_ value: String) {
        let now = value.contains("-99") ? Duration.seconds(1_735_689_600) : Self.instant
        #expect(RetryAfter.parse(value, now: now) == .zero)
    }

    @Test func aTwoDigitYearMoreThanFiftyYearsAheadIsPast() {
        #expect(RetryAfter.parse("Sunday, 06-Nov-44 08:49:37 GMT", now: Self.instant) == .seconds(1_577_923_200))
        #expect(RetryAfter.parse("Sunday, 06-Nov-45 08:49:37 GMT", now: Self.instant) == .zero)
        // The last second of 1999.
        let newYearsEve = Duration.seconds(946_684_799)
        #expect(RetryAfter.parse("Saturday, 01-Jan-00 00:00:00 GMT", now: newYearsEve) == .seconds(1))
    }

    @Test func aDateFarAwayIsCut() {
        #expect(RetryAfter.parse("Fri, 31 Dec 9999 23:59:59 GMT", now: Self.instant) == RetryAfter.longest)
    }

    @Test(arguments: [
        "", " ", "soon", "-1", "+1", "1e3", "0x10", "1,2", "120, 60", ".5", "5.", "1.2.3", "１２", "12s", "\u{0}5",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov +994 08:49:37 GMT", "Foo, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06--Nov-94 08:49:37 GMT",
        "Sun Nov 6 1994", "2026-11-24T05:44:30Z", "Sun Nov  6 08:49:37 １９９4",
    ])
    func nothingElseIsRead(_ value: String) {
        #expect(RetryAfter.parse(value, now: Self.instant) == nil)
    }
}
