/// A scalar: its text and what the text stands for.
package struct YAMLScalar: Hashable, Sendable {
    /// What the text stands for by the core schema of YAML 1.2 (section 10.3.2).
    package enum Resolution: Hashable, Sendable {
        /// `null`, `~` or nothing at all.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// Decimal (`012` is twelve), `0o14` or `0xC` digits; the text is kept as written.
        case integer
        /// A decimal fraction or exponent, `.inf` or `.nan`; the text is kept as written.
        case float
        /// Everything else, and all that is quoted or a block.
        case string
    }

    /// How a scalar is written.
    package enum Style: Hashable, Sendable {
        /// Without quotes.
        case plain
        /// `'…'`
        case singleQuoted
        /// `"…"`
        case doubleQuoted
        /// `|`
        case literal
        /// `>`
        case folded
    }

    /// The text, with quotes, escapes, folding and indentation taken away.
    package let text: String
    /// What the text stands for.
    package let resolution: Resolution
    /// How it is written.
    package let style: Style

    /// A scalar from its parts.
    package init(text: String, resolution: Resolution, style: Style) {
        self.text = text
        self.resolution = resolution
        self.style = style
    }

    /// Whether it is written without quotes, so that the text alone decided what it stands for.
    package var isPlain: Bool {
        style == .plain
    }
}
