import Diagnostics

/// Why libyaml stopped, in its own words.
struct SyntaxProblem: Error {
    /// What it could not make sense of, such as `could not find expected ':'`; nil when memory ran out.
    let problem: String?
    /// Where that is.
    let position: SourcePosition
    /// What it was doing, such as `while scanning a simple key`.
    let context: String?
    /// Where it began to do that.
    let contextPosition: SourcePosition?
}
