/// What one sandbox serves, to whom, and how badly it behaves.
///
/// Every value has a default, so `SandboxConfiguration()` is a complete, well-behaved sandbox on a free port.
package struct SandboxConfiguration: Sendable {
    /// The address to listen on, a name or a number. Loopback unless somebody asks for more.
    package var host = "127.0.0.1"
    /// The TCP port; 0 takes a free one, which ``SandboxServer/announcement`` then names.
    package var port = 0
    /// How many loans there are, over all statuses. They are computed when asked for: any number costs no memory.
    package var loans = 1000
    /// What the loans, their order, `as_of_date_time` and the fault rates are drawn from: same seed, same bytes.
    package var seed: UInt64 = 1
    /// How long a token lives. Below one second it still works, though `expires_in` then says 0.
    package var tokenTTL: Duration = .seconds(43199)
    /// The scopes that the partner has; a token's grant is the intersection of these and what is asked.
    package var authorizedScopes = SandboxScope.allCases.map(\.rawValue)
    /// Waited before every answer of the API and of the token endpoint.
    package var latency: Duration = .zero
    /// What goes wrong, and when.
    package var faults = FaultPlan.none
    /// Certificate and key for TLS; nil serves plain HTTP.
    package var tls: SandboxTLS?
    /// The one client that the token endpoint knows. Made of unreserved characters: no shell or form has to escape it.
    package var clientID = "sandbox-client"
    /// The client's secret: known to everybody, good for nothing but a sandbox.
    package var clientSecret = "sandbox-secret-Zk3vQ9tXw2LrB7nYfH5dJc8m"
    /// How HTTP Basic credentials are read at the token endpoint.
    package var basicCredentials = BasicCredentialEncoding.formURLEncoded
    /// The partner whose `{id}` every path carries.
    package var partnerID = "1"
    /// The audience that a client asks for, and that is announced. It is a name; nothing is ever sent there.
    package var audience = "https://partner-api.sandbox.example"
    /// Other audiences that a token may be asked for. By default those of Kiva's stage, which its sample clients ask for.
    package var otherAudiences = ["https://partner-api-stage.dk1.kiva.org", "https://partner-api-stage.kiva.org"]
    /// The most loans that one page holds; a larger `limit` is clamped to it, as Kiva does.
    package var maxPageLimit = 3000
    /// The largest request body in bytes; a larger one is answered with 413.
    package var maxBodyBytes = 16 << 20
    /// The most that is kept of accepted writes, in bytes of request bodies; beyond it, writes are answered with 507.
    package var maxKeptBytes = 1 << 30
    /// How long a client may take to send one request, or to start the next one.
    package var requestTimeout: Duration = .seconds(75)
    /// How long a client may take to read one answer, on top of ``latency``.
    package var responseTimeout: Duration = .seconds(300)

    /// A configuration of defaults, to be changed member by member.
    package init() {}
}

/// Where the sandbox finds its certificate and key, both PEM files.
package struct SandboxTLS: Sendable {
    /// The certificate chain, leaf first.
    package var certificateChainFile: String
    /// The leaf's private key, unencrypted.
    package var privateKeyFile: String

    /// Names the two files; they are read when the sandbox starts.
    package init(certificateChainFile: String, privateKeyFile: String) {
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
    }
}

/// How a client's id and secret are put into an `Authorization: Basic` header.
package enum BasicCredentialEncoding: Sendable {
    /// Each is `application/x-www-form-urlencoded` first, as RFC 6749 section 2.3.1 demands.
    case formURLEncoded
    /// Each is sent as it is, as RFC 7617 alone would have it and many servers expect.
    case raw
}

/// The scopes of the Partner API.
package enum SandboxScope: String, Sendable, CaseIterable {
    /// Post journals.
    case createJournalUpdate = "create:journal_update"
    /// Post loan drafts.
    case createLoanDraft = "create:loan_draft"
    /// Report repayments.
    case createRepayment = "create:repayment"
    /// Read loans, and look up what was reported.
    case readLoans = "read:loans"
}
