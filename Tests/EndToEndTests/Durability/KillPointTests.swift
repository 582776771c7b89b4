import Foundation
import Testing

/// `kill -9` at seeded points between and inside writes to the journal, writes of data, sends and answers, several
/// times over, until the run is done: nothing is lost, and nothing is there twice.
@Suite(.paced, .enabled(if: Executable.path(of: "strace") != nil)) struct KillPointTests {
    private static let pull = Task { try await DurableJob.pull.undisturbed() }
    private static let keyed = Task { try await DurableJob.keyed.undisturbed() }
    private static let reconciled = Task { try await DurableJob.reconciled.undisturbed() }
    private static let unsafe = Task { try await DurableJob.unsafe.undisturbed() }

    /// Without this, points that are never reached would go unnoticed.
    @Test(arguments: [Death.atCall("write", 10), .atCall("fdatasync", 8), .atCall("read", 12), .after(60)])
    func `a point is a death`(_ death: Death) async throws {
        let run = try await InterruptedRun(.keyed, sandboxOptions: ["--latency", "5ms"])
        let story = try await run.finish([death])
        #expect(story.deaths == 1, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: KillPoints.seeds(usual: 20))
    func `a pull's files are those of an uninterrupted run`(_ seed: Int) async throws {
        let undisturbed = try await Self.pull.value
        let run = try await InterruptedRun(.pull)
        let story = try await run.finish(KillPoints.deaths(seed: seed, undisturbed.counts))
        let results = try #require(run.results)
        for (name, data) in undisturbed.files {
            #expect(try results.data(name) == data, "\(name)\n\(story.text)")
        }
        #expect(try results.names.count == undisturbed.files.count + 3)
        try await results.expectWhole()
        #expect(try results.journal().map(\.seq) == Array(1...(try results.journal().count)))
    }

    @Test(arguments: KillPoints.seeds(usual: 20))
    func `with a key every repayment is there once`(_ seed: Int) async throws {
        let run = try await InterruptedRun(.keyed)
        let story = try await run.finish(KillPoints.deaths(seed: seed, try await Self.keyed.value.counts))
        #expect(story.lookedUp == 0, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: KillPoints.seeds(usual: 20))
    func `with a probe every repayment is there once`(_ seed: Int) async throws {
        let run = try await InterruptedRun(.reconciled)
        let story = try await run.finish(KillPoints.deaths(seed: seed, try await Self.reconciled.value.counts))
        #expect(story.lookedUp == 0, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: KillPoints.seeds(usual: 20))
    func `without either a person is asked, and nothing is sent twice`(_ seed: Int) async throws {
        let run = try await InterruptedRun(.unsafe)
        let story = try await run.finish(KillPoints.deaths(seed: seed, try await Self.unsafe.value.counts))
        try await run.expectEachOnce(2000, story)
    }
}
