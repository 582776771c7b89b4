/// What to do after an attempt.
package enum RetryAction: Hashable, Sendable {
    /// The answer is a success.
    case succeed
    /// Wait that long, then send the request again, signed anew.
    case retry(after: Duration)
    /// Report the last outcome: another attempt is pointless or not allowed.
    case giveUp(GiveUpReason)
    /// The request can't be repeated and may have taken effect: nobody knows. Never guess.
    case unknownOutcome
    /// The server named a time that is too far away. `at` is civil time, as ``WallClock/now`` tells it.
    case tryAgainLater(at: Duration)
}

/// Why there is no further attempt.
package enum GiveUpReason: Hashable, Sendable, CustomStringConvertible {
    /// The outcome is final: the same request would meet the same answer.
    case final
    /// `max_attempts` are used up.
    case attemptsExhausted(Int)
    /// The wait before the next attempt would end after `max_duration`, or after the deadline of the step or the run.
    case outOfTime
    /// The run's shared ``RetryBudget`` is empty.
    case budgetExhausted
    /// The run is being stopped.
    case cancelled

    /// Plain English, to stand after the outcome: "503, after 5 attempts".
    package var description: String {
        switch self {
        case .final: "trying again would not help"
        case .attemptsExhausted(let attempts): "after \(attempts) \(attempts == 1 ? "attempt" : "attempts")"
        case .outOfTime: "another attempt would not end in time"
        case .budgetExhausted: "the run has spent its budget of retries"
        case .cancelled: "the run is being stopped"
        }
    }
}
