import Diagnostics
import JSONBytes
import YAMLReader

/// Reads one entry of `environments`.
struct EnvironmentDecoder {
    static let keys = [
        "extends", "token_url", "audience", "base_url", "client_id", "client_secret", "client_auth", "production",
        "scopes", "operations", "rate_limit", "retry", "tls", "proxy", "sandbox",
    ]
    static let scopeKeys = ["access", "description"]
    static let tlsKeys = ["ca_file"]
    static let sandboxKeys = ["loans", "seed", "token_ttl", "latency", "faults", "authorized_scopes"]
    private static let aliases: [String: Fields.Advice] = [
        "url": "the API's address is `base_url`, the token endpoint's is `token_url`",
        "auth_url": .means("token_url"),
        "client": "write `client_id` and `client_secret`",
        "secret": .means("client_secret"),
        "password": "write `client_secret: ${{ secrets.NAME }}`",
        "insecure": "TLS is always verified; trust a private authority with `tls: { ca_file: … }`",
        "inherits": .means("extends"),
    ]

    /// The names of RFC 7591 section 2.
    private static let authMethods: [String: ClientAuth] = [
        "client_secret_post": .post, "client_secret_basic": .basic, "header": .basic, "form": .post, "body": .post,
    ]

    let problems: Problems

    /// One entry; `nil` where it is no mapping, which has been reported.
    func decode(name: String, nameSpan: SourceSpan, _ node: YAMLNode) -> RawEnvironment? {
        guard
            let fields = Fields(
                node,
                what: "an environment",
                keys: Self.keys,
                problems: problems,
                aliases: Self.aliases,
                example: "extends: kiva-stage"
            )
        else { return nil }
        let settings = SettingsDecoder(problems: problems)
        let urls = URLDecoder(problems: problems)
        return RawEnvironment(
            name: name,
            nameSpan: nameSpan,
            extends: fields.string("extends"),
            tokenURL: urls.decode("token_url", fields, allowsQuery: true),
            audience: fields.template("audience"),
            baseURL: urls.decode("base_url", fields, allowsQuery: false),
            clientID: credential("client_id", fields),
            clientSecret: credential("client_secret", fields),
            clientAuth: fields.choice("client_auth", of: ClientAuth.self, aliases: Self.authMethods),
            isProduction: fields.bool("production"),
            scopes: fields["scopes"].map { catalogue($0) },
            operations: fields["operations"].map { OperationsDecoder(problems: problems).decode($0) },
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit),
            retry: fields["retry"].flatMap(settings.retry),
            caFile: tls(fields),
            proxy: urls.proxy(fields),
            sandbox: fields.has("sandbox") ? .some(fields["sandbox"].flatMap(sandbox)) : nil
        )
    }

    /// A reference to a secret; a literal would put it into the job file and its history.
    private func credential(_ key: String, _ fields: Fields) -> TemplateString? {
        guard let template = fields.template(key) else { return nil }
        // Names that can't be used here are the template rules' business.
        if !template.isBroken, template.expressions.flatMap(\.references).isEmpty {
            problems.literalSecret(
                key,
                at: template.span,
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
                help: "write `scopes: { read:loans: { access: read } }`"
            )
            return []
        }
        return entries.compactMap { entry in
            guard let scope = Scope(entry.key.text) else {
                problems.error(
                    "bad-scope",
                    "\(entry.key.text.quoted) is not a scope",
                    at: entry.key.span,
                    help: "a scope is one word, such as `read:loans` (RFC 6749 section 3.3)"
                )
                return nil
            }
            let fields = Fields(
                entry.value,
                what: "a scope",
                keys: Self.scopeKeys,
                problems: problems,
                example: "{ access: read }"
            )
            return CataloguedScope(
                scope: scope,
                access: fields?.choice("access", of: ScopeAccess.self) ?? .write,
                description: fields?.string("description")?.value
            )
        }
    }

    private func tls(_ fields: Fields) -> Located<String>? {
        guard let node = fields["tls"] else { return nil }
        let tls = Fields(
            node,
            what: "`tls`",
            keys: Self.tlsKeys,
            problems: problems,
            aliases: [
                "verify": "TLS is always verified; trust a private authority with `ca_file`",
                "insecure": "TLS is always verified; trust a private authority with `ca_file`",
            ],
            example: "{ ca_file: ca.pem }"
        )
        return tls?.string("ca_file")
    }

    private func sandbox(_ node: YAMLNode) -> SandboxOptions? {
        guard
            let fields = Fields(
                node,
                what: "`sandbox`",
                keys: Self.sandboxKeys,
                problems: problems,
                example: "{ loans: 1000, seed: 1 }"
            )
        else { return nil }
        var options = SandboxOptions()
        if let value = fields.int("loans", in: 0...100_000_000) { options.loans = value }
        if let value = fields.int("seed", in: 0...Int.max) { options.seed = UInt64(value) }
        if let value = fields.duration("latency") { options.latency = value }
        options.tokenTTL = fields.duration("token_ttl", atLeast: .milliseconds(1))
        options.faults = fields.string("faults")?.value
        options.authorizedScopes = fields.list("authorized_scopes")?.compactMap { node in
            if let scope = Scope(node.text) { return scope.name }
            problems.error(
                "bad-scope",
                "\(node.shown) is not a scope",
                at: node.span,
                help: "write a list of scopes: `authorized_scopes: [read:loans]`"
            )
            return nil
        }
        return options
    }
}
