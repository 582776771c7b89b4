/// An I-Regexp (RFC 9485) compiled for a machine that looks at each scalar of the text once (Thompson, Pike), so that
/// no pattern and no text can make it slower than their sizes multiplied.
struct RegexpProgram: Hashable, Sendable {
    enum Instruction: Hashable, Sendable {
        case take(ScalarSet)
        case fork(Int, Int)
        case jump(Int)
        case begin
        case end
        case accept
    }

    /// Larger programs, which counted repetitions could ask for, are refused.
    static let maxInstructions = 10_000
    private(set) var instructions: [Instruction] = []

    /// Compiles a pattern; `nil` if it is not an I-Regexp or too large.
    init?(pattern: String) {
        guard let node = RegexpParser.parse(pattern), emit(node) else { return nil }
        instructions.append(.accept)
    }

    /// False if the program has become too large.
    private mutating func emit(_ node: RegexpNode) -> Bool {
        guard instructions.count < Self.maxInstructions else { return false }
        switch node {
        case .set(let set): instructions.append(.take(set))
        case .begin: instructions.append(.begin)
        case .end: instructions.append(.end)
        case .sequence(let nodes): return nodes.allSatisfy { emit($0) }
        case .alternatives(let nodes): return emitAlternatives(nodes[...])
        case .repetition(let node, let least, let most):
            for _ in 0..<least {
                let start = instructions.count
                guard emit(node) else { return false }
                // What takes nothing need not be repeated, however often it is asked for.
                if instructions.count == start { return true }
            }
            guard let most else { return emitLoop(node) }
            return emitOptional(node, times: most - least)
        }
        return true
    }

    private mutating func emitAlternatives(_ nodes: ArraySlice<RegexpNode>) -> Bool {
        guard let first = nodes.first else { return true }
        guard nodes.count > 1 else { return emit(first) }
        let fork = reserve()
        guard emit(first) else { return false }
        let jump = reserve()
        instructions[fork] = .fork(fork + 1, jump + 1)
        guard emitAlternatives(nodes.dropFirst()) else { return false }
        instructions[jump] = .jump(instructions.count)
        return true
    }

    private mutating func emitLoop(_ node: RegexpNode) -> Bool {
        let fork = reserve()
        guard emit(node) else { return false }
        instructions.append(.jump(fork))
        instructions[fork] = .fork(fork + 1, instructions.count)
        return true
    }

    private mutating func emitOptional(_ node: RegexpNode, times: Int) -> Bool {
        var forks: [Int] = []
        for _ in 0..<times {
            forks.append(reserve())
            guard emit(node) else { return false }
        }
        for fork in forks { instructions[fork] = .fork(fork + 1, instructions.count) }
        return true
    }

    /// Makes room for an instruction whose targets are not known yet.
    private mutating func reserve() -> Int {
        instructions.append(.jump(0))
        return instructions.count - 1
    }
}
