import JobExecution
import JobSpec
import SandboxServer

/// Starts the sandbox that an environment asks for.
enum EmbeddedSandbox {
    static func start(_ options: SandboxOptions) async throws(RunFailure) -> SandboxServer {
        var configuration = SandboxConfiguration()
        configuration.loans = options.loans
        configuration.seed = options.seed
        configuration.latency = options.latency
        if let ttl = options.tokenTTL { configuration.tokenTTL = ttl }
        if let scopes = options.authorizedScopes { configuration.authorizedScopes = scopes }
        if let faults = options.faults {
            do throws(FaultPlanError) {
                configuration.faults = try FaultPlan(parsing: faults)
            } catch {
                throw RunFailure(.configuration, "the sandbox's `faults` can't be read: \(error)")
            }
        }
        do throws(SandboxError) {
            return try await SandboxServer.start(configuration)
        } catch {
            throw RunFailure(.cannotCreate, "the embedded sandbox can't start: \(error)")
        }
    }
}
