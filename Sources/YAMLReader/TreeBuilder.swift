import Diagnostics

/// Builds the node tree from libyaml's events, and keeps the account of problems and limits.
///
/// Problems that leave the structure readable are collected and thrown together at the end; a broken syntax or limit
/// is thrown at once, after what was collected so far.
struct TreeBuilder: ~Copyable {
    private enum Anchor {
        /// Where the node begins that is not complete yet.
        case open(Int)
        case done(YAMLNode, NodeCost)
    }

    private let file: SourceFile
    private let limits: YAMLLimits
    private var parser: EventParser
    private var anchors: [String: Anchor] = [:]
    private var aliasCount = 0
    private var nodeCount = 0
    private var problems: [Diagnostic] = []
    /// What the node costs that has been completed last.
    private var lastCost = NodeCost.scalar
    /// The items of the lists and the entries of the mappings that are not complete yet, the innermost on top.
    private var items = MovingStack<YAMLNode>()
    private var entries = MovingStack<YAMLEntry>()
    /// Where the scalar stands that was read last.
    private var lastScalar: Range<Int>?
    /// Where the `[` and `{` stand that are still open.
    private var openBrackets: [Int] = []

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
        if case .scalar(let scalar) = root.content, scalar.isPlain, scalar.text.isEmpty, root.site.byteRange.isEmpty {
            problems.append(TreeProblem.emptyDocument(file))
        }
        _ = try next()
        let after = try next()
        if case .documentStart = after.kind {
            problems.append(TreeProblem.secondDocument(at: span(after.start, after.end)))
        }
        guard problems.isEmpty else { throw DiagnosticError(diagnostics: problems) }
        return root
    }
}

// MARK: - Nodes

extension TreeBuilder {
    private mutating func built(from event: borrowing YAMLEvent, depth: Int) throws(DiagnosticError) -> YAMLNode {
        if case .alias(let name) = event.kind { return try expanded(name, at: event, depth: depth) }
        try count(1, at: event)
        if depth > limits.maxDepth { throw tooDeep(at: span(event.start, event.start)) }
        if let anchor = event.anchor { anchors[anchor] = .open(event.start) }

        let result: YAMLNode
        switch event.kind {
        case .sequenceStart(let isFlow): result = try sequence(event, isFlow: isFlow, depth: depth)
        case .mappingStart(let isFlow): result = try mapping(event, isFlow: isFlow, depth: depth)
        case .scalar(let text, let style): result = try scalar(event, text: text, style: style)
        default: result = try scalar(event, text: "", style: .plain)
        }
        // An inner node may have taken over the name; an alias means the latest one.
        if let anchor = event.anchor, case .open(let opened)? = anchors[anchor], opened == event.start {
            anchors[anchor] = .done(result, lastCost)
        }
        return result
    }

    private mutating func sequence(_ event: borrowing YAMLEvent, isFlow: Bool, depth: Int) throws(DiagnosticError)
        -> YAMLNode
    {
        let start = try collectionStart(event, expected: "!!seq")
        if isFlow { openBrackets.append(start) }
        let base = items.count
        var (cost, end) = (NodeCost.scalar, event.end)
        while true {
            let next = try next()
            if next.isCollectionEnd {
                if isFlow {
                    end = next.end
                    openBrackets.removeLast()
                }
                break
            }
            let item = try built(from: next, depth: depth + 1)
            cost.add(lastCost)
            end = item.siteEnd
            items.push(item)
        }
        lastCost = cost
        return YAMLNode(content: .sequence(items.pop(downTo: base)), span: span(start, end))
    }

