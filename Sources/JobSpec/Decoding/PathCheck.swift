import Diagnostics

/// The rules for `request.path`: it follows `base_url`, and its literal text is what a URL's path may hold.
struct PathCheck {
    private static let longest = 8_000

    let path: TemplateString
    let problems: Problems

    /// Reports what is wrong; false where the path can't be used for further checks.
    var isGood: Bool {
        let source = path.source
        if source.isEmpty {
            problems.error("relative-path", "`path` is empty", at: path.span, help: "write `/` for the API's root")
            return false
        }
        guard source.utf8.count <= Self.longest else {
            problems.error(
                "bad-path",
                "`path` is longer than \(Self.longest) bytes",
                at: path.span.firstLine,
                help: "no server takes such a path: send data in `params`, `form` or `json`"
            )
            return false
        }
        if !source.hasPrefix("/"), ["http://", "https://"].contains(where: source.lowercased().hasPrefix) {
            problems.error(
                "absolute-url",
                "`path` holds a whole URL",
                at: path.span,
                help: "write only what follows the environment's `base_url`: a token never leaves its origin"
            )
            return false
        }
        if !source.hasPrefix("/"), !path.isBroken {
            // A value can't bring it, as its slashes are encoded, and glued to the host it would make another one.
            let isValue = path.expressionRanges.first?.lowerBound == 0
            let help = "write `/\(source)`" + (isValue ? ": slashes in a value are encoded" : "")
            problems.error("relative-path", "`path` begins with `/`", at: path.span, help: help)
            return false
        }
        if source.hasPrefix("//") {
            problems.error(
                "relative-path",
                "`path` begins with one `/`: what follows two is a host",
                at: path.span(of: 0..<2),
                help: "write `/\(source.drop { $0 == "/" })`"
            )
        }
        return checkCharacters()
    }

    /// Reports the first character that a path can't hold.
    private func checkCharacters() -> Bool {
        if path.isBroken { return true }
        for (offset, byte) in path.source.utf8.enumerated() where Self.needsLook(byte) {
            if path.expressionRanges.contains(where: { $0.contains(offset) }) { continue }
            guard let (code, message, help) = complaint(about: byte, at: offset) else { continue }
            problems.error(code, message, at: path.span(of: offset..<offset + 1), help: help)
            return false
        }
        return true
    }

    /// Whether a byte may be one to complain about.
    private static func needsLook(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "/"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            false
        default: true
        }
    }

    private func complaint(about byte: UInt8, at offset: Int) -> (code: String, message: String, help: String)? {
        switch byte {
        case UInt8(ascii: "?"):
            return (
                "query-in-path", "`path` holds a query", "write query parameters under `params`: they are encoded there"
            )
        case UInt8(ascii: "#"):
            return (
                "bad-path", "`path` holds a fragment, which is never sent", "leave out the `#`, or write it as `%23`"
            )
        case 0x00...0x20, 0x7F:
            return ("bad-path", "`path` holds white space or a control character", "write a space as `%20`")
        case UInt8(ascii: "{"):
            let rest = String(decoding: path.source.utf8.dropFirst(offset + 1), as: UTF8.self)
            let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            return (
                "placeholder-in-path", "`path` holds a placeholder that nothing fills in",
                name.isEmpty
                    ? "templates are written `${{ … }}`"
                    : "write `${{ token.\(name) }}`, `${{ item.\(name) }}` or `${{ vars.\(name) }}`"
            )
        case UInt8(ascii: "}"), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""):
            let character = Character(UnicodeScalar(byte))
            let code = String(byte, radix: 16, uppercase: true)
            return ("bad-path", "`path` can't hold `\(character)`", "write it as `%\(code)`")
        default:
            return nil
        }
    }
}
