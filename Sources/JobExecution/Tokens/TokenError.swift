package import JobPlan
import JobSpec

/// Why there is no token. No text in it holds a secret.
package enum TokenError: Error, Hashable, Sendable {
    /// The authorization server said no; asking again would not change that. Exit status 77.
    case refused(TokenRefusal)
    /// The authorization server can't be reached or can't answer now, retries included. Exit status 69, or 75 where
    /// the server named a time to come back.
    case unavailable(TokenUnavailability)
    /// The answer is not what RFC 6749 promises. Exit status 76.
    case protocolViolation(TokenProtocolViolation)
    /// The request can't be sent as it is configured, and what to do about that, where it is known. Exit status 78.
    case invalidConfiguration(reason: String, remedy: String? = nil)
    /// The plan has no such token, and what the plan doesn't show isn't requested. Exit status 70.
    case notPlanned(TokenID)
    /// The caller, or the whole store, was cancelled.
    case cancelled
}

/// A final no from the token endpoint.
package struct TokenRefusal: Hashable, Sendable {
    package let status: Int
    /// The `error` code of RFC 6749 section 5.2, where the body has one.
    package let code: String?
    /// The server's own words, cleaned for display.
    package let detail: String?
    /// What to do next.
    package let hint: String
}

/// A token endpoint that doesn't answer usefully now.
package struct TokenUnavailability: Hashable, Sendable {
    /// The status, where there was an answer.
    package let status: Int?
    /// What happened, in plain English.
    package let reason: String
    /// How long the server asked to be left alone.
    package let retryAfter: Duration?
    /// When it is worth trying again, in civil time since 1970; where the server named a time that is too far away.
    package var tryAgainAt: Duration?
    /// What to do instead of trying again, where that is known.
    package var remedy: String?
}

/// An answer of the token endpoint that can't be used.
package struct TokenProtocolViolation: Hashable, Sendable {
    package let status: Int
    /// What is wrong, in plain English.
    package let reason: String
    /// What to do next.
    package let hint: String
    /// Whether the answer may have been damaged on its way, so that another attempt makes sense.
    package let isTransient: Bool
}

extension TokenError: CustomStringConvertible {
    /// What happened: a clause without a full stop.
    package var message: String {
        switch self {
        case .refused(let refusal):
            let code = refusal.code.map { ": \($0)" } ?? ""
            let detail = refusal.detail.map { " (“\($0)”)" } ?? ""
            return "the token endpoint refused with \(refusal.status)\(code)\(detail)"
        case .unavailable(let unavailability): return unavailability.reason
        case .protocolViolation(let violation): return violation.reason
        case .invalidConfiguration(let reason, _): return "the token request can't be sent: \(reason)"
        case .notPlanned(let token): return "the plan has no token “\(token)”"
        case .cancelled: return "the token request was cancelled"
        }
    }

    /// What to do next.
    package var hint: String {
        switch self {
        case .refused(let refusal): refusal.hint
        case .unavailable(let unavailability):
            unavailability.tryAgainAt.map { "try again at \(CivilDateTime(sinceEpoch: $0))" }
                ?? unavailability.remedy
                ?? "try again later, and check that token_url, and proxy if there is one, can be reached from here"
        case .protocolViolation(let violation): violation.hint
        case .invalidConfiguration(_, let remedy):
            remedy ?? "check token_url, client_id and client_secret of the environment"
        case .notPlanned: "this is a bug in the runner; please report it"
        case .cancelled: "nothing is needed; the run can be started again"
        }
    }

    package var description: String { "\(message); \(hint)" }
}
