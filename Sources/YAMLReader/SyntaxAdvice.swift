import Diagnostics

/// Says in plain English what libyaml's terse errors mean, and what to write instead.
struct SyntaxAdvice {
    /// The file that does not parse.
    let file: SourceFile
    /// What libyaml says.
    let problem: SyntaxProblem
    /// The scalar read last, which often is where things went wrong.
    let lastScalar: SourceSpan?
    /// Where the innermost `[` or `{` that is still open stands.
    let openBracket: SourcePosition?

    /// Looks at the source around the problem.
    var probe: SourceProbe {
        SourceProbe(file: file)
    }

    /// The place of the problem.
    var position: SourcePosition {
        problem.position
    }

    /// The byte at the place of the problem; nil at the end of the file.
    var byte: UInt8? {
        probe.byte(at: position.offset)
    }

    /// The diagnostic for the problem.
    var diagnostic: Diagnostic {
        guard let text = problem.problem else {
            return .error("out-of-memory", "there is not enough memory to read the file", at: nil)
        }
        switch text {
        case "found unexpected end of stream", "found unexpected document indicator": return unclosedQuote
        case "found unknown escape character", "found invalid Unicode character escape code",
            "did not find expected hexdecimal number":
            return problem.context == "while parsing a tag" ? unknownTag : badEscape(text)
        case "found character that cannot start any token": return reservedCharacter
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return tab
        case "did not find expected alphabetic or numeric character" where isInScalarPosition: return badAnchor
        case "could not find expected ':'": return missingColon(at: problem.contextPosition ?? position)
        case "mapping values are not allowed in this context": return unexpectedColon
        case "block sequence entries are not allowed in this context": return unexpectedDash
        case "mapping keys are not allowed in this context":
            return quoteNeeded(
                "a value cannot begin with `?` and a space unless it is in quotes",
                at: position
            )
        case "did not find expected ',' or ']'": return unclosedBracket(closing: "]", noun: "list")
        case "did not find expected ',' or '}'": return unclosedBracket(closing: "}", noun: "mapping")
        case "did not find expected node content": return missingValue
        case "did not find expected key", "did not find expected '-' indicator": return badIndentation(text)
        case "found undefined tag handle": return unknownTag
        case "found an indentation indicator equal to 0", "did not find expected comment or line break",
            "did not find expected whitespace or line break":
            return problem.context == "while scanning a block scalar" ? badBlockHeader : other(text)
        case "did not find expected <document start>": return secondDocument
        case "found incompatible YAML document":
            return .error(
                "unsupported-version",
                "the file says that it is written in a YAML version other than 1.1 and 1.2",
                at: file.span(probe.rest(of: position)),
                help: "write `%YAML 1.2`, or leave the line out"
            )
        default:
            switch problem.context {
            case "while scanning a tag", "while parsing a tag": return unknownTag
            case "while scanning a directive": return badDirective
            default: return other(text)
            }
        }
    }

    private var isInScalarPosition: Bool {
        problem.context == "while scanning an alias" || problem.context == "while scanning an anchor"
    }

    private var secondDocument: Diagnostic {
        .error(
            "several-documents",
            "this stands after the end of the document; a file may hold only one",
            at: file.span(probe.rest(of: position)),
            help: "remove the `...` or `%` line above it, or move this into a file of its own"
        )
    }

    private var badDirective: Diagnostic {
        .error(
            "bad-directive",
            "a line that begins with `%` is a directive to the YAML reader, and this is not one that exists",
            at: file.span(probe.rest(of: problem.contextPosition ?? position)),
            help: "put the text in quotes if it is meant as text"
        )
    }

    private func other(_ text: String) -> Diagnostic {
        let context = problem.context.map { "\($0), " } ?? ""
        return .error("yaml-syntax", "this is not YAML: \(context)\(text)", at: probe.character(at: position))
    }
}
