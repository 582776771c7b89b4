import Diagnostics
import JSONBytes
import YAMLReader

/// An environment as one mapping writes it, before what it `extends` is filled in.
struct RawEnvironment {
    let name: String
    let nameSpan: SourceSpan
    let extends: Located<String>?
    let tokenURL: TemplateString?
    let audience: TemplateString?
    let baseURL: TemplateString?
    let clientID: TemplateString?
    let clientSecret: TemplateString?
    let clientAuth: ClientAuth?
    let isProduction: Bool?
    let scopes: [CataloguedScope]?
    let operations: [Operation]?
    let rateLimit: RateLimit?
    let retry: RetryPolicy?
    let caFile: Located<String>?
    let proxy: String?
    /// Written and not null: the embedded sandbox; written as null: explicitly none; not written: inherited.
    let sandbox: SandboxOptions??

    /// The environment with every unsaid key taken from `base`.
    func resolved(over base: Environment?) -> Environment {
        let ownSandbox: SandboxOptions? = if case .some(let said) = sandbox { said } else { base?.sandbox }
        // A sandbox brings its own addresses and credentials: those of the API that it stands in for don't apply.
        let fresh: Bool = if case .some(.some) = sandbox { true } else { false }
        return Environment(
            name: name,
            extends: base?.name,
            tokenURL: tokenURL ?? (fresh ? nil : base?.tokenURL),
            audience: audience ?? (fresh ? nil : base?.audience),
            baseURL: baseURL ?? (fresh ? nil : base?.baseURL),
            clientID: clientID ?? (fresh ? nil : base?.clientID),
            clientSecret: clientSecret ?? (fresh ? nil : base?.clientSecret),
            clientAuth: clientAuth ?? base?.clientAuth ?? .post,
            isProduction: isProduction ?? (ownSandbox == nil && base?.isProduction ?? false),
            scopes: scopes ?? base?.scopes ?? [],
            operations: operations ?? base?.operations ?? [],
            rateLimit: rateLimit ?? base?.rateLimit,
            retry: retry ?? base?.retry,
            caFile: caFile ?? base?.caFile,
            proxy: proxy ?? base?.proxy,
            sandbox: ownSandbox,
            span: nameSpan
        )
    }
}

extension RawEnvironment {
    /// Stands for an environment that could not be read.
    init(empty name: String, nameSpan: SourceSpan) {
        self.init(
            name: name,
            nameSpan: nameSpan,
            extends: nil,
            tokenURL: nil,
            audience: nil,
            baseURL: nil,
            clientID: nil,
            clientSecret: nil,
            clientAuth: nil,
            isProduction: nil,
            scopes: nil,
            operations: nil,
            rateLimit: nil,
            retry: nil,
            caFile: nil,
            proxy: nil,
            sandbox: nil
        )
    }
}
