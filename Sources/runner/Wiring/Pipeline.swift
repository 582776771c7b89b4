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

    /// Job file → job: decode, validate. A file with mistakes is looked at for those that only a plan shows too: one run
    /// reports every problem.
    func job(_ request: JobRequest) throws(DiagnosticError) -> Job {
        let environments = try EnvironmentFiles.catalogue(request.environmentFiles)
        let file = try YAMLReader.source(path: request.file)
        let inspection = try JobLoader.inspect(file, environments: environments, variables: request.overrides)
        guard let job = inspection.job, !inspection.hasErrors else {
            let further = inspection.job.map { Planner.furtherErrors(of: $0, environment: request.environment) } ?? []
            throw DiagnosticError(diagnostics: inspection.problems + further)
        }
        console.say(inspection.problems)
        return job
    }

    /// Job → plan: scopes, tokens, order. Pure.
    func plan(_ job: Job, _ request: JobRequest) throws(DiagnosticError) -> Plan {
        let planned = try Planner.plan(job, environment: request.environment, selection: request.selection)
        console.say(planned.warnings)
        return planned.plan
    }

    /// Plan → run → results. What the environment asks for is started and stopped around it.
    func run(_ plan: Plan, _ options: RunOptions, _ progress: ProgressDisplay) async -> RunSummary {
        await execute(plan, asOf: options.asOf.description, progress) { () throws(SinkError) in
            let folder = try await RunWiring.newFolder(plan, options, redactor)
            let sink: any RunSink =
                if let step = options.stdoutStep { StdoutTee(folder, step: step, descriptor: 1) } else { folder }
            return OpenResults(folder: folder, sink: sink, resume: ResumePoint())
        }
    }

    /// The same, from where an interrupted run stands.
    func resume(_ run: ResumedRun, _ progress: ProgressDisplay) async -> RunSummary {
        await execute(run.plan, asOf: run.header.asOf, progress) { () throws(SinkError) in
            let (folder, point, _) = try await RunFolder.reopen(
                path: run.path,
                version: RunnerVersion.text,
                plan: run.acceptedPlan,
                redactor: redactor
            )
            return OpenResults(folder: folder, sink: folder, resume: point)
        }
    }

    private func execute(
        _ plan: Plan,
        asOf: String,
        _ progress: ProgressDisplay,
        open: () async throws(SinkError) -> OpenResults
    ) async -> RunSummary {
        let wiring = RunWiring(plan: plan, variables: variables, redactor: redactor)
        do throws(RunFailure) {
            let sandbox = try await wiring.startSandbox()
            let summary = await execute(wiring, asOf: asOf, progress, sandbox: sandbox?.announcement, open: open)
            await sandbox?.shutdown()
            return summary
        } catch {
            return RunSummary(failure: error)
        }
    }

    private func execute(
        _ wiring: RunWiring,
        asOf: String,
        _ progress: ProgressDisplay,
        sandbox: SandboxAnnouncement?,
        open: () async throws(SinkError) -> OpenResults
    ) async -> RunSummary {
        do throws(RunFailure) {
            var context = wiring.context(asOf: asOf)
            let endpoints = try Endpoints(
                wiring.plan.environment,
                sandbox: sandbox,
                evaluator: TemplateEvaluator(context)
            )
            let transport = try wiring.transport()
            let results: OpenResults
            do throws(SinkError) {
                results = try await open()
            } catch {
                await transport.shutdown()
                throw RunFailure(error)
            }
            context.runID = results.folder.id.name
            let services = wiring.services(endpoints, transport, results, progress)
            // While the disk is busy. A run that may not start, as another one is going on, has asked for nothing yet.
            if !wiring.plan.steps.isEmpty, let first = wiring.plan.tokens.first {
                await services.tokens.fetchAhead(first.id)
            }
            do throws(SinkError) {
                try await results.folder.begin()
            } catch {
                await services.tokens.close()
                await transport.shutdown()
                throw RunFailure(error)
            }
            let executor = JobExecutor(plan: wiring.plan, services: services, context: context, resume: results.resume)
            let report = await executor.run()
            await services.tokens.close()
            // Connections close while the disk is busy.
            async let closed: Void = transport.shutdown()
            let summary = await finish(results, report)
            await closed
            return summary
        } catch {
            return RunSummary(failure: error)
        }
    }

    /// Writes the manifest. Where that fails too, the failure that came first is the one to report.
    private func finish(_ results: OpenResults, _ report: RunReport) async -> RunSummary {
        var summary = RunSummary(report: report, failure: report.failure, folder: results.folder.path)
        summary.hasBegun = !report.steps.isEmpty || !results.resume.isEmpty
        do throws(SinkError) {
            try await results.folder.finish(report: report)
        } catch {
            if summary.failure == nil { summary.failure = RunFailure(error) }
        }
        return summary
    }
}

/// The results of a run, open for it, and where it stands.
struct OpenResults: Sendable {
    let folder: RunFolder
    /// The folder, or what wraps it.
    let sink: any RunSink
    let resume: ResumePoint
}

/// What a person decides about one run, beyond the job itself.
struct RunOptions: Sendable {
    /// The folder under which results are kept.
    let output: String
    let asOf: CivilDateTime
    /// The step whose records go to standard output as well.
    let stdoutStep: StepID?
    /// What the run keeps to be resumed.
    let request: JobRequest
    /// Queue behind another run of the job.
    let waitsForLock: Bool
    /// Begin although an earlier run stands in the middle of its writes.
    let sendsAnew: Bool
}

/// How a run ended, for the command.
struct RunSummary: Sendable {
    var report = RunReport()
    var failure: RunFailure?
    /// The run's folder, once there is one.
    var folder: String?
    /// Whether any step had its turn, in this attempt or before: there is something to go on from.
    var hasBegun = false
}
