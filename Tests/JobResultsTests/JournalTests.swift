import Foundation
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec
import Secrets
import Testing

@Suite struct JournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// One event of each kind, in the order of a run.
    private func writeAll(redactor: Redactor = Redactor()) async throws -> String {
        let run = try await makeRun(in: folder, redactor: redactor)
        let token = TokenID(name: "token-1")
        try await run.record(.tokenGranted(token, scopes: [try #require(Scope("read:loans"))]))
        try await run.record(.stepStarted(loans, title: "Loans of \"hunter2hunter2\""))
        let file = try await run.open(loans)
        let mark = file.mark()
        try file.append("{}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        try await run.record(.pageCommitted(loans, PageCommit(item: 0, page: 0, records: 1), total: 2))
        try await run.record(
            .retrying(
                loans,
                request: "GET https://x/?k=hunter2hunter2",
                attempt: 1,
                reason: "503",
                delay: .milliseconds(1500)
            )
        )
        try await run.record(.retrying(nil, request: "POST /token", attempt: 2, reason: "reset", delay: .zero))
        try await run.record(.tokenRefused(loans, token, status: 401))
        try await run.record(.notice(loans, "line 1\nline 2\u{7}"))
        try file.rollback(to: mark)
        try await run.record(.itemSkipped(loans, item: 0, reason: "404"))
        try await run.record(.stepFailed(loans, reason: "hunter2hunter2 was refused"))
        try await run.record(.stepSkipped(try #require(StepID("other")), reason: "its condition is false"))
        var step = StepReport(id: loans, state: .done)
        step.file = try await file.publish()
        step.calls = 1
        step.attempts = 2
        step.duration = .milliseconds(2500)
        try await run.record(.stepFinished(step, outputs: [:]))
        var report = RunReport()
        report.failure = RunFailure(.tryAgainLater, "come back with hunter2hunter2", step: loans, status: 429)
        report.duration = .seconds(3)
        try await run.finish(report: report)
        return run.path + "/journal.ndjson"
    }

    @Test func format() async throws {
        let path = try await writeAll()
        let text = String(decoding: try readBytes(path), as: UTF8.self)
        let lines = text.split(separator: "\n").map { line in
            // The beginning is the same but for the number.
            line.replacing(#""v":1,"#, with: "").replacing(#""at":"2026-11-24T05:37:03.042Z","#, with: "")
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let page = "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
        let expected = [
            #"{"seq":1,"event":"run_started","run":"20261124T053703Z-3f9a1c","job":"nightly","environment":"sandbox","as_of":"2026-11-24T05:37:03Z","plan_hash":"ab12","runner":"0.1.0"}"#,
            #"{"seq":2,"event":"token_granted","token":"token-1","scopes":["read:loans"]}"#,
            #"{"seq":3,"event":"step_started","step":"loans","title":"Loans of \"hunter2hunter2\""}"#,
            #"{"seq":4,"event":"page_committed","step":"loans","item":0,"page":0,"records":1,"file_pages":1,"file_bytes":3,"file_records":1,"file_sha256":"\#(page)"}"#,
            #"{"seq":5,"event":"retrying","step":"loans","request":"GET https://x/?k=hunter2hunter2","attempt":1,"reason":"503","delay_ms":1500}"#,
            #"{"seq":6,"event":"retrying","request":"POST /token","attempt":2,"reason":"reset","delay_ms":0}"#,
            #"{"seq":7,"event":"token_refused","step":"loans","token":"token-1","status":401}"#,
            #"{"seq":8,"event":"notice","step":"loans","message":"line 1\nline 2\u0007"}"#,
            #"{"seq":9,"event":"records_dropped","step":"loans","file_pages":0,"file_bytes":0,"file_records":0,"file_sha256":"\#(empty)"}"#,
            #"{"seq":10,"event":"item_skipped","step":"loans","item":0,"count":1,"reason":"404"}"#,
            #"{"seq":11,"event":"step_failed","step":"loans","reason":"hunter2hunter2 was refused"}"#,
            #"{"seq":12,"event":"step_skipped","step":"other","reason":"its condition is false"}"#,
            #"{"seq":13,"event":"file_published","step":"loans","file":"loans.ndjson","bytes":0,"sha256":"\#(empty)","records":0}"#,
            #"{"seq":14,"event":"step_finished","step":"loans","state":"done","file":"loans.ndjson","bytes":0,"sha256":"\#(empty)","records":0,"pages":0,"calls":1,"attempts":2,"skipped_items":0,"duration_ms":2500}"#,
            #"{"seq":15,"event":"run_finished","state":"failed","duration_ms":3000,"failure":{"kind":"try_again_later","step":"loans","status":429,"message":"come back with hunter2hunter2"}}"#,
        ]
        #expect(lines.count == expected.count)
        for (line, expected) in zip(lines, expected) { #expect(line == expected) }
    }

    @Test func secretsAreMasked() async throws {
        let redactor = Redactor()
        redactor.register(Secret("hunter2hunter2"))
        let path = try await writeAll(redactor: redactor)
        let text = String(decoding: try readBytes(path), as: UTF8.self)
        #expect(!text.contains("hunter2"))
        #expect(text.contains("GET https://x/?k=•••"))
        let manifest = path.replacing("journal.ndjson", with: "manifest.json")
        #expect(!String(decoding: try readBytes(manifest), as: UTF8.self).contains("hunter2"))
    }

    @Test func tornAtEveryByte() async throws {
        let bytes = try readBytes(try await writeAll())
        var ends = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { ends.append(index + 1) }
        for length in 0...bytes.count {
            let valid = try #require(ends.last { $0 <= length })
            var sequence: [Int] = []
            let extent = try JournalReader.read(bytes: Array(bytes[..<length])) { sequence.append($0.sequence) }
            #expect(extent.validBytes == valid, "cut at \(length)")
            #expect(extent.tornBytes == length - valid, "cut at \(length)")
            #expect(sequence == Array(1..<(extent.entries + 1)), "cut at \(length)")
            #expect(extent.entries == ends.firstIndex(of: valid), "cut at \(length)")
        }
    }

    @Test(arguments: ["\n", "\0\0\0\0", "\0\0\0\n", "{\"v\":1,\"seq\":16", "{}\n{}\n", "\u{FF}\u{FE}\n[]\n\n\n"])
    func tailsThatAreNoEntry(_ tail: String) async throws {
        let path = try await writeAll()
        let bytes = try readBytes(path)
        try Data(bytes + Array(tail.utf8)).write(to: URL(fileURLWithPath: path))
        let extent = try JournalReader.read(path: path) { _ in }
        #expect(extent == .init(entries: 15, validBytes: bytes.count, tornBytes: tail.utf8.count))
    }

    @Test func damageInTheMiddleIsNoTornTail() async throws {
        let bytes = try readBytes(try await writeAll())
        var random = SplitMix64(seed: 11)
        let last = try #require(bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")))
        let names: [UInt8] = Array("\"seq\":".utf8)
        for _ in 0..<50 {
            var damaged = bytes
            // A sector of zeros that ends before the last line.
            let start = Int.random(in: 0..<(last - 100), using: &random)
            for index in start..<(start + 100) { damaged[index] = 0 }
            let error = await sinkError { _ = try JournalReader.read(bytes: damaged) { _ in } }
            #expect(error?.kind == .io)
            #expect(error?.message.contains("is damaged") == true)
        }
        // A line that is missing is damage as well.
        let second = try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 1
        let third = try #require(bytes[second...].firstIndex(of: UInt8(ascii: "\n"))) + 1
        let without = Array(bytes[..<second] + bytes[third...])
        #expect(without.contains(names))
        #expect(await sinkError { _ = try JournalReader.read(bytes: without) { _ in } } != nil)
    }

    @Test func overlongLineIsBoundedAndNoEntry() throws {
        let line = #"{"v":1,"seq":1,"at":"","event":"notice","message":""#
        let long = Array(line.utf8) + [UInt8](repeating: 0x61, count: 3 << 20) + Array("\"}\n".utf8)
        let extent = try JournalReader.read(bytes: long, longestLine: 1 << 20) { _ in Issue.record("no entry expected")
        }
        #expect(extent == .init(entries: 0, validBytes: 0, tornBytes: long.count))
    }

    @Test func journalThatIsALinkIsNotRead() throws {
        let path = folder.path + "/journal.ndjson"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
        #expect(throws: SinkError.self) { try JournalReader.read(path: path) { _ in } }
        #expect(throws: SinkError.self) { try JournalReader.read(path: self.folder.path + "/none") { _ in } }
    }

    @Test func concurrentEventsKeepTheirOrder() async throws {
        let run = try await makeRun(in: folder)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    try? await run.record(
                        index.isMultiple(of: 2) ? .notice(loans, "x") : .stepStarted(loans, title: "x")
                    )
                }
            }
        }
        #expect(try journal(of: run).count == 201)
    }

    @Test func forcedWritesAreBatched() async throws {
        let clock = HandClock()
        let counter = Counter()
        var calls = SystemCalls.system
        calls.syncData = {
            counter.add()
            return SystemCalls.system.syncData($0)
        }
        let run = try await makeRun(in: folder, calls: calls, clock: RunClock(clock))
        let file = try await run.open(loans)
        let before = counter.value
        for page in 0..<100 { try await file.commit(PageCommit(item: 0, page: page, records: 0)) }
        #expect(counter.value == before)
        clock.advance(by: .seconds(5))
        try await file.commit(PageCommit(item: 0, page: 100, records: 0))
        // The data, then the journal.
        #expect(counter.value == before + 2)
        try await file.commit(PageCommit(item: 0, page: 101, records: 0))
        #expect(counter.value == before + 2)
    }
}
