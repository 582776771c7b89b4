import JobSpec
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("500ms", 500), ("30s", 30_000), ("1m30s", 90_000), ("2h", 7_200_000), ("1d", 86_400_000), ("0s", 0),
        ("1.5s", 1_500), (".5s", 500), ("3660d", 316_224_000_000), ("1h1m1s1ms", 3_661_001),
    ])
    func reads(text: String, milliseconds: Int) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "30", "s", "-5s", "+5s", "5 s", "5S", "1e3s", "1..5s", "5µs", "٣s", "nans", "infs", "3661d", "1:30",
        "99999999999999999999999999d",
    ])
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: ["500ms", "30s", "1m30s", "2h", "1d", "0s", "1d1h1m1s1ms"])
    func formatsAsRead(text: String) throws {
        #expect(DurationText.format(try #require(DurationText.parse(text))) == text)
    }
}
