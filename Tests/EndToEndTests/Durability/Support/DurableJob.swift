import Foundation
import Testing

/// A job that is interrupted again and again, with the sandbox that it runs against.
struct DurableJob: Sendable, CustomTestStringConvertible {
    let name: String
    /// For the names of test cases.
    var testDescription = "a job"
    /// Its steps, not indented.
    let steps: String
    var sandboxOptions: [String] = ["--latency", "1ms"]
    /// Files beside the job, by name.
    var files: [String: String] = [:]
    /// More lines of the environment.
    var environment = Jobs.impatient

    /// 20,000 loans in pages of 100.
    static let pull = DurableJob(
        name: "pull",
        testDescription: "pull",
        steps: """
            - id: loans
              scopes: [read:loans]
              concurrency: 4
              request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
              paginator: { type: offset, limit: 100, total_path: $.total }
              data_selector: $.loans[*]
            """,
        sandboxOptions: ["--loans", "20000"]
    )

    /// 2,000 repayments in batches of 20.
    ///
    /// - Parameters:
    ///   - description: what is special about it.
    ///   - safety: more lines of the step, indented.
    static func report(_ description: String, rows: Int = 2000, batch: Int = 20, _ safety: String) -> DurableJob {
        DurableJob(
            name: "report",
            testDescription: description,
            steps: """
                - id: repayments
                  scopes: [create:repayment]
                  for_each: { csv: repayments.csv, columns: { amount: number } }
                  batch_size: \(batch)
                  concurrency: 4
                  request:
                    method: POST
                    path: /v3/partner/${{ token.partnerId }}/repayments
                    json: { repayments: "${{ batch }}" }
                \(safety)
                """,
            files: ["repayments.csv": Repayments.csv(0..<rows)]
        )
    }

    /// Each call has a key of its own, so it can simply be sent again.
    static let keyed = report("keyed", "  idempotency_key: auto")
    /// The API is asked whether a call took effect.
    static let reconciled = report(
        "reconciled",
        """
          reconcile:
            scopes: [read:loans]
            request:
              path: /v3/partner/${{ token.partnerId }}/repayments
              params: { loan_id: "${{ batch[0].loan_id }}" }
            found: $.repayments[*]
        """
    )
    /// Only a person can tell.
    static let unsafe = report("unsafe", "")

    /// Writes the job and its files into a folder.
    func write(to folder: TemporaryFolder, _ sandbox: SandboxProcess) throws {
        for (name, text) in files { try folder.write(text, to: name) }
        let text = Jobs.steps(sandbox.environment(extra: environment), name: name, steps)
        try folder.write(text, to: "job.yaml")
    }

    /// Runs it undisturbed once, to learn what an uninterrupted run leaves and how often it makes each system call.
    func undisturbed() async throws -> Undisturbed {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess(options: sandboxOptions)
        try write(to: folder, sandbox)
        let plain = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        guard plain.status == 0 else { throw SandboxProcess.Failed(message: plain.stderr) }
        let results = try RunResults(job: name, in: folder)
        let records = try results.names.filter { $0.hasSuffix(".ndjson") && $0 != "journal.ndjson" }
            .map { ($0, try results.data($0)) }
        let milliseconds = Int(plain.duration / .milliseconds(1))
        guard Executable.path(of: "strace") != nil else {
            let counts = SystemCallCounts(trace: "", milliseconds: milliseconds)
            return Undisturbed(files: Dictionary(uniqueKeysWithValues: records), counts: counts)
        }
        let names = "write,fdatasync,fsync,/^rename,read,/^epoll_p?wait"
        _ = try await command(
            "strace",
            ["-f", "-o", "trace", "-e", "trace=\(names)", Repository.runner, "job.yaml"],
            in: folder,
            environment: sandbox.credentials
        )
        let trace = String(decoding: try folder.read("trace"), as: UTF8.self)
        return Undisturbed(
            files: Dictionary(uniqueKeysWithValues: records),
            counts: SystemCallCounts(trace: trace, milliseconds: milliseconds)
        )
    }
}

/// What a run leaves that nobody disturbs.
struct Undisturbed: Sendable {
    /// The records, by the names of their files.
    let files: [String: Data]
    let counts: SystemCallCounts
}

/// Repayments to report.
enum Repayments {
    /// The first loan's number.
    static let first = 1_000_000

    /// A file with a repayment for each of these loans.
    static func csv(_ rows: Range<Int>) -> String {
        var text = "loan_id,amount,client_id\n"
        text.reserveCapacity(rows.count * 24)
        for row in rows { text += "\(first + row),\(row % 400 + 1).\(row % 90 + 10),\(500_000 + row)\n" }
        return text
    }

    /// The numbers of the loans in such a file.
    static func loans(_ rows: Range<Int>) -> [Int] { rows.map { first + $0 } }
}
