/// Runs a ``RegexpProgram`` over a text. All states that the pattern can be in are advanced together.
struct RegexpMatcher {
    private let program: RegexpProgram
    private let isAnchored: Bool
    private var current: [Int] = []
    private var next: [Int] = []
    /// The step at which each instruction was last reached, so that none is followed twice in one step.
    private var reachedAt: [Int]
    private var pending: [Int] = []

    /// With `isAnchored` the whole text has to match (`match`), else any part of it (`search`).
    init(program: RegexpProgram, isAnchored: Bool) {
        self.program = program
        self.isAnchored = isAnchored
        reachedAt = Array(repeating: -1, count: program.instructions.count)
    }

    mutating func matches(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        var step = 0
        var index = scalars.startIndex
        while true {
            let isEnd = index == scalars.endIndex
            if step == 0 || !isAnchored { follow(0, step: step, isEnd: isEnd) }
            swap(&current, &next)
            next.removeAll(keepingCapacity: true)
            let accepted = current.contains { program.instructions[$0] == .accept }
            if accepted, !isAnchored || isEnd { return true }
            if isEnd || (isAnchored && current.isEmpty) { return false }
            let scalar = scalars[index]
            index = scalars.index(after: index)
            let isNextEnd = index == scalars.endIndex
            for state in current {
                if case .take(let set) = program.instructions[state], set.contains(scalar) {
                    follow(state + 1, step: step + 1, isEnd: isNextEnd)
                }
            }
            step += 1
        }
    }

    /// Adds all states that can be reached from `start` without taking a scalar.
    private mutating func follow(_ start: Int, step: Int, isEnd: Bool) {
        pending.append(start)
        while let state = pending.popLast() {
            guard reachedAt[state] != step else { continue }
            reachedAt[state] = step
            switch program.instructions[state] {
            case .fork(let first, let second): pending += [second, first]
            case .jump(let target): pending.append(target)
            case .begin: if step == 0 { pending.append(state + 1) }
            case .end: if isEnd { pending.append(state + 1) }
            case .take, .accept: next.append(state)
            }
        }
    }
}
