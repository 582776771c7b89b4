import Foundation
import Testing

/// A disk that is full or broken at seeded points: the right status, nothing half under a final name, and the run can be
/// resumed once there is room.
@Suite(.paced, .enabled(if: Executable.path(of: "strace") != nil)) struct DiskFaultTests {
    private static let pull = Task { try await DurableJob.pull.undisturbed() }
    private static let keyed = Task { try await DurableJob.keyed.undisturbed() }
    private static let unsafe = Task { try await DurableJob.unsafe.undisturbed() }

    /// Without this, faults that never come would go unnoticed.
    @Test(arguments: ["ENOSPC", "EIO"], [false, true])
    func `a fault is a failure`(_ error: String, _ persists: Bool) async throws {
        let run = try await InterruptedRun(.keyed, sandboxOptions: ["--latency", "5ms"])
        let faults = ["fdatasync", "write"].map {
            DiskFault(call: $0, first: 5, error: error, persists: persists)
        }
        let story = try await run.finish(faults)
        #expect(story.failures.count == 2, "\(story.text)")
        expectReported(story)
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: KillPoints.seeds(usual: 10)) func `a pull goes on where the disk failed`(_ seed: Int) async throws
    {
        let undisturbed = try await Self.pull.value
        let run = try await InterruptedRun(.pull)
        let story = try await run.finish(DiskFault.random(seed: seed, undisturbed.counts))
        expectReported(story)
        let results = try #require(run.results)
        for (name, data) in undisturbed.files { #expect(try results.data(name) == data, "\(name)\n\(story.text)") }
        try await results.expectWhole()
    }

    @Test(arguments: KillPoints.seeds(usual: 10)) func `with a key every repayment is there once`(_ seed: Int)
        async throws
    {
        let run = try await InterruptedRun(.keyed)
        let story = try await run.finish(DiskFault.random(seed: seed, try await Self.keyed.value.counts))
        expectReported(story)
        #expect(story.lookedUp == 0, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: KillPoints.seeds(usual: 10)) func `without a key nothing is sent twice`(_ seed: Int)
        async throws
    {
        let run = try await InterruptedRun(.unsafe)
        let story = try await run.finish(DiskFault.random(seed: seed, try await Self.unsafe.value.counts))
        expectReported(story)
        try await run.expectEachOnce(2000, story)
    }

    /// A disk's failure is 74, or 73 before anything could be made, and says which file it was and what to do.
    private func expectReported(_ story: InterruptedRun.Story) {
        for end in story.failures where end.status != 79 {
            #expect(end.status == 74 || end.status == 73, "\(story.text)")
            #expect(end.stderr.contains("error["), "\(end.stderr)")
            let reasons = ["the disk is full", "the disk reported an error", "input/output error", "I/O error"]
            #expect(reasons.contains { end.stderr.contains($0) }, "\(end.stderr)")
        }
    }
}
