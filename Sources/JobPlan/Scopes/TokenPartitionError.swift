/// Why no tokens can be planned.
package enum TokenPartitionError: Error, Hashable, Sendable {
    /// Every call is content with any valid token, but the catalogue has no scope to ask for, and a token request
    /// never leaves `scope` out nor sends it empty.
    case noScopeToAskFor
}
