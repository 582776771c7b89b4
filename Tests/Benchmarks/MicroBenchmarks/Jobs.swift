import TestSupport

/// Texts of job files.
enum Jobs {
    /// A nightly job as people write it: comments, flow and block style, references, quoted text.
    static func nightly(steps: Int) -> String {
        let head = """
            # Every night: the loans that can be repaid, and the lists that loan drafts refer to.
            name: nightly
            description: Loans by status, and the configuration lists
            environment: sandbox

            steps:

            """
        return (0..<steps).reduce(into: head) { text, number in
            text += """
                  - id: loans-\(number)
                    scopes: [read:loans]
                    # To report repayments, partners pull both statuses.
                    for_each: [payingBack, defaulted]
                    request:
                      method: GET
                      path: "/v3/partner/${{ token.partnerId }}/loans"
                      params:
                        status: ${{ item }}
                        query: 'branch \(number)'
                    paginator: { type: offset, limit: 300, total_path: $.total, stop_on_short_page: false }
                    data_selector: $.loans[*]


                """
        }
    }

    /// A job whose steps ask for one of some alternatives of one to three scopes each.
    static func scopes(_ scopes: Int, requirements: Int, alternatives: Int, seed: UInt64 = 1) -> String {
        var random = SeededGenerator(seed: seed)
        let names = (0..<scopes).map { "scope\($0)" }
        let head = """
            name: solver
            environment: many
            environments:
              many:
                token_url: https://auth.example.org/oauth/token
                base_url: https://api.example.org
                client_id: ${{ secrets.ID }}
                client_secret: ${{ secrets.KEY }}
                scopes: { \(names.map { "\($0): { access: read }" }.joined(separator: ", ")) }
            steps:

            """
        return (0..<requirements).reduce(into: head) { text, number in
            let options = (0..<alternatives).map { _ in
                let size = Int.random(in: 1...3, using: &random)
                return "[\(names.shuffled(using: &random).prefix(size).joined(separator: ", "))]"
            }
            text += """
                  - id: step\(number)
                    scopes: { any_of: [\(options.joined(separator: ", "))] }
                    request: { path: /things }

                """
        }
    }
}
