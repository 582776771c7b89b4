package import Diagnostics
package import JobSpec

/// Why a run or a step ended early: where, what, and what to do next.
package struct RunFailure: Error, Sendable {
    /// The families of failures; each has its exit status in the command.
    package enum Kind: String, Hashable, Sendable {
        /// The API refused a call for good, or more items failed than the job allows.
        case refused
        /// A success whose content breaks one of the job's own criteria: the job says that it is none.
        case criterionNotMet
        /// The API can't be reached or keeps failing.
        case unavailable
        /// The API says when to come back.
        case tryAgainLater
        /// The answer is not what the API promised.
        case protocolViolation
        /// A scope, token or credential was refused.
        case notAuthorized
        /// A secret or setting is missing.
        case configuration
        /// A run can't be resumed under the plan that it had.
        case planChanged
        /// A file of the job's input, or a run that is asked for, is not there or has changed.
        case input
        /// A file of the job's input is not what it should be.
        case invalidInput
        /// Nobody knows whether a write took effect.
        case unknownOutcome
        case cannotCreate
        case io
        /// A bound of the job itself, such as `max_pages`.
        case limit
        /// The time of the step or of the whole job is up.
        case outOfTime
        /// The job file's templates have no value for this run.
        case template
        case closedPipe
        case cancelled
        case locked

        /// Whether it is the last word on a call, the API's or the job's: the call took no effect.
        var isRefusal: Bool { self == .refused || self == .criterionNotMet }
    }

    package var kind: Kind
    package var step: StepID?
    /// `GET https://…`, without secrets.
    package var request: String?
    /// The attempt that failed last, from 1.
    package var attempt: Int?
    package var status: Int?
    /// What went wrong, as one sentence.
    package var message: String
    package var help: [String]
    /// Where in the job file, if a part of it is to blame.
    package var span: SourceSpan?

    package init(
        _ kind: Kind,
        _ message: String,
        step: StepID? = nil,
        request: String? = nil,
        attempt: Int? = nil,
        status: Int? = nil,
        help: [String] = [],
        span: SourceSpan? = nil
    ) {
        self.kind = kind
        self.message = message
        self.step = step
        self.request = request
        self.attempt = attempt
        self.status = status
        self.help = help
        self.span = span
    }

    package init(_ error: SinkError, step: StepID? = nil) {
        let kind: Kind =
            switch error.kind {
            case .cannotCreate: .cannotCreate
            case .input: .input
            case .io: .io
            case .closedPipe: .closedPipe
            case .locked: .locked
            case .unfinishedWrites: .unknownOutcome
            }
        self.init(kind, error.message, step: step, help: error.help.map { [$0] } ?? [])
    }

    package init(_ diagnostic: Diagnostic, step: StepID?) {
        let kind: Kind = diagnostic.code == "missing-secret" ? .configuration : .template
        self.init(kind, diagnostic.message, step: step, help: diagnostic.help, span: diagnostic.span)
    }
}
