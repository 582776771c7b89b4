import Diagnostics

/// Collects what is wrong, so that one run reports every problem.
final class Problems {
    private(set) var all: [Diagnostic] = []

    func report(_ diagnostic: Diagnostic) { all.append(diagnostic) }

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
