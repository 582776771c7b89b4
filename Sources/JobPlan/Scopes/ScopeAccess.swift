/// What a scope lets its holder do; the catalogue says so.
package enum ScopeAccess: Hashable, Sendable {
    /// Looks, and changes nothing.
    case read
    /// May change something.
    case write
}
