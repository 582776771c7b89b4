import Diagnostics

/// Collects what is wrong, so that one run reports every problem.
final class Problems {
    private(set) var all: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    /// Adds a diagnostic, once: what is inherited or used twice would be reported twice.
    func report(_ diagnostic: Diagnostic) {
        if seen.insert(diagnostic).inserted { all.append(diagnostic) }
    }

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// Whether an error points into a stretch of the file.
    func hasError(within span: SourceSpan) -> Bool {
        all.contains { diagnostic in
            guard diagnostic.severity == .error, let place = diagnostic.span, place.file == span.file else {
                return false
            }
            return span.byteRange.lowerBound <= place.start.offset && place.start.offset <= span.byteRange.upperBound
        }
    }

    func error(
        _ code: String,
        _ message: String,
        at span: SourceSpan?,
        label: String? = nil,
        help: String?...
    ) {
        var diagnostic = Diagnostic.error(code, message, at: span, label: label)
        diagnostic.help = help.compactMap { $0 }
        report(diagnostic)
    }

    func warning(_ code: String, _ message: String, at span: SourceSpan?, help: String?...) {
        var diagnostic = Diagnostic.warning(code, message, at: span)
        diagnostic.help = help.compactMap { $0 }
        report(diagnostic)
    }
}
