import JobSpec

/// Numbers for the scopes that some requirements mention, ascending by name, so that sets of scopes become short lists
/// of integers in the order of ``ScopeCost``.
struct ScopeNumbering {
    /// The scopes, ascending; each one's index is its number.
    let scopes: [Scope]
    /// Whether each scope may change something.
    let isWrite: [Bool]
    private let numbers: [Scope: Int]

    /// Numbers every scope that the requirements mention.
    init(_ requirements: some Sequence<ScopeRequirement>, cost: ScopeCost) {
        scopes = requirements.reduce(into: Set<Scope>()) { $0.formUnion($1.mentioned) }.sorted()
        isWrite = scopes.map(cost.isWrite)
        numbers = Dictionary(uniqueKeysWithValues: zip(scopes, scopes.indices))
    }

    /// The numbers of a set of scopes, ascending.
    func numbers(of set: Set<Scope>) -> [Int] {
        set.compactMap { numbers[$0] }.sorted()
    }

    /// The scopes of these numbers.
    func set(of numbers: some Sequence<Int>) -> Set<Scope> {
        Set(numbers.map { scopes[$0] })
    }

    /// How many of these scopes may change something.
    func writes(in list: [Int]) -> Int {
        list.count { isWrite[$0] }
    }

    /// ``ScopeCost/precedes(_:_:)`` for lists of numbers.
    func precedes(_ left: [Int], _ right: [Int]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        let (leftWrites, rightWrites) = (writes(in: left), writes(in: right))
        return leftWrites != rightWrites ? leftWrites < rightWrites : left.lexicographicallyPrecedes(right)
    }
}
