import Diagnostics

/// Collects what is wrong, so that one run reports every problem.
final class Problems {
    private(set) var all: [Diagnostic] = []
    /// The queries that have been read so far.
    let paths = PathCache()
    private var seen: Set<Diagnostic> = []
    private var hidden: [SourceSpan] = []
    /// Nobody reads more, and a hostile file could have a million.
    private static let limit = 100

    /// Whether nothing more will be taken; checks that cost much need not be made then.
    var isFull: Bool { all.count > Self.limit }

    /// Adds a diagnostic, once: what is inherited or used twice would be reported twice.
    func report(_ diagnostic: Diagnostic) {
        guard !isFull, seen.insert(diagnostic).inserted else { return }
        if all.count < Self.limit {
            all.append(diagnostic)
        } else {
            // Whatever was left out, a file that was not checked to its end is not to be run.
            all.append(
                .error(
                    "too-many-problems",
                    "checking stopped after \(Self.limit) problems",
                    at: nil,
                    help: "fix those first"
                )
            )
        }
    }

    /// Keeps a stretch of the file out of what is shown: a secret that should not be there.
    func hide(_ span: SourceSpan) { hidden.append(span) }

    /// Reports a credential that is written out in the file, and keeps it out of the report itself: it may end in a log.
    func literalSecret(_ name: String, at span: SourceSpan, help: String) {
        hide(span)
        error(
            "literal-secret",
            "`\(name)` is written out in the file",
            at: span.firstLine,
            label: "anyone who can read the file has it",
            help: help
        )
    }

    /// Everything that was reported, shown from a copy of the file without what is hidden.
    var failure: DiagnosticError { DiagnosticError(diagnostics: HiddenText(hidden).apply(to: all)) }

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
