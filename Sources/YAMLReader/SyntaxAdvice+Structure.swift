import Diagnostics

// Mistakes between scalars: indentation, colons, dashes, brackets.
extension SyntaxAdvice {
    /// A tab where only spaces can indent.
    var tab: Diagnostic {
        var start = position.offset
        while start > 0, probe.byte(at: start - 1) == UInt8(ascii: "\t") { start -= 1 }
        var end = max(start, position.offset)
        while probe.byte(at: end) == UInt8(ascii: "\t") { end += 1 }
        return .error(
            "tab-indentation",
            "a tab cannot be used to indent or align",
            at: file.span(start..<end),
            help: "use spaces"
        )
    }

    /// A line among keys that has no `: `; often one like `method:GET`.
    func missingColon(at start: SourcePosition) -> Diagnostic {
        let range = probe.rest(of: start)
        if let colon = probe.colonWithoutSpace(in: range) { return missingSpace(at: colon, in: range) }
        return .error(
            "missing-colon",
            "this line has no `:` after its key",
            at: file.span(range),
            help: "write `\(probe.excerpt(range)): …` if it is a key, indent the line if it goes on from the one above"
        )
    }

    private func missingSpace(at colon: Int, in range: Range<Int>) -> Diagnostic {
        let key = probe.excerpt(range.lowerBound..<colon)
        return .error(
            "missing-space",
            "there is no space after the `:`, so this is text and not a key with a value",
            at: file.span(colon..<colon + 1),
            help: "write `\(key): \(probe.excerpt(colon + 1..<range.upperBound))`"
        )
    }

    /// `: ` where no key can be: a second one on its line, or below a line that has a value already.
    var unexpectedColon: Diagnostic {
        if let start = probe.openTemplate(before: position), let template = probe.template(at: start) {
            return templateNeedsQuotes(template, "a template that contains `: ` has to be in quotes")
        }
        let content = probe.content(ofLine: position.line)
        let before = content.lowerBound..<max(content.lowerBound, position.offset)
        if probe.hasKeyIndicator(in: before) { return secondColon(in: content) }
        let key = file.span(before)
        guard let above = probe.lineAbove(position.line) else { return other(at: probe.character(at: position)) }
        var lineAbove = probe.content(ofLine: above)
        while probe.text(lineAbove).hasPrefix("- ") { lineAbove = lineAbove.lowerBound + 2..<lineAbove.upperBound }
        if let colon = probe.colonWithoutSpace(in: lineAbove) { return missingSpace(at: colon, in: lineAbove) }
        if !probe.hasKeyIndicator(in: lineAbove) {
            return missingColon(at: file.position(atOffset: lineAbove.lowerBound))
        }
        var diagnostic = Diagnostic.error(
            "bad-indentation",
            "this line is indented as a part of the one above, which already has a value",
            at: key,
            help: "align it with the key that it belongs beside"
        )
        diagnostic.related = [.init(span: file.span(lineAbove), label: "has a value already")]
        return diagnostic
    }

    private func secondColon(in content: Range<Int>) -> Diagnostic {
        var value = position.offset
        while value > content.lowerBound, !probe.hasKeyIndicator(in: value - 1..<min(value + 1, position.offset)) {
            value -= 1
        }
        while probe.byte(at: value) == UInt8(ascii: " ") || probe.byte(at: value) == UInt8(ascii: ":") { value += 1 }
        var diagnostic = Diagnostic.error(
            "second-colon",
            "a value on the line of its key cannot have a `: ` in it",
            at: file.span(position.offset..<min(position.offset + 1, file.bytes.count))
        )
        if value < position.offset, let first = probe.byte(at: value), first != UInt8(ascii: "\""),
            first != UInt8(ascii: "'")
        {
            diagnostic.help.append("if it is text, write \(quoted(value..<content.upperBound))")
        }
        diagnostic.help.append("if it is a mapping, begin it on the next line, indented")
        return diagnostic
    }

    /// `- ` where no list can begin, such as after `key: `.
    var unexpectedDash: Diagnostic {
        let rest = probe.rest(of: position)
        if probe.hasKeyIndicator(in: file.lineRange(position.line).lowerBound..<position.offset) {
            return .error(
                "unexpected-dash",
                "a list cannot begin on the line of its key",
                at: file.span(rest),
                help: "put each `- item` on a line of its own below the key",
                "put the value in quotes if it is meant to begin with `-`"
            )
        }
        return .error(
            "unexpected-dash",
            "a list item cannot stand here",
            at: file.span(rest),
            help: "align it with the other items, or put it in quotes if it is meant to begin with `-`"
        )
    }

