package import Diagnostics

/// One value of a YAML document, with the place where it is written.
///
/// An alias stands for the very node that was anchored: its span is where the value is written, and `aliasSpan` tells
/// where it is used.
package struct YAMLNode: Sendable {
    /// What a node holds.
    package enum Content: Sendable {
        /// Text that stands for a string, number, boolean or null.
        case scalar(YAMLScalar)
        /// Values in order.
        case sequence([YAMLNode])
        /// Pairs in the order in which they are written; keys are scalars and no two have the same text.
        case mapping([YAMLEntry])
    }

    /// What the node holds.
    package let content: Content
    /// Where the value is written: quotes and brackets included; anchor, tag, comments and trailing space not.
    package let span: SourceSpan
    /// Few nodes have one, and every node would have to make room for it.
    private let alias: Alias?

    /// The alias (`*name`) by which the value got here, if it was not written here.
    package var aliasSpan: SourceSpan? { alias?.span }

    /// A node that was written at `span`.
    package init(content: Content, span: SourceSpan, aliasSpan: SourceSpan? = nil) {
        self.content = content
        self.span = span
        alias = aliasSpan.map(Alias.init)
    }
}

/// Where a node is used, if it was not written there.
private final class Alias: Sendable {
    let span: SourceSpan

    init(_ span: SourceSpan) { self.span = span }
}

/// One key and value of a mapping.
package struct YAMLEntry: Sendable {
    /// The key: always a scalar.
    package let key: YAMLNode
    /// The value.
    package let value: YAMLNode

    /// A pair.
    package init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }
}

extension YAMLNode {
    /// What to write instead, if the node is plain text such as `method:GET`, a key without the space after its colon.
    ///
    /// YAML reads that as text, so only who expected a mapping can tell that it is a mistake.
    package var missingSpaceHelp: String? {
        guard case .scalar(let scalar) = content, scalar.isPlain, span.start.line == span.end.line else { return nil }
        let probe = SourceProbe(file: span.file)
        guard let colon = probe.colonWithoutSpace(in: span.byteRange) else { return nil }
        let key = probe.excerpt(span.byteRange.lowerBound..<colon)
        return "write `\(key): \(probe.excerpt(colon + 1..<span.byteRange.upperBound))`, with a space after the colon"
    }
}
