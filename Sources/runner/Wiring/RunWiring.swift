import Diagnostics
import HTTPTransport
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec
import SandboxServer
import Secrets

/// Makes what a run needs from its plan and the process around it.
struct RunWiring: Sendable {
    let plan: Plan
    let variables: [String: String]
    let redactor: Redactor

    /// The sandbox, where the environment asks for it.
    func startSandbox() async throws(RunFailure) -> SandboxServer? {
        guard let wanted = plan.environment.sandbox else { return nil }
        return try await EmbeddedSandbox.start(wanted)
    }

    /// A new run's folder; behind another run of the job where the person wants to wait.
    static func newFolder(
        _ plan: Plan,
        _ options: RunOptions,
        _ redactor: Redactor
    ) async throws(SinkError) -> RunFolder {
        let header = RunHeader(
            planHash: plan.hash,
            environment: plan.environment.name,
            asOf: options.asOf.description,
            version: RunnerVersion.text,
            invocation: options.request.invocation
        )
        while true {
            do throws(SinkError) {
                return try await RunFolder.create(
                    root: options.output,
                    job: plan.job.name,
                    id: RunID(),
                    header: header,
                    plan: plan.document,
                    writes: options.sendsAnew ? nil : PlannedWrites(plan),
                    redactor: redactor
                )
            } catch {
                guard error.kind == .locked, options.waitsForLock, !Task.isCancelled else { throw error }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    func context(asOf: String) -> TemplateContext { TemplateContext(outside: outside, asOf: asOf) }

    private var outside: TemplateContext.Outside {
        let source = SecretSource(environment: variables, redactor: redactor)
        let variables = variables
        return TemplateContext.Outside(
            environmentVariable: { variables[$0] },
            secret: { (name) throws(SecretLookupError) in try source.secret(name) }
        )
    }

    func transport() throws(RunFailure) -> AsyncHTTPClientTransport {
        var configuration = TransportConfiguration()
        configuration.userAgent = "runner/\(RunnerVersion.text)"
        configuration.additionalTrustRoots = plan.environment.caFile.map(AuthorityFile.path)
        let inFlight = plan.steps.map(\.step.concurrency).max() ?? 1
        configuration.maximumConnectionsPerHost = max(inFlight + 1, configuration.maximumConnectionsPerHost)
        do throws(TransportConfigurationError) {
            configuration.proxies =
                if let proxy = plan.environment.proxy {
                    try ProxySettings(url: proxy)
                } else {
                    try ProxySettings(environment: variables)
                }
            for secret in configuration.proxies.secrets { redactor.register(secret) }
            return try AsyncHTTPClientTransport(configuration)
        } catch {
            throw RunFailure(.configuration, "\(error)", span: plan.environment.caFile?.span)
        }
    }

    func services(
        _ endpoints: Endpoints,
        _ transport: AsyncHTTPClientTransport,
        _ results: OpenResults,
        _ progress: ProgressDisplay
    ) -> RunServices {
        let clock = RunClock(ContinuousClock())
        let random = SharedRandom()
        let budget = RetryBudget()
        let scopes = plan.tokens.compactMap { token in RequestedScopes(Set(token.scopes)).map { (token.id, $0) } }
        let tokens = TokenStore(
            plan: Dictionary(uniqueKeysWithValues: scopes),
            credentials: endpoints.credentials,
            transport: transport,
            policy: plan.job.retry ?? plan.environment.retry ?? .standard,
            budget: budget,
            random: random,
            clock: clock,
            wallClock: .system,
            redactor: redactor,
            deadline: plan.job.timeout
        )
        let limit = plan.environment.rateLimit
        return RunServices(
            transport: transport,
            tokens: tokens,
            base: endpoints.base,
            clock: clock,
            wallClock: .system,
            random: random,
            budget: budget,
            redactor: redactor,
            rateLimiter: limit.map { RateLimiter(requests: $0.requests, per: $0.interval, clock: clock) }
                ?? .unlimited(clock: clock),
            sink: results.sink,
            observe: { progress.show($0) },
            runID: results.folder.id.name,
            // Its id alone would be looked for under `results`.
            runReference: results.folder.path,
            deadline: plan.job.timeout
        )
    }
}

/// The file of certificate authorities of an environment.
enum AuthorityFile {
    /// Its path: relative to the file that names it, for a job runs from any folder.
    static func path(_ file: Located<String>) -> String {
        guard !file.value.hasPrefix("/"), let slash = file.span.file.path.lastIndex(of: "/") else { return file.value }
        return file.span.file.path[...slash] + file.value
    }
}
