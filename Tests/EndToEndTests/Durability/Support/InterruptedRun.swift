import Foundation
import Glibc
import Testing

/// A run on its way to its end through deaths and resumes, as an operator would drive it.
struct InterruptedRun: Sendable {
    let job: DurableJob
    let folder: TemporaryFolder
    let sandbox: SandboxProcess

    /// What happened on the way, for a test's message.
    struct Story: Sendable {
        var lines: [String] = []
        var deaths = 0
        /// Calls of unknown outcome that a person had to look up.
        var lookedUp = 0
        /// Ends that were no deaths, by a failing call.
        var failures: [FinishedProcess] = []
        var text: String { lines.joined(separator: "\n") }
    }

    init(_ job: DurableJob, sandboxOptions: [String] = []) async throws {
        self.job = job
        folder = try TemporaryFolder()
        sandbox = try await SandboxProcess(options: job.sandboxOptions + sandboxOptions)
        try job.write(to: folder, sandbox)
    }

    /// The run that can be gone on with: its journal has a whole line. One that died before that has sent nothing.
    var results: RunResults? {
        RunResults.all(job: job.name, in: folder).first { results in
            (try? results.data("journal.ndjson"))?.contains(UInt8(ascii: "\n")) ?? false
        }
    }

    /// The arguments that begin the run, or go on with it.
    var next: [String] { results.map { ["resume", $0.path] } ?? ["job.yaml"] }

    /// Runs into one death after the other, then on to the end.
    func finish(_ deaths: [Death]) async throws -> Story {
        var story = Story()
        for death in deaths {
            let arguments = next
            let (executable, words) = death.command(arguments)
            let process = try start(executable, words, in: folder, environment: sandbox.credentials)
            if case .after(let milliseconds) = death {
                try await Task.sleep(for: .milliseconds(milliseconds))
                process.send(SIGKILL)
            }
            let end = try await process.end(within: .seconds(60))
            story.lines.append("\(arguments[0]), killed at \(death): \(end.status)\n\(end.stderr)")
            if end.status == 0 { return story }
            if end.signal == SIGKILL { story.deaths += 1 }
            try await lookAround(end, &story)
        }
        try await finish(&story)
        return story
    }

    /// Runs into one failing call after the other, then on to the end.
    func finish(_ faults: [DiskFault]) async throws -> Story {
        var story = Story()
        for fault in faults {
            let arguments = next
            let (executable, words) = fault.command(arguments, results)
            let end = try await command(executable, words, in: folder, environment: sandbox.credentials)
            story.lines.append("\(arguments[0]), \(fault): \(end.status)\n\(end.stderr)")
            if end.status == 0 { return story }
            story.failures.append(end)
            try await lookAround(end, &story)
        }
        try await finish(&story)
        return story
    }

    private func lookAround(_ end: FinishedProcess, _ story: inout Story) async throws {
        if end.status == 79 { try await settle(&story) }
        if results == nil { #expect(try await Ledger.atRest(sandbox).loans.isEmpty, "sent before it was noted") }
        for published in RunResults.all(job: job.name, in: folder) where try published.names.contains("journal.ndjson")
        {
            try expectNothingHalf(published)
        }
    }

    /// Expects that what has its final name already is whole, as it would be at the end.
    private func expectNothingHalf(_ results: RunResults) throws {
        guard let published = try? results.data("repayments.ndjson") else { return }
        #expect(published.count { $0 == UInt8(ascii: "\n") } == 100)
    }

    /// Goes on until the run is done; calls of unknown outcome are looked up in the sandbox's ledger.
    func finish(_ story: inout Story) async throws {
        for _ in 0..<8 {
            let arguments = next
            let before = try await Ledger.atRest(sandbox)
            let end = try await command(Repository.runner, arguments, in: folder, environment: sandbox.credentials)
            story.lines.append("\(arguments[0]): \(end.status)\n\(end.stderr)")
            switch end.status {
            case 0: return
            case 79:
                if end.stderr.contains("took effect\n"), end.stderr.contains("`: items ") {
                    #expect(try await Ledger.atRest(sandbox) == before, "it went on in spite of unknown calls")
                }
                try await settle(&story)
            // Refused or out of attempts, for a moment: again.
            case 69, 75: continue
            default: throw Stuck(story: story.text)
            }
        }
        throw Stuck(story: story.text)
    }

    /// It does not come to an end.
    struct Stuck: Error, CustomStringConvertible {
        let story: String
        var description: String { "the run does not come to an end:\n\(story)" }
    }

    /// Looks up each call of unknown outcome, as `runner show` lists it, and says what became of it.
    private func settle(_ story: inout Story) async throws {
        let run = try #require(results).path
        let shown = try await runner("show", run, in: folder)
        let accepted = Set(try await Ledger.atRest(sandbox).loans)
        let lines = shown.text.split(separator: "\n").drop { !$0.hasPrefix("STEP ") }.dropFirst()
        var settled = 0
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count > 6, words[3] == "to", let first = Int(words[2]), let last = Int(words[4]) else { break }
            let loans = Repayments.loans(first - 1..<last)
            let found = loans.count { accepted.contains($0) }
            #expect(found == 0 || found == loans.count)
            let answer = found > 0 ? "--done" : "--not-done"
            let noted = try await runner("resolve", run, String(words[1]), answer, in: folder)
            #expect(noted.status == 0, "\(noted.stderr)")
            story.lines.append("\(words[1]) \(answer)")
            settled += 1
        }
        #expect(settled > 0, "status 79, but nothing to settle:\n\(shown.text)")
        story.lookedUp += settled
    }

    /// Expects every repayment exactly once.
    func expectEachOnce(_ rows: Int, _ story: Story, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let ledger = try await Ledger.atRest(sandbox)
        #expect(ledger.repeated == [], "sent twice:\n\(story.text)", sourceLocation: sourceLocation)
        #expect(ledger.loans.sorted() == Repayments.loans(0..<rows), "\(story.text)", sourceLocation: sourceLocation)
        let results = try #require(results, sourceLocation: sourceLocation)
        #expect(try results.manifest().state == "done", sourceLocation: sourceLocation)
        try await results.expectWhole(sourceLocation: sourceLocation)
        try expectInOrder(results, rows: rows, sourceLocation: sourceLocation)
    }

    /// Expects one outcome record a call, in the order of the calls, together all items.
    private func expectInOrder(_ results: RunResults, rows: Int, sourceLocation: SourceLocation) throws {
        var next = 0
        for line in try results.records("repayments") {
            let record = try JSONDecoder().decode(OutcomeLine.self, from: Data(line.utf8))
            #expect(record.items.first == next, "\(line)", sourceLocation: sourceLocation)
            next += record.items.count
        }
        #expect(next == rows, "outcome records", sourceLocation: sourceLocation)
    }
}

/// What tests read of a write step's line.
struct OutcomeLine: Decodable, Sendable {
    struct Items: Decodable, Sendable {
        let first: Int
        let count: Int
    }

    let key: String
    let items: Items
    let status: Int?
    let attempts: Int?
}
