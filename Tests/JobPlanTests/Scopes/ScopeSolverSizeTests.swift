import JobPlan
import JobSpec
import TestSupport
import Testing

@Suite struct ScopeSolverSizeTests {
    @Test(
        "40 scopes, 500 requirements with 3 alternatives: proved",
        arguments: [
            (seed: 1 as UInt64, sizes: 1...1), (seed: 2, sizes: 1...3), (seed: 3, sizes: 3...3),
        ]
    )
    func fiveHundred(seed: UInt64, sizes: ClosedRange<Int>) {
        let instance = ScopeInstance(seed: seed, scopes: 40, requirements: 500, alternatives: 3...3, sizes: sizes)
        let (requirements, cost) = instance.make()
        let solution = ScopeSolver.smallestUnion(requirements, cost: cost)
        #expect(solution.isProvedSmallest, "\(instance)")
        expectValid(solution, for: requirements, cost: cost, "\(instance)")
        expectNoBetterNeighbour(of: solution, for: requirements, cost: cost, "\(instance)")
    }

    @Test("A planted answer is found among 40 scopes and 500 requirements", arguments: 0..<5 as Range<UInt64>)
    func planted(seed: UInt64) {
        // Ten scopes are each forced by a requirement of its own; all others hold with them already.
        let instance = ScopeInstance(seed: seed, scopes: 40, requirements: 490, alternatives: 2...2, sizes: 1...3)
        var random = SeededGenerator(seed: seed)
        let planted = Set((0..<40).shuffled(using: &random).prefix(10).map(ScopeInstance.scope))
        let open = instance.make().requirements.map { requirement in
            ScopeRequirement(alternatives: requirement.alternatives + [[planted.randomElement(using: &random)!]])
        }
        let forced = planted.map { ScopeRequirement(alternatives: [[$0]]) }
        let solution = ScopeSolver.smallestUnion(open + forced, cost: cost())
        #expect(solution.scopes == planted, "\(instance)")
        #expect(solution.isProvedSmallest, "\(instance)")
    }

