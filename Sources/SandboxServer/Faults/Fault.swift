/// One thing that goes wrong with one request.
enum Fault: Sendable, Hashable {
    /// The request is answered with an error status, and nothing is done.
    case status(Int)
    /// The request is done, and then answered with an error status, as a gateway does that lost patience.
    case statusAfter(Int)
    /// The connection is reset and nothing is done.
    case resetBefore
    /// The request is done, then the connection is reset: the effect stays, the answer is lost.
    case resetAfter
    /// The answer promises its whole length, and ends after half of it.
    case truncate
    /// The answer comes in small pieces over `slow-for`.
    case slow
    /// The request is done, and no answer ever comes.
    case stall
    /// The answer is a 200 that is no JSON.
    case invalidJSON
    /// The token that the request bears dies before its time.
    case expireToken

    /// The names that a plan can use, each with what it does; statuses are listed once.
    static let known: [(name: String, effect: String)] = [
        ("400…599", "answer with that status instead of doing the request"),
        ("400-after…599-after", "do the request, then answer with that status"),
        ("reset-before", "reset the connection, do nothing"),
        ("reset-after", "do the request, then reset the connection"),
        ("truncate", "end the body half-way"),
        ("slow", "send the body in pieces over slow-for"),
        ("stall", "do the request, never answer"),
        ("invalid-json", "answer 200 with a body that is no JSON"),
        ("expire-token", "kill the token that the request bears"),
        ("mixed", "429, 500, 502, 503, 504, reset-before, reset-after and truncate, in equal parts"),
    ]

    /// What `mixed` spreads its rate over.
    static let mixed: [Fault] = [
        .status(429), .status(500), .status(502), .status(503), .status(504), .resetBefore, .resetAfter, .truncate,
    ]

    /// The fault of a name, other than `mixed`; nil if there is none.
    init?(name: some StringProtocol) {
        switch name {
        case "reset-before": self = .resetBefore
        case "reset-after": self = .resetAfter
        case "truncate": self = .truncate
        case "slow": self = .slow
        case "stall": self = .stall
        case "invalid-json": self = .invalidJSON
        case "expire-token": self = .expireToken
        default:
            let isAfter = name.hasSuffix("-after")
            let digits = isAfter ? name.dropLast("-after".count) : name[...]
            guard digits.utf8.count == 3, let code = Int(digits), (400...599).contains(code) else { return nil }
            self = isAfter ? .statusAfter(code) : .status(code)
        }
    }

    /// The name as a plan writes it.
    var name: String {
        switch self {
        case .status(let code): String(code)
        case .statusAfter(let code): "\(code)-after"
        case .resetBefore: "reset-before"
        case .resetAfter: "reset-after"
        case .truncate: "truncate"
        case .slow: "slow"
        case .stall: "stall"
        case .invalidJSON: "invalid-json"
        case .expireToken: "expire-token"
        }
    }

    /// Whether the request's effect takes place.
    var keepsEffect: Bool {
        switch self {
        case .status, .resetBefore, .invalidJSON, .expireToken: false
        case .statusAfter, .resetAfter, .truncate, .slow, .stall: true
        }
    }
}
