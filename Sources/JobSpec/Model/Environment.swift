package import Diagnostics
package import JSONBytes

/// Where a job runs: an API, its authorization server, and what is known of both. Data, never code.
package struct Environment: Sendable {
    package let name: String
    /// The environment that this one started from, for people.
    package let extends: String?
    /// `nil` only where ``sandbox`` supplies it.
    package let tokenURL: TemplateString?
    package let audience: TemplateString?
    package let baseURL: TemplateString?
    package let clientID: TemplateString?
    package let clientSecret: TemplateString?
    package let clientAuth: ClientAuth
    /// Needs an explicit word from the person before it is touched.
    package let isProduction: Bool
    /// The catalogue of scopes; empty where the environment has none.
    package let scopes: [CataloguedScope]
    package let operations: [Operation]
    package let rateLimit: RateLimit?
    package let retry: RetryPolicy?
    /// A PEM file of certificate authorities trusted beside the system's, relative to the file that names it.
    package let caFile: Located<String>?
    /// A proxy's URL; `nil` leaves it to the process environment.
    package let proxy: String?
    /// The embedded sandbox serves this environment.
    package let sandbox: SandboxOptions?
    package let span: SourceSpan?

    /// The scope of that name, where the catalogue has it.
    package func scope(_ scope: Scope) -> CataloguedScope? { scopes.first { $0.scope == scope } }
}

/// How the client authenticates at the token endpoint (RFC 6749 section 2.3.1).
package enum ClientAuth: String, Sendable, CaseIterable {
    /// `client_secret_post`: in the form.
    case post
    /// `client_secret_basic`: id and secret are form-encoded, then base64.
    case basic
    /// `client_secret_basic` as many servers really expect it: base64 of the raw id and secret.
    case basicRaw = "basic_raw"
}

/// A scope of the environment's catalogue.
package struct CataloguedScope: Sendable {
    package let scope: Scope
    package let access: ScopeAccess
    package let description: String?
}

/// What a scope lets its bearer do; the planner prefers reads.
package enum ScopeAccess: String, Sendable, CaseIterable {
    case read
    case write
}

/// A call that the API offers, and what it asks for. An object, for every step that makes the call refers to it.
package final class Operation: Sendable {
    package let method: HTTPMethod
    /// A path template of OpenAPI: `/v3/partner/{partnerId}/loans`.
    package let path: String
    package let requirement: ScopeRequirement
    /// The paginator of steps that name none.
    package let paginator: Paginator?
    /// The selector of steps that name none.
    package let dataSelector: Located<JSONPath>?

    init(
        method: HTTPMethod,
        path: String,
        requirement: ScopeRequirement,
        paginator: Paginator?,
        dataSelector: Located<JSONPath>?
    ) {
        self.method = method
        self.path = path
        self.requirement = requirement
        self.paginator = paginator
        self.dataSelector = dataSelector
    }
}

/// How the embedded sandbox is set up.
package struct SandboxOptions: Sendable, Hashable {
    package var loans: Int
    package var seed: UInt64
    package var tokenTTL: Duration?
    package var latency: Duration
    /// In the sandbox's own fault language.
    package var faults: String?
    /// `nil` authorises every scope.
    package var authorizedScopes: [String]?

    package init(
        loans: Int = 1_000,
        seed: UInt64 = 1,
        tokenTTL: Duration? = nil,
        latency: Duration = .zero,
        faults: String? = nil,
        authorizedScopes: [String]? = nil
    ) {
        self.loans = loans
        self.seed = seed
        self.tokenTTL = tokenTTL
        self.latency = latency
        self.faults = faults
        self.authorizedScopes = authorizedScopes
    }
}

/// The environments that a job can name, and the problems of those that are broken.
package struct EnvironmentCatalogue: Sendable {
    /// In the order: the job's own, those of `--environments`, the built-in ones.
    package let all: [Environment]

    package init(_ all: [Environment]) { self.all = all }

    package subscript(name: String) -> Environment? { all.first { $0.name == name } }
    package var names: [String] { all.map(\.name) }
}
