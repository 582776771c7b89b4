import ArgumentParser
import Diagnostics
import Glibc
import JobExecution
import JobPlan
import JobSpec
import Secrets

/// What every command begins with: the masked console and the pipeline.
struct Session {
    let console: Console
    let pipeline: Pipeline

    init() {
        // A closed pipe is an error of the write that meets it, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let variables = ProcessEnvironment.current()
        let redactor = Redactor()
        console = Console(redactor: redactor, environment: variables)
        pipeline = Pipeline(console: console, redactor: redactor, variables: variables)
    }

    /// The plan of a job; what is wrong with it is said, and ends the command.
    func planned(_ request: JobRequest) throws -> Plan {
        do throws(DiagnosticError) {
            return try pipeline.plan(try pipeline.job(request), request)
        } catch {
            throw failure(error)
        }
    }

    /// Says what is wrong and gives the status to end with.
    func failure(_ error: DiagnosticError) -> ExitCode {
        console.say(error.diagnostics)
        // A mistake on the command line is a matter of usage, not of the file.
        let isUsage = error.diagnostics.allSatisfy { $0.span == nil && Self.usageCodes.contains($0.code) }
        return (isUsage ? ExitStatus.usage : ExitStatus(error.diagnostics)).exitCode
    }

    /// Says what is wrong and gives the status to end with.
    func failure(_ failure: RunFailure) -> ExitCode {
        console.say(FailureText.render(failure, plan: nil, console: console))
        return ExitStatus(failure.kind).exitCode
    }

    /// Production is touched only after the person has said so.
    func confirmProduction(_ plan: Plan, _ isConfirmed: Bool, at span: SourceSpan? = nil) throws {
        guard plan.environment.isProduction, !isConfirmed else { return }
        let diagnostic = Diagnostic.error(
            "production-not-confirmed",
            "environment `\(plan.environment.name)` is production",
            at: span,
            help: "look at `runner plan`, then say so: add --production"
        )
        console.say([diagnostic])
        throw ExitStatus.notPermitted.exitCode
    }

    private static let usageCodes: Set<String> = [
        "unknown-step", "unknown-environment", "unknown-variable", "no-environment",
    ]
}
