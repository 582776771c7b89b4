import JobSpec
import Testing

@Test func scopeTokensFollowRFC6749() {
    #expect(Scope("read:loans")?.name == "read:loans")
    #expect(Scope("a b") == nil)
    #expect(Scope("") == nil)
    #expect(Scope("quote\"") == nil)
}
