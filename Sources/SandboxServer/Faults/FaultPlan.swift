/// What goes wrong in a sandbox: by rate, by script, or not at all.
///
/// A plan is a list of items, with commas or semicolons between them; white space around an item does not matter.
///
/// ```
/// plan    = [ item *( ( "," / ";" ) item ) ]
/// item    = rate / script / setting
/// rate    = [ where ":" ] fault ":" number "%"              429:2%   token:500:1%   repayments:reset-after:0.5%
/// script  = method SP path SP "#" which "=" fault           GET /loans #3 = 503   POST /repayments #2-4 = reset-after
/// which   = number / number "-" [ number ] / "*"            #3 is the third request that the script matches
/// where   = "api" / "token" / "loans" / "config" / "loan_draft" / "journals" / "repayments"
/// fault   = 400…599 / 400…599 "-after" / "reset-before" / "reset-after" / "truncate" / "slow" / "stall"
///         / "invalid-json" / "expire-token" / "mixed"
/// setting = "retry-after=" ( seconds / "date+" seconds / "none" )       what a 429 and a 503 carry; 1 by default
///         / "slow-for=" milliseconds                                    how long a slow body takes; 1000 by default
///         / "expired-status=" ( "401" / "403" )                         how an early death is answered; 403 by default
/// ```
///
/// - A rate applies to the calls below `/v3` (`where` left out, or `api`), to the token endpoint (`token`), or to one call.
///   The rates that meet in one place may not exceed 100 % together.
/// - A script's `method` may be `*`; its `path` is the whole path or its last segments (`/loans`, `/config/themes`,
///   `/oauth/token`). Scripts go before rates, and the first that fits decides. `mixed` has no place in a script.
/// - `which` counts the requests that fit method and path, retries too, from 1.
///
/// Rates are drawn from the sandbox's seed and the number of the request, so a plan does the same on every run that sends
/// the same requests in the same order.
package struct FaultPlan: Sendable, Equatable {
    /// Nothing goes wrong.
    package static let none = FaultPlan()

    var rates: [FaultRate] = []
    var scripts: [FaultScript] = []
    var settings = FaultSettings()

    private init() {}

    /// Reads a plan; an empty text is ``none``.
    package init(parsing text: String) throws(FaultPlanError) {
        var parser = FaultPlanParser()
        try parser.parse(text)
        rates = parser.rates
        scripts = parser.scripts
        settings = parser.settings
    }
}

/// A share of the requests to some calls that go wrong in one way.
struct FaultRate: Sendable, Equatable {
    let place: FaultPlace
    let fault: Fault
    /// Of a million.
    let perMillion: UInt64
}

/// Certain requests, by their number, that go wrong in one way.
struct FaultScript: Sendable, Equatable {
    /// nil for any.
    let method: String?
    /// The whole path, or its last segments, beginning with a slash.
    let path: String
    let which: ClosedRange<Int>
    let fault: Fault

    /// Whether a request is one of those that the script counts.
    func matches(method: String, path: String) -> Bool {
        (self.method ?? method) == method && path.hasSuffix(self.path)
    }
}

/// Where a rate applies.
enum FaultPlace: String, Sendable, CaseIterable {
    case api, token, loans, config
    case loanDraft = "loan_draft"
    case journals, repayments
}

/// How the faults look that have more than one look.
struct FaultSettings: Sendable, Equatable {
    /// What a 429 or 503 says in `Retry-After` (RFC 9110 section 10.2.3).
    enum RetryAfter: Sendable, Equatable {
        case none
        case seconds(Int)
        /// As an HTTP-date, so many seconds after the answer.
        case date(after: Int)
    }

    var retryAfter = RetryAfter.seconds(1)
    var slowFor: Duration = .milliseconds(1000)
    var expiredStatus = 403
}
