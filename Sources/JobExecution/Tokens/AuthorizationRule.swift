/// What to do when the API refuses a token, as a pure machine for one request.
///
/// 401, or 403 on a token whose scopes were granted: one refresh, one replay. A second refusal in a row is final. Some
/// servers answer an expired token with 403, so that status alone doesn't prove a lack of permission; a token without the
/// scope does. Replaying is safe for any method: a refused request was not acted on.
package struct AuthorizationRule: Hashable, Sendable {
    /// What to do after an answer.
    package enum Action: Hashable, Sendable {
        /// The answer doesn't concern the token.
        case proceed
        /// Report the token as refused, get another one, send the request again.
        case refreshAndReplay
        /// Report the answer.
        case fail(Reason)
    }

    /// Why a refusal is final.
    package enum Reason: Hashable, Sendable {
        /// A fresh token was refused as well.
        case freshTokenRefused
        /// The token lacks a scope that the call needs, so another one would too.
        case scopeNotGranted
    }

    private var hasReplayed = false

    package init() {}

    /// Judges an answer.
    ///
    /// An answer that doesn't concern the token shows that the last one was accepted; a later refusal, after a retry, is
    /// again worth a refresh. The number of attempts bounds how often that happens.
    ///
    /// - Parameter isGranted: whether the token that signed the request was granted what the call requires.
    package mutating func receive(status: Int, isGranted: Bool) -> Action {
        guard status == 401 || status == 403 else {
            hasReplayed = false
            return .proceed
        }
        if status == 403, !isGranted { return .fail(.scopeNotGranted) }
        if hasReplayed { return .fail(.freshTokenRefused) }
        hasReplayed = true
        return .refreshAndReplay
    }
}
