package import Diagnostics

/// One call before its templates are resolved.
package struct RequestTemplate: Sendable {
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
        let fields = (params + headers).flatMap(\.value.strings)
        let inBody: [TemplateString] =
            switch body {
            case .none: []
            case .json(let value): value.strings
            case .form(let form): form.flatMap(\.value.strings)
            case .text(let text): [text]
            }
        return [path] + fields + inBody
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
