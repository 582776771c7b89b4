import Diagnostics

/// A step of libyaml's walk over a document.
struct YAMLEvent {
    /// What the step is.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(name: String)
        case scalar(text: String, style: YAMLScalar.Style)
        case sequenceStart(isFlow: Bool)
        case sequenceEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    /// What the step is.
    let kind: Kind
    /// The name after `&`, if the node has one.
    let anchor: String?
    /// The resolved tag, such as `tag:yaml.org,2002:str`, if the node has one.
    let tag: String?
    /// Where the node begins: at its anchor or tag, if it has one.
    let start: SourcePosition
    /// Where the step ends. After the end of a block collection or block scalar this is the next thing's beginning.
    let end: SourcePosition
}
