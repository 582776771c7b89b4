import JSONBytes
import JobPlan
import Testing

/// The hash changes exactly when the plan does.
@Suite struct PlanHashTests {
    static let job = """
        name: nightly
        environment: api
        timeout: 2h
        tokens: least_privilege
        vars: { size: 300, price: 480.00, word: "a" }
        environments:
          api:
            token_url: https://auth.example.org/oauth/token
            audience: https://api.example.org
            base_url: https://api.example.org
            client_id: ${{ secrets.ID }}
            client_secret: ${{ secrets.KEY }}
            client_auth: post
            production: false
            scopes: { read:loans: { access: read }, write:loans: { access: write } }
            operations:
              - { method: GET, path: "/loans/{id}", scopes: [read:loans], data_selector: "$.loans[*]" }
            rate_limit: { requests: 5, per: 500ms }
            retry: { max_attempts: 3 }
            tls: { ca_file: ca.pem }
            proxy: http://proxy.example.org:3128
          toy:
            extends: api
            sandbox: { loans: 10, seed: 7, latency: 1ms, token_ttl: 5m }
        steps:
          - id: loans
            if: env.X == 1
            for_each: [1, 2.50]
            concurrency: 3
            timeout: 1h
            on_error: skip
            rate_limit: { requests: 9, per: 1s }
            request:
              method: GET
              path: /loans/${{ item }}
              params: { status: [active], size: "${{ vars.size }}" }
              headers: { X-Trace: abc }
              timeout: 20s
            paginator: { type: offset, limit: 50, total_path: $.total, limit_param: count, offset_param: start, initial_offset: 4, stop_on_short_page: false, max_pages: 77 }
            success_criteria: [{ jsonpath: $.loans }]
            output: { total: $.total }
            retry:
              max_attempts: 4
              initial_backoff: 250ms
              backoff_multiplier: 1.5
              max_backoff: 90s
              max_duration: 1h
              max_retry_after: 2m
              retryable_status_codes: [429, 503]
              retry_unsafe_on_503: false
          - id: pages
            scopes: [read:loans]
            request: { method: GET, path: /p }
            paginator: { type: cursor, cursor_path: $.next, cursor_param: after }
            data_selector: $.p[*]
          - id: more
            scopes: [read:loans]
            request: { method: GET, path: /m }
            paginator: { type: page_number, initial_page: 0, page_param: p, total_path: $.n }
          - id: links
            scopes: [read:loans]
            request: { method: GET, path: /l }
            paginator: { type: json_link, next_url_path: $.next }
          - id: fields
            scopes: [read:loans]
            request: { method: GET, path: /f }
            paginator: { type: header_link, relation: next }
          - { id: post, scopes: [write:loans], request: { method: POST, path: /w, json: { a: "1", b: [null, true], n: 1.0 } } }
          - { id: put, scopes: [write:loans], request: { method: PUT, path: /w, form: { a: b } } }
          - { id: patch, scopes: [write:loans], request: { method: PATCH, path: /w, body: "text" } }

        """

    static func hash(_ text: String, environment: String? = nil) throws -> String {
        try PlannedJob(whole: text, environment: environment).plan().hash
    }

    @Test(arguments: [
        ("name: nightly", "name: nightly # every night"), ("\nvars:", "\n\n# variables\nvars:"),
        ("{ size: 300,", "{  size:   300 ,"), ("word: \"a\"", "word: 'a'"),
        ("steps:\n", "description: words\nsteps:\n"),
        ("- id: loans\n", "- id: loans\n    name: All loans\n"), ("[429, 503]", "[503, 429]"),
        ("per: 1s", "per: 1000ms"), ("max_backoff: 90s", "max_backoff: 1m30s"),
        ("jsonpath: $.loans }", "jsonpath: \"$.loans\" }"),
        (
            "on_error: skip\n    rate_limit: { requests: 9, per: 1s }\n",
            "rate_limit: { requests: 9, per: 1s }\n    on_error: skip\n"
        ),
        ("retry: { max_attempts: 3 }", "retry: { max_attempts: 3, backoff_multiplier: 2 }"),
        // Another environment of the file is not this plan's.
        ("seed: 7", "seed: 8"),
    ])
    func whatMeansTheSameHasTheSameHash(old: String, new: String) throws {
        #expect(Self.job.ranges(of: old).count == 1, "\(old)")
        #expect(try Self.hash(Self.job) == Self.hash(Self.job.replacing(old, with: new)))
    }

