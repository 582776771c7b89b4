import Diagnostics
import JSONBytes
import YAMLReader

/// Reads one entry of `environments`.
struct EnvironmentDecoder {
    static let keys = [
        "extends", "token_url", "audience", "base_url", "client_id", "client_secret", "client_auth", "production",
        "scopes", "operations", "rate_limit", "retry", "tls", "proxy", "sandbox",
    ]
    private static let aliases = [
        "url": "the API's address is `base_url`, the token endpoint's is `token_url`",
        "auth_url": "did you mean `token_url`?",
        "client": "write `client_id` and `client_secret`",
        "secret": "did you mean `client_secret`?",
        "password": "write `client_secret: ${{ secrets.NAME }}`",
        "insecure": "TLS is always verified; trust a private authority with `tls: { ca_file: … }`",
        "inherits": "did you mean `extends`?",
    ]

    let problems: Problems

    func decode(name: String, nameSpan: SourceSpan, _ node: YAMLNode) -> RawEnvironment? {
        guard
            let fields = Fields(
                node,
                what: "an environment",
                keys: Self.keys,
                problems: problems,
                aliases: Self.aliases
            )
        else { return nil }
        let settings = SettingsDecoder(problems: problems)
        return RawEnvironment(
            name: name,
            nameSpan: nameSpan,
            extends: fields.string("extends"),
            tokenURL: url("token_url", fields),
            audience: fields.template("audience"),
            baseURL: url("base_url", fields),
            clientID: credential("client_id", fields),
            clientSecret: credential("client_secret", fields),
            clientAuth: fields.choice("client_auth", of: ClientAuth.self),
            isProduction: fields.bool("production"),
            scopes: fields["scopes"].map { catalogue($0) },
            operations: fields["operations"].map { OperationsDecoder(problems: problems).decode($0) },
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit),
            retry: fields["retry"].flatMap(settings.retry),
            caFile: tls(fields),
            proxy: fields.string("proxy")?.value,
            sandbox: fields.has("sandbox") ? .some(fields["sandbox"].flatMap(sandbox)) : nil
        )
    }

    /// An absolute URL: https, or http to this machine only.
    private func url(_ key: String, _ fields: Fields) -> TemplateString? {
        guard let template = fields.template(key) else { return nil }
        guard let text = template.literal else { return template }
        let rest = ["https://", "http://"].lazy.compactMap { text.hasPrefix($0) ? text.dropFirst($0.count) : nil }.first
        guard let rest, !rest.isEmpty, !rest.hasPrefix("/"), !text.contains(where: \.isWhitespace) else {
            problems.error(
                "not-a-url",
                "`\(key)` is an absolute URL, not `\(text)`",
                at: template.span,
                help: text.contains("://") ? nil : "write `https://\(text)`"
            )
            return nil
        }
        if text.hasPrefix("http://"), !Loopback.isLoopback(authority: rest.prefix { $0 != "/" }) {
            problems.error(
                "plain-http",
                "`\(key)` would send secrets in the clear",
                at: template.span,
                help: "write `https://\(rest)`: plain http is for this machine only"
            )
            return nil
        }
        return template
    }

    /// A reference to a secret; a literal would put it into the job file and its history.
    private func credential(_ key: String, _ fields: Fields) -> TemplateString? {
        guard let template = fields.template(key) else { return nil }
        let roots = template.expressions.flatMap(\.references).map(\.root)
        if !roots.contains("secrets"), !roots.contains("env"), !template.parts.isEmpty || template.source.isEmpty {
            problems.error(
                "literal-secret",
                "`\(key)` is written out in the file",
                at: template.span,
                label: "anyone who can read the file has it",
                help:
                    "write `\(key): ${{ secrets.NAME }}` and set the variable `NAME`, or the file that `NAME_FILE` names"
            )
            return nil
        }
        return template
    }

    private func catalogue(_ node: YAMLNode) -> [CataloguedScope] {
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "an environment's `scopes` is a mapping of scopes to what they allow",
                at: node.span.firstLine,
                help: "write `read:loans: { access: read }`"
            )
            return []
        }
        return entries.compactMap { entry in
            guard let scope = Scope(entry.key.text) else {
                problems.error("bad-scope", "`\(entry.key.text)` is not a scope", at: entry.key.span)
                return nil
            }
            let fields = Fields(
                entry.value,
                what: "a scope",
                keys: ["access", "description"],
                problems: problems
            )
            return CataloguedScope(
                scope: scope,
                access: fields?.choice("access", of: ScopeAccess.self) ?? .write,
                description: fields?.string("description")?.value
            )
        }
    }

    private func tls(_ fields: Fields) -> String? {
        guard let node = fields["tls"] else { return nil }
        let tls = Fields(
            node,
            what: "`tls`",
            keys: ["ca_file"],
            problems: problems,
            aliases: [
                "verify": "TLS is always verified; trust a private authority with `ca_file`",
                "insecure": "TLS is always verified; trust a private authority with `ca_file`",
            ]
        )
        return tls?.string("ca_file")?.value
    }

    private func sandbox(_ node: YAMLNode) -> SandboxOptions? {
        guard
            let fields = Fields(
                node,
                what: "`sandbox`",
                keys: ["loans", "seed", "token_ttl", "latency", "faults", "authorized_scopes"],
                problems: problems
            )
        else { return nil }
        var options = SandboxOptions()
        if let value = fields.int("loans", in: 0...100_000_000) { options.loans = value }
        if let value = fields.int("seed", in: 0...Int.max) { options.seed = UInt64(value) }
        if let value = fields.duration("latency") { options.latency = value }
        options.tokenTTL = fields.duration("token_ttl")
        options.faults = fields.string("faults")?.value
        options.authorizedScopes = fields.list("authorized_scopes")?.map(\.text)
        return options
    }
}

/// The addresses that plain http may go to.
package enum Loopback {
    /// Whether a URL's authority (`host`, `host:port`, `[::1]:port`) names this machine.
    package static func isLoopback(authority: some StringProtocol) -> Bool {
        if authority.contains("@") { return false }
        var host = String(authority)
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return host[host.index(after: host.startIndex)..<end] == "::1"
        }
        if let colon = host.lastIndex(of: ":") { host = String(host[..<colon]) }
        if host.lowercased() == "localhost" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
    }
}
