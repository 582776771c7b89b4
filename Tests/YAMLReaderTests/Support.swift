import Diagnostics
import Testing
import YAMLReader

func read(_ text: String, limits: YAMLLimits = .standard) throws -> YAMLNode {
    try YAMLReader.read(SourceFile(path: "test.yaml", bytes: Array(text.utf8)), limits: limits)
}

/// What reading `bytes` reports, or nothing if they can be read.
func diagnostics(of bytes: [UInt8], limits: YAMLLimits = .standard) -> [Diagnostic] {
    do {
        _ = try YAMLReader.read(SourceFile(path: "test.yaml", bytes: bytes), limits: limits)
        return []
    } catch {
        return error.diagnostics
    }
}

func diagnostics(of text: String, limits: YAMLLimits = .standard) -> [Diagnostic] {
    diagnostics(of: Array(text.utf8), limits: limits)
}

extension YAMLNode {
    /// The tree in one line, JSON-like, without quotes.
    var outline: String {
        switch content {
        case .scalar(let scalar): scalar.text
        case .sequence(let nodes): "[" + nodes.map(\.outline).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key.outline): \($0.value.outline)" }.joined(separator: ", ") + "}"
        }
    }

    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// The value of a key of a mapping, or the item of this number of a sequence.
    func value(_ key: String) -> YAMLNode? {
        switch content {
        case .scalar: nil
        case .sequence(let nodes): Int(key).flatMap { nodes.indices.contains($0) ? nodes[$0] : nil }
        case .mapping(let entries): entries.first { $0.key.scalar?.text == key }?.value
        }
    }

    func value(at path: [String]) -> YAMLNode? {
        path.reduce(self as YAMLNode?) { $0?.value($1) }
    }
}

/// Checks what holds for every tree: spans inside of the file and of their parents, in order, and plain text found at
/// its span.
func expectSoundSpans(_ node: YAMLNode, in file: SourceFile) {
    let range = node.span.byteRange
    #expect(range.upperBound <= file.bytes.count)
    #expect(node.span.start == file.position(atOffset: range.lowerBound))
    #expect(node.span.end == file.position(atOffset: range.upperBound))
    switch node.content {
    case .scalar(let scalar):
        let source = String(decoding: file.bytes[range], as: UTF8.self)
        switch scalar.style {
        case .plain where node.span.start.line == node.span.end.line: #expect(source == scalar.text)
        case .plain: break
        case .singleQuoted: #expect(source.hasPrefix("'") && source.hasSuffix("'"))
        case .doubleQuoted: #expect(source.hasPrefix("\"") && source.hasSuffix("\""))
        case .literal: #expect(source.hasPrefix("|"))
        case .folded: #expect(source.hasPrefix(">"))
        }
    case .sequence(let nodes):
        expectSoundSpans(of: nodes, inside: node, file: file)
    case .mapping(let entries):
        expectSoundSpans(of: entries.flatMap { [$0.key, $0.value] }, inside: node, file: file)
    }
}

private func expectSoundSpans(of children: [YAMLNode], inside parent: YAMLNode, file: SourceFile) {
    var end = parent.span.byteRange.lowerBound
    for child in children {
        let site = (child.aliasSpan ?? child.span).byteRange
        #expect(site.lowerBound >= end, "\(parent.outline)")
        #expect(site.upperBound <= parent.span.byteRange.upperBound, "\(parent.outline)")
        end = site.upperBound
        if child.aliasSpan == nil { expectSoundSpans(child, in: file) }
    }
}
