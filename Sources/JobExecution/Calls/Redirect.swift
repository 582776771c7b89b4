/// Redirects (RFC 9110 section 15.4): bounded, and never with a body or a token to another origin.
enum Redirect {
    static let limit = 10

    static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// Whether the status says that the server has acted on a request and tells elsewhere what came of it (RFC 9110
    /// section 15.4.4).
    static func reportsEffect(_ request: HTTPRequest, status: Int) -> Bool {
        status == 303 && request.method != "GET" && request.method != "HEAD"
    }

    /// The request that a redirect asks for.
    ///
    /// - Parameter hops: how many redirects there were, this one included.
    static func follow(
        _ request: HTTPRequest,
        status: Int,
        fields: HTTPFields,
        from url: WebURL?,
        hops: Int
    ) throws(RunFailure) -> HTTPRequest {
        guard hops <= limit else {
            throw RunFailure(.protocolViolation, "more than \(limit) redirects", status: status)
        }
        guard let location = fields["Location"], let target = url?.resolve(location), let url else {
            throw RunFailure(.protocolViolation, "a redirect without a usable `Location`", status: status)
        }
        guard !(url.scheme == "https" && target.scheme == "http") else {
            throw RunFailure(
                .protocolViolation,
                "a redirect from https to plain http: \(target)",
                status: status,
                help: ["ask the API's owner; correct `base_url` if it is out of date"]
            )
        }
        let isSafe = request.method == "GET" || request.method == "HEAD"
        let keepsMethod = isSafe || status == 307 || status == 308
        if !isSafe, status != 303, !keepsMethod || target.origin != url.origin {
            throw RunFailure(
                .refused,
                "the \(request.method) was redirected to \(target): it is not sent elsewhere unasked",
                status: status,
                help: ["correct `base_url` or the step's `path`"]
            )
        }
        var next = request
        next.url = target.description
        if !keepsMethod {
            next.method = "GET"
            next.body = nil
            next.fields.remove("Content-Type")
        }
        // Signed anew where the origin is the API's own; what the job set for the API stays there too.
        next.fields.remove("Authorization")
        if target.origin != url.origin {
            next.fields = HTTPFields(next.fields.all.filter { HTTPFields.sameName($0.name, "Accept") })
        }
        return next
    }
}
