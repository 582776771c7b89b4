import Diagnostics
import Foundation
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec
import Secrets
import Testing

@Suite struct ManifestTests {
    private func manifest(_ report: RunReport, redactor: Redactor = Redactor()) throws -> String {
        let manifest = Manifest(
            run: try #require(RunID("20261124T053703Z-3f9a1c")),
            job: try #require(StepID("nightly")),
            header: testHeader,
            started: .seconds(1_795_498_623) + .milliseconds(42),
            finished: .seconds(1_795_498_625),
            report: report,
            redactor: redactor
        )
        return String(decoding: manifest.bytes, as: UTF8.self)
    }

    @Test func golden() throws {
        var done = StepReport(id: loans, state: .done)
        done.file = PublishedFile(name: "loans.ndjson", bytes: 358_000_000, records: 300_000, sha256: "e3b0c442")
        done.records = 300_000
        done.pages = 1_000
        done.calls = 1_000
        done.attempts = 1_003
        done.duration = .seconds(1) + .microseconds(234_567)
        var skipped = StepReport(id: try #require(StepID("repayments")), state: .skipped)
        skipped.reason = "its condition is false"
        var report = RunReport()
        report.steps = [done, skipped]
        report.tokens = [
            TokenReport(
                id: TokenID(name: "read-loans"),
                requested: [try #require(Scope("read:loans"))],
                granted: [try #require(Scope("read:loans")), try #require(Scope("read:drafts"))],
                fetches: 2
            ),
            TokenReport(id: TokenID(name: "any"), requested: [], granted: [], fetches: 0),
        ]
        report.failure = RunFailure(
            .tryAgainLater,
            "the API asks to come back at 06:00",
            step: loans,
            request: "GET https://api.example.org/v3/loans",
            attempt: 5,
            status: 429,
            help: ["run it again then"]
        )
        report.duration = .milliseconds(1_958)
        #expect(
            try manifest(report) == """
                {
                  "v": 1,
                  "run": "20261124T053703Z-3f9a1c",
                  "job": "nightly",
                  "environment": "sandbox",
                  "state": "failed",
                  "started": "2026-11-24T05:37:03.042Z",
                  "finished": "2026-11-24T05:37:05.000Z",
                  "duration_ms": 1958,
                  "as_of": "2026-11-24T05:37:03Z",
                  "plan_hash": "ab12",
                  "runner": "0.1.0",
                  "tokens": [
                    {
                      "token": "read-loans",
                      "requested": ["read:loans"],
                      "granted": ["read:loans", "read:drafts"],
                      "fetches": 2
                    },
                    {
                      "token": "any",
                      "requested": [],
                      "granted": [],
                      "fetches": 0
                    }
                  ],
                  "steps": [
                    {
                      "step": "loans",
                      "state": "done",
                      "file": "loans.ndjson",
                      "bytes": 358000000,
                      "sha256": "e3b0c442",
                      "records": 300000,
                      "pages": 1000,
                      "calls": 1000,
                      "attempts": 1003,
                      "skipped_items": 0,
                      "duration_ms": 1234
                    },
                    {
                      "step": "repayments",
                      "state": "skipped",
                      "records": 0,
                      "pages": 0,
                      "calls": 0,
                      "attempts": 0,
                      "skipped_items": 0,
                      "duration_ms": 0,
                      "reason": "its condition is false"
                    }
                  ],
                  "failure": {
                    "kind": "try_again_later",
                    "step": "loans",
                    "request": "GET https://api.example.org/v3/loans",
                    "attempt": 5,
                    "status": 429,
                    "message": "the API asks to come back at 06:00",
                    "help": ["run it again then"]
                  }
                }

                """
        )
    }

    @Test func emptyRunIsDone() throws {
        let value = try JSONParser.parse(try manifest(RunReport()))
        #expect(value["state"]?.text == "done")
        #expect(value["steps"] == .array([]))
        #expect(value["failure"] == nil)
    }

    @Test func states() {
        var report = RunReport()
        #expect(RunState(report) == .done)
        report.steps = [StepReport(id: loans, state: .failed)]
        #expect(RunState(report) == .partial)
        report.steps = [StepReport(id: loans, state: .done)]
        report.steps[0].skippedItems = 1
        #expect(RunState(report) == .partial)
        report.failure = RunFailure(.io, "disk")
        #expect(RunState(report) == .failed)
        report.failure = RunFailure(.cancelled, "SIGTERM")
        #expect(RunState(report) == .stopped)
        report.failure = RunFailure(.closedPipe, "gone")
        #expect(RunState(report) == .stopped)
    }

    @Test func hostileTextsStayInside() throws {
        let redactor = Redactor()
        redactor.register(Secret("s3cr3t\"quoted"))
        var report = RunReport()
        report.failure = RunFailure(
            .refused,
            "body: \"},\n\u{0}\u{1F}\u{2028}\\ s3cr3t\"quoted",
            help: ["s3cr3t%22quoted"]
        )
        let text = try manifest(report, redactor: redactor)
        #expect(!text.contains("s3cr3t"))
        let value = try JSONParser.parse(text)
        #expect(value["failure"]?["message"]?.text == "body: \"},\n\u{0}\u{1F}\u{2028}\\ •••")
    }
}
