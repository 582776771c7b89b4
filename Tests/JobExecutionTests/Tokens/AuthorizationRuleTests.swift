import JobExecution
import JobPlan
import JobSpec
import Testing

@Suite struct AuthorizationRuleTests {
    private static func actions(_ answers: [(Int, Bool)]) -> [AuthorizationRule.Action] {
        var rule = AuthorizationRule()
        return answers.map { rule.receive(status: $0.0, isGranted: $0.1) }
    }

    @Test(arguments: [200, 204, 302, 400, 404, 407, 429, 500, 503])
    func otherAnswersPass(_ status: Int) {
        #expect(Self.actions([(status, true), (status, false)]) == [.proceed, .proceed])
    }

    @Test(arguments: [401, 403], [401, 403])
    func oneRefreshOneReplay(_ first: Int, _ second: Int) {
        let actions = Self.actions([(first, true), (second, true), (second, true)])
        #expect(actions == [.refreshAndReplay, .fail(.freshTokenRefused), .fail(.freshTokenRefused)])
        #expect(Self.actions([(first, true), (200, true)]) == [.refreshAndReplay, .proceed])
    }

    @Test func a403OnATokenWithoutTheScopeIsFinalAtOnce() {
        #expect(Self.actions([(403, false)]) == [.fail(.scopeNotGranted)])
        #expect(Self.actions([(401, false)]) == [.refreshAndReplay])
        #expect(Self.actions([(401, true), (403, false)]) == [.refreshAndReplay, .fail(.scopeNotGranted)])
    }

    @Test func anAcceptedTokenEarnsAnotherRefresh() {
        let actions = Self.actions([(401, true), (503, true), (401, true), (401, true)])
        #expect(actions == [.refreshAndReplay, .proceed, .refreshAndReplay, .fail(.freshTokenRefused)])
    }
}

@Suite struct GrantCheckTests {
    private let first = TokenID(name: "a")
    private let second = TokenID(name: "b")

    @Test func equalGrantsDifferNowhere() {
        let planned = [first: scopes("x", "y"), second: scopes("z")]
        #expect(GrantCheck.differences(planned: planned, granted: planned).isEmpty)
        #expect(GrantCheck.differences(planned: [:], granted: planned).isEmpty)
    }

    @Test func differencesAreSorted() {
        let differences = GrantCheck.differences(
            planned: [second: scopes("z", "y", "x"), first: scopes("x")],
            granted: [second: scopes("y", "w", "v"), first: scopes("x", "q")]
        )
        #expect(differences.map(\.token) == [first, second])
        #expect(differences.map { $0.missing.map(\.name) } == [[], ["x", "z"]])
        #expect(differences.map { $0.unasked.map(\.name) } == [["q"], ["v", "w"]])
    }

    @Test func anAbsentTokenLacksEverything() {
        let differences = GrantCheck.differences(planned: [first: scopes("x")], granted: [:])
        #expect(differences.map { $0.missing.map(\.name) } == [["x"]])
    }
}
