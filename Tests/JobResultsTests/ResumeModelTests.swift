import Foundation
import Glibc
import JSONBytes
import JobExecution
import JobResults
import JobSpec
import Secrets
import Testing

/// Jobs made from a seed, crashed again and again at random calls of the system, with and without a loss of power, and
/// resumed until they are done.
///
/// `RUNNER_MODEL_SEEDS=2000 swift test --filter ResumeModelTests` tries more of them; a failure names its seed.
@Suite struct ResumeModelTests {
    private static let seeds: ClosedRange<UInt64> = {
        let wanted = ProcessInfo.processInfo.environment["RUNNER_MODEL_SEEDS"].flatMap { UInt64($0) } ?? 120
        return 1...max(1, wanted)
    }()

    /// Has items that break and calls that are refused.
    private static let richSeed: UInt64 = {
        (1...).first {
            let job = ModelJob(seed: $0)
            return !job.broken.isEmpty && job.broken.count < job.items.count && job.refused.count > 1
                && job.callCount < 6
        } ?? 1
    }()

    @Test func everyCrashComesToTheSameEnd() async throws {
        for seed in Self.seeds { try await crashUntilDone(seed: seed) }
    }

    private func crashUntilDone(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let job = ModelJob(seed: seed)
        let ledger = ModelLedger()
        var random = SplitMix64(seed: seed &* 7919)
        var attempts = 0
        var isDone = false
        var earlier: CrashingDisk?
        while !isDone, attempts < 20 {
            attempts += 1
            let position = attempts > 12 ? .max : Int.random(in: 0..<60, using: &random)
            let manner = CrashingDisk.Manner.allCases.randomElement(using: &random) ?? .done
            let disk = CrashingDisk(at: position, manner, after: earlier)
            earlier = disk
            let clock = HandClock()
            do {
                try await attempt(job, ledger, folder, disk, clock, seed)
                isDone = true
            } catch let error as SinkError {
                #expect(disk.hasCrashed, "seed \(seed): \(error)")
            }
            guard !isDone else { break }
            let path = folder.path + "/results/nightly/20261124T053703Z-3f9a1c"
            try checkFinalNames(path, job, ledger, seed)
            // Only the link to it was still missing, if anything.
            if hasGoneThrough(path) { break }
            if Bool.random(using: &random), FileManager.default.fileExists(atPath: path) {
                try disk.losePower(in: path, random: &random)
            }
            if Bool.random(using: &random) {
                let healthy = CrashingDisk(at: .max, .done, after: disk)
                earlier = healthy
                try await resolveAll(path, job, ledger, healthy, seed)
            }
        }
        let path = folder.path + "/results/nightly/20261124T053703Z-3f9a1c"
        #expect(try readBytes(path + "/loans.ndjson") == job.loansFile, "seed \(seed)")
        #expect(try readBytes(path + "/posts.ndjson") == job.postsFile(resolved: ledger.resolved), "seed \(seed)")
        let rejects = path + "/posts.rejects.ndjson"
        #expect(FileManager.default.fileExists(atPath: rejects) == !job.refused.isEmpty, "seed \(seed)")
        if !job.refused.isEmpty { #expect(try readBytes(rejects) == job.rejectsFile, "seed \(seed)") }
        let counts = Dictionary(uniqueKeysWithValues: (0..<job.callCount).map { ($0, 1) })
        #expect(ledger.sent == counts, "seed \(seed)")
        #expect(hasGoneThrough(path), "seed \(seed)")
        let error = await sinkError { _ = try await RunFolder.reopen(path: path, redactor: Redactor()) }
        #expect(error?.message.contains("nothing to resume") == true, "seed \(seed)")
        // Where it died before its very last act, an attempt to resume it makes up for that.
        if try JSONManifest.state(path) == "done" {
            let link = folder.path + "/results/nightly/latest"
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
            #expect(target == "20261124T053703Z-3f9a1c", "seed \(seed)")
        }
        let leftovers = try names(in: path).filter { $0.hasSuffix(".partial") }
        #expect(leftovers == [], "seed \(seed)")
    }

    /// Begins the run, or goes on with it.
    private func attempt(
        _ job: ModelJob,
        _ ledger: ModelLedger,
        _ folder: TemporaryFolder,
        _ disk: CrashingDisk,
        _ clock: HandClock,
        _ seed: UInt64
    ) async throws {
        let path = folder.path + "/results/nightly/20261124T053703Z-3f9a1c"
        var resume = ResumePoint()
        let run: RunFolder
        if hasBegun(path) {
            (run, resume, _) = try await RunFolder.reopen(
                path: path,
                redactor: Redactor(),
                calls: disk.calls,
                clock: RunClock(clock)
            )
        } else {
            // A run whose first line never reached the disk has done nothing.
            try? FileManager.default.removeItem(atPath: path)
            run = try await makeRun(in: folder, calls: disk.calls, clock: RunClock(clock))
        }
        check(resume, job, ledger, seed)
        do {
            try await ModelDriver(job: job, ledger: ledger, sink: run, resume: resume).run()
        } catch {
            // A dead process holds no lock; what is left of this one may hold it a moment longer.
            run.close()
            throw error
        }
    }

    private func hasBegun(_ path: String) -> Bool {
        var count = 0
        _ = try? JournalReader.read(path: path + "/journal.ndjson") { _ in count += 1 }
        return count > 0
    }

    /// Whether its account is there and leaves nothing to go on with: what is left out stays left out.
    private func hasGoneThrough(_ path: String) -> Bool {
        guard let state = try? JSONManifest.state(path) else { return false }
        return ["done", "partial"].contains(state)
    }

    /// Nothing that was sent is forgotten, and nothing is thought sent that was not.
    private func check(_ resume: ResumePoint, _ job: ModelJob, _ ledger: ModelLedger, _ seed: UInt64) {
        if resume.finished[posts] != nil { return }
        let begun = resume.begun[posts] ?? .init()
        let last = begun.lastPage?.item ?? -1
        for call in ledger.sent.keys { #expect(call <= last || begun.calls[call] != nil, "seed \(seed), call \(call)") }
        for (call, outcome) in begun.calls where [.done, .refused].contains(outcome.state) {
            #expect(ledger.has(call), "seed \(seed), call \(call)")
            let isResolved = ledger.resolved.contains(call)
            let record = isResolved ? job.resolvedRecord(call) : job.record(call)
            #expect(outcome.record == record, "seed \(seed), call \(call)")
            #expect(outcome.outputs == (isResolved ? [:] : job.outputs(call)), "seed \(seed), call \(call)")
        }
        if let page = resume.begun[loans]?.lastPage, page.records > 0 {
            #expect(page.outputs == ["max": .number(page.item * 100 + page.page)], "seed \(seed)")
        }
    }

    /// What has its final name is whole, whenever one looks.
    private func checkFinalNames(_ path: String, _ job: ModelJob, _ ledger: ModelLedger, _ seed: UInt64) throws {
        if let bytes = try? readBytes(path + "/loans.ndjson") { #expect(bytes == job.loansFile, "seed \(seed)") }
        if let bytes = try? readBytes(path + "/posts.ndjson") {
            #expect(bytes == job.postsFile(resolved: ledger.resolved), "seed \(seed)")
        }
        if let bytes = try? readBytes(path + "/posts.rejects.ndjson") {
            #expect(bytes == job.rejectsFile, "seed \(seed)")
        }
    }

    /// A person looks into the ledger for every call of unknown outcome.
    private func resolveAll(
        _ path: String,
        _ job: ModelJob,
        _ ledger: ModelLedger,
        _ disk: CrashingDisk,
        _ seed: UInt64
    ) async throws {
        guard hasBegun(path) else { return }
        let listing = try await RunCatalogue(root: "/none").find(path)
        for call in listing.unknown {
            #expect(call.intent == job.intent(call.intent.call), "seed \(seed)")
            // A refused call has no effect to find; the probe of the driver settles it.
            if job.refused.contains(call.intent.call) { continue }
            let isDone = ledger.has(call.intent.call)
            if isDone { ledger.resolve(call.intent.call) }
            try await RunFolder.resolve(path: path, key: call.key, done: isDone, calls: disk.calls)
        }
    }

    /// ENOSPC and EIO at each call, and a death before, in and after it; then a resume with a healthy disk.
    @Test(arguments: CrashingDisk.Manner.allCases, [ENOSPC, EIO])
    func everyCall(_ manner: CrashingDisk.Manner, error number: Int32) async throws {
        let job = ModelJob(seed: Self.richSeed)
        var position = 0
        while true {
            let folder = try TemporaryFolder()
            let ledger = ModelLedger()
            let disk = CrashingDisk(at: position, manner, error: number)
            let error = await sinkError { try await attempt(job, ledger, folder, disk, HandClock(), 3) }
            guard disk.hasCrashed else {
                #expect(error == nil)
                break
            }
            #expect(error != nil, "call \(position)")
            let path = folder.path + "/results/nightly/20261124T053703Z-3f9a1c"
            try checkFinalNames(path, job, ledger, 3)
            if !hasGoneThrough(path) {
                let healthy = CrashingDisk(at: .max, .done)
                try await attempt(job, ledger, folder, healthy, HandClock(), 3)
            }
            #expect(try readBytes(path + "/loans.ndjson") == job.loansFile, "call \(position)")
            #expect(try readBytes(path + "/posts.ndjson") == job.postsFile(resolved: []), "call \(position)")
            #expect(ledger.sent.values.allSatisfy { $0 == 1 }, "call \(position)")
            position += 1
        }
        #expect(position > 30)
    }

    /// The journal is cut after each of its bytes; the files are as long as they were.
    @Test func everyCutOfTheJournal() async throws {
        let job = ModelJob(seed: Self.richSeed)
        let original = try TemporaryFolder()
        let whole = ModelLedger()
        try await attempt(job, whole, original, CrashingDisk(at: .max, .done), HandClock(), 3)
        let id = "20261124T053703Z-3f9a1c"
        let bytes = try readBytes(original.path + "/results/nightly/\(id)/journal.ndjson")
        let first = try #require(bytes.firstIndex(of: 0x0A)) + 1
        var random = SplitMix64(seed: 5)
        for length in first...bytes.count {
            // Every end of a line, what is next to it, and some of the rest.
            let isNearEnd = [length - 1, length - 2, length].contains { $0 < bytes.count && bytes[$0] == 0x0A }
            guard isNearEnd || Int.random(in: 0..<25, using: &random) == 0 else { continue }
            let folder = try TemporaryFolder()
            try FileManager.default.copyItem(atPath: original.path + "/results", toPath: folder.path + "/results")
            let path = folder.path + "/results/nightly/\(id)"
            try? FileManager.default.removeItem(atPath: path + "/manifest.json")
            #expect(truncate(path + "/journal.ndjson", length) == 0)
            // The API did all calls whose intent is in the journal.
            let ledger = ModelLedger()
            var begun: Set<String> = []
            _ = try JournalReader.read(path: path + "/journal.ndjson") { entry in
                if entry.event == "call_intended", let call = entry.json["call"]?.intValue { ledger.send(call) }
                if entry.event == "step_started", let step = entry.json["step"]?.text { begun.insert(step) }
            }
            // The line about a step's beginning is on the disk before there is any file of it.
            for name in try names(in: path) where name.contains(".ndjson") && name != "journal.ndjson" {
                let step = String(name.prefix { $0 != "." })
                if !begun.contains(step) { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
            }
            try await attempt(job, ledger, folder, CrashingDisk(at: .max, .done), HandClock(), 3)
            #expect(try readBytes(path + "/loans.ndjson") == job.loansFile, "cut at \(length)")
            #expect(try readBytes(path + "/posts.ndjson") == job.postsFile(resolved: []), "cut at \(length)")
            #expect(try readBytes(path + "/posts.rejects.ndjson") == job.rejectsFile, "cut at \(length)")
            #expect(ledger.sent == whole.sent, "cut at \(length)")
        }
    }
}
