import ArgumentParser
import Diagnostics
import Glibc
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec

/// An interrupted run, planned again and checked against what it began with.
struct ResumedRun: Sendable {
    /// The run's folder, absolute.
    let path: String
    let id: String
    let plan: Plan
    let header: RunHeader
    /// Set where the plan is another one and the person agreed to it.
    let acceptedPlan: RunFolder.AcceptedPlan?

    /// Plans the run's job again, from the folder that the run was started in.
    ///
    /// - Throws: an exit status, after having said what is wrong.
    static func open(
        _ path: String,
        session: Session,
        acceptsPlanChange: Bool,
        isProduction: Bool
    ) throws -> ResumedRun {
        let header: RunHeader
        let begun: [StepID]
        let before: [UInt8]
        do throws(SinkError) {
            header = try RunFolder.header(at: path)
            begun = try RunFolder.begunSteps(at: path)
            before = try RunFolder.planJSON(at: path)
        } catch {
            throw session.failure(RunFailure(error))
        }
        guard let invocation = header.invocation else {
            let failure = RunFailure(
                .input,
                "the run's journal doesn't say how it was started",
                help: ["start a new run"]
            )
            throw session.failure(failure)
        }
        let absolute = AbsolutePath.of(path)
        // Inputs and outputs of the job are relative to where it was started.
        guard chdir(invocation.workingDirectory) == 0 else {
            throw session.failure(
                RunFailure(
                    .input,
                    "the folder that the run was started in is gone: \(invocation.workingDirectory)",
                    help: ["make it again with the job's input files, then resume"]
                )
            )
        }
        let plan = try session.planned(JobRequest(invocation))
        try session.confirmProduction(plan, isProduction)
        let isSame = plan.hash == header.planHash
        guard isSame || acceptsPlanChange else {
            throw session.failure(changed(from: before, to: plan))
        }
        if !isSame { try checkItems(of: begun, before, plan, session) }
        return ResumedRun(
            path: absolute,
            id: absolute.split(separator: "/").last.map(String.init) ?? absolute,
            plan: plan,
            header: header,
            acceptedPlan: isSame ? nil : RunFolder.AcceptedPlan(hash: plan.hash, json: plan.document)
        )
    }

    /// Refuses, whatever a person agrees to, what would give a step that has begun other items: the journal knows its
    /// calls by their positions, so some items would be left out and others sent twice.
    private static func checkItems(of begun: [StepID], _ before: [UInt8], _ plan: Plan, _ session: Session) throws {
        let (old, new) = (Self.json(before), Self.json(plan.document))
        for step in begun {
            let old = Self.step(step, in: old)
            guard let new = Self.step(step, in: new) else {
                throw session.failure(
                    RunFailure(
                        .planChanged,
                        "step `\(step)` has begun and is no longer among the steps that run",
                        help: ["put it back, under the same id, or start a new run"]
                    )
                )
            }
            let differences = ["for_each", "batch_size"].flatMap { key in
                JSONDifference.list(from: old?[key] ?? .null, to: new[key] ?? .null, at: "plan.steps[\(step)].\(key)")
            }
            guard differences.isEmpty else {
                throw session.failure(
                    RunFailure(
                        .planChanged,
                        "step `\(step)` has begun: which items its calls have can't change any more",
                        help: differences.map { "\($0)" }
                            + ["put it back as it was, or start a new run with the items that are left"]
                    )
                )
            }
        }
    }

    private static func step(_ id: StepID, in plan: JSONValue) -> JSONValue? {
        plan["plan"]?["steps"]?.elements?.first { $0["id"]?.text == id.name }
    }

    /// A plan's document as a value; null for one that a person has broken.
    private static func json(_ document: [UInt8]) -> JSONValue { (try? JSONParser.parse(document)) ?? .null }

    private static func changed(from before: [UInt8], to plan: Plan) -> RunFailure {
        let differences = JSONDifference.list(
            from: json(before)["plan"] ?? .null,
            to: json(plan.document)["plan"] ?? .null
        )
        let shown = differences.prefix(12).map { "\($0)" }
        let more = differences.count > 12 ? ["and \(differences.count - 12) more differences"] : []
        return RunFailure(
            .planChanged,
            "the job's plan has changed since the run began",
            help: shown + more + ["put the job back as it was, start a new run, or go on with --accept-plan-change"]
        )
    }
}

extension JobRequest {
    /// What the run was started with.
    init(_ invocation: RunInvocation) {
        self.init(
            file: invocation.jobFile,
            environment: invocation.environment,
            environmentFiles: invocation.environmentFiles,
            variables: invocation.variables,
            selection: StepSelection(only: invocation.only, from: invocation.from)
        )
    }

    /// What a run keeps to be resumed.
    var invocation: RunInvocation {
        RunInvocation(
            jobFile: AbsolutePath.of(file),
            workingDirectory: AbsolutePath.current,
            environment: environment,
            environmentFiles: environmentFiles.map(AbsolutePath.of),
            variables: variables,
            only: selection.only,
            from: selection.from
        )
    }
}

/// Paths that stay right when the folder changes.
enum AbsolutePath {
    static var current: String {
        guard let buffer = getcwd(nil, 0) else { return "." }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    static func of(_ path: String) -> String { path.hasPrefix("/") ? path : current + "/" + path }
}
