/// The statuses that a loan can have, as the Partner API spells them.
///
/// The first eleven are in Kiva's documentation; the last three in its newer samples only.
package enum LoanStatus: String, Sendable, CaseIterable {
    case refunded
    case inactive
    case inactiveExpired = "inactive_expired"
    case fundRaising
    case expired
    case raised
    case payingBack
    case ended
    case reviewed
    case issue
    case defaulted
    case deleted
    case issueRevising = "issue_revising"
    case issueApproving = "issue_approving"

    /// How many of every hundred loans have this status; the hundred is complete.
    var share: Int {
        switch self {
        case .payingBack: 40
        case .ended: 20
        case .fundRaising: 8
        case .raised: 6
        case .defaulted, .expired: 5
        case .refunded, .inactive, .reviewed: 3
        case .inactiveExpired, .issue: 2
        case .deleted, .issueRevising, .issueApproving: 1
        }
    }
}
