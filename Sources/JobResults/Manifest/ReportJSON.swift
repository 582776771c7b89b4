import Diagnostics
import JSONBytes
import JobExecution
import JobPlan
import JobSpec
import Secrets

/// The pieces that journal and manifest write alike. Text from outside goes through the redactor.
struct ReportJSON {
    /// Masks secrets.
    let redactor: Redactor

    /// A text that may hold anything.
    func text(_ text: String) -> JSONValue { .string(redactor.redact(text)) }

    /// Scopes in the order given. A server names those that it granted, so they count as text from outside.
    func value(of scopes: [Scope]) -> JSONValue { .array(scopes.map { text($0.name) }) }

    /// The name and content of a published file, without its records.
    func members(of file: PublishedFile) -> [JSONMember] {
        [
            JSONMember("file", .string(file.name)),
            JSONMember("bytes", .number(file.bytes)),
            JSONMember("sha256", .string(file.sha256)),
        ]
    }

    /// A published file that stands in a member of its own.
    func value(of file: PublishedFile) -> JSONValue {
        .object(members(of: file) + [JSONMember("records", .number(file.records))])
    }

    /// What a step did; what does not apply to it is left out.
    func members(of step: StepReport) -> [JSONMember] {
        var members = [
            JSONMember("step", .string(step.id.name)),
            JSONMember("state", .string(step.state.rawValue)),
        ]
        if let file = step.file { members += self.members(of: file) }
        members += [
            JSONMember("records", .number(step.records)),
            JSONMember("pages", .number(step.pages)),
            JSONMember("calls", .number(step.calls)),
            JSONMember("attempts", .number(step.attempts)),
            JSONMember("skipped_items", .number(step.skippedItems)),
            JSONMember("duration_ms", .number(Timestamp.milliseconds(step.duration))),
        ]
        if let rejects = step.rejects { members.append(JSONMember("rejects", value(of: rejects))) }
        if let reason = step.reason { members.append(JSONMember("reason", text(reason))) }
        return members
    }

    /// What was planned and granted for a token.
    func value(of token: TokenReport) -> JSONValue {
        .object([
            JSONMember("token", text(token.id.name)),
            JSONMember("requested", value(of: token.requested)),
            JSONMember("granted", value(of: token.granted)),
            JSONMember("fetches", .number(token.fetches)),
        ])
    }

    /// Why a run ended early; what is not known is left out.
    func value(of failure: RunFailure) -> JSONValue {
        var members = [JSONMember("kind", .string(Self.snakeCase(failure.kind.rawValue)))]
        if let step = failure.step { members.append(JSONMember("step", .string(step.name))) }
        if let request = failure.request { members.append(JSONMember("request", text(request))) }
        if let attempt = failure.attempt { members.append(JSONMember("attempt", .number(attempt))) }
        if let status = failure.status { members.append(JSONMember("status", .number(status))) }
        members.append(JSONMember("message", text(failure.message)))
        if !failure.help.isEmpty { members.append(JSONMember("help", .array(failure.help.map(text)))) }
        if let span = failure.span { members.append(JSONMember("location", text(span.location))) }
        return .object(members)
    }

    /// `tryAgainLater` as `try_again_later`.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
    }
}
