import Diagnostics

/// Builds the node tree from libyaml's events, and keeps the account of problems and limits.
///
/// Problems that leave the structure readable are collected and thrown together at the end; a broken syntax or limit
/// is thrown at once, after what was collected so far.
struct TreeBuilder: ~Copyable {
    /// A node with what it costs to use it again by an alias.
    struct Built {
        let node: YAMLNode
        /// Where it stands: where it was written, or the alias.
        let site: SourceSpan
        /// How many nodes it is made of, itself included.
        let count: Int
        /// How many levels it is high; a scalar is 1.
        let height: Int
    }

    private enum Anchor {
        case open(YAMLEvent)
        case done(Built)
    }

    private let file: SourceFile
    private let limits: YAMLLimits
    private var parser: EventParser
    private var anchors: [String: Anchor] = [:]
    private var aliasCount = 0
    private var nodeCount = 0
    private var problems: [Diagnostic] = []
    private var lastScalar: SourceSpan?

    /// A builder at the beginning of `file`.
    init(_ file: SourceFile, limits: YAMLLimits) {
        self.file = file
        self.limits = limits
        parser = EventParser(file)
    }

    /// Reads the whole stream, which has to hold one document.
    mutating func document() throws(DiagnosticError) -> YAMLNode {
        _ = try next()
        let start = try next()
        guard case .documentStart = start.kind else { throw stop(with: emptyDocument()) }
        let root = try built(from: try next(), depth: 1)
        if case .scalar(let scalar) = root.node.content, scalar.isPlain, scalar.text.isEmpty,
            root.site.byteRange.isEmpty
        {
            report(emptyDocument())
        }
        _ = try next()
        let after = try next()
        if case .documentStart = after.kind {
            report(
                .error(
                    "several-documents",
                    "a second document starts here; a file may hold only one",
                    at: span(after.start, after.end),
                    help: "move it into a file of its own, or remove the `---`"
                )
            )
        }
        guard problems.isEmpty else { throw DiagnosticError(diagnostics: problems) }
        return root.node
    }

    private func emptyDocument() -> Diagnostic {
        .error("empty-document", "there is nothing in the file but comments or space", at: file.span(0..<0))
    }
}

// MARK: - Nodes

extension TreeBuilder {
    private mutating func built(from event: YAMLEvent, depth: Int) throws(DiagnosticError) -> Built {
        if case .alias(let name) = event.kind { return try expanded(name, at: event, depth: depth) }
        try count(1, at: event)
        if depth > limits.maxDepth { throw stop(with: tooDeep(at: span(event.start, event.start))) }
        if let anchor = event.anchor { anchors[anchor] = .open(event) }

        let result: Built
        switch event.kind {
        case .sequenceStart(let isFlow): result = try sequence(event, isFlow: isFlow, depth: depth)
        case .mappingStart(let isFlow): result = try mapping(event, isFlow: isFlow, depth: depth)
        case .scalar(let text, let style): result = try scalar(event, text: text, style: style)
        default: result = try scalar(event, text: "", style: .plain)
        }
        // An inner node may have taken over the name; an alias means the latest one.
        if let anchor = event.anchor, case .open(let opened)? = anchors[anchor], opened.start == event.start {
            anchors[anchor] = .done(result)
        }
        return result
    }

    private mutating func sequence(_ event: YAMLEvent, isFlow: Bool, depth: Int) throws(DiagnosticError) -> Built {
        let start = try collectionStart(event, expected: "!!seq")
        var nodes: [YAMLNode] = []
        var (count, height, end) = (1, 0, event.end)
        while true {
            let next = try next()
            if case .sequenceEnd = next.kind {
                if isFlow { end = next.end }
                break
            }
            let item = try built(from: next, depth: depth + 1)
            nodes.append(item.node)
            (count, height, end) = (count + item.count, max(height, item.height), item.site.end)
        }
        let site = span(start, max(start, end))
        return Built(
            node: YAMLNode(content: .sequence(nodes), span: site),
            site: site,
            count: count,
            height: height + 1
        )
    }

    private mutating func mapping(_ event: YAMLEvent, isFlow: Bool, depth: Int) throws(DiagnosticError) -> Built {
        let start = try collectionStart(event, expected: "!!map")
        var entries: [YAMLEntry] = []
        var known: [String: SourceSpan] = [:]
        var (count, height, end) = (1, 0, event.end)
        while true {
            let next = try next()
            if case .mappingEnd = next.kind {
                if isFlow { end = next.end }
                break
            }
            let key = try built(from: next, depth: depth + 1)
            let value = try built(from: try self.next(), depth: depth + 1)
            (count, height) = (count + key.count + value.count, max(height, key.height, value.height))
            end = max(key.site.end, value.site.end)
            if let problem = KeyCheck.problem(with: key, in: start, known: &known) {
                try collect(problem)
            } else {
                entries.append(YAMLEntry(key: key.node, value: value.node))
            }
        }
        let site = span(start, max(start, end))
        return Built(
            node: YAMLNode(content: .mapping(entries), span: site),
            site: site,
            count: count,
            height: height + 1
        )
    }

    private mutating func collectionStart(_ event: YAMLEvent, expected: String) throws(DiagnosticError)
        -> SourcePosition
    {
        let count = (event.anchor == nil ? 0 : 1) + (event.tag == nil ? 0 : 1)
        guard count > 0 else { return event.start }
        let properties = NodeProperties(in: file, from: event.start.offset, to: file.bytes.count, count: count)
        if let tag = event.tag, tag != "!", TagSchema.shorthand(tag) != expected {
            try collect(wrongTag(tag, properties, found: TagSchema.noun(expected)))
        }
        return file.position(atOffset: properties.contentStart)
    }

