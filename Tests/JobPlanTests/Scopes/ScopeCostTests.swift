import JobPlan
import JobSpec
import Testing

@Suite struct ScopeCostTests {
    @Test(
        "Fewest scopes, then fewest writes, then names",
        arguments: [
            ("", "a"), ("w", "a+b"), ("b", "w"), ("a", "b"), ("b+c", "a+w"), ("a+c", "b+c"), ("a+b", "a+c"),
            ("a", "unknown"),
        ]
    )
    func order(lesser: String, greater: String) {
        let cost = cost(reads: "a+b+c")
        #expect(cost.precedes(scopeSet(lesser), scopeSet(greater)))
        #expect(!cost.precedes(scopeSet(greater), scopeSet(lesser)))
        #expect(!cost.precedes(scopeSet(lesser), scopeSet(lesser)))
    }

    @Test func aScopeThatIsDeclaredToWriteWritesAndAnUnknownOneDoesToo() throws {
        let (read, write) = (try #require(Scope("read")), try #require(Scope("write")))
        let cost = ScopeCost(access: [read: .read, write: .write])
        #expect(!cost.isWrite(read))
        #expect(cost.isWrite(write))
        #expect(cost.isWrite(try #require(Scope("other"))))
        #expect(cost.writes(in: [read, write]) == 1)
    }

    @Test(
        "The least scope reads, if one does",
        arguments: [
            ("z+m", "a+m+z", "m"), ("", "b+a", "a"), ("q", "", nil),
        ]
    )
    func least(reads: String, catalogue: String, expected: String?) {
        #expect(cost(reads: reads).least(in: scopeSet(catalogue))?.name == expected)
    }
}