    @Test(arguments: [
        ("name: nightly", "name: weekly"), ("timeout: 2h", "timeout: 3h"), ("timeout: 2h\n", ""),
        ("tokens: least_privilege", "tokens: single"), ("size: 300,", "size: 301,"), ("price: 480.00", "price: 480.0"),
        ("word: \"a\"", "word: \"b\""), ("oauth/token", "oauth/tokens"),
        ("audience: https://api", "audience: https://apis"),
        ("base_url: https://api.", "base_url: https://apis."), ("secrets.ID", "secrets.ID2"),
        ("secrets.KEY", "secrets.K"),
        ("client_auth: post", "client_auth: basic"), ("production: false", "production: true"),
        ("requests: 5, per: 500ms", "requests: 6, per: 500ms"), ("per: 500ms", "per: 501ms"),
        ("retry: { max_attempts: 3 }", "retry: { max_attempts: 2 }"), ("ca_file: ca.pem", "ca_file: other.pem"),
        ("proxy.example.org:3128", "proxy.example.org:3129"), ("env.X == 1", "env.X == 2"),
        ("for_each: [1, 2.50]", "for_each: [1, 2.5]"), ("for_each: [1, 2.50]", "for_each: [2.50, 1]"),
        ("concurrency: 3", "concurrency: 4"), ("timeout: 1h", "timeout: 61m"), ("on_error: skip", "on_error: continue"),
        ("requests: 9", "requests: 8"), ("per: 1s", "per: 2s"),
        ("path: /loans/${{ item }}", "path: /loans/x${{ item }}"),
        ("status: [active]", "status: active"), ("status: [active]", "state: [active]"),
        ("${{ vars.size }}", "${{ vars.price }}"), ("X-Trace: abc", "X-Trace: abd"), ("timeout: 20s", "timeout: 21s"),
        ("type: offset, limit: 50", "type: offset, limit: 51"), ("total_path: $.total, ", ""),
        ("limit_param: count", "limit_param: n"), ("offset_param: start", "offset_param: from"),
        ("initial_offset: 4", "initial_offset: 5"), ("stop_on_short_page: false", "stop_on_short_page: true"),
        ("max_pages: 77", "max_pages: 78"), ("jsonpath: $.loans }", "jsonpath: \"$.loans[0]\" }"),
        ("[{ jsonpath: $.loans }]", "[{ status: [200] }]"), ("output: { total: $.total }", "output: { sum: $.total }"),
        ("output: { total: $.total }", "output: { total: $.sum }"), ("max_attempts: 4", "max_attempts: 5"),
        ("initial_backoff: 250ms", "initial_backoff: 251ms"), ("backoff_multiplier: 1.5", "backoff_multiplier: 1.6"),
        ("max_backoff: 90s", "max_backoff: 91s"), ("max_duration: 1h", "max_duration: 2h"),
        ("max_retry_after: 2m", "max_retry_after: 3m"), ("[429, 503]", "[429]"),
        ("retry_unsafe_on_503: false", "retry_unsafe_on_503: true"), ("a: \"1\"", "a: 1"), ("n: 1.0", "n: 1.00"),
        ("b: [null, true]", "b: [true, null]"), ("b: [null, true], n: 1.0", "n: 1.0, b: [null, true]"),
        ("method: POST", "method: PUT"), ("cursor_path: $.next", "cursor_path: $.after"),
        ("cursor_param: after", "cursor_param: before"), ("$.p[*]", "$.q[*]"), ("data_selector: $.p[*]\n", "\n"),
        ("form: { a: b }", "form: { a: c }"), ("initial_page: 0", "initial_page: 1"),
        ("page_param: p", "page_param: q"),
        ("total_path: $.n", "total_path: $.m"), ("next_url_path: $.next", "next_url_path: $.link"),
        ("relation: next", "relation: prev"), ("body: \"text\"", "body: \"texts\""),
        ("\"$.loans[*]\"", "\"$.items[*]\""),
        ("scopes: [read:loans], data_selector", "scopes: [write:loans], data_selector"),
        ("id: links", "id: chain"),
    ])
    func whateverDecidesWhatIsSentChangesIt(old: String, new: String) throws {
        #expect(!Self.job.ranges(of: old).isEmpty, "\(old)")
        #expect(try Self.hash(Self.job) != Self.hash(Self.job.replacing(old, with: new, maxReplacements: 1)))
    }

    @Test(arguments: [
        ("loans: 10", "loans: 11"), ("seed: 7", "seed: 8"), ("latency: 1ms", "latency: 2ms"),
        ("token_ttl: 5m", "token_ttl: 6m"), ("seed: 7", "seed: 7, authorized_scopes: [read:loans]"),
    ])
    func theSandboxIsPartOfThePlan(old: String, new: String) throws {
        let changed = Self.job.replacing(old, with: new)
        #expect(try Self.hash(Self.job, environment: "toy") != Self.hash(changed, environment: "toy"))
    }

    @Test func theOrderOfStepsAndTheirSelectionChangeIt() throws {
        let all = try Self.hash(Self.job)
        #expect(try PlannedJob(whole: Self.job, only: ["loans"]).plan().hash != all)
        #expect(try PlannedJob(whole: Self.job, from: "pages").plan().hash != all)
        #expect(try Self.hash(Self.job, environment: "toy") != all)
    }

    /// Names and values of every kind are written so that a reader gets them back, and in the shortest way.
    @Test func theDocumentHoldsWhatTheJobSays() throws {
        let plan = try PlannedJob(
            """
            vars: { "": 1.50, "q\\"\\\\u": "a\\tb\\u0001\\n\\"c\\"", "é贷": [null, true, {}, [], -0, 1e2], "/": "{[,:" }
            steps:
              - { id: a, request: { path: /any, params: { "": "", "\\"": "]", "k,": [1, "x"] }, headers: { X-A: "\\\\" } } }
            """
        ).plan()
        let json = try plan.json
        #expect(plan.document == Array(json.jsonText.utf8))
        let vars = try #require(json["plan"]?["vars"]?.members)
        #expect(vars.map(\.name.text) == ["", "q\"\\u", "é贷", "/"])
        #expect(vars[0].value.number?.lexeme == "1.50")
        #expect(vars[1].value.text == "a\tb\u{1}\n\"c\"")
        #expect(vars[2].value.jsonText == "[null,true,{},[],-0,1e2]")
        #expect(vars[3].value.text == "{[,:")
        let request = try #require(json["plan"]?["steps"]?[0]?["request"])
        #expect(request["params"]?.jsonText == #"{"":"","\"":"]","k,":[1,"x"]}"#)
        #expect(request["headers"]?.jsonText == #"{"X-A":"\\"}"#)
    }

    @Test func theHashIsThatOfThePlanAsPrinted() throws {
        let plan = try PlannedJob(whole: Self.job).plan()
        #expect(try plan.json["hash"]?.text == plan.hash)
        #expect(try plan.json["plan"]?["steps"]?.elements?.count == 8)
    }
}
