/// A text that no output may show: a client secret, a token, the password of a proxy.
///
/// It prints as `•••` in every way that Swift prints values: `print`, `dump`, string interpolation, `Mirror`, inside
/// optionals, arrays and enclosing types. ``reveal()`` is the one way to the text, so a search for it finds every use.
package struct Secret: Sendable, Hashable {
    /// What stands in the place of a secret wherever text is written.
    package static let mask = "•••"

    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The text itself: for the wire, never for output.
    package func reveal() -> String {
        text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.mask }
    package var debugDescription: String { Self.mask }

    /// A mirror without children, for `dump` and test frameworks look at the stored properties otherwise.
    package var customMirror: Mirror {
        Mirror(self, unlabeledChildren: EmptyCollection<Never>())
    }
}
