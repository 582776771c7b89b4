import Diagnostics
import YAMLReader

/// Reads `environments` and fills in what each one `extends`.
struct EnvironmentsDecoder {
    let problems: Problems

    /// The environments of this mapping, followed by those of `outer` that it does not redefine.
    func decode(_ node: YAMLNode, outer: EnvironmentCatalogue) -> EnvironmentCatalogue {
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "`environments` is a mapping of names to environments, not \(node.kindName)",
                at: node.span.firstLine
            )
            return outer
        }
        let decoder = EnvironmentDecoder(problems: problems)
        let raw = entries.compactMap { entry in
            decoder.decode(name: entry.key.text, nameSpan: entry.key.span, entry.value)
        }
        var resolver = ExtendsResolver(raw: raw, outer: outer, problems: problems)
        let own = raw.compactMap { resolver.resolve($0.name) }
        for environment in own { check(environment) }
        let names = Set(own.map(\.name))
        return EnvironmentCatalogue(own + outer.all.filter { !names.contains($0.name) })
    }

    /// What a complete environment must say, once inheritance has filled the gaps.
    private func check(_ environment: Environment) {
        guard environment.sandbox == nil else { return }
        let needed: [(String, Bool, String)] = [
            ("token_url", environment.tokenURL == nil, "where tokens are fetched: `token_url: https://…/oauth/token`"),
            ("base_url", environment.baseURL == nil, "where the API is: `base_url: https://…`"),
            ("client_id", environment.clientID == nil, "`client_id: ${{ secrets.NAME_CLIENT_ID }}`"),
            ("client_secret", environment.clientSecret == nil, "`client_secret: ${{ secrets.NAME_CLIENT_SECRET }}`"),
        ]
        // A key that was written but refused has been reported already.
        guard problems.all.allSatisfy({ $0.severity != .error }) else { return }
        for (key, isMissing, help) in needed where isMissing {
            problems.error(
                "missing-key",
                "environment `\(environment.name)` needs `\(key)`",
                at: environment.span,
                help: help
            )
        }
    }
}

/// Follows `extends`, each environment once, and notices circles.
private struct ExtendsResolver {
    let raw: [RawEnvironment]
    let outer: EnvironmentCatalogue
    let problems: Problems
    private var done: [String: Environment] = [:]
    private var open: Set<String> = []

    init(raw: [RawEnvironment], outer: EnvironmentCatalogue, problems: Problems) {
        self.raw = raw
        self.outer = outer
        self.problems = problems
    }

    mutating func resolve(_ name: String) -> Environment? {
        if let ready = done[name] { return ready }
        guard let own = raw.first(where: { $0.name == name }) else { return outer[name] }
        guard let base = own.extends else {
            let resolved = own.resolved(over: nil)
            done[name] = resolved
            return resolved
        }
        // An environment may refine the built-in one of its own name.
        let parent = base.value == name ? outer[name] : nil
        open.insert(name)
        defer { open.remove(name) }
        if parent == nil, open.contains(base.value) {
            problems.error(
                "circular-extends",
                "`\(name)` extends itself by way of `\(base.value)`",
                at: base.span
            )
            return nil
        }
        guard let resolved = parent ?? resolve(base.value) else {
            if !raw.contains(where: { $0.name == base.value }) {
                let names = raw.map(\.name).filter { $0 != name } + outer.names
                problems.error(
                    "unknown-environment",
                    "there is no environment `\(base.value)` to extend",
                    at: base.span,
                    help: Suggestion.help(for: base.value, in: names) ?? "known are \(Fields.list(names))"
                )
            }
            return nil
        }
        let environment = own.resolved(over: resolved)
        done[name] = environment
        return environment
    }
}
