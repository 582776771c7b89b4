package import JobSpec

/// Finds the catalogue's operation that a step calls, although the step's path still holds templates.
package struct OperationMatcher: Sendable {
    private let known: StaticValues

    /// - Parameter known: what the job's variables are, so that a path built from them can be matched.
    package init(_ known: StaticValues) { self.known = known }

    /// The operation of the same method whose path fits. A literal segment is preferred over a parameter.
    package func operation(for request: RequestTemplate, in operations: [Operation]) -> Operation? {
        let path = segments(of: request.path)
        return
            operations
            .filter { $0.method == request.method }
            .compactMap { operation in score(path, operation).map { (operation, $0) } }
            // Of two that fit equally well, the first one written.
            .reduce(nil as (Operation, [Bool])?) { best, next in
                guard let best, !best.1.lexicographicallyPrecedes(next.1, by: { !$0 && $1 }) else { return next }
                return best
            }?.0
    }

    /// The path with every part that is not known yet shown as `{…}`, for messages and suggestions.
    package func shape(of path: TemplateString) -> String {
        "/" + segments(of: path).map { $0 ?? "{…}" }.joined(separator: "/")
    }

    /// The path's segments; `nil` stands for one that is known only when the step runs.
    private func segments(of path: TemplateString) -> [String?] {
        var segments: [String?] = [""]
        for part in path.parts {
            let pieces: [Substring]
            switch part {
            case .text(let literal): pieces = literal.split(separator: "/", omittingEmptySubsequences: false)
            case .expression(let expression):
                let lone = TemplateString(lone: expression, of: path)
                guard known.covers(lone), let text = try? known.evaluator.text(lone) else {
                    segments[segments.count - 1] = nil
                    continue
                }
                // A value never spans segments: its slashes are encoded when it is sent.
                pieces = [Substring(text)]
            }
            for (index, piece) in pieces.enumerated() {
                if index > 0 { segments.append("") }
                // A segment of which any part is open stays open as a whole.
                if let current = segments[segments.count - 1] { segments[segments.count - 1] = current + piece }
            }
        }
        if segments.first == .some("") { segments.removeFirst() }
        return segments
    }

    /// How well a path fits: which segments agree literally, the first ones weighing most; nothing where it doesn't fit.
    private func score(_ path: [String?], _ operation: Operation) -> [Bool]? {
        let wanted = operation.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard wanted.count == path.count else { return nil }
        var score: [Bool] = []
        for (segment, template) in zip(path, wanted) {
            // A parameter of a path is never empty (OpenAPI).
            if template.hasPrefix("{"), template.hasSuffix("}"), segment != "" {
                score.append(false)
                continue
            }
            guard let segment, segment == template else { return nil }
            score.append(true)
        }
        return score
    }
}
