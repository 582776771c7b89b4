package import JobSpec

/// Finds the catalogue's operation that a step calls, although the step's path still holds templates.
package struct OperationMatcher: Sendable {
    private let known: StaticValues
    private let candidates: [Candidate]

    /// - Parameters:
    ///   - known: what the job's variables are, so that a path built from them can be matched.
    ///   - operations: those of the environment.
    package init(_ known: StaticValues, _ operations: [Operation]) {
        self.known = known
        candidates = operations.map(Candidate.init)
    }

    /// The operation of the same method whose path fits. A literal segment is preferred over a parameter.
    package func operation(for request: RequestTemplate) -> Operation? {
        let path = segments(of: request.path)
        var best: (operation: Operation, score: [Bool])?
        for candidate in candidates where candidate.operation.method == request.method {
            guard let score = candidate.score(path) else { continue }
            // Of two that fit equally well, the first one written.
            if let best, !best.score.lexicographicallyPrecedes(score, by: { !$0 && $1 }) { continue }
            best = (candidate.operation, score)
        }
        return best?.operation
    }

    /// The path with every part that is not known yet shown as `{…}`, for messages and suggestions.
    package func shape(of path: TemplateString) -> String {
        "/" + segments(of: path).map { $0 ?? "{…}" }.joined(separator: "/")
    }

    fileprivate static func split(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
    }

    /// The path's segments; `nil` stands for one that is known only when the step runs.
    private func segments(of path: TemplateString) -> [Substring?] {
        var segments: [Substring?] = []
        // The segment that the next part goes on with. Of which any part is open, it stays open as a whole.
        var current: Substring? = ""
        for part in path.parts {
            switch part {
            case .text(let literal):
                for (index, piece) in Self.split(literal).enumerated() {
                    if index == 0 {
                        current = current.map { $0.isEmpty ? piece : $0 + piece }
                    } else {
                        segments.append(current)
                        current = piece
                    }
                }
            case .expression(let expression):
                // A value never spans segments: its slashes are encoded when it is sent.
                let value =
                    known.covers(expression)
                    ? try? known.evaluator.text(TemplateString(lone: expression, of: path)) : nil
                current = value.flatMap { value in current.map { $0 + value } }
            }
        }
        segments.append(current)
        if segments.first == .some("") { segments.removeFirst() }
        return segments
    }
}

/// An operation with its path taken apart once for all steps.
private struct Candidate: Sendable {
    let operation: Operation
    /// What each segment has to be; nothing for a parameter, which is never empty (OpenAPI).
    private let segments: [Substring?]

    init(_ operation: Operation) {
        self.operation = operation
        segments = OperationMatcher.split(operation.path).dropFirst().map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}") ? nil : segment
        }
    }

    /// How well a path fits: which segments agree literally, the first ones weighing most; nothing where it doesn't fit.
    func score(_ path: [Substring?]) -> [Bool]? {
        guard segments.count == path.count else { return nil }
        var score: [Bool] = []
        for (segment, wanted) in zip(path, segments) {
            guard let wanted else {
                if let segment, segment.isEmpty { return nil }
                score.append(false)
                continue
            }
            guard let segment, segment == wanted else { return nil }
            score.append(true)
        }
        return score
    }
}
