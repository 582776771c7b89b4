package import JSONBytes
package import JobExecution
package import JobSpec
package import Secrets

/// The account of a finished run: `manifest.json` in its folder.
package struct Manifest: Sendable {
    /// In the run's folder.
    package static let fileName = "manifest.json"

    /// The version of the format.
    package static let version = 1

    /// The content. Names of members don't change their meaning within a version; new ones may come.
    package let json: JSONValue

    /// Puts an account together.
    ///
    /// - Parameters:
    ///   - attempt: how often the run was started and resumed.
    ///   - started: the time since 1970-01-01T00:00:00Z.
    ///   - finished: likewise.
    ///   - redactor: goes over every text that is not a checked name.
    package init(
        run: RunID,
        job: StepID,
        header: RunHeader,
        attempt: Int = 1,
        started: Duration,
        finished: Duration,
        report: RunReport,
        redactor: Redactor
    ) {
        let pieces = ReportJSON(redactor: redactor)
        var members = [
            JSONMember("v", .number(Self.version)),
            JSONMember("run", .string(run.name)),
            JSONMember("job", .string(job.name)),
            JSONMember("environment", .string(header.environment)),
            JSONMember("state", .string(RunState(report).rawValue)),
            JSONMember("started", .string(Timestamp.text(started))),
            JSONMember("finished", .string(Timestamp.text(finished))),
            JSONMember("duration_ms", .number(Timestamp.milliseconds(report.duration))),
            JSONMember("as_of", pieces.text(header.asOf)),
            JSONMember("plan_hash", .string(header.planHash)),
            JSONMember("runner", .string(header.version)),
            JSONMember("tokens", .array(report.tokens.map(pieces.value(of:)))),
            JSONMember("steps", .array(report.steps.map { .object(pieces.members(of: $0)) })),
        ]
        if attempt > 1 { members.append(JSONMember("attempts", .number(attempt))) }
        if let failure = report.failure { members.append(JSONMember("failure", pieces.value(of: failure))) }
        json = .object(members)
    }

    /// The bytes of the file.
    package var bytes: [UInt8] { Array(JSONPrettyPrinter.text(json).utf8) }
}
