import Diagnostics
import JobExecution
import JobSpec
import SandboxServer
import Secrets

/// An environment with its templates resolved: real addresses, real credentials.
struct Endpoints: Sendable {
    let credentials: ClientCredentials
    let base: WebURL

    /// Resolves an environment. What it leaves open comes from the sandbox that serves it.
    init(
        _ environment: Environment,
        sandbox: SandboxAnnouncement?,
        evaluator: TemplateEvaluator
    ) throws(RunFailure) {
        func text(_ template: TemplateString?, _ served: String?, _ name: String) throws(RunFailure) -> String {
            guard let template else {
                guard let served else {
                    throw RunFailure(.configuration, "environment `\(environment.name)` has no `\(name)`")
                }
                return served
            }
            do throws(Diagnostic) {
                return try evaluator.text(template)
            } catch {
                var failure = RunFailure(error, step: nil)
                if failure.kind == .template { failure.kind = .configuration }
                throw failure
            }
        }
        let tokenURL = try text(environment.tokenURL, sandbox?.tokenURL, "token_url")
        let baseURL = try text(environment.baseURL, sandbox?.baseURL, "base_url")
        for (name, url) in [("token_url", tokenURL), ("base_url", baseURL)] {
            guard let parsed = WebURL(url),
                parsed.scheme == "https" || Loopback.isLoopback(authority: parsed.authority)
            else {
                throw RunFailure(
                    .configuration,
                    "environment `\(environment.name)`: `\(name)` is not a usable URL: \(url)",
                    help: ["write an absolute https URL; plain http is for this machine only"]
                )
            }
        }
        guard let base = WebURL(baseURL) else { throw RunFailure(.configuration, "`base_url` is not a URL") }
        self.base = base
        let hasAudience = environment.audience != nil || sandbox != nil
        credentials = ClientCredentials(
            tokenURL: tokenURL,
            audience: hasAudience ? try text(environment.audience, sandbox?.audience, "audience") : nil,
            clientID: Secret(try text(environment.clientID, sandbox?.clientID, "client_id")),
            clientSecret: Secret(try text(environment.clientSecret, sandbox?.clientSecret, "client_secret")),
            authentication: environment.clientAuth
        )
    }
}
