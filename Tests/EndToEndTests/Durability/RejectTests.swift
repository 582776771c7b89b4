import Foundation
import Testing

/// Items that the API refuses: left out, listed with the reason, and fed back once they are mended.
@Suite(.paced) struct RejectTests {
    /// What tests read of a refused item's line.
    private struct Reject: Decodable {
        struct Item: Decodable {
            let loan: String
            private enum CodingKeys: String, CodingKey { case loan = "loan_id" }
        }

        let item: Item
        let position: Int
        let step: String
        let reason: String
    }

    /// Rows with an amount that the API refuses: it has three decimals.
    private static func csv(_ rows: Range<Int>, bad: Set<Int>) -> String {
        Repayments.csv(rows).split(separator: "\n").enumerated().map { index, line in
            guard index > 0, bad.contains(index - 1) else { return String(line) }
            let cells = line.split(separator: ",")
            return "\(cells[0]),1.125,\(cells[2])"
        }.joined(separator: "\n") + "\n"
    }

    private func job(_ bad: Set<Int>, rows: Int = 200, batch: Int, _ more: String) -> DurableJob {
        var job = DurableJob.report("with rejects", rows: rows, batch: batch, "  on_error: skip\n" + more)
        job.files["repayments.csv"] = Self.csv(0..<rows, bad: bad)
        return job
    }

    private func rejects(_ results: RunResults, _ name: String = "repayments.rejects.ndjson") throws -> [Reject] {
        try results.data(name).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Reject.self, from: $0)
        }
    }

    @Test(arguments: [1, 10]) func `refused items are left out and can be fed back`(_ batch: Int) async throws {
        let bad: Set = [3, 4, 77, 199]
        let left = (0..<200).filter { row in batch == 1 ? bad.contains(row) : [0, 7, 19].contains(row / 10) }
        let run = try await InterruptedRun(job(bad, batch: batch, "  idempotency_key: auto"))
        let end = try await runner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(end.status == 1, "\(end.stderr)")
        #expect(end.stderr.contains("\(left.count) "), "\(end.stderr)")
        let results = try RunResults(job: "report", in: run.folder)
        let rejects = try rejects(results)
        #expect(rejects.map(\.position) == left)
        #expect(rejects.map { Int($0.item.loan) ?? 0 } == left.map { Repayments.first + $0 })
        #expect(rejects.allSatisfy { $0.step == "repayments" && $0.reason.contains("400") }, "\(rejects)")
        #expect(try results.manifest().state == "partial")
        let accepted = Set(0..<200).subtracting(left).sorted().map { Repayments.first + $0 }
        #expect(try await Ledger(run.sandbox).loans.sorted() == accepted)
        let shown = try await runner("show", "--last", "report", in: run.folder).text
        #expect(shown.contains("\(left.count) items in \(results.path)/repayments.rejects.ndjson"), "\(shown)")
        // Each number as it was written.
        let text = String(decoding: try results.data("repayments.rejects.ndjson"), as: UTF8.self)
        #expect(text.ranges(of: #""amount":1.125"#).count == bad.count)
        let again = try await runner("resume", "--last", "report", in: run.folder, environment: run.sandbox.credentials)
        #expect(again.status == 1 && again.stderr.contains("nothing to resume"), "\(again.stderr)")
        #expect(try results.manifest().state == "partial")
        #expect(try await Ledger(run.sandbox).loans.sorted() == accepted)
        try await feedBack(run, results, text.replacing(#""amount":1.125"#, with: #""amount":1.25"#))
    }

    private func feedBack(_ run: InterruptedRun, _ results: RunResults, _ mended: String) async throws {
        try run.folder.write(mended, to: "mended.ndjson")
        let text = String(decoding: try run.folder.read("job.yaml"), as: UTF8.self)
            .replacing("csv: repayments.csv, columns: { amount: number }", with: "ndjson: mended.ndjson, field: item")
            .replacing("name: report", with: "name: mended")
        try run.folder.write(text, to: "mended.yaml")
        let end = try await runner("mended.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(end.status == 0, "\(end.stderr)")
        #expect(try await Ledger(run.sandbox).loans.sorted() == Repayments.loans(0..<200))
    }

    /// A percentage is one of the items so far, from the hundredth on.
    @Test(arguments: [
        ("3", [0, 1, 2], true), ("3", [0, 1, 2, 199], false), ("0", [199], false), ("2%", [5, 110, 170, 199], true),
        ("2%", [5, 110, 170, 198, 199], false), ("2%", [0, 1, 2], true), ("100%", Array(0..<200), true),
    ])
    func `more than max_failures ends the step`(_ limit: String, _ rows: [Int], _ isWithin: Bool) async throws {
        let bad = Set(rows)
        let run = try await InterruptedRun(
            job(bad, batch: 1, "  idempotency_key: auto\n  max_failures: \(limit)")
        )
        let end = try await runner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(end.status == 1, "\(end.stderr)")
        #expect(end.stderr.contains("max_failures") == !isWithin, "\(end.stderr)")
        let results = try RunResults(job: "report", in: run.folder)
        #expect(try results.names.contains("repayments.rejects.ndjson") == isWithin)
        #expect(try await Ledger(run.sandbox).repeated == [])
        if isWithin { #expect(try await Ledger(run.sandbox).loans.count == 200 - bad.count) }
    }

    @Test(arguments: [1, 2, 3, 4]) func `rejects are there once after deaths`(_ seed: Int) async throws {
        guard Executable.path(of: "strace") != nil else { return }
        let bad = Set(stride(from: 3, to: 200, by: 11))
        let run = try await InterruptedRun(job(bad, batch: 1, "  idempotency_key: auto"))
        var random = SplitMix(seed: seed)
        for _ in 0..<3 {
            let (executable, words) = Death.atCall("write", .random(in: 20...200, using: &random)).command(run.next)
            _ = try await command(executable, words, in: run.folder, environment: run.sandbox.credentials)
        }
        let end = try await command(Repository.runner, run.next, in: run.folder, environment: run.sandbox.credentials)
        let results = try #require(run.results)
        #expect(end.status == 1 || end.status == 66, "\(end.stderr)")
        #expect(try rejects(results).map(\.position) == bad.sorted())
        let lines = try results.records("repayments").map {
            try JSONDecoder().decode(OutcomeLine.self, from: Data($0.utf8))
        }
        #expect(lines.map(\.items.first) == Array(0..<200))
        let accepted = Set(0..<200).subtracting(bad).sorted().map { Repayments.first + $0 }
        #expect(try await Ledger(run.sandbox).loans.sorted() == accepted)
        try await results.expectWhole()
    }
}
