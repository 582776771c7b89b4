import JSONBytes

/// What happened, for people.
enum OutcomeText {
    /// An attempt's outcome as a short clause.
    static func describe(_ outcome: AttemptOutcome) -> String {
        switch outcome {
        case .response(let status, _): "HTTP \(status)" + (reasons[status].map { " " + $0 } ?? "")
        case .brokenBody(let reason): "the answer is broken: \(reason)"
        case .transport(let error): describe(error)
        }
    }

    static func describe(_ error: TransportError) -> String {
        switch error {
        case .notSent(let reason), .untrusted(let reason), .refusedByProxy(let reason): reason
        case .lost(let reason): "the connection was lost: \(reason)"
        case .timedOut(let sent): sent ? "no whole answer in time" : "no connection in time"
        case .invalidAnswer(let reason): "the answer is not HTTP: \(reason)"
        case .invalidRequest(let reason): "the request can't be sent: \(reason)"
        case .receiver(let cause): (cause as? SinkError)?.message ?? String(describing: cause)
        case .cancelled: "the run was stopped"
        }
    }

    /// What to do about a certificate that can't be verified.
    static let untrustedHelp =
        "correct the server's certificate or its name in the environment; for an authority of your own, name its "
        + "certificate there: `tls: { ca_file: FILE }`"

    /// What to do about a proxy that refuses the credentials.
    static let proxyHelp =
        "set the variable `https_proxy` for the run, with the credentials: http://USER:PASSWORD@HOST:PORT; `proxy` in the "
        + "environment takes none and must be left out then"

    /// The reason, where an error says that a body was not what it should be.
    static func brokenBody(_ error: any Error) -> String? {
        switch error {
        case let error as JSONError: "not JSON, \(error)"
        // Nothing is the extreme of cut short: proxies do that.
        case PageError.emptyBody: PageError.emptyBody.message
        default: nil
        }
    }

    /// The reason phrases of RFC 9110 that on-call people look for.
    private static let reasons: [Int: String] = [
        206: "Partial Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 413: "Content Too Large", 415: "Unsupported Media Type",
        422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}
