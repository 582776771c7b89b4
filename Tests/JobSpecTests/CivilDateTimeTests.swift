import JobSpec
import Testing

/// RFC 3339 section 5.6.
@Suite struct CivilDateTimeTests {
    @Test(arguments: [
        ("2026-01-31T02:00:00Z", "2026-01-31T02:00:00Z"), ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01-31t02:00:00z", "2026-01-31T02:00:00Z"), ("2026-01-31 02:00:00Z", "2026-01-31T02:00:00Z"),
        ("2026-01-31T02:00:00.999Z", "2026-01-31T02:00:00Z"), ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
        ("2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00Z"), ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"), ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
    ])
    func reads(text: String, expected: String) throws {
        let time = try #require(CivilDateTime(rfc3339: text))
        #expect(CivilDateTime(unixSeconds: time.unixSeconds).description == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-1-31", "2026-02-29", "2026-13-01", "2026-01-31T", "2026-01-31T02:00", "2026-01-31T24:00:00Z",
        "2026-01-31T02:00:00", "2026-01-31T02:00:00.Z", "2026-01-31T02:00:00+1:00", "2026-01-31T02:00:00+24:00",
        "2026-01-31T02:00:00Zx", "2026-01-31x", " 2026-01-31", "٢٠٢٦-01-31", "2026-01-31T02:00:00+01:00Z",
    ])
    func refuses(text: String) {
        #expect(CivilDateTime(rfc3339: text) == nil)
    }

    @Test func theDateIsItsFirstPart() throws {
        #expect(try #require(CivilDateTime(rfc3339: "0001-02-03T04:05:06Z")).dateText == "0001-02-03")
    }
}
