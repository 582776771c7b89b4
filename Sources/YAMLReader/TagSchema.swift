/// The explicit tags that the core schema of YAML 1.2 knows (`!!str` is short for `tag:yaml.org,2002:str`).
enum TagSchema {
    private static let prefix = "tag:yaml.org,2002:"

    /// The tags in the form in which they are written.
    static let known = ["!!str", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map"]

    /// The tag as it is usually written.
    static func shorthand(_ tag: String) -> String {
        tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }

    /// What a tagged scalar stands for; nil when the text does not fit the tag, which is one of `known`.
    static func resolution(of text: String, tag: String) -> YAMLScalar.Resolution? {
        switch shorthand(tag) {
        case "!", "!!str": .string
        case "!!int": CoreSchema.isInteger(text) ? .integer : nil
        case "!!float": CoreSchema.isFloat(text) ? .float : nil
        case "!!bool": CoreSchema.bool(text).map { .bool($0) }
        case "!!null": CoreSchema.isNull(text) ? .null : nil
        default: nil
        }
    }

    /// What a tag asks for, in words.
    static func noun(_ tag: String) -> String {
        switch shorthand(tag) {
        case "!!int": "an integer"
        case "!!float": "a number"
        case "!!bool": "`true` or `false`"
        case "!!null": "`null`"
        case "!!seq": "a list"
        case "!!map": "a mapping"
        default: "text"
        }
    }
}
