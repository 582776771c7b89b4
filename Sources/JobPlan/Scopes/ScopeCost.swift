package import JobSpec

/// The order of least authority over scopes and sets of scopes. It is total, so a least set is the only one.
///
/// Fewest scopes first, then fewest scopes that write, then the sorted names compared one by one, byte for byte.
package struct ScopeCost: Sendable {
    private let access: [Scope: ScopeAccess]

    /// Takes what the catalogue knows. A scope that is missing from it counts as one that writes.
    package init(access: [Scope: ScopeAccess]) {
        self.access = access
    }

    /// Whether the scope may change something, or nobody knows.
    package func isWrite(_ scope: Scope) -> Bool {
        access[scope] != .read
    }

    /// How many of the scopes may change something.
    package func writes(in scopes: Set<Scope>) -> Int {
        scopes.count { isWrite($0) }
    }

    /// Whether `left` grants less than `right`; never true of equal sets.
    package func precedes(_ left: Set<Scope>, _ right: Set<Scope>) -> Bool {
        if left.count != right.count { return left.count < right.count }
        let (leftWrites, rightWrites) = (writes(in: left), writes(in: right))
        if leftWrites != rightWrites { return leftWrites < rightWrites }
        return left.sorted().lexicographicallyPrecedes(right.sorted())
    }

    /// The scope of least authority: the first that reads by name, else the first by name; nothing if there is none.
    package func least(in catalogue: some Sequence<Scope>) -> Scope? {
        catalogue.min { left, right in
            let (leftWrites, rightWrites) = (isWrite(left), isWrite(right))
            return leftWrites == rightWrites ? left < right : rightWrites
        }
    }

    /// The index of the least alternative for which `admits` holds; of equal ones the first written.
    func leastAlternative(
        of requirement: ScopeRequirement,
        where admits: (Set<Scope>) -> Bool
    ) -> Int? {
        var least: Int?
        for (index, alternative) in requirement.alternatives.enumerated() where admits(alternative) {
            if let current = least, !precedes(alternative, requirement.alternatives[current]) { continue }
            least = index
        }
        return least
    }
}