    /// Something other than a comma or bracket after an item in `[ ]` or `{ }`.
    func unclosedBracket(closing: String, noun: String) -> Diagnostic {
        if byte == UInt8(ascii: "{"), position.offset > 0, let template = probe.template(at: position.offset - 1) {
            return templateNeedsQuotes(template, "inside of `[ ]` and `{ }`, a template has to be in quotes")
        }
        let opening = problem.contextPosition.map(probe.character)
        guard byte != nil else { return neverClosed(problem.contextPosition ?? position) }
        if let quoted = quotedTextBeforeProblem { return textAfterQuote(quoted) }
        // Of `key: value` on a later line, libyaml takes offence at the colon only.
        let isKey = byte == UInt8(ascii: ":") && position.line > (problem.contextPosition?.line ?? position.line)
        let key = probe.content(ofLine: position.line).lowerBound..<position.offset
        var diagnostic = Diagnostic.error(
            "unclosed-bracket",
            "a `,` or a `\(closing)` is missing before this",
            at: isKey ? file.span(key) : probe.character(at: position),
            help: "close the \(noun) with `\(closing)`, or put a comma between its items"
        )
        if let opening { diagnostic.related = [.init(span: opening, label: "the \(noun) is opened here")] }
        return diagnostic
    }

    private func neverClosed(_ opening: SourcePosition) -> Diagnostic {
        let (noun, closing) = probe.byte(at: opening.offset) == UInt8(ascii: "[") ? ("list", "]") : ("mapping", "}")
        return .error(
            "unclosed-bracket",
            "the \(noun) that is opened here is never closed",
            at: probe.character(at: opening),
            label: "opened here",
            help: "add the closing `\(closing)`"
        )
    }

    /// Something that cannot begin a value, where one has to be.
    var missingValue: Diagnostic {
        let span = probe.character(at: position)
        guard let byte else {
            return openBracket.map(neverClosed)
                ?? .error("missing-value", "a value is missing at the end of the file", at: span)
        }
        switch byte {
        case UInt8(ascii: ":"): return missingKey
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            return .error(
                "unexpected-bracket",
                "this bracket closes nothing that is open here",
                at: span,
                help: "remove it, or put the value in quotes if it is meant as text"
            )
        case UInt8(ascii: ",") where problem.context == "while parsing a flow node":
            return .error("missing-value", "a value is missing before this `,`", at: span, help: "remove the `,`")
        default:
            let character = probe.text(span.byteRange)
            return quoteNeeded("a value cannot begin with `\(character)` unless it is in quotes", at: position)
        }
    }

    private var missingKey: Diagnostic {
        let colon = probe.character(at: position)
        return .error("missing-key", "there is no key before this `:`", at: colon, help: "write `key: value`")
    }

    /// Something that cannot go on with the mapping or list around it; `text` is libyaml's word for it.
    func badIndentation(_ text: String) -> Diagnostic {
        if let quoted = quotedTextBeforeProblem { return textAfterQuote(quoted) }
        let rest = file.span(probe.rest(of: position))
        let previous = probe.byteBefore(position)
        if previous == UInt8(ascii: "}") || previous == UInt8(ascii: "]") {
            return .error(
                "text-after-bracket",
                "the bracket before this ends the value",
                at: rest,
                label: "text after the closing bracket",
                help: "put the whole value in quotes if it is meant as text"
            )
        }
        if byte == UInt8(ascii: ":") { return missingKey }
        let isItem = byte == UInt8(ascii: "-")
        var diagnostic: Diagnostic
        if text == "did not find expected key" {
            diagnostic = .error(
                "bad-indentation",
                isItem && position.column == problem.contextPosition?.column
                    ? "a list item cannot stand among the keys of a mapping"
                    : "the indentation of this line fits nothing above it",
                at: rest,
                help: "align it with the lines that it belongs beside"
            )
        } else {
            diagnostic = .error(
                "bad-indentation",
                isItem
                    ? "the indentation of this item differs from that of the items above it"
                    : "a list goes on with `- `, and this is something else",
                at: rest,
                help: "align it with the lines that it belongs beside"
            )
        }
        if let start = problem.contextPosition, start.line < position.line {
            let noun = text == "did not find expected key" ? "mapping" : "list"
            diagnostic.related = [.init(span: probe.character(at: start), label: "the \(noun) begins here")]
        }
        return diagnostic
    }

    /// The quoted scalar that ends right before the problem, on its line.
    private var quotedTextBeforeProblem: SourceSpan? {
        guard let scalar = lastScalar, scalar.end.line == position.line, scalar.byteRange.count >= 2,
            scalar.end <= position, let first = probe.byte(at: scalar.start.offset),
            first == UInt8(ascii: "\"") || first == UInt8(ascii: "'"),
            file.bytes[scalar.end.offset..<position.offset].allSatisfy({ $0 == UInt8(ascii: " ") })
        else { return nil }
        return scalar
    }

    private func templateNeedsQuotes(_ template: Range<Int>, _ message: String) -> Diagnostic {
        .error("template-needs-quotes", message, at: file.span(template), help: "write \(quoted(template))")
    }

    private func other(at span: SourceSpan) -> Diagnostic {
        .error(
            "yaml-syntax",
            "a `:` cannot stand here",
            at: span,
            help: "put the text in quotes if it is meant as text"
        )
    }
}
