import Diagnostics
import JobExecution
import JobPlan
import JobSpec

/// A run's failure for people: where, what, and what to do next.
enum FailureText {
    static func render(_ failure: RunFailure, plan: Plan?, console: Console) -> String {
        let step = failure.step.flatMap { id in plan?.job.step(id) }
        let subject = failure.step.map { "step `\($0)`: " } ?? ""
        let diagnostic = Diagnostic(
            severity: .error,
            code: code(failure.kind),
            message: console.harmless(subject + failure.message),
            span: failure.span ?? step?.idSpan,
            help: (details(failure) + failure.help).map(console.harmless)
        )
        return console.renderer.render(diagnostic)
    }

    /// Which request it was, since the step alone may have sent thousands.
    private static func details(_ failure: RunFailure) -> [String] {
        guard let request = failure.request else { return [] }
        return ["the request was \(request)" + (failure.attempt.map { $0 > 1 ? ", attempt \($0)" : "" } ?? "")]
    }

    private static func code(_ kind: RunFailure.Kind) -> String {
        switch kind {
        case .refused: "refused"
        case .criterionNotMet: "criterion-not-met"
        case .unavailable: "api-unavailable"
        case .tryAgainLater: "try-again-later"
        case .protocolViolation: "protocol"
        case .notAuthorized: "not-authorized"
        case .configuration: "configuration"
        case .input: "input"
        case .invalidInput: "invalid-input"
        case .planChanged: "plan-changed"
        case .outOfTime: "out-of-time"
        case .unknownOutcome: "unknown-outcome"
        case .cannotCreate: "cannot-create"
        case .io: "io"
        case .limit: "limit"
        case .template: "template"
        case .closedPipe: "closed-pipe"
        case .cancelled: "stopped"
        case .locked: "locked"
        }
    }
}
