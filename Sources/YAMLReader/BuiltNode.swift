import Diagnostics

/// A node with what it costs to use it again by an alias.
struct BuiltNode {
    /// The node.
    let node: YAMLNode
    /// Where it stands: where it was written, or the alias.
    let site: SourceSpan
    /// How many nodes it is made of, itself included.
    let count: Int
    /// How many levels it is high; a scalar is 1.
    let height: Int

    /// A node without children.
    init(scalar: YAMLScalar, at site: SourceSpan) {
        self.init(node: YAMLNode(content: .scalar(scalar), span: site), site: site, count: 1, height: 1)
    }

    /// A collection with `count` nodes below it, in `height` levels.
    init(collection content: YAMLNode.Content, at site: SourceSpan, count: Int, height: Int) {
        self.init(
            node: YAMLNode(content: content, span: site),
            site: site,
            count: count + 1,
            height: height + 1
        )
    }

    /// What an alias at `site` stands for.
    init(alias target: BuiltNode, at site: SourceSpan) {
        self.init(
            node: YAMLNode(content: target.node.content, span: target.node.span, aliasSpan: site),
            site: site,
            count: target.count,
            height: target.height
        )
    }

    private init(node: YAMLNode, site: SourceSpan, count: Int, height: Int) {
        self.node = node
        self.site = site
        self.count = count
        self.height = height
    }
}
