import JobExecution
import JobResults
import Testing

@Suite struct RunIDTests {
    @Test func namesTheSecondAndASuffix() {
        var random = SplitMix64(seed: 7)
        let id = RunID(now: .seconds(1_795_498_623) + .milliseconds(999), random: &random)
        #expect(id.name.hasPrefix("20261124T053703Z-"))
        #expect(RunID(id.name) == id)
        var again = SplitMix64(seed: 7)
        #expect(RunID(now: .seconds(1_795_498_623), random: &again) == id)
    }

    @Test func suffixKeepsItsLeadingZeros() {
        struct Zero: RandomNumberGenerator { mutating func next() -> UInt64 { 0 } }
        var random = Zero()
        #expect(RunID(now: .zero, random: &random).name == "19700101T000000Z-000000")
    }

    @Test func sortsByTime() {
        var random = SplitMix64(seed: 1)
        let ids = stride(from: 0, to: 4_000_000_000, by: 86_399 * 31).map { RunID(now: .seconds($0), random: &random) }
        #expect(ids.shuffled().sorted() == ids)
    }

    @Test func systemIDsAreReadable() { #expect(RunID(RunID().name) != nil) }

    @Test(arguments: [
        "", "latest", "20261124T053703Z", "20261124T053703Z-3f9a1", "20261124T053703Z-3f9a1cc",
        "20261124T053703Z-3F9A1C",
        "20261124T053703Z-3f9a1g", "20261324T053703Z-3f9a1c", "20260230T053703Z-3f9a1c", "20261124T243703Z-3f9a1c",
        "20261124T056003Z-3f9a1c", "20261124t053703Z-3f9a1c", "20261124T053703Z_3f9a1c", "2026112+T053703Z-3f9a1c",
        "../../../../etc/pass-3f9", "20261124T053703Z-3f9a1\n", "２0261124T053703Z-3f9a",
    ])
    func refuses(_ name: String) { #expect(RunID(name) == nil) }
}
