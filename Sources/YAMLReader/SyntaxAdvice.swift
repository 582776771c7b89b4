import Diagnostics

/// Says in plain English what libyaml's terse errors mean, and what to write instead.
struct SyntaxAdvice {
    let file: SourceFile
    let problem: SyntaxProblem
    let lastScalar: SourceSpan?

    var diagnostic: Diagnostic {
        .error(
            "yaml-syntax",
            "\(problem.context ?? "-") @\(problem.contextPosition.map{ "\($0.line):\($0.column)" } ?? "-"): \(problem.problem ?? "memory")",
            at: file.span(problem.position.offset..<problem.position.offset)
        )
    }
}
