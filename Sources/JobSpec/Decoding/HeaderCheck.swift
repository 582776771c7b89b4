import Diagnostics

/// The rules for names and values of header fields that a job sets.
struct HeaderCheck {
    /// Set by the runner itself; a job that sets them would break the framing or the authority.
    private static let reserved = [
        "authorization": "the runner signs each call with the token that the plan gives it; declare `scopes` instead",
        "content-length": "leave it out: the runner works it out",
        "host": "leave it out: it is the host of the environment's `base_url`",
        "transfer-encoding": "leave it out: the runner works it out",
        "connection": "leave it out: the runner manages connections",
        "keep-alive": "leave it out: the runner manages connections",
        "upgrade": "leave it out: the runner manages connections",
        "te": "leave it out: the runner manages connections",
        "trailer": "leave it out: the runner sends no trailers",
        "expect": "leave it out: the runner sends the body at once",
        "proxy-authorization": "leave it out: credentials of a proxy belong to the variable `https_proxy`",
        "accept-encoding": "leave it out: the runner asks for gzip itself and decodes it",
    ]

    let problems: Problems

    /// Reports a name that a job can't set or that is none; false in that case.
    func isGood(name: String, at span: SourceSpan) -> Bool {
        if let reason = Self.reserved[name.lowercased()] {
            problems.error("reserved-header", "a job can't set `\(name)`", at: span, help: reason)
            return false
        }
        guard name.utf8.allSatisfy(Self.isTokenByte), !name.isEmpty else {
            problems.error(
                "bad-header",
                "\(name.quoted) is not a header name",
                at: span,
                help: "a name has letters, digits and hyphens: `X-Request-Source` (RFC 9110 section 5.1)"
            )
            return false
        }
        return true
    }

    /// Reports what a value can't hold as it is written.
    func check(value template: TemplateString, of name: String) {
        guard template.source.unicodeScalars.contains(where: Self.isControl) else { return }
        problems.error(
            "bad-header",
            "the value of `\(name)` has a line break or control character in it",
            at: template.span.firstLine,
            help: "a header is one line (RFC 9110 section 5.5): write it without"
        )
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar.value != 0x09) || scalar.value == 0x7F
    }

    /// `tchar` of RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
        }
    }
}
