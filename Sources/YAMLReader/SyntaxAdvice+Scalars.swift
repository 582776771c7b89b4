import Diagnostics

// Mistakes inside of one scalar: quotes, escapes, characters that may not come first.
extension SyntaxAdvice {
    /// The file, or a document, ends inside of quotes.
    var unclosedQuote: Diagnostic {
        let start = problem.contextPosition ?? position
        let quote = probe.byte(at: start.offset) == UInt8(ascii: "'") ? "'" : "\""
        return .error(
            "unclosed-quote",
            "the quote that is opened here is never closed",
            at: probe.character(at: start),
            label: "opened here",
            help: "add the closing `\(quote)`"
        )
    }

    /// A quoted scalar is complete, and more text follows on its line.
    func textAfterQuote(_ quoted: SourceSpan) -> Diagnostic {
        let quote = probe.byte(at: quoted.start.offset) ?? UInt8(ascii: "\"")
        var diagnostic = Diagnostic.error(
            "text-after-quote",
            "the quoted text ends before this",
            at: file.span(probe.rest(of: position)),
            label: "text after the closing quote"
        )
        if quoted.start.line < quoted.end.line {
            diagnostic.help.append("is the closing quote missing on line \(quoted.start.line)?")
            diagnostic.related = [.init(span: probe.character(at: quoted.start), label: "the quoted text begins here")]
        } else if quote == UInt8(ascii: "'") {
            diagnostic.help.append("inside of single quotes, write an apostrophe twice: `'it''s'`")
        } else {
            diagnostic.help.append(
                "inside of double quotes, write a quote as `\\\"`, or use single quotes around it all"
            )
        }
        return diagnostic
    }

    /// A backslash in double quotes with something after it that YAML does not know; `text` is libyaml's word for it.
    func badEscape(_ text: String) -> Diagnostic {
        var start = position.offset
        // libyaml points behind `\x`, `\u` and `\U` once it has seen them.
        while start > 0, probe.byte(at: start) != UInt8(ascii: "\\"), position.offset - start < 2 { start -= 1 }
        let escape = file.span(start..<min(start + 2, file.bytes.count))
        let name = probe.text(escape.byteRange)
        switch text {
        case "did not find expected hexdecimal number":
            return .error(
                "bad-escape",
                "`\(name)` has to be followed by more hexadecimal digits",
                at: escape,
                help: "write `\\x` with 2 digits, `\\u` with 4 or `\\U` with 8",
                "for a backslash, write `\\\\` or use single quotes"
            )
        case "found invalid Unicode character escape code":
            return .error(
                "bad-escape",
                "this escape does not stand for a character by itself",
                at: file.span(start..<min(start + 6, file.bytes.count)),
                help: "write the character itself, or `\\U` with the 8 digits of its code, such as `\\U0001F600`"
            )
        default:
            return .error(
                "bad-escape",
                "`\(name)` is not an escape sequence of YAML",
                at: escape,
                help: "for a backslash, write `\\\\` or use single quotes, in which it has no special meaning"
            )
        }
    }

    /// A value that begins with `@`, a backtick, `%` or a tab.
    var reservedCharacter: Diagnostic {
        if byte == UInt8(ascii: "\t") { return tab }
        let character = probe.text(probe.character(at: position).byteRange)
        return quoteNeeded("a value cannot begin with `\(character)` unless it is in quotes", at: position)
    }

    /// A value that begins with `*` or `&` and is no alias or anchor, such as `*/*`.
    var badAnchor: Diagnostic {
        let start = problem.contextPosition ?? position
        let (mark, meaning) = problem.context == "while scanning an alias" ? ("*", "an alias") : ("&", "an anchor")
        return quoteNeeded("`\(mark)` begins \(meaning), and no name follows it", at: start)
    }

    /// A value that begins with `!` and is no tag, or one of an undeclared family.
    var unknownTag: Diagnostic {
        let start = problem.contextPosition ?? position
        return quoteNeeded(
            "`!` begins a tag, and this is not one that has a meaning here",
            at: start,
            code: "unknown-tag"
        )
    }

    /// Text on the line of a `|` or `>`.
    var badBlockHeader: Diagnostic {
        let start = problem.contextPosition ?? position
        let mark = probe.text(probe.character(at: start).byteRange)
        return .error(
            "bad-block-text",
            "after `\(mark)`, the text has to begin on the next line",
            at: file.span(probe.rest(of: position)),
            help: "move the text to the next line and indent it",
            "put the value in quotes if it is meant to begin with `\(mark)`"
        )
    }

    /// An error at a value that YAML reads as something else than text, with the quoted form as help.
    func quoteNeeded(_ message: String, at start: SourcePosition, code: String = "needs-quotes") -> Diagnostic {
        let rest = probe.rest(of: start)
        return .error(code, message, at: file.span(rest), help: "write \(quoted(rest))")
    }

    /// The text of a range in the quotes that need no escapes, as help shows it.
    func quoted(_ range: Range<Int>) -> String {
        let text = probe.excerpt(range)
        if text.contains("\"") || text.contains("\\") {
            return text.contains("'") ? "it in quotes" : "`'\(text)'`"
        }
        return "`\"\(text)\"`"
    }
}
