/// One problem in an input, with its place, its meaning and what to do about it.
package struct Diagnostic: Error, Hashable, Sendable {
    /// How much a diagnostic weighs.
    package enum Severity: String, Hashable, Sendable {
        /// The input cannot be used.
        case error
        /// The input can be used but is probably not what was meant.
        case warning
        /// A remark.
        case note
    }

    /// A second place that explains the first, such as the earlier of two duplicates.
    package struct Related: Hashable, Sendable {
        /// The place.
        package var span: SourceSpan
        /// What is there, in a few words.
        package var label: String

        /// A place and the words to show beside it.
        package init(span: SourceSpan, label: String) {
            self.span = span
            self.label = label
        }
    }

    /// How much it weighs.
    package var severity: Severity
    /// A stable kebab-case identifier of the kind of problem, such as `unknown-key`.
    package var code: String
    /// What is wrong, as one sentence without a full stop.
    package var message: String
    /// Where it is wrong; nil when no text is to blame.
    package var span: SourceSpan?
    /// A few words shown beside the caret.
    package var label: String?
    /// What to do about it, one advice each.
    package var help: [String]
    /// Other places that take part.
    package var related: [Related]

    /// A diagnostic from all its parts.
    package init(
        severity: Severity,
        code: String,
        message: String,
        span: SourceSpan?,
        label: String? = nil,
        help: [String] = [],
        related: [Related] = []
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.span = span
        self.label = label
        self.help = help
        self.related = related
    }

    /// An error at a place.
    package static func error(
        _ code: String,
        _ message: String,
        at span: SourceSpan?,
        label: String? = nil,
        help: String...
    ) -> Diagnostic {
        Diagnostic(severity: .error, code: code, message: message, span: span, label: label, help: help)
    }

    /// A warning at a place.
    package static func warning(
        _ code: String,
        _ message: String,
        at span: SourceSpan?,
        label: String? = nil,
        help: String...
    ) -> Diagnostic {
        Diagnostic(severity: .warning, code: code, message: message, span: span, label: label, help: help)
    }
}
