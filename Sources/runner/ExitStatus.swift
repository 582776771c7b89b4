import ArgumentParser
import Diagnostics
import JobExecution

/// The command's exit statuses, those of sysexits.h where it has one, so that a scheduler can act on them.
enum ExitStatus: Int32 {
    case done = 0
    case someStepsFailed = 1
    case usage = 64
    case jobFileInvalid = 65
    case inputMissing = 66
    case unavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case ioError = 74
    case tryAgainLater = 75
    case protocolError = 76
    case notPermitted = 77
    case configuration = 78
    /// A write of unknown outcome waits for a person: beyond the range of sysexits.h, which knows no such thing.
    case unknownOutcome = 79
    case interrupted = 130
    case terminated = 143

    /// The status of a failure that ended a run.
    init(_ kind: RunFailure.Kind) {
        self =
            switch kind {
            case .input: .inputMissing
            case .planChanged, .invalidInput: .jobFileInvalid
            case .refused, .criterionNotMet, .limit: .someStepsFailed
            case .unknownOutcome: .unknownOutcome
            case .unavailable: .unavailable
            // A resume has the whole time anew, and goes on where this run stopped.
            case .tryAgainLater, .locked, .outOfTime: .tryAgainLater
            case .protocolViolation: .protocolError
            case .notAuthorized: .notPermitted
            case .configuration: .configuration
            case .cannotCreate: .cannotCreate
            case .io: .ioError
            case .template: .jobFileInvalid
            // The reader had enough: nothing went wrong.
            case .closedPipe: .done
            case .cancelled: .interrupted
            }
    }

    /// The status of problems in a file: a file that isn't there is not the file's fault.
    init(_ diagnostics: [Diagnostic]) {
        let missing: Set<String> = ["file-not-found", "file-is-directory", "file-unreadable"]
        self = diagnostics.contains { missing.contains($0.code) } ? .inputMissing : .jobFileInvalid
    }

    var exitCode: ExitCode { ExitCode(rawValue) }
}
