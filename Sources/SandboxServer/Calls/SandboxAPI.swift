import NIOHTTP1

/// What the sandbox answers, apart from any connection: a request goes in, an answer and the way to deliver it come out.
struct SandboxAPI: Sendable {
    private let configuration: SandboxConfiguration
    private let tokens: TokenEndpoint
    private let guardian: AccessGuard
    private let loans: LoansCall
    private let configLists: ConfigLists
    private let writes: WriteCalls
    private let store: WriteStore
    private let faults: FaultInjector
    private let stats: SandboxStats

    init(configuration: SandboxConfiguration, baseURL: String, key: SigningKey) {
        self.configuration = configuration
        let registry = TokenRegistry()
        let book = LoanBook(
            seed: configuration.seed,
            count: configuration.loans,
            partnerID: configuration.partnerID
        )
        tokens = TokenEndpoint(configuration: configuration, issuer: "\(baseURL)/", key: key, registry: registry)
        guardian = AccessGuard(configuration: configuration, registry: registry)
        loans = LoansCall(book: book, maxPageLimit: configuration.maxPageLimit)
        configLists = ConfigLists(asOfDateTime: book.asOfDateTime)
        store = WriteStore(maxBytes: configuration.maxKeptBytes)
        writes = WriteCalls(store: store, baseURL: baseURL, asOfDateTime: book.asOfDateTime, seed: configuration.seed)
        faults = FaultInjector(plan: configuration.faults, seed: configuration.seed)
        stats = SandboxStats()
    }

    /// An answer, how to deliver it, and how long to wait before.
    struct Outcome: Sendable {
        var answer: SandboxAnswer
        var delivery = Delivery.whole
        var latency: Duration = .zero
    }

    /// Answers a request.
    func respond(to request: SandboxRequest) -> Outcome {
        guard let route = Route(path: request.path) else {
            stats.count(call: "unknown")
            return Outcome(
                answer: .message(.notFound, code: "api.notFound", "There is nothing at \(request.path)")
            )
        }
        guard route.methods.contains(request.method) else {
            stats.count(call: "unknown")
            let allowed = route.methods.map(\.rawValue).joined(separator: ", ")
            return Outcome(
                answer: .message(
                    .methodNotAllowed,
                    code: "api.methodNotAllowed",
                    "This call takes \(allowed)",
                    headers: [("Allow", allowed)]
                )
            )
        }
        guard let place = route.place else {
            return Outcome(answer: inspect(route))
        }
        stats.count(call: place.rawValue)
        var outcome = Outcome(answer: SandboxAnswer(status: .ok, body: []), latency: configuration.latency)
        if let fault = faults.fault(at: place, method: request.method.rawValue, path: request.path) {
            stats.count(fault: fault.name)
            apply(fault, to: &outcome, request, route)
        } else {
            outcome.answer = serve(request, route)
        }
        return outcome
    }

    /// The request as it would be answered if nothing went wrong.
    private func serve(_ request: SandboxRequest, _ route: Route) -> SandboxAnswer {
        if let refusal = guardian.refusal(of: request, route) {
            return refusal
        }
        switch route {
        case .token: return tokens.respond(to: request)
        case .keySet, .received, .stats: return inspect(route)
        case .loans: return loans.respond(to: request)
        case .config(let list, _): return configLists.answer(list)
        case .loanDraft: return writes.postLoanDraft(request)
        case .journals: return writes.postJournals(request)
        case .repayments:
            return request.method == .POST ? writes.postRepayments(request) : writes.findRepayments(request)
        }
    }

    /// The sandbox's own routes, which need no token and suffer no faults.
    private func inspect(_ route: Route) -> SandboxAnswer {
        switch route {
        case .keySet:
            SandboxAnswer(status: .ok, body: tokens.key.keySet)
        case .received:
            SandboxAnswer(status: .ok, body: store.json())
        default:
            SandboxAnswer(
                status: .ok,
                body: stats.json(tokensIssued: tokens.registry.issued, received: store.count)
            )
        }
    }

    private func apply(_ fault: Fault, to outcome: inout Outcome, _ request: SandboxRequest, _ route: Route) {
        if fault.keepsEffect {
            outcome.answer = serve(request, route)
        }
        switch fault {
        case .status(let code), .statusAfter(let code):
            outcome.answer = failure(code)
        case .resetBefore, .resetAfter:
            outcome.delivery = .reset
        case .truncate:
            outcome.delivery = .truncated
        case .slow:
            outcome.delivery = .slow(faults.settings.slowFor)
        case .stall:
            outcome.delivery = .stalled
        case .invalidJSON:
            outcome.answer = SandboxAnswer(status: .ok, body: Array(#"{"code":"api.success","loans":[{"id":1,"#.utf8))
        case .expireToken:
            guardian.expireToken(of: request)
            outcome.answer = serve(request, route)
            if outcome.answer.status == .forbidden, faults.settings.expiredStatus == 401 {
                outcome.answer = AccessGuard.unauthorized("The token has expired")
            }
        }
    }

    private func failure(_ code: Int) -> SandboxAnswer {
        var headers: [(String, String)] = []
        if code == 429 || code == 503 {
            switch faults.settings.retryAfter {
            case .none: break
            case .seconds(let seconds): headers.append(("Retry-After", String(seconds)))
            case .date(let seconds):
                headers.append(("Retry-After", WallClock.httpDate(WallClock.unixTime() + Int64(seconds))))
            }
        }
        return .message(
            HTTPResponseStatus(statusCode: code),
            code: "sandbox.fault",
            "The fault plan wants a \(code) here",
            headers: headers
        )
    }
}
