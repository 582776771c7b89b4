import Foundation

/// A job of one step, `items`, that reads `/items` from an nginx, and the run of it.
struct NginxRun: Sendable {
    let process: FinishedProcess
    let folder: TemporaryFolder

    /// The records of the published file.
    func records() throws -> [String] { try results().records("items") }

    /// The run folder.
    func results() throws -> RunResults { try RunResults(job: "items", in: folder) }
}

extension Nginx {
    /// Runs the job of one step.
    ///
    /// - Parameters:
    ///   - step: more keys of the step, one a line.
    ///   - request: the step's request.
    ///   - scope: what the step needs.
    ///   - endpoint: more keys of the environment, one a line.
    ///   - tokenPath: the token endpoint's path.
    ///   - environment: variables of the process.
    func run(
        _ step: String = "data_selector: $.items[*]",
        request: String = "{ path: /items }",
        scope: String = "read:items",
        endpoint: String = "",
        tokenPath: String = "/token",
        environment: [String: String] = [:],
        options: [String] = [],
        within timeout: Duration = .seconds(60)
    ) async throws -> NginxRun {
        let folder = try TemporaryFolder()
        try folder.write(
            job(step, request: request, scope: scope, endpoint: endpoint, tokenPath: tokenPath),
            to: "items.yaml"
        )
        let process = try await command(
            Repository.runner,
            ["run", "items.yaml"] + options,
            in: folder,
            environment: Self.credentials.merging(environment) { $1 },
            within: timeout
        )
        return NginxRun(process: process, folder: folder)
    }

    /// What the token endpoint is given; nginx does not look at it.
    static let credentials = ["NGINX_CLIENT_ID": "nginx-id-7f3a", "NGINX_CLIENT_SECRET": "secret-for-nginx"]

    /// The job's text.
    func job(
        _ step: String = "data_selector: $.items[*]",
        request: String = "{ path: /items }",
        scope: String = "read:items",
        endpoint: String = "",
        tokenPath: String = "/token"
    ) -> String {
        """
        name: items
        environment: nginx
        environments:
          nginx:
            token_url: \(api)\(tokenPath)
            base_url: \(api)
            client_id: ${{ secrets.NGINX_CLIENT_ID }}
            client_secret: ${{ secrets.NGINX_CLIENT_SECRET }}
            scopes: { "read:items": { access: read }, "write:items": { access: write } }
            retry: { initial_backoff: 10ms, max_backoff: 50ms, max_attempts: 4 }
        \(Self.indented(endpoint))
        steps:
          - id: items
            scopes: [\(scope)]
            request: \(request)
        \(Self.indented(step))
        """
    }

    private static func indented(_ lines: String) -> String {
        lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    }
}

/// Records that show whether bytes were touched, and pages of them as a server might write them.
enum Items {
    /// One record as it must come out.
    static func line(_ number: Int) -> String {
        #"{"id":\#(number),"price":480.00,"big":12345678901234567890123.50,"id":"twice","name":"\u00e9 ż 🐄\/\\ \"\#(number)\""}"#
    }

    static func lines(_ numbers: Range<Int>) -> [String] { numbers.map(line) }

    /// A page of records with white space between and within them.
    static func page(_ numbers: Range<Int>, total: Int? = nil, extra: String = "") -> String {
        let items = numbers.map { "\t" + line($0).replacingOccurrences(of: #","big":"#, with: " ,\r\n  \"big\" : ") }
        let total = total.map { "\"total\": \($0), " } ?? ""
        return "{ \(total)\"items\" : [\n" + items.joined(separator: " ,\n") + "\n]\(extra)\n}\n"
    }
}
