import Diagnostics

/// The rules for keys: text, not empty, no two alike, no merge key.
enum KeyCheck {
    /// What is wrong with a key of a mapping that begins at `start`; `entries` are those before it.
    static func problem(
        with key: YAMLNode,
        in start: Int,
        after entries: UnsafeBufferPointer<YAMLEntry>,
        known: inout KnownKeys
    ) -> Diagnostic? {
        guard case .scalar(let scalar) = key.content else { return notScalar(key, in: start) }
        if scalar.isPlain, scalar.text == "<<" {
            return .error(
                "merge-key",
                "the merge key `<<` is not part of YAML 1.2",
                at: key.site,
                help: "write the keys out, or use an alias as a whole value: `retry: *retry`"
            )
        }
        if scalar.isPlain, scalar.text.isEmpty {
            return .error("missing-key", "there is no key before this `:`", at: key.site, help: "write `key: value`")
        }
        if let first = known.firstUse(of: scalar.text, in: entries) {
            var problem = Diagnostic.error(
                "duplicate-key",
                "the key `\(TreeProblem.excerpt(scalar.text))` is used twice in the same mapping",
                at: key.site,
                label: "used again here",
                help: "keep one of the two"
            )
            problem.related = [.init(span: first, label: "first used here")]
            return problem
        }
        return nil
    }

    private static func notScalar(_ key: YAMLNode, in start: Int) -> Diagnostic {
        let bytes = key.site.file.bytes
        let isDoubleBrace = bytes[start...].starts(with: "{{".utf8)
        if isDoubleBrace {
            return .error(
                "brace-needs-quotes",
                "`{` begins a mapping, so `{{ … }}` is a mapping in a mapping and not text",
                at: key.site,
                help: "a template is written with a dollar sign: `${{ … }}`",
                "text that begins with `{` has to be in quotes"
            )
        }
        let noun = if case .sequence = key.content { "list" } else { "mapping" }
        return .error(
            "key-not-text",
            "a key has to be text, and this is a \(noun)",
            at: key.site,
            help: "put it in quotes if it is meant as text"
        )
    }
}
