package import Diagnostics

/// One call before its templates are resolved.
package final class RequestTemplate: Sendable {
    package let method: HTTPMethod
    package let methodSpan: SourceSpan
    /// Below the environment's `base_url`; begins with `/`.
    package let path: TemplateString
    /// Query parameters in the order written; a list repeats its parameter, null leaves it out.
    package let params: [Field]
    package let headers: [Field]
    package let body: Body
    /// Bounds one attempt, the answer's body included.
    package let timeout: Duration
    package let span: SourceSpan

    init(
        method: HTTPMethod,
        methodSpan: SourceSpan,
        path: TemplateString,
        params: [Field],
        headers: [Field],
        body: Body,
        timeout: Duration,
        span: SourceSpan
    ) {
        self.method = method
        self.methodSpan = methodSpan
        self.path = path
        self.params = params
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.span = span
    }

    /// A named value of `params`, `headers` or `form`.
    package struct Field: Sendable {
        package let name: String
        package let nameSpan: SourceSpan
        package let value: TemplateValue
    }

    /// What is sent after the head.
    package enum Body: Sendable {
        case none
        /// `application/json`; number lexemes stay as written.
        case json(TemplateValue)
        /// `application/x-www-form-urlencoded`.
        case form([Field])
        /// The text itself; the job sets its own `Content-Type`.
        case text(TemplateString)
    }

    /// Every template string of the request.
    package var strings: [TemplateString] {
        var strings: [TemplateString] = []
        forEachString { strings.append($0) }
        return strings
    }

    /// Visits every template string of the request.
    func forEachString(_ visit: (TemplateString) -> Void) {
        visit(path)
        for field in params { field.value.forEachString(visit) }
        for field in headers { field.value.forEachString(visit) }
        switch body {
        case .none: break
        case .json(let value): value.forEachString(visit)
        case .form(let form): for field in form { field.value.forEachString(visit) }
        case .text(let text): visit(text)
        }
    }
}

/// The request methods that a job may use.
package enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Sending it twice has the effect of sending it once (RFC 9110 section 9.2.2).
    package var isIdempotent: Bool { self != .post && self != .patch }

    /// It asks for nothing but a representation (RFC 9110 section 9.2.1).
    package var isSafe: Bool { self == .get || self == .head }
}