    private mutating func scalar(
        _ event: YAMLEvent,
        text: String,
        style: YAMLScalar.Style
    ) throws(DiagnosticError) -> Built {
        var start = event.start
        var resolution = style == .plain ? CoreSchema.resolution(of: text) : .string
        if start.offset < file.bytes.count, [UInt8(ascii: "!"), UInt8(ascii: "&")].contains(file.bytes[start.offset]) {
            let properties = NodeProperties(in: file, from: start.offset, to: event.end.offset, count: 2)
            start = file.position(atOffset: properties.contentStart)
            if let tag = event.tag {
                if let tagged = TagSchema.resolution(of: text, tag: tag) {
                    resolution = tagged
                } else {
                    try collect(wrongTag(tag, properties, found: "`\(text)`"))
                }
            } else if properties.isNonSpecific {
                resolution = .string
            }
        }
        var end = max(start, event.end)
        if style == .literal || style == .folded { end = trimmedEnd(from: start, to: end) }
        let site = span(start, end)
        lastScalar = site
        let scalar = YAMLScalar(text: text, resolution: resolution, style: style)
        return Built(node: YAMLNode(content: .scalar(scalar), span: site), site: site, count: 1, height: 1)
    }

    private mutating func expanded(_ name: String, at event: YAMLEvent, depth: Int) throws(DiagnosticError) -> Built {
        let site = span(event.start, event.end)
        aliasCount += 1
        if aliasCount > limits.maxAliasExpansions {
            throw stop(
                with: .error(
                    "too-many-aliases",
                    "more than \(limits.maxAliasExpansions) aliases are used",
                    at: site,
                    help: "write the values out"
                )
            )
        }
        switch anchors[name] {
        case .done(let target):
            try count(target.count, at: event)
            if depth - 1 + target.height > limits.maxDepth { throw stop(with: tooDeep(at: site)) }
            let node = YAMLNode(content: target.node.content, span: target.node.span, aliasSpan: site)
            return Built(node: node, site: site, count: target.count, height: target.height)
        case .open(let opened):
            var problem = Diagnostic.error(
                "recursive-alias",
                "the alias `*\(name)` stands inside of what it means",
                at: site
            )
            problem.related = [.init(span: span(opened.start, opened.start), label: "`&\(name)` begins here")]
            try collect(problem)
        case nil:
            var problem = Diagnostic.error(
                "undefined-alias",
                "no `&\(name)` comes before this alias",
                at: site,
                help: "if it is meant as text, put it in quotes: \"*\(name)\""
            )
            problem.help += Suggestion.help(for: name, in: anchors.keys).map { [$0] } ?? []
            try collect(problem)
        }
        let scalar = YAMLScalar(text: "", resolution: .null, style: .plain)
        return Built(node: YAMLNode(content: .scalar(scalar), span: site), site: site, count: 1, height: 1)
    }

    /// libyaml lets a block scalar end where the next token begins; what is shown ends with its last line of text.
    private func trimmedEnd(from start: SourcePosition, to end: SourcePosition) -> SourcePosition {
        var offset = end.offset
        while offset > start.offset + 1, [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[offset - 1]) { offset -= 1 }
        return offset == end.offset ? end : file.position(atOffset: offset)
    }
}

// MARK: - Accounts

extension TreeBuilder {
    private mutating func next() throws(DiagnosticError) -> YAMLEvent {
        do {
            return try parser.next()
        } catch {
            throw stop(with: SyntaxAdvice(file: file, problem: error, lastScalar: lastScalar).diagnostic)
        }
    }

    private mutating func count(_ number: Int, at event: YAMLEvent) throws(DiagnosticError) {
        nodeCount += number
        guard nodeCount > limits.maxNodes else { return }
        throw stop(
            with: .error(
                "too-many-nodes",
                "the document has more than \(limits.maxNodes) values, counting what its aliases stand for",
                at: span(event.start, event.end),
                help: "keep data out of it: put long lists into a file of their own"
            )
        )
    }

    private mutating func report(_ problem: Diagnostic) {
        problems.append(problem)
    }

    private mutating func collect(_ problem: Diagnostic) throws(DiagnosticError) {
        problems.append(problem)
        guard problems.count >= limits.maxProblems else { return }
        throw stop(
            with: Diagnostic(
                severity: .note,
                code: "too-many-problems",
                message: "reading stopped after \(problems.count) problems",
                span: nil
            )
        )
    }

    private func stop(with problem: Diagnostic) -> DiagnosticError {
        DiagnosticError(diagnostics: problems + [problem])
    }

    private func tooDeep(at span: SourceSpan) -> Diagnostic {
        .error(
            "too-deep",
            "lists and mappings are nested more than \(limits.maxDepth) levels deep here",
            at: span,
            help: "is a bracket left open further up?"
        )
    }

    private func wrongTag(_ tag: String, _ properties: NodeProperties, found: String) -> Diagnostic {
        let shorthand = TagSchema.shorthand(tag)
        let span = properties.tagRange.map(file.span)
        guard TagSchema.known.contains(shorthand) else {
            return .error(
                "unknown-tag",
                "the tag `\(shorthand)` has no meaning here",
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

    private func span(_ start: SourcePosition, _ end: SourcePosition) -> SourceSpan {
        SourceSpan(file: file, start: start, end: end)
    }
}
