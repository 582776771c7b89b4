/// An OAuth 2.0 scope token: `1*( %x21 / %x23-5B / %x5D-7E )`, compared byte for byte.
///
/// Source: RFC 6749 section 3.3.
package struct Scope: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The scope as the authorization server spells it, for instance `read:loans`.
    package let name: String

    /// Makes a scope, or nothing where `name` is not a scope token of RFC 6749 section 3.3.
    package init?(_ name: String) {
        let valid = name.utf8.allSatisfy { byte in
            byte == 0x21 || (0x23...0x5B).contains(byte) || (0x5D...0x7E).contains(byte)
        }
        guard valid, !name.isEmpty else { return nil }
        self.name = name
    }

    package var description: String { name }

    package static func < (left: Scope, right: Scope) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}
