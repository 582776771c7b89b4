import JobPlan
import JobSpec
import Testing

@Suite struct ScopeExplanationTests {
    @Test func everyScopeHasTheCallsThatNeedIt() throws {
        let requirements = ["b+a", "", "c|a", "a+b", "c+d|a"].map { ScopeRequirement($0) }
        let solution = try TokenPartition.leastPrivilege(requirements, cost: cost(), catalogue: [])
        let explanation = ScopeExplanation(of: solution, for: requirements)
        #expect(solution.tokens == [scopeSet("a"), scopeSet("a+b")])
        #expect(
            explanation.reasons.map { "\($0.token) \($0.scope) \($0.requirements)" } == [
                "0 a [2, 4]", "1 a [0, 3]", "1 b [0, 3]",
            ]
        )
        #expect(explanation.requirements(needing: Scope("b")!, ofToken: 1) == [0, 3])
        #expect(explanation.requirements(needing: Scope("b")!) == [])
    }

    @Test func aScopeThatOnlyFillsTheRequestHasNone() throws {
        let solution = try TokenPartition.single([.anyToken], cost: cost(), catalogue: [Scope("a")!])
        let explanation = ScopeExplanation(of: solution, for: [.anyToken])
        #expect(explanation.reasons.map(\.requirements) == [[]])
        #expect(explanation.reasons.map(\.scope) == [Scope("a")!])
    }

    @Test("No scope of a single token is without a reason", arguments: SmallInstances.batches.suffix(5))
    func noScopeWithoutReason(seeds: Range<UInt64>) throws {
        for instance in seeds.map(SmallInstances.instance) {
            let (requirements, cost) = instance.make()
            for effort in [0, ScopeSolver.defaultEffort] {
                let solution = try TokenPartition.single(
                    requirements,
                    cost: cost,
                    catalogue: [ScopeInstance.scope(0)],
                    effort: effort
                )
                let reasons = ScopeExplanation(of: solution, for: requirements).reasons
                #expect(reasons.map(\.scope) == (solution.tokens.first ?? []).sorted(), "\(instance)")
                #expect(solution.fallback != nil || reasons.allSatisfy { !$0.requirements.isEmpty }, "\(instance)")
            }
        }
    }
}
