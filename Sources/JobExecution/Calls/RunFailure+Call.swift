import JSONBytes
import JobPlan
import JobSpec

extension RunFailure {
    /// A token could not be had.
    init(_ error: TokenError, wallClock: WallClock) {
        switch error {
        case .refused:
            self.init(.notAuthorized, error.message, help: [error.hint])
        case .unavailable(let problem):
            guard let time = problem.tryAgainAt else {
                self.init(.unavailable, error.message, status: problem.status, help: [error.hint])
                return
            }
            self.init(
                .tryAgainLater,
                error.message,
                status: problem.status,
                help: ["run it again at \(CivilDateTime(sinceEpoch: time)) or later"]
            )
        case .protocolViolation: self.init(.protocolViolation, error.message, help: [error.hint])
        case .cancelled: self.init(.cancelled, "the run was stopped")
        default: self.init(.configuration, error.message, help: [error.hint])
        }
    }

    /// 401 or 403, and no fresh token helps.
    static func refused(_ attempt: Attempt, _ reason: AuthorizationRule.Reason, _ planned: PlannedStep) -> RunFailure {
        let wanted = planned.scopes.sorted().map(\.name).joined(separator: ", ")
        let help: String =
            switch reason {
            case .scopeNotGranted:
                "the token was not granted \(wanted): ask the API's owner to authorise this client for it"
            case .freshTokenRefused:
                "a fresh token\(wanted.isEmpty ? "" : " with \(wanted)") was refused as well: check the audience and that this client may see this partner"
            }
        return answered(attempt, .notAuthorized, help: help)
    }

    /// Why this side could not take an answer in; nothing for an error that it doesn't know.
    init?(_ cause: any Error, of attempt: Attempt) {
        switch cause {
        case let error as SinkError: self.init(error)
        case let failure as RunFailure: self = failure
        case let error as PageError:
            self.init(.protocolViolation, error.message, help: [error.help])
        case let error as JSONPathError:
            self.init(.limit, "the selector can't be applied: \(error.message)", help: ["simplify the selector"])
        case is CancellationError: self.init(.cancelled, "the run was stopped")
        default: return nil
        }
        request = request ?? attempt.summary
        status = status ?? attempt.status
    }

    /// No further attempt.
    static func failed(_ attempt: Attempt, _ outcome: AttemptOutcome, _ reason: GiveUpReason) -> RunFailure {
        if case .cancelled = reason { return RunFailure(.cancelled, "the run was stopped") }
        let why = reason == .final ? "" : " (\(reason))"
        switch outcome {
        case .response(let status, _):
            let isServer = status >= 500 || status == 429 || status == 408
            return answered(
                attempt,
                isServer ? .unavailable : .refused,
                help: isServer ? "the API keeps failing; try again later, or raise `retry`" : nil,
                suffix: why
            )
        case .brokenBody(let text):
            return RunFailure(
                .protocolViolation,
                "the answer is broken\(why): \(text)",
                request: attempt.summary,
                status: attempt.status,
                help: [
                    "the API answered with a success, but not with whole, valid JSON; no record of that page was kept"
                ]
            )
        case .transport(let error):
            let help: String? =
                switch error {
                case .notSent: "check `base_url`, `proxy`, the network, and that the API is up"
                case .untrusted: OutcomeText.untrustedHelp
                case .refusedByProxy: OutcomeText.proxyHelp
                case .invalidRequest: "correct the environment's URLs"
                case .lost: "try again later; if it lasts, look for a proxy on the way that ends connections"
                default: "try again later; if answers are just slow, raise `request.timeout`"
                }
            let kind: Kind =
                switch error {
                case .invalidAnswer: .protocolViolation
                case .invalidRequest, .refusedByProxy: .configuration
                case .cancelled: .cancelled
                default: .unavailable
                }
            return RunFailure(
                kind,
                OutcomeText.describe(error) + why,
                request: attempt.summary,
                help: help.map { [$0] } ?? []
            )
        }
    }

    /// 206, though the whole was asked for.
    static func partial(_ attempt: Attempt) -> RunFailure {
        RunFailure(
            .protocolViolation,
            "\(OutcomeText.describe(.response(status: 206, retryAfter: nil))) to a request for the whole",
            request: attempt.summary,
            status: 206,
            help: [
                "a cache or proxy on the way gives parts of answers: have it mended; no record of that page was kept"
            ]
        )
    }

    /// A write that may have taken effect. Never guessed.
    static func unknown(_ attempt: Attempt, _ outcome: AttemptOutcome) -> RunFailure {
        RunFailure(
            .unknownOutcome,
            "nobody knows whether this \(attempt.request.method) took effect: \(OutcomeText.describe(outcome))",
            request: attempt.summary,
            status: attempt.status,
            help: ["look it up at the API before you send it again: a second copy may count twice"]
        )
    }

    /// The server named a time.
    static func later(_ attempt: Attempt, _ outcome: AttemptOutcome, at time: Duration) -> RunFailure {
        RunFailure(
            .tryAgainLater,
            "\(OutcomeText.describe(outcome)): the API asks to come back later",
            request: attempt.summary,
            status: attempt.status,
            help: ["run it again at \(CivilDateTime(sinceEpoch: time)) or later"]
        )
    }

    /// A status that is no success, with what the server said about it.
    private static func answered(_ attempt: Attempt, _ kind: Kind, help: String?, suffix: String = "") -> RunFailure {
        let status = attempt.status ?? 0
        let text = OutcomeText.describe(.response(status: status, retryAfter: nil)) + suffix
        let said = attempt.explanation
        return RunFailure(
            kind,
            said.map { "\(text): \($0)" } ?? text,
            request: attempt.summary,
            status: status,
            help: help.map { [$0] } ?? []
        )
    }
}
