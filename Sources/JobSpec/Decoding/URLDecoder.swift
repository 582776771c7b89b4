import Diagnostics
import YAMLReader

/// Reads the addresses of an environment: absolute, encrypted or of this machine, and without credentials.
struct URLDecoder {
    let problems: Problems

    /// An absolute URL: https, or http to this machine only. Where a template completes it, what stands before the
    /// template is checked.
    func decode(_ key: String, _ fields: Fields, allowsQuery: Bool) -> TemplateString? {
        guard let template = fields.template(key), !template.isBroken else { return nil }
        if hasCredentials(template.source) {
            withCredentials(key, at: template.span, help: "credentials are `client_id` and `client_secret`")
            return nil
        }
        // A template may supply the whole address, scheme included.
        guard case .text(let start) = template.parts.first ?? .text("") else { return template }
        guard let scheme = ["https://", "http://"].first(where: { start.lowercased().hasPrefix($0) }) else {
            notAURL(key, template, start)
            return nil
        }
        let rest = start.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#\\".contains($0) }
        let isWhole = authority.endIndex < rest.endIndex || template.literal != nil
        guard !authority.isEmpty || !isWhole, !start.contains(where: { $0.isWhitespace }) else {
            notAURL(key, template, start)
            return nil
        }
        // What a template adds to the host could make another host of it: it may add the port.
        let isLocal = Loopback.isLoopback(authority: authority) && (isWhole || authority.hasSuffix(":"))
        if scheme == "http://", !isLocal {
            problems.error(
                "plain-http",
                "`\(key)` would send secrets in the clear",
                at: template.span,
                help: "write `https://\(template.source.dropFirst(scheme.count))`: plain http is for this machine only"
            )
            return nil
        }
        for (mark, name) in [("#", "fragment"), ("?", "query")] where rest.contains(mark) {
            if mark == "?", allowsQuery { continue }
            problems.error(
                "not-a-url",
                "`\(key)` can't have a \(name)",
                at: template.span,
                help: mark == "?"
                    ? "query parameters belong to a step's request: `params`" : "leave out the `#` and what follows"
            )
            return nil
        }
        return template
    }

    /// The proxy: `http://host:port` or `socks5://host:port`.
    func proxy(_ fields: Fields) -> String? {
        guard let text = fields.string("proxy") else { return nil }
        if hasCredentials(text.value) {
            withCredentials("proxy", at: text.span, help: "set the variable `https_proxy` for the run instead")
            return nil
        }
        let schemes = ["http://", "socks5://", "socks5h://"]
        let rest = schemes.first { text.value.hasPrefix($0) }.map { text.value.dropFirst($0.count) }
        guard let rest, !rest.isEmpty, !rest.contains(where: { $0.isWhitespace }) else {
            problems.error(
                "not-a-url",
                "`proxy` is `http://HOST:PORT` or `socks5://HOST:PORT`, not \(text.value.quoted)",
                at: text.span,
                help: text.value.hasPrefix("https://")
                    ? "write `http://…`: what goes through the proxy is encrypted all the same"
                    : text.value.contains(utf8: "://") ? nil : "write `http://\(text.value)`"
            )
            return nil
        }
        return text.value
    }

    /// User information stands before an `@`, ahead of the path.
    private func hasCredentials(_ text: String) -> Bool {
        var rest = Substring(text)
        if let scheme = rest.firstRange(ofUTF8: "://") { rest = rest[scheme.upperBound...] }
        return rest.prefix { !"/?#".contains($0) }.contains("@")
    }

    private func withCredentials(_ key: String, at span: SourceSpan, help: String) {
        problems.hide(span)
        problems.error(
            "literal-secret",
            "`\(key)` has credentials in it",
            at: span,
            label: "anyone who can read the file has them",
            help: "leave out what stands before the `@`; \(help)"
        )
    }

    private func notAURL(_ key: String, _ template: TemplateString, _ start: String) {
        problems.error(
            "not-a-url",
            "`\(key)` is an absolute URL, not \(template.source.quoted)",
            at: template.span,
            help: start.contains(utf8: "://") || start.isEmpty
                ? "an address begins with `https://` and a host" : "write `https://\(template.source)`"
        )
    }
}
