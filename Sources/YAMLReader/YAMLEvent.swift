/// A step of libyaml's walk over a document.
struct YAMLEvent: ~Copyable {
    /// What the step is.
    enum Kind {
        /// Before everything.
        case streamStart
        /// After everything.
        case streamEnd
        /// Before a document, at its `---` if it has one.
        case documentStart
        /// After a document.
        case documentEnd
        /// `*name`
        case alias(name: String)
        /// A scalar, with its escapes and folds resolved.
        case scalar(text: String, style: YAMLScalar.Style)
        /// Before the items of a list; `isFlow` if it is in brackets.
        case sequenceStart(isFlow: Bool)
        /// After the items of a list.
        case sequenceEnd
        /// Before the keys and values of a mapping; `isFlow` if it is in braces.
        case mappingStart(isFlow: Bool)
        /// After the keys and values of a mapping.
        case mappingEnd
    }

    /// What the step is.
    let kind: Kind

    /// Whether a list or mapping ends.
    var isCollectionEnd: Bool {
        switch kind {
        case .sequenceEnd, .mappingEnd: true
        default: false
        }
    }

    /// The name after `&`, if the node has one.
    let anchor: String?
    /// The resolved tag, such as `tag:yaml.org,2002:str`, if the node has one.
    let tag: String?
    /// The offset at which the node begins: at its anchor or tag, if it has one.
    let start: Int
    /// The offset at which the step ends. After the end of a block collection or block scalar this is the next thing's
    /// beginning.
    let end: Int
}
