/// Names one access token of a plan: calls that share a token share its id.
package struct TokenID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name that the plan and the manifest show.
    package let name: String

    package init(name: String) { self.name = name }

    package var description: String { name }

    package static func < (left: TokenID, right: TokenID) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}
