import Diagnostics

/// The diagnostics for documents that are well-formed but cannot be used.
enum TreeProblem {
    /// Nothing to read.
    static func emptyDocument(_ file: SourceFile) -> Diagnostic {
        .error("empty-document", "there is nothing in the file but comments or space", at: file.span(0..<0))
    }

    /// A `---` after the first document.
    static func secondDocument(at span: SourceSpan) -> Diagnostic {
        .error(
            "several-documents",
            "a second document starts here; a file may hold only one",
            at: span,
            help: "move it into a file of its own, or remove the `---`"
        )
    }

    /// Nesting beyond the limit.
    static func tooDeep(at span: SourceSpan, limit: Int) -> Diagnostic {
        .error(
            "too-deep",
            "lists and mappings are nested more than \(limit) levels deep here",
            at: span,
            help: "is a bracket left open further up?"
        )
    }

    /// More nodes than the limit.
    static func tooManyNodes(at span: SourceSpan, limit: Int) -> Diagnostic {
        .error(
            "too-many-nodes",
            "the document has more than \(limit) values, counting what its aliases stand for",
            at: span,
            help: "keep data out of it: put long lists into a file of their own"
        )
    }

    /// More aliases than the limit.
    static func tooManyAliases(at span: SourceSpan, limit: Int) -> Diagnostic {
        .error("too-many-aliases", "more than \(limit) aliases are used", at: span, help: "write the values out")
    }

    /// The remark that ends a report of too many problems.
    static func tooManyProblems(_ count: Int) -> Diagnostic {
        Diagnostic(
            severity: .note,
            code: "too-many-problems",
            message: "reading stopped after \(count) problems",
            span: nil
        )
    }

    /// An alias inside of the node that its anchor names.
    static func recursiveAlias(_ name: String, at span: SourceSpan, anchor: SourceSpan) -> Diagnostic {
        var problem = Diagnostic.error(
            "recursive-alias",
            "the alias `*\(excerpt(name))` stands inside of what it means",
            at: span,
            help: "write the value out"
        )
        problem.related = [.init(span: anchor, label: "the anchor is here")]
        return problem
    }

    /// An alias without an anchor before it; `known` are the names of the anchors that there are.
    static func undefinedAlias(_ name: String, at span: SourceSpan, known: some Collection<String>) -> Diagnostic {
        let name = excerpt(name)
        var problem = Diagnostic.error(
            "undefined-alias",
            "no `&\(name)` comes before this alias",
            at: span,
            help: "if it is meant as text, put it in quotes: `\"*\(name)\"`"
        )
        // Each suggestion compares all names, which a hostile file could make many.
        if known.count <= 1_000, let help = Suggestion.help(for: name, in: known) { problem.help = [help] }
        return problem
    }

    /// A tag that has no meaning, or not before what `found` describes.
    static func wrongTag(_ tag: String, at span: SourceSpan?, found: String) -> Diagnostic {
        let shorthand = TagSchema.shorthand(tag)
        guard TagSchema.known.contains(shorthand) else {
            return .error(
                "unknown-tag",
                "the tag `\(excerpt(shorthand))` has no meaning here",
                at: span,
                help: "put the text in quotes if it is meant to begin with `!`",
                "known tags are \(TagSchema.known.map { "`\($0)`" }.joined(separator: ", "))"
            )
        }
        return .error(
            "tag-mismatch",
            "`\(shorthand)` asks for \(TagSchema.noun(tag)), but \(found) follows",
            at: span,
            help: "remove the tag or change the value"
        )
    }

    /// Text short enough to be repeated in a message.
    static func excerpt(_ text: String) -> String {
        text.utf8.count > 60 ? text.prefix(60) + "…" : text
    }
}
