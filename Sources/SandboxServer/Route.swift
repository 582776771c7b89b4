import NIOHTTP1

/// What a request is for.
enum Route: Sendable, Equatable {
    case token
    case keySet
    case received
    case stats
    case loans(partner: String)
    case config(ConfigList, partner: String)
    case loanDraft(partner: String)
    case journals(partner: String)
    case repayments(partner: String)

    /// Finds the route of a path; nil if nothing is there.
    init?(path: String) {
        switch path {
        case "/oauth/token": self = .token
        case "/.well-known/jwks.json": self = .keySet
        case "/sandbox/received": self = .received
        case "/sandbox/stats": self = .stats
        default:
            let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            guard path.hasPrefix("/v3/"), segments.count >= 4,
                let partner = FormURLEncoding.decodePath(segments[2].utf8)
            else { return nil }
            switch (segments[1], segments[3...].joined(separator: "/")) {
            case ("partner", "loans"): self = .loans(partner: partner)
            case ("partner", "loan_draft"): self = .loanDraft(partner: partner)
            // Kiva's documents and one of its samples spell this call differently.
            case ("partner", "journals"), ("partners", "journals"): self = .journals(partner: partner)
            case ("partner", "repayments"): self = .repayments(partner: partner)
            case ("partner", "config/\(segments[segments.count - 1])"):
                guard let list = ConfigList(rawValue: String(segments[segments.count - 1])) else { return nil }
                self = .config(list, partner: partner)
            default: return nil
            }
        }
    }

    /// What can be done there.
    var methods: [HTTPMethod] {
        switch self {
        case .token, .loanDraft, .journals: [.POST]
        case .keySet, .received, .stats, .loans, .config: [.GET, .HEAD]
        case .repayments: [.GET, .HEAD, .POST]
        }
    }

    /// The partner of the path, for calls of the API.
    var partner: String? {
        switch self {
        case .token, .keySet, .received, .stats: nil
        case .loans(let partner), .config(_, let partner), .loanDraft(let partner), .journals(let partner),
            .repayments(let partner):
            partner
        }
    }

    /// Where fault rates and the counts of `/sandbox/stats` put it; nil for the sandbox's own routes.
    var place: FaultPlace? {
        switch self {
        case .token: .token
        case .keySet, .received, .stats: nil
        case .loans: .loans
        case .config: .config
        case .loanDraft: .loanDraft
        case .journals: .journals
        case .repayments: .repayments
        }
    }

    /// The scope that a call needs; nil if any valid token will do.
    func scope(for method: HTTPMethod) -> SandboxScope? {
        switch self {
        case .token, .keySet, .received, .stats, .config: nil
        case .loans: .readLoans
        case .loanDraft: .createLoanDraft
        case .journals: .createJournalUpdate
        case .repayments: method == .POST ? .createRepayment : .readLoans
        }
    }
}

/// The read-only lists below `/config`.
enum ConfigList: String, Sendable, CaseIterable {
    case activities, locales, themes, locations
}
