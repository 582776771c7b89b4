import ArgumentParser
import JobSpec
import SandboxServer

/// `runner sandbox`.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve the embedded Partner API until stopped.",
        discussion: """
            The first line on standard output is one JSON object with token_url, audience, base_url, client_id, \
            client_secret and partner_id, so that a script can point any client at it. The server listens on \
            this machine only. Accepted writes can be read back at BASE/sandbox/received.

              runner sandbox --loans 100000 --faults 'mixed:5%'
              runner sandbox --token-ttl 2s --authorized-scopes read:loans
            """
    )

    @Option(help: "Listen on this port; 0 picks a free one.")
    var port = 0

    @Option(help: "How many loans there are.")
    var loans = 1_000

    @Option(help: "The same seed gives the same data and faults.")
    var seed: UInt64 = 1

    @Option(help: "How long a token lives, such as 2s or 12h.")
    var tokenTtl: DurationOption?

    @Option(help: "Scopes that the client may have, with commas between them; all where left out.")
    var authorizedScopes: String?

    @Option(help: "Wait this long before each answer, such as 50ms.")
    var latency: DurationOption?

    @Option(
        help: ArgumentHelp(
            "What goes wrong, and how often.",
            discussion: "For instance 'mixed:5%', '429:2%,reset-after:1%', 'GET /loans #3 = 503'.",
            valueName: "plan"
        )
    )
    var faults: String?

    @Option(help: ArgumentHelp("Serve TLS with this PEM certificate chain.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's PEM key.", valueName: "file"))
    var key: String?

    @Option(help: "The client id to accept.")
    var clientID: String?

    @Option(help: "The client secret to accept.")
    var clientSecret: String?

    mutating func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key go together.")
        }
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535.") }
        guard loans >= 0 else { throw ValidationError("--loans takes a number that is not negative.") }
        do throws(FaultPlanError) {
            if let faults { _ = try FaultPlan(parsing: faults) }
        } catch {
            throw ValidationError("--faults: \(error)")
        }
    }

    func run() async throws {
        let session = Session()
        let configuration = try configuration()
        let (status, _) = await SignalWatch.run { () -> ExitCode in
            do {
                let server = try await SandboxServer.start(configuration)
                try session.console.output(server.announcement.json + "\n")
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
                await server.shutdown()
                return .success
            } catch let status as ExitCode {
                return status
            } catch {
                session.console.say("error: \(error)")
                return ExitStatus.cannotCreate.exitCode
            }
        }
        if status != .success { throw status }
    }

    private func configuration() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.port = port
        configuration.loans = loans
        configuration.seed = seed
        if let tokenTtl { configuration.tokenTTL = tokenTtl.duration }
        if let latency { configuration.latency = latency.duration }
        if let authorizedScopes {
            configuration.authorizedScopes = authorizedScopes.split(whereSeparator: { $0 == "," || $0 == " " }).map(
                String.init
            )
        }
        if let faults { configuration.faults = try FaultPlan(parsing: faults) }
        if let certificate, let key {
            configuration.tls = SandboxTLS(certificateChainFile: certificate, privateKeyFile: key)
        }
        if let clientID { configuration.clientID = clientID }
        if let clientSecret { configuration.clientSecret = clientSecret }
        return configuration
    }
}

/// A duration on the command line, spelled as in job files.
struct DurationOption: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }
}
