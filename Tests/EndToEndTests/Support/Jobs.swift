/// Job files that tests write.
enum Jobs {
    /// The variables of an environment made by ``SandboxProcess/environment(_:tokenURL:baseURL:audience:extra:)`` for a
    /// server that takes any client.
    static let credentials = ["TEST_CLIENT_ID": "client-1", "TEST_CLIENT_SECRET": "secret-1-uJ4kqZ"]

    /// A retry policy that gives up within milliseconds.
    static let impatient = "retry: { max_attempts: 3, initial_backoff: 10ms, max_backoff: 20ms }"

    /// A job with one step `loans` that reads all loans.
    ///
    /// - Parameters:
    ///   - environment: an `environments:` entry named `test`.
    ///   - step: more lines of the step, not indented.
    static func loans(_ environment: String, concurrency: Int = 4, limit: Int = 300, step: String = "") -> String {
        """
        name: loans
        environment: test
        \(environment)
        steps:
          - id: loans
            scopes: [read:loans]
            concurrency: \(concurrency)
            request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
            paginator: { type: offset, limit: \(limit), total_path: $.total, stop_on_short_page: false }
            data_selector: $.loans[*]
        \(indented(step, by: 4))
        """
    }

    /// A job whose steps are given, not indented.
    static func steps(_ environment: String, name: String = "job", _ steps: String) -> String {
        "name: \(name)\nenvironment: test\n\(environment)\nsteps:\n\(indented(steps, by: 2))\n"
    }

    private static func indented(_ text: String, by count: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }
}
