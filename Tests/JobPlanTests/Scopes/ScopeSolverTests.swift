import JobPlan
import JobSpec
import TestSupport
import Testing

@Suite struct ScopeSolverTests {
    @Test(
        "Small cases",
        arguments: [
            // One requirement: its least alternative.
            ([""], "", "", [0]),
            (["a"], "", "a", [0]),
            (["a+b|c"], "", "c", [1]),
            (["w|r"], "r", "r", [1]),
            (["w1|w2"], "", "w1", [0]),
            // A scope that is needed anyway decides for others.
            (["a", "b|a"], "b", "a", [0, 1]),
            (["a|b", "b|c", "c|d"], "", "a+c", [0, 1, 0]),
            (["a|b", "b|c", "c|d"], "b+d", "b+d", [1, 0, 1]),
            // Two scopes that are asked for anyway are cheaper than a third.
            (["a", "b", "a+b|c"], "", "a+b", [0, 0, 0]),
            // One that serves three beats three that read.
            (["r1|w", "r2|w", "r3|w"], "r1+r2+r3", "w", [1, 1, 1]),
            // Any valid token asks for nothing.
            (["", "a", ""], "", "a", [0, 0, 0]),
            // An alternative that contains another never matters.
            (["a+b|a", "b|c"], "", "a+b", [1, 0]),
            // The same alternative twice: the first.
            (["b|a|a"], "", "a", [1]),
        ] as [([String], String, String, [Int])]
    )
    func table(requirements: [String], reads: String, scopes: String, chosen: [Int]) {
        let solution = ScopeSolver.smallestUnion(requirements.map { ScopeRequirement($0) }, cost: cost(reads: reads))
        #expect(solution.scopes == scopeSet(scopes))
        #expect(solution.chosen == chosen)
        #expect(solution.isProvedSmallest)
    }

    @Test func nothingNeedsNothing() {
        let solution = ScopeSolver.smallestUnion([], cost: cost())
        #expect(solution.scopes.isEmpty)
        #expect(solution.chosen.isEmpty)
        #expect(solution.isProvedSmallest)
    }

    @Test("The answer is the one that trying all sets finds", arguments: SmallInstances.batches)
    func bruteForce(seeds: Range<UInt64>) {
        for instance in seeds.map(SmallInstances.instance) {
            let (requirements, cost) = instance.make()
            let solution = ScopeSolver.smallestUnion(requirements, cost: cost)
            #expect(solution.scopes == BruteForce.smallestUnion(requirements, cost: cost), "\(instance)")
            #expect(solution.isProvedSmallest, "\(instance)")
            expectValid(solution, for: requirements, cost: cost, "\(instance)")
        }
    }

    @Test("With next to no effort the answer is valid still", arguments: SmallInstances.batches.suffix(3))
    func littleEffort(seeds: Range<UInt64>) {
        var cutShort = 0
        for instance in seeds.map(SmallInstances.instance) {
            let (requirements, cost) = instance.make()
            let least = BruteForce.smallestUnion(requirements, cost: cost)
            for effort in [-1, 0, 1, 10, 100] {
                let solution = ScopeSolver.smallestUnion(requirements, cost: cost, effort: effort)
                expectValid(solution, for: requirements, cost: cost, "\(instance), effort \(effort)")
                if solution.isProvedSmallest {
                    #expect(solution.scopes == least, "\(instance), effort \(effort)")
                } else {
                    cutShort += 1
                }
            }
        }
        #expect(cutShort > 0)
    }

    @Test("The order of requirements and of alternatives has no bearing on the set", arguments: 0..<40 as Range<UInt64>)
    func order(seed: UInt64) {
        let instance = ScopeInstance(seed: seed, scopes: 20, requirements: 40, alternatives: 1...4, sizes: 1...3)
        let (requirements, cost) = instance.make()
        var random = SeededGenerator(seed: seed)
        let shuffled = requirements.shuffled(using: &random).map { requirement in
            ScopeRequirement(alternatives: requirement.alternatives.shuffled(using: &random))
        }
        for effort in [50, 500, ScopeSolver.defaultEffort] {
            let one = ScopeSolver.smallestUnion(requirements, cost: cost, effort: effort)
            let other = ScopeSolver.smallestUnion(shuffled, cost: cost, effort: effort)
            #expect(one.scopes == other.scopes, "\(instance), effort \(effort)")
            #expect(one.isProvedSmallest == other.isProvedSmallest, "\(instance), effort \(effort)")
            #expect(one.steps == other.steps, "\(instance), effort \(effort)")
            let again = ScopeSolver.smallestUnion(requirements, cost: cost, effort: effort)
            #expect(one == again, "\(instance), effort \(effort)")
        }
    }
}

/// Instances small enough to try every set, of many shapes, one a seed.
enum SmallInstances {
    /// The seeds of 3,000 instances.
    static let batches: [Range<UInt64>] = (0..<30).map { $0 * 100..<$0 * 100 + 100 }

    static func instance(seed: UInt64) -> ScopeInstance {
        var random = SeededGenerator(seed: ~seed)
        let least = Int.random(in: 0..<12, using: &random) == 0 ? 0 : 1
        return ScopeInstance(
            seed: seed,
            scopes: Int.random(in: 1...7, using: &random),
            requirements: Int.random(in: 0...9, using: &random),
            alternatives: 1...Int.random(in: 1...4, using: &random),
            sizes: least...Int.random(in: 1...3, using: &random)
        )
    }
}

/// Expects what must hold of every answer, proved or not.
func expectValid(
    _ solution: ScopeSolution,
    for requirements: [ScopeRequirement],
    cost: ScopeCost,
    _ comment: Comment
) {
    #expect(solution.chosen.count == requirements.count, comment)
    for (requirement, index) in zip(requirements, solution.chosen) {
        let possible = requirement.alternatives.filter { $0.isSubset(of: solution.scopes) }
        #expect(requirement.alternatives[index] == possible.min(by: cost.precedes), comment)
    }
    for scope in solution.scopes {
        let rest = solution.scopes.subtracting([scope])
        #expect(!requirements.allSatisfy { $0.isSatisfied(by: rest) }, "\(scope) has no use: \(comment)")
    }
}
