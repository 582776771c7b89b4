package import Diagnostics
import JSONBytes
package import YAMLReader

/// A scalar of the job file with its `${{ … }}` expressions parsed. `$${{` stands for a literal `${{`.
package struct TemplateString: Sendable {
    /// Literal text or one expression.
    package enum Part: Hashable, Sendable {
        case text(String)
        case expression(Expression)
    }

    /// How many expressions one text may hold, and how many broken ones are reported: showing the place of one costs a
    /// walk over the text.
    private static let maxExpressions = 1_000
    private static let maxReports = 10

    /// What the text consists of, behind one reference: texts are handed around much more than they are looked into.
    private final class Storage: Sendable {
        let parts: [Part]
        let source: String
        let node: YAMLNode
        let isBroken: Bool
        let isLiteral: Bool
        let expressionRanges: [Range<Int>]

        init(parts: [Part], source: String, node: YAMLNode, isBroken: Bool, expressionRanges: [Range<Int>]) {
            self.parts = parts
            self.source = source
            self.node = node
            self.isBroken = isBroken
            isLiteral = parts.allSatisfy { if case .text = $0 { true } else { false } }
            self.expressionRanges = expressionRanges
        }
    }

    private let storage: Storage

    /// The parts in order; one `.text` where there is no expression.
    package var parts: [Part] { storage.parts }
    /// The text as written.
    package var source: String { storage.source }
    /// The scalar it came from: spans of runtime failures point there.
    package var node: YAMLNode { storage.node }
    /// A part could not be read and was left out; it has been reported, and what depends on it need not be.
    var isBroken: Bool { storage.isBroken }
    /// Whether there is no expression in it that could be read.
    var isLiteral: Bool { storage.isLiteral }
    /// Where the expressions stand in ``source``, braces included, as UTF-8 offsets.
    var expressionRanges: [Range<Int>] { storage.expressionRanges }

    /// A text without expressions.
    package var literal: String? {
        switch parts.count {
        case 0: return ""
        case 1: if case .text(let text) = parts[0] { return text } else { return nil }
        default: return nil
        }
    }

    /// The one expression that the whole scalar consists of: it keeps its JSON type.
    package var loneExpression: Expression? {
        if parts.count == 1, case .expression(let expression) = parts[0] { return expression }
        return nil
    }

    /// The expressions in reading order.
    package var expressions: [Expression] {
        parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    }

    /// Where the whole scalar stands.
    package var span: SourceSpan { node.span }

    /// Where a reference or call within it stands.
    package func span(of range: Range<Int>) -> SourceSpan { node.span(ofUTF8: range) }

    /// Parses a scalar; problems go to `report` and the broken expression is left out.
    init(_ text: String, node: YAMLNode, report: (Diagnostic) -> Void) {
        guard text.contains(utf8: "${{") else {
            self.init(parts: text.isEmpty ? [] : [.text(text)], source: text, node: node)
            return
        }
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        var isBroken = false
        var reports = 0
        var ranges: [Range<Int>] = []
        func flush() {
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
        }
        while let open = rest.firstRange(ofUTF8: "${{") {
            literal += rest[..<open.lowerBound]
            if literal.hasSuffix("$") {
                literal += "{{"
                rest = rest[open.upperBound...]
                continue
            }
            let body = rest[open.upperBound...]
            let offset = text.utf8.distance(from: text.startIndex, to: open.lowerBound)
            guard let close = Self.closingBraces(in: body) else {
                report(Self.notClosed(body, at: node.span(ofUTF8: offset..<offset + 3)))
                isBroken = true
                rest = rest[rest.endIndex...]
                break
            }
            flush()
            guard ranges.count < Self.maxExpressions else {
                report(
                    .error(
                        "too-many-templates",
                        "one text holds more than \(Self.maxExpressions) templates",
                        at: node.span.firstLine,
                        help: "use `join(list, separator)` on a list"
                    )
                )
                isBroken = true
                break
            }
            do throws(ExpressionError) {
                let base = text.utf8.distance(from: text.startIndex, to: body.startIndex)
                parts.append(.expression(try ExpressionParser.parse(body[..<close.lowerBound], base: base)))
            } catch {
                if reports < Self.maxReports { report(Self.diagnostic(error, in: node)) }
                reports += 1
                isBroken = true
            }
            rest = body[close.upperBound...]
            ranges.append(offset..<text.utf8.distance(from: text.startIndex, to: rest.startIndex))
        }
        literal += rest
        flush()
        self.init(parts: parts, source: text, node: node, isBroken: isBroken, expressionRanges: ranges)
    }

    /// Parses a scalar that is an expression as a whole, with or without its braces: the form that `if` takes.
    init(expression text: String, node: YAMLNode, report: (Diagnostic) -> Void) {
        if text.contains(utf8: "${{") {
            self.init(text, node: node, report: report)
            return
        }
        do throws(ExpressionError) {
            self.init(parts: [.expression(try ExpressionParser.parse(text, base: 0))], source: text, node: node)
        } catch {
            report(Self.diagnostic(error, in: node))
            self.init(parts: [], source: text, node: node, isBroken: true)
        }
    }

    init(
        parts: [Part],
        source: String,
        node: YAMLNode,
        isBroken: Bool = false,
        expressionRanges: [Range<Int>] = []
    ) {
        storage = Storage(
            parts: parts,
            source: source,
            node: node,
            isBroken: isBroken,
            expressionRanges: expressionRanges
        )
    }

    private static func notClosed(_ body: Substring, at span: SourceSpan) -> Diagnostic {
        var diagnostic = Diagnostic.error(
            "template-not-closed",
            "`${{` is never closed",
            at: span,
            label: "opened here"
        )
        let hasOneBrace = body.contains("}")
        diagnostic.help = [
            hasOneBrace ? "two braces close it: `}}`" : "close it with `}}`; write `$${{` for the literal text"
        ]
        return diagnostic
    }

    private static func diagnostic(_ error: ExpressionError, in node: YAMLNode) -> Diagnostic {
        var diagnostic = Diagnostic.error("template-syntax", error.message, at: node.span(ofUTF8: error.range))
        if let help = error.help { diagnostic.help.append(help) }
        return diagnostic
    }

    /// The first `}}` that is not inside a quoted text.
    private static func closingBraces(in body: Substring) -> Range<Substring.Index>? {
        var quote: UInt8?
        var last: UInt8?
        var index = body.startIndex
        while index < body.endIndex {
            let byte = body.utf8[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "}"), last == byte {
                return body.utf8.index(before: index)..<body.utf8.index(after: index)
            }
            last = quote == nil ? byte : nil
            index = body.utf8.index(after: index)
        }
        // An unbalanced quote must not hide the braces: the expression parser explains the quote better.
        return body.firstRange(ofUTF8: "}}")
    }
}

extension TemplateString {
    /// One expression of a longer template, standing alone.
    package init(lone expression: Expression, of template: TemplateString) {
        self.init(parts: [.expression(expression)], source: template.source, node: template.node)
    }
}
