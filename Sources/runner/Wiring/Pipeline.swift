import Diagnostics
import HTTPTransport
import JobExecution
import JobPlan
import JobResults
import JobSpec
import SandboxServer
import Secrets
import YAMLReader

/// The whole flow in one place: job file → ``Job`` → ``Plan`` → run → results. Each stage's output is the next one's input.
struct Pipeline: Sendable {
    let console: Console
    let redactor: Redactor
    let variables: [String: String]

    /// Job file → job: decode, validate.
    func job(_ options: JobOptions) throws(DiagnosticError) -> Job {
        let environments = try EnvironmentFiles.catalogue(options.environments)
        let file = try YAMLReader.source(path: options.job)
        let loaded = try JobLoader.load(file, environments: environments, variables: options.overrides)
        console.say(loaded.warnings)
        return loaded.job
    }

    /// Job → plan: scopes, tokens, order. Pure.
    func plan(_ job: Job, _ options: JobOptions) throws(DiagnosticError) -> Plan {
        let planned = try Planner.plan(job, environment: options.environment, selection: options.selection)
        console.say(planned.warnings)
        return planned.plan
    }

    /// Plan → run → results. What the environment asks for is started and stopped around it.
    func run(_ plan: Plan, _ options: RunOptions, _ progress: ProgressDisplay) async -> RunSummary {
        let sandbox: SandboxServer?
        do throws(RunFailure) {
            sandbox = if let wanted = plan.environment.sandbox { try await EmbeddedSandbox.start(wanted) } else { nil }
        } catch {
            return RunSummary(failure: error)
        }
        let summary = await run(plan, options, progress, sandbox: sandbox?.announcement)
        await sandbox?.shutdown()
        return summary
    }

    private func run(
        _ plan: Plan,
        _ options: RunOptions,
        _ progress: ProgressDisplay,
        sandbox: SandboxAnnouncement?
    ) async -> RunSummary {
        var folder: RunFolder?
        do throws(RunFailure) {
            let context = TemplateContext(outside: outside, asOf: options.asOf.description)
            let endpoints = try Endpoints(
                plan.environment,
                sandbox: sandbox,
                evaluator: TemplateEvaluator(context)
            )
            let transport = try transport(for: plan)
            let results: RunFolder
            do throws(SinkError) {
                results = try await openResults(plan, options)
            } catch {
                await transport.shutdown()
                throw RunFailure(error)
            }
            folder = results
            let services = services(plan, endpoints, transport, sink: sink(results, options), progress)
            let report = await JobExecutor(plan: plan, services: services, context: context).run()
            await services.tokens.close()
            await transport.shutdown()
            return await finish(results, report)
        } catch {
            return RunSummary(failure: error, folder: folder?.path)
        }
    }

    private func openResults(_ plan: Plan, _ options: RunOptions) async throws(SinkError) -> RunFolder {
        let header = RunHeader(
            planHash: plan.hash,
            environment: plan.environment.name,
            asOf: options.asOf.description,
            version: RunnerVersion.text
        )
        return try await RunFolder.create(
            root: options.output,
            job: plan.job.name,
            id: RunID(),
            header: header,
            redactor: redactor
        )
    }

    private func sink(_ results: RunFolder, _ options: RunOptions) -> any RunSink {
        guard let step = options.stdoutStep else { return results }
        return StdoutTee(results, step: step, descriptor: 1)
    }

    /// Writes the manifest. Where that fails too, the failure that came first is the one to report.
    private func finish(_ results: RunFolder, _ report: RunReport) async -> RunSummary {
        var summary = RunSummary(report: report, failure: report.failure, folder: results.path)
        do throws(SinkError) {
            try await results.finish(report: report)
        } catch {
            if summary.failure == nil { summary.failure = RunFailure(error) }
        }
        return summary
    }

    private var outside: TemplateContext.Outside {
        let source = SecretSource(environment: variables, redactor: redactor)
        let variables = variables
        return TemplateContext.Outside(
            environmentVariable: { variables[$0] },
            secret: { (name) throws(SecretLookupError) in try source.secret(name) }
        )
    }

    private func transport(for plan: Plan) throws(RunFailure) -> AsyncHTTPClientTransport {
        var configuration = TransportConfiguration()
        configuration.additionalTrustRoots = plan.environment.caFile
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
            throw RunFailure(.configuration, "\(error)")
        }
    }

    private func services(
        _ plan: Plan,
        _ endpoints: Endpoints,
        _ transport: AsyncHTTPClientTransport,
        sink: any RunSink,
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
            policy: plan.environment.retry ?? .standard,
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
            sink: sink,
            observe: { progress.show($0) },
            deadline: plan.job.timeout
        )
    }
}

/// What a person decides about one run, beyond the job itself.
struct RunOptions: Sendable {
    /// The folder under which results are kept.
    let output: String
    let asOf: CivilDateTime
    /// The step whose records go to standard output as well.
    let stdoutStep: StepID?
}

/// How a run ended, for the command.
struct RunSummary: Sendable {
    var report = RunReport()
    var failure: RunFailure?
    /// The run's folder, once there is one.
    var folder: String?
}
