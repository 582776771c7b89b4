import JobExecution
import JobResults
import JobSpec
import Secrets
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

    /// Of one second, or of a clock that was set back by an hour: what begins later sorts later.
    @Test(arguments: [0, 3_600]) func runsSortAsTheyBegan(setBack: Int) async throws {
        let folder = try TemporaryFolder()
        let job = try #require(StepID("nightly"))
        var random = SplitMix64(seed: 3)
        var names: [String] = []
        for number in 0..<40 {
            let now = Duration.seconds(1_795_498_623 - (number > 0 ? setBack : 0))
            let run = try await RunFolder.create(
                root: folder.path,
                job: job,
                id: RunID(now: now, random: &random),
                header: testHeader,
                redactor: Redactor()
            )
            names.append(run.id.name)
            #expect(try String(decoding: folder.bytes("nightly/.lock"), as: UTF8.self).contains("\"\(run.id.name)\""))
            run.close()
        }
        #expect(names == names.sorted() && Set(names).count == 40)
        #expect(names.allSatisfy { RunID($0) != nil })
    }

    /// The second's ids are used up: those of the next one follow.
    @Test(arguments: [
        ("20261231T235959Z-ffffff", "20270101T000000Z-"), ("20261124T053703Z-fffffe", "20261124T053703Z-ffffff"),
    ])
    func theNextSecondFollows(_ newest: String, _ prefix: String) async throws {
        let folder = try TemporaryFolder()
        try await makeRun(in: folder, id: newest).finish(report: RunReport())
        let run = try await makeRun(in: folder)
        #expect(run.id.name.hasPrefix(prefix))
    }

    @Test func noIDIsAboveTheLastOne() async throws {
        let folder = try TemporaryFolder()
        try await makeRun(in: folder, id: "99991231T235959Z-ffffff").finish(report: RunReport())
        let error = await sinkError { _ = try await makeRun(in: folder) }
        #expect(error?.kind == .cannotCreate)
        #expect(error?.message.contains("99991231T235959Z-ffffff") == true)
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
