package import Diagnostics
package import JSONBytes

/// `idempotency_key`: sent with each call in a header field, the same at every attempt and after a resume.
package struct IdempotencyKey: Sendable {
    /// The key; `nil` (`auto`) lets the runner make one from the run, the step and the call's position.
    package let value: TemplateString?
    /// The field's name: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) unless the API has its own.
    package let header: String
    package let span: SourceSpan

    package init(value: TemplateString?, header: String, span: SourceSpan) {
        self.value = value
        self.header = header
        self.span = span
    }
}

/// `reconcile`: a read whose answer says whether a write took effect.
package final class Reconcile: Sendable {
    /// May use the same names as the step's request, `item` or `batch` among them.
    package let request: RequestTemplate
    /// The write took effect where this selects at least one value of the answer that is not null, false or empty.
    package let found: Located<JSONPath>
    /// What the read needs; `nil` leaves it to the environment's catalogue.
    package let scopes: DeclaredScopes?
    package let span: SourceSpan

    package init(request: RequestTemplate, found: Located<JSONPath>, scopes: DeclaredScopes?, span: SourceSpan) {
        self.request = request
        self.found = found
        self.scopes = scopes
        self.span = span
    }
}

/// `max_failures`: `10`, or `5%` of the items.
package enum MaxFailures: Hashable, Sendable, CustomStringConvertible {
    case count(Int)
    /// 0 to 100, of the items handled so far; judged from 100 items on, and at the end of the step.
    case percentage(Double)

    /// As the job file has it: `10`, `2.5%`.
    package var description: String {
        switch self {
        case .count(let count): String(count)
        case .percentage(let value): value == value.rounded() ? "\(Int(value))%" : "\(value)%"
        }
    }
}
