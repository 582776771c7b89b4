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
                at: node.span.firstLine,
                help: "write `environments: { NAME: { extends: kiva-stage } }`"
            )
            return outer
        }
        let decoder = EnvironmentDecoder(problems: problems)
        var broken: Set<String> = []
        let raw = entries.map { entry in
            let name = entry.key.text
            let decoded = decoder.decode(name: name, nameSpan: entry.key.span, entry.value)
            if decoded == nil || problems.hasError(within: entry.value.span) { broken.insert(name) }
            return decoded ?? RawEnvironment(empty: name, nameSpan: entry.key.span)
        }
        var resolver = ExtendsResolver(raw: raw, outer: outer, problems: problems, broken: broken)
        let own = raw.map { resolver.resolve($0) }
        // What a broken environment lacks may be what was refused.
        for environment in own where !resolver.broken.contains(environment.name) { check(environment) }
        let names = Set(own.map(\.name))
        return EnvironmentCatalogue(own + outer.all.filter { !names.contains($0.name) })
    }

    /// What a complete environment must say, once inheritance has filled the gaps.
    private func check(_ environment: Environment) {
        guard environment.sandbox == nil else { return }
        let needed: [(String, Bool, String)] = [
            (
                "token_url", environment.tokenURL == nil,
                "say where tokens are fetched: `token_url: https://…/oauth/token`"
            ),
            ("base_url", environment.baseURL == nil, "say where the API is: `base_url: https://…`"),
            ("client_id", environment.clientID == nil, "write `client_id: ${{ secrets.NAME_CLIENT_ID }}`"),
            (
                "client_secret", environment.clientSecret == nil,
                "write `client_secret: ${{ secrets.NAME_CLIENT_SECRET }}`"
            ),
        ]
        for (key, isMissing, help) in needed where isMissing {
            problems.error(
                "missing-key",
                "environment `\(environment.name)` needs `\(key)`",
                at: environment.span,
                help: help,
                environment.extends == nil ? "or take it from another environment: `extends: NAME`" : nil
            )
        }
    }
}

/// Follows `extends`, each environment once, and notices circles. Every environment comes out, so that what is wrong
/// with one is not also reported where it is used.
private struct ExtendsResolver {
    /// Longer chains are a mistake, or meant to exhaust the stack.
    private static let longestChain = 32

    let raw: [String: RawEnvironment]
    let outer: EnvironmentCatalogue
    let problems: Problems
    /// The environments with problems, and those that extend them.
    private(set) var broken: Set<String>
    private var done: [String: Environment] = [:]
    private var open: [String] = []
    private let order: [String]

    init(raw: [RawEnvironment], outer: EnvironmentCatalogue, problems: Problems, broken: Set<String>) {
        self.raw = Dictionary(raw.map { ($0.name, $0) }) { first, _ in first }
        order = raw.map(\.name)
        self.outer = outer
        self.problems = problems
        self.broken = broken
    }

    mutating func resolve(_ own: RawEnvironment) -> Environment {
        if let ready = done[own.name] { return ready }
        open.append(own.name)
        defer { open.removeLast() }
        let parent: Environment? = if let base = own.extends { parent(of: own, named: base) } else { nil }
        if let parent, broken.contains(parent.name), parent.span?.file == own.nameSpan.file { broken.insert(own.name) }
        let environment = own.resolved(over: parent)
        done[own.name] = environment
        return environment
    }

    private mutating func parent(of own: RawEnvironment, named base: Located<String>) -> Environment? {
        // An environment may refine the one of its own name that is known from elsewhere.
        if base.value == own.name, let outside = outer[own.name] { return outside }
        if let start = open.firstIndex(of: base.value) {
            let names = Array(open[start...]) + [base.value]
            let circle = names.map { "`\($0)`" }.joined(separator: " → ")
            problems.error(
                "circular-extends",
                base.value == own.name ? "\(circle): an environment can't extend itself" : "\(circle) is a circle",
                at: base.span,
                help: "leave out one `extends`, and write there what the environment needs"
            )
            broken.formUnion(open[start...])
            return nil
        }
        if let sibling = raw[base.value] {
            guard open.count < Self.longestChain || done[base.value] != nil else {
                problems.error(
                    "extends-too-deep",
                    "more than \(Self.longestChain) environments extend each other in a row",
                    at: base.span,
                    help: "extend an environment nearer to the beginning of the chain"
                )
                broken.insert(own.name)
                return nil
            }
            return resolve(sibling)
        }
        if let outside = outer[base.value] { return outside }
        let names = order.filter { $0 != own.name } + outer.names
        problems.error(
            "unknown-environment",
            "there is no environment \(base.value.quoted) to extend",
            at: base.span,
            help: Names.help(for: base.value, in: names) ?? "known are \(Names.list(names))"
        )
        broken.insert(own.name)
        return nil
    }
}
