import Diagnostics
import JSONBytes
import JobExecution
import JobPlan
import JobSpec
import Secrets
import TestSupport

/// A job, run against a scripted API with a clock that stands still.
struct TestRun {
    let plan: Plan
    let api: any HTTPTransport
    let sink: MemorySink
    let clock: ManualClock
    let budget = RetryBudget()
    let redactor = Redactor()
    var observed = Recorder<RunEvent>()
    var windowBytes = 8 << 20
    var limiter: RateLimiter?

    /// The environment of every test job: no network name in it exists.
    static let environment = """
        name: test
        environment: test
        environments:
          test:
            token_url: https://auth.example.org/oauth/token
            base_url: https://api.example.org
            client_id: ${{ secrets.ID }}
            client_secret: ${{ secrets.KEY }}
            scopes:
              read:loans: { access: read }
              create:loan: { access: write }

        """

    /// - Parameter steps: the rest of a job file, `steps:` at least.
    init(
        _ steps: String,
        api: any HTTPTransport,
        sink: MemorySink = MemorySink(),
        clock: ManualClock = ManualClock()
    ) throws {
        let file = SourceFile(path: "test.yaml", bytes: Array((Self.environment + steps).utf8))
        do throws(DiagnosticError) {
            let job = try JobLoader.load(file, environments: EnvironmentCatalogue([])).job
            plan = try Planner.plan(job).plan
        } catch {
            throw BadJob(text: DiagnosticRenderer(color: false).render(error.diagnostics))
        }
        self.api = api
        self.sink = sink
        self.clock = clock
    }

    struct BadJob: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    /// - Parameter resume: where an interrupted run stands.
    func execute(resume: ResumePoint = ResumePoint()) async -> RunReport {
        let clock = RunClock(clock)
        let wallClock = WallClock { .seconds(1_700_000_000) + clock.now }
        let random = SharedRandom(seed: 1)
        let scopes = plan.tokens.compactMap { token in RequestedScopes(Set(token.scopes)).map { (token.id, $0) } }
        let tokens = TokenStore(
            plan: Dictionary(uniqueKeysWithValues: scopes),
            credentials: ClientCredentials(
                tokenURL: "https://auth.example.org/oauth/token",
                audience: nil,
                clientID: Secret("the-client"),
                clientSecret: Secret("the-secret")
            ),
            transport: api,
            budget: budget,
            random: random,
            clock: clock,
            wallClock: wallClock,
            redactor: redactor
        )
        let services = RunServices(
            transport: api,
            tokens: tokens,
            base: WebURL("https://api.example.org")!,
            clock: clock,
            wallClock: wallClock,
            random: random,
            budget: budget,
            redactor: redactor,
            rateLimiter: limiter ?? .unlimited(clock: clock),
            sink: sink,
            observe: { [observed] in observed.note($0) },
            windowBytes: windowBytes,
            deadline: plan.job.timeout
        )
        let outside = TemplateContext.Outside(
            environmentVariable: { _ in nil },
            secret: { (name) throws(SecretLookupError) in
                throw SecretLookupError(message: "secret `\(name)` is not set", help: "set it")
            }
        )
        let context = TemplateContext(outside: outside, asOf: "2024-01-01T00:00:00Z")
        return await JobExecutor(plan: plan, services: services, context: context, resume: resume).run()
    }

    /// Runs while the clock jumps from one sleeper to the next.
    func executeThroughWaits() async -> RunReport {
        await withTaskGroup(of: RunReport?.self) { group in
            group.addTask { await execute() }
            group.addTask { [clock] in
                while !Task.isCancelled {
                    if clock.sleeping > 0 { clock.advanceToNextSleeper() }
                    await Task.yield()
                }
                return nil
            }
            while let report = await group.next() {
                guard let report else { continue }
                group.cancelAll()
                return report
            }
            return RunReport()
        }
    }

    /// The lines of a step's file.
    func lines(_ step: String = "loans") -> [String] { sink.file(step)?.lines ?? [] }
}

/// `{"total":…,"loans":[…]}` with the ids of a page.
func page(_ ids: some Sequence<Int>, total: Int? = nil, rest: String = "") -> String {
    let loans = ids.map { #"{"id":\#($0)}"# }.joined(separator: ",")
    return "{" + (total.map { #""total":\#($0),"# } ?? "") + #""loans":[\#(loans)]\#(rest)}"#
}

/// The lines that pages of those ids leave.
func records(_ ids: some Sequence<Int>) -> [String] { ids.map { #"{"id":\#($0)}"# } }

extension SourceSpan {
    /// What stands there in the job file.
    var text: String { String(decoding: file.bytes[byteRange], as: UTF8.self) }
}
