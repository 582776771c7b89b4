import Foundation
import JSONBytes
import JobExecution
import JobResults
import JobSpec
import Secrets

let posts = StepID("posts")!

/// A small job made from a seed, and what its files must hold in the end: the reference for every crash.
struct ModelJob: Sendable {
    struct Page: Sendable {
        let lines: [UInt8]
        let records: Int
    }

    /// The pages of each item of the pull; those of an item that breaks are dropped again.
    let items: [[Page]]
    let broken: Set<Int>
    let callCount: Int
    let refused: Set<Int>
    let window: Int

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        items = (0..<Int.random(in: 1...4, using: &random)).map { item in
            (0..<Int.random(in: 1...4, using: &random)).map { page in
                let records = Int.random(in: 0...3, using: &random)
                let width = Int.random(in: 0..<40, using: &random)
                let line = "{\"item\":\(item),\"page\":\(page),\"x\":\"\(String(repeating: "é", count: width))\"}\n"
                return Page(lines: Array(String(repeating: line, count: records).utf8), records: records)
            }
        }
        let all = 0..<items.count
        broken = Set(all.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        callCount = Int.random(in: 1...8, using: &random)
        refused = Set((0..<callCount).filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        window = Int.random(in: 1...4, using: &random)
    }

    var loansFile: [UInt8] {
        Array(items.indices.filter { !broken.contains($0) }.map { items[$0].flatMap(\.lines) }.joined())
    }

    func intent(_ call: Int) -> CallIntent {
        CallIntent(call: call, key: "posts#\(call)", items: call * 3..<call * 3 + 3)
    }

    func record(_ call: Int) -> [UInt8] { Array("{\"key\":\"posts#\(call)\",\"answer\":\"a\\\"b\\\\ \(call)\"}".utf8) }

    /// What later steps would get of the call's answer; a refusal has nothing.
    func outputs(_ call: Int) -> [String: JSONValue] { refused.contains(call) ? [:] : ["id": .number(call)] }

    func reject(_ call: Int) -> [UInt8] { Array("{\"item\":\(call)}\n{\"item\":\(call + 100)}\n".utf8) }

    /// The calls that a person said were done have another line.
    func postsFile(resolved: Set<Int>) -> [UInt8] {
        Array((0..<callCount).map { (resolved.contains($0) ? resolvedRecord($0) : record($0)) + [0x0A] }.joined())
    }

    func resolvedRecord(_ call: Int) -> [UInt8] {
        let items = "{\"first\":\(call * 3),\"count\":3}"
        let answer = "\"status\":null,\"attempts\":null,\"request_id\":null,\"answer\":null,\"resolved\":true"
        return Array("{\"key\":\"posts#\(call)\",\"items\":\(items),\(answer)}".utf8)
    }

    var rejectsFile: [UInt8] { Array(refused.sorted().map(reject).joined()) }
}

/// What the API has: it outlives every crash.
final class ModelLedger: Sendable {
    private let counts: Counts = Counts()

    private final class Counts: Sendable {
        let sent = Locked<[Int: Int]>([:])
        let resolved = Locked<Set<Int>>([])
    }

    func send(_ call: Int) { counts.sent.change { $0[call, default: 0] += 1 } }
    func has(_ call: Int) -> Bool { counts.sent.value[call] != nil }
    func resolve(_ call: Int) { counts.resolved.change { $0.insert(call) } }
    var sent: [Int: Int] { counts.sent.value }
    var resolved: Set<Int> { counts.resolved.value }
}

/// Does a job's steps as the executor does, from wherever an earlier attempt stopped.
struct ModelDriver: Sendable {
    let job: ModelJob
    let ledger: ModelLedger
    let sink: RunFolder
    let resume: ResumePoint

    /// All of it, the account included.
    func run() async throws(SinkError) {
        var report = RunReport()
        do throws(SinkError) {
            report.steps.append(try await step(loans, pull))
            report.steps.append(try await step(posts, post))
        } catch {
            report.failure = RunFailure(error)
            do throws(SinkError) { try await sink.finish(report: report) } catch {}
            throw error
        }
        try await sink.finish(report: report)
    }

