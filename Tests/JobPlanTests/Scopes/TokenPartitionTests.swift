import JobPlan
import JobSpec
import TestSupport
import Testing

@Suite struct TokenPartitionTests {
    @Test(
        "Small cases",
        arguments: [
            ([], "", [], [], []),
            (["a"], "", ["a"], [0], [0]),
            // Two needs, two tokens: no call carries the other's scope.
            (["a", "a+b"], "", ["a", "a+b"], [0, 1], [0, 0]),
            // The same need, one token.
            (["b+a", "a+b", "a+b"], "", ["a+b"], [0, 0, 0], [0, 0, 0]),
            // One token for two calls beats two lesser ones.
            (["a|b+c", "d|b+c"], "a+b+c+d", ["b+c"], [0, 0], [1, 1]),
            // As many tokens: fewer scopes, then fewer writes, then names.
            (["a+b|c"], "a+b", ["c"], [0], [1]),
            (["w|r"], "r", ["r"], [0], [1]),
            (["y|x"], "", ["x"], [0], [1]),
            // An alternative that contains another has a scope that isn't needed, though it would save a token.
            (["a|a+b", "a+b"], "", ["a", "a+b"], [0, 1], [0, 0]),
            // Any valid token: the least that is there.
            (["w", "", "r1+r2", "r"], "r+r1+r2", ["r", "w", "r1+r2"], [1, 0, 2, 0], [0, 0, 0, 0]),
        ] as [([String], String, [String], [Int], [Int])]
    )
    func table(requirements: [String], reads: String, tokens: [String], assignment: [Int], chosen: [Int]) throws {
        let solution = try TokenPartition.leastPrivilege(
            requirements.map { ScopeRequirement($0) },
            cost: cost(reads: reads),
            catalogue: []
        )
        #expect(solution.tokens == tokens.map(scopeSet))
        #expect(solution.assignment == assignment)
        #expect(solution.chosen == chosen)
        #expect(solution.fallback == nil)
        #expect(solution.isProvedSmallest)
    }

    @Test func oneTokenForAll() throws {
        let solution = try TokenPartition.single(
            ["a|b", "c", "", "b|d"].map { ScopeRequirement($0) },
            cost: cost(),
            catalogue: []
        )
        #expect(solution.tokens == [scopeSet("b+c")])
        #expect(solution.assignment == [0, 0, 0, 0])
        #expect(solution.chosen == [1, 0, 0, 0])
        #expect(solution.fallback == nil)
        #expect(try TokenPartition.single([], cost: cost(), catalogue: []).tokens.isEmpty)
    }

    @Test(
        "Where any token will do, the least scope of the catalogue is asked for",
        arguments: [
            ("", "b+a", "a"), ("c+d", "a+d+c", "c"),
        ]
    )
    func fallback(reads: String, catalogue: String, expected: String) throws {
        let requirements = [ScopeRequirement.anyToken, ScopeRequirement(alternatives: [scopeSet("x"), []])]
        let catalogue = Array(scopeSet(catalogue))
        for solution in [
            try TokenPartition.leastPrivilege(requirements, cost: cost(reads: reads), catalogue: catalogue),
            try TokenPartition.single(requirements, cost: cost(reads: reads), catalogue: catalogue),
        ] {
            #expect(solution.tokens == [scopeSet(expected)])
            #expect(solution.fallback?.name == expected)
            #expect(solution.assignment == [0, 0])
            #expect(solution.chosen == [0, 1])
        }
    }

    @Test func noScopeToAskForIsAnError() {
        #expect(throws: TokenPartitionError.noScopeToAskFor) {
            try TokenPartition.leastPrivilege([.anyToken], cost: cost(), catalogue: [])
        }
        #expect(throws: TokenPartitionError.noScopeToAskFor) {
            try TokenPartition.single([.anyToken], cost: cost(), catalogue: [])
        }
    }

    @Test("The answer is the one that trying all families finds", arguments: SmallInstances.batches)
    func bruteForce(seeds: Range<UInt64>) throws {
        for instance in seeds.map(SmallInstances.instance) {
            let (all, cost) = instance.make()
            let requirements = Array(all.prefix(5))
            let filler = ScopeInstance.scope(0)
            let solution = try TokenPartition.leastPrivilege(requirements, cost: cost, catalogue: [filler])
            var expected = BruteForce.leastPrivilege(requirements, cost: cost)
            if expected.isEmpty, !requirements.isEmpty { expected = [[filler]] }
            #expect(solution.tokens == expected, "\(instance)")
            #expect(solution.isProvedSmallest, "\(instance)")
            expectExact(solution, for: requirements, "\(instance)")
        }
    }

    @Test(
        "Hostile and large problems end with exact rides",
        arguments: [
            (ScopeInstance(seed: 1, scopes: 40, requirements: 300, alternatives: 3...3, sizes: 2...2), false),
            (ScopeInstance(seed: 2, scopes: 60, requirements: 200, alternatives: 3...3, sizes: 1...1), false),
            (ScopeInstance(seed: 3, scopes: 40, requirements: 500, alternatives: 3...3, sizes: 3...3), true),
            (ScopeInstance(seed: 4, scopes: 200, requirements: 300, alternatives: 3...3, sizes: 1...4), true),
        ]
    )
    func large(instance: ScopeInstance, isProved: Bool) throws {
        let (requirements, cost) = instance.make()
        let solution = try TokenPartition.leastPrivilege(requirements, cost: cost, catalogue: [], effort: 50_000)
        #expect(solution.isProvedSmallest == isProved, "\(instance)")
        #expect(solution.tokens == solution.tokens.sorted(by: cost.precedes), "\(instance)")
        expectExact(solution, for: requirements, "\(instance)")
        var random = SeededGenerator(seed: instance.seed)
        let shuffled = try TokenPartition.leastPrivilege(
            requirements.shuffled(using: &random),
            cost: cost,
            catalogue: [],
            effort: 50_000
        )
        #expect(shuffled.tokens == solution.tokens, "\(instance)")
    }

    /// Expects that each call rides on a token with exactly what it needs, and that each token has a rider.
    private func expectExact(_ solution: PartitionSolution, for requirements: [ScopeRequirement], _ comment: Comment) {
        #expect(Set(solution.tokens).count == solution.tokens.count, comment)
        #expect(!solution.tokens.contains([]), comment)
        #expect(solution.assignment.count == requirements.count, comment)
        #expect(solution.chosen.count == requirements.count, comment)
        for (index, requirement) in requirements.enumerated() {
            let alternative = requirement.alternatives[solution.chosen[index]]
            #expect(BruteForce.exactAlternatives(of: requirement).contains(alternative), comment)
            if alternative.isEmpty {
                #expect(solution.assignment[index] == 0, comment)
            } else {
                #expect(solution.tokens[solution.assignment[index]] == alternative, comment)
            }
        }
        #expect(Set(solution.assignment) == Set(solution.tokens.indices), comment)
    }
}
