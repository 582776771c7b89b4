import JSONBytes
import JobExecution
import JobPlan
import JobSpec
import Secrets

extension JournalEvent {
    /// The line's `event`.
    var name: String {
        switch self {
        case .runStarted: "run_started"
        case .runResumed: "run_resumed"
        case .pageCommitted: "page_committed"
        case .rejectsCommitted: "rejects_committed"
        case .recordsDropped: "records_dropped"
        case .callIntended: "call_intended"
        case .callSettled: "call_settled"
        case .callResolved: "call_resolved"
        case .filePublished: "file_published"
        case .runFinished: "run_finished"
        case .happened(let event): Self.name(of: event)
        }
    }

    /// The members of the line that tell what happened. `redactor` goes over everything that was not checked to be a
    /// plain name, except for what a resume needs as it was: see ``StepCheckpoint`` and `CallOutcome`.
    func members(redactor: Redactor) -> [JSONMember] {
        let json = ReportJSON(redactor: redactor)
        switch self {
        case .runStarted(let run, let job, let header):
            return Self.members(of: header, run, job)
        case .runResumed(let attempt, let version, let planHash):
            return [JSONMember("attempt", .number(attempt)), JSONMember("runner", .string(version))]
                + (planHash.map { [JSONMember("plan_hash", .string($0))] } ?? [])
        case .pageCommitted(let step, let checkpoint), .rejectsCommitted(let step, let checkpoint):
            return [JSONMember("step", .string(step.name))] + checkpoint.members
        case .recordsDropped(let step, let checkpoint, let skippedItems):
            return [JSONMember("step", .string(step.name))] + checkpoint.members
                + (skippedItems.map { [JSONMember("skipped_items", .number($0))] } ?? [])
        case .callIntended(let step, let intent):
            return [JSONMember("step", .string(step.name))] + intent.members
        case .callSettled(let step, let outcome):
            return [JSONMember("step", .string(step.name))] + outcome.members(json)
        case .callResolved(let step, let intent, let isDone):
            return [JSONMember("step", .string(step.name))] + intent.members + [JSONMember("done", .bool(isDone))]
        case .filePublished(let step, let file, let rejects):
            return [JSONMember("step", .string(step.name))] + json.members(of: file) + [
                JSONMember("records", .number(file.records))
            ] + (rejects.map { [JSONMember("rejects", json.value(of: $0))] } ?? [])
        case .runFinished(let state, let report):
            var members = [
                JSONMember("state", .string(state.rawValue)),
                JSONMember("duration_ms", .number(Timestamp.milliseconds(report.duration))),
            ]
            if let failure = report.failure { members.append(JSONMember("failure", json.value(of: failure))) }
            return members
        case .happened(let event):
            return Self.members(of: event, json)
        }
    }

    private static func members(of header: RunHeader, _ run: RunID, _ job: StepID) -> [JSONMember] {
        let members = [
            JSONMember("run", .string(run.name)),
            JSONMember("job", .string(job.name)),
            JSONMember("environment", .string(header.environment)),
            JSONMember("as_of", .string(header.asOf)),
            JSONMember("plan_hash", .string(header.planHash)),
            JSONMember("runner", .string(header.version)),
        ]
        return members + (header.invocation.map { [JSONMember("invocation", $0.json)] } ?? [])
    }

    private static func name(of event: RunEvent) -> String {
        switch event {
        case .tokenGranted: "token_granted"
        case .stepStarted: "step_started"
        case .pageCommitted: "page_committed"
        case .retrying: "retrying"
        case .tokenRefused: "token_refused"
        case .notice: "notice"
        case .itemSkipped: "item_skipped"
        case .stepSkipped: "step_skipped"
        case .stepFailed: "step_failed"
        case .stepFinished: "step_finished"
        case .inputOpened: "input_opened"
        case .stepResumed: "step_resumed"
        }
    }

    private static func members(of event: RunEvent, _ json: ReportJSON) -> [JSONMember] {
        switch event {
        case .tokenGranted(let token, let scopes):
            return [JSONMember("token", json.text(token.name)), JSONMember("scopes", json.value(of: scopes))]
        case .stepStarted(let step, let title):
            return [JSONMember("step", .string(step.name)), JSONMember("title", json.text(title))]
        case .pageCommitted(let step, let page, _):
            return [
                JSONMember("step", .string(step.name)),
                JSONMember("item", .number(page.item)),
                JSONMember("page", .number(page.page)),
                JSONMember("records", .number(page.records)),
            ]
        case .retrying(let step, let request, let attempt, let reason, let delay):
            return (step.map { [JSONMember("step", .string($0.name))] } ?? []) + [
                JSONMember("request", json.text(request)),
                JSONMember("attempt", .number(attempt)),
                JSONMember("reason", json.text(reason)),
                JSONMember("delay_ms", .number(Timestamp.milliseconds(delay))),
            ]
        case .tokenRefused(let step, let token, let status):
            return [
                JSONMember("step", .string(step.name)),
                JSONMember("token", json.text(token.name)),
                JSONMember("status", .number(status)),
            ]
        case .notice(let step, let message):
            return [JSONMember("step", .string(step.name)), JSONMember("message", json.text(message))]
        case .itemSkipped(let step, let item, let count, let reason):
            return [
                JSONMember("step", .string(step.name)),
                JSONMember("item", .number(item)),
                JSONMember("count", .number(count)),
                JSONMember("reason", json.text(reason)),
            ]
        case .stepSkipped(let step, let reason), .stepFailed(let step, let reason):
            return [JSONMember("step", .string(step.name)), JSONMember("reason", json.text(reason))]
        case .stepFinished(let report, let outputs):
            return json.members(of: report) + (outputs.isEmpty ? [] : [JSONMember("outputs", .outputs(outputs))])
        case .inputOpened(let step, let input):
            let path = input.path.map { [JSONMember("path", .string($0))] } ?? []
            return [JSONMember("step", .string(step.name))] + path + [
                JSONMember("bytes", .number(input.bytes)),
                JSONMember("sha256", .string(input.sha256)),
            ]
        case .stepResumed(let step, let records):
            return [JSONMember("step", .string(step.name)), JSONMember("records", .number(records))]
        }
    }
}