    private func step(
        _ id: StepID,
        _ body: (any RecordSink, ResumePoint.BegunStep, inout StepReport) async throws(SinkError) -> Void
    ) async throws(SinkError) -> StepReport {
        if let finished = resume.finished[id] { return finished.report }
        if let begun = resume.begun[id] {
            try await sink.record(.stepResumed(id, records: begun.mark.records))
        } else {
            try await sink.record(.stepStarted(id, title: "\(id)"))
        }
        let begun = resume.begun[id] ?? .init()
        let file = try await sink.open(id)
        do throws(SinkError) {
            var report = StepReport(id: id, state: .done)
            report.records = begun.mark.records
            try await body(file, begun, &report)
            report.file = try await file.publish()
            try await sink.record(.stepFinished(report, outputs: ["last": .string("\(id)")]))
            return report
        } catch {
            await file.abandon()
            throw error
        }
    }

    private func pull(
        _ file: any RecordSink,
        _ begun: ResumePoint.BegunStep,
        _ report: inout StepReport
    ) async throws(SinkError) {
        let last = begun.lastPage
        let first = last.map { $0.position == .null ? $0.item + 1 : $0.item } ?? 0
        for item in job.items.indices.dropFirst(first) {
            // A resume in the middle of an item that breaks could not take back what came before: it is whole here.
            let start = last.map { $0.item == item ? $0.page + 1 : 0 } ?? 0
            let mark = file.mark()
            let isBroken = job.broken.contains(item)
            for page in job.items[item].indices.dropFirst(start) {
                let content = job.items[item][page]
                // An attempt that comes to nothing.
                try file.append(Array(content.lines.prefix(content.lines.count / 2)))
                try file.rollback()
                try file.append(content.lines)
                if isBroken { break }
                let isEnd = page == job.items[item].count - 1
                let position: JSONValue = isEnd ? .null : ["after": .number(page), "of": [.number(item), .null]]
                try await file.commit(
                    PageCommit(
                        item: item,
                        page: page,
                        records: content.records,
                        position: position,
                        outputs: ["max": .number(item * 100 + page)]
                    )
                )
                report.records += content.records
            }
            guard isBroken else { continue }
            try file.rollback(to: mark)
            try await file.commit(PageCommit(item: item, page: 0, records: 0))
            try await sink.record(.itemSkipped(loans, item: item, reason: "404"))
            report.skippedItems += 1
        }
    }

    private func post(
        _ file: any RecordSink,
        _ begun: ResumePoint.BegunStep,
        _ report: inout StepReport
    ) async throws(SinkError) {
        var next = begun.lastPage.map { $0.item + 1 } ?? 0
        while next < job.callCount {
            let calls = next..<min(next + job.window, job.callCount)
            var records: [Int: [UInt8]] = [:]
            // The answers come in another order than the calls went out.
            for call in calls where begun.calls[call]?.state != .done {
                let known = begun.calls[call]?.state
                if known == .refused {
                    records[call] = begun.calls[call]?.record
                    continue
                }
                // A probe before anything is sent again.
                if known == .unknown, ledger.has(call) { continue }
                try await file.intend(job.intent(call))
                ledger.send(call)
            }
            for call in calls.reversed() where records[call] == nil {
                if begun.calls[call]?.state == .done {
                    records[call] = begun.calls[call]?.record
                    continue
                }
                let state: CallOutcome.State = job.refused.contains(call) ? .refused : .done
                let reason = state == .refused ? "400" : nil
                let outcome = CallOutcome(
                    intent: job.intent(call),
                    state: state,
                    record: job.record(call),
                    outputs: job.outputs(call),
                    reason: reason
                )
                try await file.settle(outcome)
                records[call] = outcome.record
            }
            for call in calls {
                try file.append((records[call] ?? []) + [0x0A])
                if job.refused.contains(call) { try file.reject(job.reject(call)) }
                try await file.commit(PageCommit(item: call, page: 0, records: 1))
                report.records += 1
            }
            next = calls.upperBound
        }
    }
}
