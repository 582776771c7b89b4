import JobPlan
import JobSpec
import TestSupport

/// Requirements over scopes `s000`, `s001`, … made from a seed.
struct ScopeInstance: CustomStringConvertible {
    var seed: UInt64
    var scopes: Int
    var requirements: Int
    /// How many alternatives a requirement has.
    var alternatives: ClosedRange<Int>
    /// How many scopes an alternative has; 0 makes "any valid token".
    var sizes: ClosedRange<Int>

    var description: String {
        "seed \(seed): \(requirements) requirements of \(alternatives) alternatives of \(sizes) of \(scopes) scopes"
    }

    static func scope(_ number: Int) -> Scope {
        let digits = String(number)
        return Scope("s" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits)!
    }

    /// The requirements, and a cost in which about half of the scopes write and a few are unknown.
    func make() -> (requirements: [ScopeRequirement], cost: ScopeCost) {
        var random = SeededGenerator(seed: seed)
        var access: [Scope: ScopeAccess] = [:]
        for number in 0..<scopes {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: access[Self.scope(number)] = .read
            case 5..<9: access[Self.scope(number)] = .write
            default: break
            }
        }
        var made: [ScopeRequirement] = []
        for _ in 0..<requirements {
            var all: [Set<Scope>] = []
            for _ in 0..<Int.random(in: alternatives, using: &random) {
                let size = min(scopes, Int.random(in: sizes, using: &random))
                var alternative: Set<Scope> = []
                while alternative.count < size {
                    alternative.insert(Self.scope(Int.random(in: 0..<scopes, using: &random)))
                }
                all.append(alternative)
            }
            made.append(ScopeRequirement(alternatives: all))
        }
        return (made, ScopeCost(access: access))
    }
}

extension ScopeRequirement {
    /// `"a+b|c"` is a and b together, or c; `""` is any valid token.
    init(_ text: String) {
        self.init(
            alternatives: text.split(separator: "|").map { alternative in
                Set(alternative.split(separator: "+").map { Scope(String($0))! })
            }
        )
    }
}

/// `"a+b"` is the set of a and b.
func scopeSet(_ text: String) -> Set<Scope> {
    Set(text.split(separator: "+").map { Scope(String($0))! })
}

/// A cost in which the scopes named read and all others write.
func cost(reads: String = "") -> ScopeCost {
    ScopeCost(access: Dictionary(uniqueKeysWithValues: scopeSet(reads).map { ($0, .read) }))
}

/// The least answers, found by trying all of them.
enum BruteForce {
    /// The least subset of the scopes mentioned that meets every requirement.
    static func smallestUnion(_ requirements: [ScopeRequirement], cost: ScopeCost) -> Set<Scope> {
        let scopes = requirements.reduce(into: Set<Scope>()) { $0.formUnion($1.mentioned) }.sorted()
        return subsets(of: scopes).map { Set($0) }
            .filter { set in requirements.allSatisfy { $0.isSatisfied(by: set) } }
            .min(by: cost.precedes) ?? []
    }

    /// The least family of exact alternatives that serves every requirement that needs a scope.
    static func leastPrivilege(_ requirements: [ScopeRequirement], cost: ScopeCost) -> [Set<Scope>] {
        let choices = requirements.map { exactAlternatives(of: $0) }.filter { !$0.contains([]) }
        let candidates = Set(choices.joined()).sorted(by: cost.precedes)
        let families = subsets(of: candidates).filter { family in
            choices.allSatisfy { !$0.isDisjoint(with: family) }
        }
        return families.min { left, right in
            let ranks = { (family: [Set<Scope>]) in
                [family.count, family.reduce(0) { $0 + $1.count }, family.reduce(0) { $0 + cost.writes(in: $1) }]
            }
            if ranks(left) != ranks(right) { return ranks(left).lexicographicallyPrecedes(ranks(right)) }
            return left.lexicographicallyPrecedes(right, by: cost.precedes)
        } ?? []
    }

    /// The alternatives that don't contain another.
    static func exactAlternatives(of requirement: ScopeRequirement) -> Set<Set<Scope>> {
        Set(requirement.alternatives).filter { candidate in
            !requirement.alternatives.contains { $0.isStrictSubset(of: candidate) }
        }
    }

    /// All subsets, each in the order of `elements`.
    private static func subsets<Element>(of elements: [Element]) -> [[Element]] {
        (0..<1 << elements.count).map { bits in
            elements.indices.filter { bits >> $0 & 1 == 1 }.map { elements[$0] }
        }
    }
}
