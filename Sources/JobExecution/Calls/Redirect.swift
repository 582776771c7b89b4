import JobSpec

/// Redirects (RFC 9110 section 15.4): bounded, and never with a body or a token to another origin.
enum Redirect {
    static let limit = 10

    static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// Whether the server may have acted on a request and tells elsewhere what came of it.
    ///
    /// 303 says so (RFC 9110 section 15.4.4). So, against the letter, do 301 and 302 to a POST: browsers have always gone
    /// on with a GET, and most form handlers answer so what they have done (sections 15.4.2 and 15.4.3). A PUT that is
    /// redirected was not applied (section 9.3.4), and a DELETE may be sent twice. 307 and 308 ask for the same request
    /// elsewhere: it was not done here.
    static func mayReportEffect(_ request: HTTPRequest, status: Int) -> Bool {
        let method = HTTPMethod(rawValue: request.method)
        return switch status {
        case 303: method?.isSafe != true
        case 301, 302: method?.isIdempotent != true
        default: false
        }
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
            let other = "if the API answers so what it has done, add the status to the step's `success_criteria`"
            throw RunFailure(
                .refused,
                "the \(request.method) was redirected by HTTP \(status) to \(target): it is not sent elsewhere unasked",
                status: status,
                help: ["correct `base_url` or the step's `path`"] + (keepsMethod ? [] : [other])
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