    @Test("More scopes than one, four and sixteen words hold", arguments: [66, 255, 300, 1022, 1200, 3000])
    func manyScopes(count: Int) {
        // A ring in which neighbours share a requirement: every second scope is the least answer.
        let ring = (0..<count).map { number in
            ScopeRequirement(alternatives: [[ScopeInstance.scope(number)], [ScopeInstance.scope((number + 1) % count)]])
        }
        let solution = ScopeSolver.smallestUnion(ring, cost: cost(), effort: 200_000)
        expectValid(solution, for: ring, cost: cost(), "\(count)")
        #expect(solution.scopes.count >= (count + 1) / 2)
        if solution.isProvedSmallest { #expect(solution.scopes.count == (count + 1) / 2) }
    }

    @Test("Parts that share no scope are solved apart, over more than 64 scopes in all")
    func parts() {
        var requirements: [ScopeRequirement] = []
        var expected: Set<Scope> = []
        for part in 0..<40 {
            let five = (0..<5).map { ScopeInstance.scope(part * 5 + $0) }
            for index in five.indices {
                requirements.append(ScopeRequirement(alternatives: [[five[index]], [five[(index + 1) % 5]]]))
            }
            expected.formUnion([five[0], five[1], five[3]])
        }
        let solution = ScopeSolver.smallestUnion(requirements, cost: cost())
        #expect(solution.scopes == expected)
        #expect(solution.isProvedSmallest)
    }

    @Test(
        "A component wider than a word gets the answer that its parts have",
        arguments: 0..<4 as Range<UInt64>
    )
    func wide(seed: UInt64) {
        let squares = 12
        // Squares in which opposite corners are the answer, tied in a row by requirements that the low corners meet,
        // and tied to a hard core that is solved alone first.
        func corner(_ square: Int, _ index: Int) -> Set<Scope> { [ScopeInstance.scope(4 * square + index % 4)] }
        let core = ScopeInstance(seed: seed, scopes: 18, requirements: 40, alternatives: 3...3, sizes: 1...1)
            .make().requirements.map { shift($0, by: 4 * squares) }
        let coreAlone = ScopeSolver.smallestUnion(core, cost: cost())
        var expected = coreAlone.scopes
        var requirements = core
        for square in 0..<squares {
            for index in 0..<4 {
                let side = [corner(square, index), corner(square, index + 1)]
                requirements.append(ScopeRequirement(alternatives: side))
            }
            let next = square + 1 < squares ? square + 1 : squares + Int(seed % 6)
            requirements.append(ScopeRequirement(alternatives: [corner(square, 0), corner(next, 0)]))
            expected.formUnion(corner(square, 0).union(corner(square, 2)))
        }
        let solution = ScopeSolver.smallestUnion(requirements, cost: cost())
        #expect(coreAlone.isProvedSmallest, "seed \(seed)")
        #expect(solution.scopes == expected, "seed \(seed)")
        #expect(solution.isProvedSmallest, "seed \(seed)")
    }

    @Test(
        "A hostile problem ends at its bound with a valid answer that isn't called proved",
        arguments: [
            ScopeInstance(seed: 1, scopes: 60, requirements: 200, alternatives: 3...3, sizes: 1...1),
            ScopeInstance(seed: 2, scopes: 100, requirements: 300, alternatives: 3...3, sizes: 1...3),
            ScopeInstance(seed: 3, scopes: 900, requirements: 1500, alternatives: 3...3, sizes: 1...2),
            ScopeInstance(seed: 4, scopes: 1500, requirements: 2000, alternatives: 3...3, sizes: 1...2),
        ]
    )
    func hostile(instance: ScopeInstance) {
        let (requirements, cost) = instance.make()
        let effort = 120_000
        let solution = ScopeSolver.smallestUnion(requirements, cost: cost, effort: effort)
        #expect(!solution.isProvedSmallest, "\(instance)")
        #expect(solution.steps < 2 * effort, "\(instance)")
        expectValid(solution, for: requirements, cost: cost, "\(instance)")
    }

    @Test func longListsEndToo() throws {
        // One requirement with hundreds of alternatives, and one with hundreds of scopes in each.
        let scopes = (0..<800).map(ScopeInstance.scope)
        let manyWays = ScopeRequirement(alternatives: zip(scopes, scopes.dropFirst()).map { [$0, $1] })
        let allButOne = (0..<3).map { Set(scopes).subtracting([scopes[$0]]) }
        let requirements = [manyWays, ScopeRequirement(alternatives: allButOne)]
        let solution = ScopeSolver.smallestUnion(requirements, cost: cost(), effort: 100_000)
        expectValid(solution, for: requirements, cost: cost(), "long lists")
        #expect(solution.scopes.count == 799)
        let partition = try TokenPartition.leastPrivilege(requirements, cost: cost(), catalogue: [], effort: 100_000)
        #expect(partition.tokens == [[scopes[0], scopes[1]], allButOne[2]])
        #expect(partition.isProvedSmallest)
    }

    @Test func tenThousandOfTheSameFew() {
        let instance = ScopeInstance(seed: 7, scopes: 40, requirements: 60, alternatives: 1...3, sizes: 0...2)
        let (few, cost) = instance.make()
        var random = SeededGenerator(seed: 7)
        let many = (0..<10_000).map { index in few[index < few.count ? index : .random(in: few.indices, using: &random)]
        }
        let solution = ScopeSolver.smallestUnion(many, cost: cost)
        let fewSolution = ScopeSolver.smallestUnion(few, cost: cost)
        #expect(solution.scopes == fewSolution.scopes)
        #expect(solution.steps == fewSolution.steps)
        #expect(solution.chosen.count == 10_000)
        #expect(solution.isProvedSmallest)
    }

    /// Expects that no swap of two scopes for one, or of one for one, gives a set that comes before.
    private func expectNoBetterNeighbour(
        of solution: ScopeSolution,
        for requirements: [ScopeRequirement],
        cost: ScopeCost,
        _ comment: Comment
    ) {
        let outside = requirements.reduce(into: Set<Scope>()) { $0.formUnion($1.mentioned) }
            .subtracting(solution.scopes)
        for dropped in solution.scopes {
            for added in outside {
                let other = solution.scopes.subtracting([dropped]).union([added])
                guard cost.precedes(other, solution.scopes) else { continue }
                #expect(!requirements.allSatisfy { $0.isSatisfied(by: other) }, comment)
            }
        }
    }

    private func shift(_ requirement: ScopeRequirement, by offset: Int) -> ScopeRequirement {
        ScopeRequirement(
            alternatives: requirement.alternatives.map { alternative in
                Set(alternative.map { ScopeInstance.scope(Int($0.name.dropFirst())! + offset) })
            }
        )
    }
}
