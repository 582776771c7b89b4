import Diagnostics

/// Builds the node tree from libyaml's events, and keeps the account of problems and limits.
///
/// Problems that leave the structure readable are collected and thrown together at the end; a broken syntax or limit
/// is thrown at once, after what was collected so far.
struct TreeBuilder: ~Copyable {
    private enum Anchor {
        case open(YAMLEvent)
        case done(BuiltNode)
    }

    private let file: SourceFile
    private let limits: YAMLLimits
    private var parser: EventParser
    private var anchors: [String: Anchor] = [:]
    private var aliasCount = 0
    private var nodeCount = 0
    private var problems: [Diagnostic] = []
    private var lastScalar: SourceSpan?
    /// Where the `[` and `{` stand that are still open.
    private var openBrackets: [SourcePosition] = []

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
        guard case .documentStart = start.kind else { throw stop(with: TreeProblem.emptyDocument(file)) }
        let root = try built(from: try next(), depth: 1)
        if case .scalar(let scalar) = root.node.content, scalar.isPlain, scalar.text.isEmpty,
            root.site.byteRange.isEmpty
        {
            problems.append(TreeProblem.emptyDocument(file))
        }
        _ = try next()
        let after = try next()
        if case .documentStart = after.kind {
            problems.append(TreeProblem.secondDocument(at: span(after.start, after.end)))
        }
        guard problems.isEmpty else { throw DiagnosticError(diagnostics: problems) }
        return root.node
    }
}

// MARK: - Nodes

extension TreeBuilder {
    private mutating func built(from event: YAMLEvent, depth: Int) throws(DiagnosticError) -> BuiltNode {
        if case .alias(let name) = event.kind { return try expanded(name, at: event, depth: depth) }
        try count(1, at: event)
        try checkDepth(depth, at: span(event.start, event.start))
        if let anchor = event.anchor { anchors[anchor] = .open(event) }

        let result: BuiltNode
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

    private mutating func sequence(_ event: YAMLEvent, isFlow: Bool, depth: Int) throws(DiagnosticError) -> BuiltNode {
        let start = try collectionStart(event, expected: "!!seq")
        if isFlow { openBrackets.append(start) }
        var nodes: [YAMLNode] = []
        var (count, height, end) = (0, 0, event.end)
        while true {
            let next = try next()
            if case .sequenceEnd = next.kind {
                if isFlow {
                    end = next.end
                    openBrackets.removeLast()
                }
                break
            }
            let item = try built(from: next, depth: depth + 1)
            nodes.append(item.node)
            (count, height, end) = (count + item.count, max(height, item.height), item.site.end)
        }
        let site = span(start, max(start, end))
        return BuiltNode(collection: .sequence(nodes), at: site, count: count, height: height)
    }

    private mutating func mapping(_ event: YAMLEvent, isFlow: Bool, depth: Int) throws(DiagnosticError) -> BuiltNode {
        let start = try collectionStart(event, expected: "!!map")
        if isFlow { openBrackets.append(start) }
        var entries: [YAMLEntry] = []
        var known: [String: SourceSpan] = [:]
        var (count, height, end) = (0, 0, event.end)
        while true {
            let next = try next()
            if case .mappingEnd = next.kind {
                if isFlow {
                    end = next.end
                    openBrackets.removeLast()
                }
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
        return BuiltNode(collection: .mapping(entries), at: site, count: count, height: height)
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
    ) throws(DiagnosticError) -> BuiltNode {
        var start = event.start
        var resolution = style == .plain ? CoreSchema.resolution(of: text) : .string
        if start.offset < file.bytes.count, [UInt8(ascii: "!"), UInt8(ascii: "&")].contains(file.bytes[start.offset]) {
            let properties = NodeProperties(in: file, from: start.offset, to: event.end.offset, count: 2)
            start = file.position(atOffset: properties.contentStart)
            if let tag = event.tag {
                if let tagged = TagSchema.resolution(of: text, tag: tag) {
                    resolution = tagged
                } else {
                    try collect(wrongTag(tag, properties, found: "`\(TreeProblem.excerpt(text))`"))
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
        return BuiltNode(scalar: scalar, at: site)
    }

    private mutating func expanded(_ name: String, at event: YAMLEvent, depth: Int) throws(DiagnosticError) -> BuiltNode
    {
        let site = span(event.start, event.end)
        aliasCount += 1
        if aliasCount > limits.maxAliasExpansions {
            throw stop(with: TreeProblem.tooManyAliases(at: site, limit: limits.maxAliasExpansions))
        }
        switch anchors[name] {
        case .done(let target):
            try count(target.count, at: event)
            try checkDepth(depth - 1 + target.height, at: site)
            return BuiltNode(alias: target, at: site)
        case .open(let opened):
            let anchor = span(opened.start, opened.start)
            try collect(TreeProblem.recursiveAlias(name, at: site, anchor: anchor))
        case nil:
            try collect(TreeProblem.undefinedAlias(name, at: site, known: anchors.keys))
        }
        let scalar = YAMLScalar(text: "", resolution: .null, style: .plain)
        return BuiltNode(scalar: scalar, at: site)
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
            let advice = SyntaxAdvice(
                file: file,
                problem: error,
                lastScalar: lastScalar,
                openBracket: openBrackets.last
            )
            throw stop(with: advice.diagnostic)
        }
    }

    private mutating func count(_ number: Int, at event: YAMLEvent) throws(DiagnosticError) {
        nodeCount += number
        guard nodeCount > limits.maxNodes else { return }
        throw stop(with: TreeProblem.tooManyNodes(at: span(event.start, event.end), limit: limits.maxNodes))
    }

    private func checkDepth(_ depth: Int, at span: SourceSpan) throws(DiagnosticError) {
        guard depth > limits.maxDepth else { return }
        throw stop(with: TreeProblem.tooDeep(at: span, limit: limits.maxDepth))
    }

    private mutating func collect(_ problem: Diagnostic) throws(DiagnosticError) {
        problems.append(problem)
        guard problems.count >= limits.maxProblems else { return }
        throw stop(with: TreeProblem.tooManyProblems(problems.count))
    }

    private func stop(with problem: Diagnostic) -> DiagnosticError {
        DiagnosticError(diagnostics: problems + [problem])
    }

    private func wrongTag(_ tag: String, _ properties: NodeProperties, found: String) -> Diagnostic {
        TreeProblem.wrongTag(tag, at: properties.tagRange.map(file.span), found: found)
    }

    private func span(_ start: SourcePosition, _ end: SourcePosition) -> SourceSpan {
        SourceSpan(file: file, start: start, end: end)
    }
}