    private mutating func mapping(_ event: borrowing YAMLEvent, isFlow: Bool, depth: Int) throws(DiagnosticError)
        -> YAMLNode
    {
        let start = try collectionStart(event, expected: "!!map")
        if isFlow { openBrackets.append(start) }
        let base = entries.count
        var known = KnownKeys()
        var (cost, end) = (NodeCost.scalar, event.end)
        while true {
            let next = try next()
            if next.isCollectionEnd {
                if isFlow {
                    end = next.end
                    openBrackets.removeLast()
                }
                break
            }
            let key = try built(from: next, depth: depth + 1)
            cost.add(lastCost)
            let value = try built(from: try self.next(), depth: depth + 1)
            cost.add(lastCost)
            end = max(key.siteEnd, value.siteEnd)
            if let problem = entries.view(
                from: base,
                { KeyCheck.problem(with: key, in: start, after: $0, known: &known) }
            ) {
                try collect(problem)
            } else {
                entries.push(YAMLEntry(key: key, value: value))
            }
        }
        lastCost = cost
        return YAMLNode(content: .mapping(entries.pop(downTo: base)), span: span(start, end))
    }

    private mutating func collectionStart(_ event: borrowing YAMLEvent, expected: String) throws(DiagnosticError)
        -> Int
    {
        let count = (event.anchor == nil ? 0 : 1) + (event.tag == nil ? 0 : 1)
        guard count > 0 else { return event.start }
        let properties = NodeProperties(in: file, from: event.start, to: file.bytes.count, count: count)
        if let tag = event.tag, tag != "!", TagSchema.shorthand(tag) != expected {
            try collect(wrongTag(tag, properties, found: TagSchema.noun(expected)))
        }
        return properties.contentStart
    }

    private mutating func scalar(
        _ event: borrowing YAMLEvent,
        text: String,
        style: YAMLScalar.Style
    ) throws(DiagnosticError) -> YAMLNode {
        var start = event.start
        var resolution = style == .plain ? CoreSchema.resolution(of: text) : .string
        if start < file.bytes.count, file.bytes[start] == UInt8(ascii: "!") || file.bytes[start] == UInt8(ascii: "&") {
            let properties = NodeProperties(in: file, from: start, to: event.end, count: 2)
            start = properties.contentStart
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
        lastScalar = start..<end
        let scalar = YAMLScalar(text: text, resolution: resolution, style: style)
        lastCost = .scalar
        return YAMLNode(content: .scalar(scalar), span: span(start, end))
    }

    private mutating func expanded(_ name: String, at event: borrowing YAMLEvent, depth: Int) throws(DiagnosticError)
        -> YAMLNode
    {
        let site = span(event.start, event.end)
        aliasCount += 1
        if aliasCount > limits.maxAliasExpansions {
            throw stop(with: TreeProblem.tooManyAliases(at: site, limit: limits.maxAliasExpansions))
        }
        switch anchors[name] {
        case .done(let target, let cost):
            try count(cost.count, at: event)
            if depth - 1 + cost.height > limits.maxDepth { throw tooDeep(at: site) }
            lastCost = cost
            return YAMLNode(content: target.content, span: target.span, aliasSpan: site)
        case .open(let opened):
            let anchor = span(opened, opened)
            try collect(TreeProblem.recursiveAlias(name, at: site, anchor: anchor))
        case nil:
            try collect(TreeProblem.undefinedAlias(name, at: site, known: anchors.keys))
        }
        let scalar = YAMLScalar(text: "", resolution: .null, style: .plain)
        lastCost = .scalar
        return YAMLNode(content: .scalar(scalar), span: site)
    }

    /// libyaml lets a block scalar end where the next token begins; what is shown ends with its last line of text.
    private func trimmedEnd(from start: Int, to end: Int) -> Int {
        var offset = end
        while offset > start + 1, [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[offset - 1]) { offset -= 1 }
        return offset
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
                lastScalar: lastScalar.map(file.span),
                openBracket: openBrackets.last.map(file.position(atOffset:))
            )
            throw stop(with: advice.diagnostic)
        }
    }

    private mutating func count(_ number: Int, at event: borrowing YAMLEvent) throws(DiagnosticError) {
        nodeCount += number
        guard nodeCount > limits.maxNodes else { return }
        throw stop(with: TreeProblem.tooManyNodes(at: span(event.start, event.end), limit: limits.maxNodes))
    }

    private func tooDeep(at span: SourceSpan) -> DiagnosticError {
        stop(with: TreeProblem.tooDeep(at: span, limit: limits.maxDepth))
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

    private func span(_ start: Int, _ end: Int) -> SourceSpan {
        SourceSpan(file: file, bytes: start..<max(start, end))
    }
}
