import JobExecution
import JobPlan
import JobSpec
import Secrets
import Testing

@Suite struct TokenErrorTests {
    private static func refusal(_ body: String, status: Int) -> TokenRefusal? {
        guard case .refused(let refusal) = TokenResponseTests.error(body, status: status) else { return nil }
        return refusal
    }

    @Test(arguments: [
        (401, #"{"error":"invalid_client"}"#, "client_id and client_secret"),
        (400, #"{"error":"invalid_client","error_description":"no"}"#, "client_id and client_secret"),
        (500, #"{"error":"invalid_client"}"#, "client_id and client_secret"),
        (400, #"{"error":"invalid_scope"}"#, "asked for “create:repayment read:loans”"),
        (403, #"{"error":"access_denied"}"#, "this audience"),
        (400, #"{"error":"unauthorized_client"}"#, "client credentials grant"),
        (400, #"{"error":"unsupported_grant_type"}"#, "is token_url right?"),
        (400, #"{"error":"invalid_target"}"#, "check audience"),
        (400, #"{"error":"invalid_request"}"#, "client_auth"),
        (200, #"{"error":"invalid_client"}"#, "client_id and client_secret"),
        (200, #"{"error":"invalid_client","access_token":null}"#, "client_id and client_secret"),
        (401, "", "client_id and client_secret"), (403, "", "client_id and client_secret"),
        (400, "", "check token_url, audience"), (400, "nonsense", "check token_url, audience"),
        (400, "[]", "check token_url, audience"), (400, #"{"error":{"code":7}}"#, "check token_url, audience"),
        (401, "<html><body>Sign in</body></html>", "web page: is token_url right?"),
        (403, "\u{FEFF}\n <!DOCTYPE html>", "web page: is token_url right?"),
        (404, "<h1>Not found</h1>", "web page: is token_url right?"),
        (404, "", "is token_url right?"), (405, "{}", "is token_url right?"), (410, "", "is token_url right?"),
    ])
    func refusalsSayWhatToDo(_ status: Int, _ body: String, _ hint: String) throws {
        let refusal = try #require(Self.refusal(body, status: status))
        #expect(refusal.status == status)
        #expect(refusal.hint.contains(hint), "\(refusal.hint)")
    }

    @Test func theServersWordsAreQuoted() throws {
        let body = #"{"error":"invalid_client","error_description":"Client is disabled"}"#
        let error = try #require(TokenResponseTests.error(body, status: 401))
        #expect(error.message == "the token endpoint refused with 401: invalid_client (“Client is disabled”)")
        #expect(error.description == "\(error.message); \(error.hint)")
    }

    @Test(
        arguments: [
            (#"{"message":"Forbidden"}"#, nil, "Forbidden"), (#"{"detail":"d"}"#, nil, "d"),
            (#"{"error":{"code":"c","message":"m"}}"#, "c", "m"), (#"{"error":"e","message":7}"#, "e", nil),
            (#"{"error":"","error_description":" \u0000 "}"#, nil, nil),
        ] as [(String, String?, String?)]
    )
    func otherShapesOfErrorsAreRead(_ body: String, _ code: String?, _ detail: String?) throws {
        let refusal = try #require(Self.refusal(body, status: 400))
        #expect(refusal.code == code)
        #expect(refusal.detail == detail)
    }

    @Test(arguments: [
        (500, ""), (502, "<html>Bad gateway</html>"), (503, "{}"), (504, ""), (429, ""), (408, ""),
        (429, #"{"error":"access_denied"}"#), (400, #"{"error":"temporarily_unavailable"}"#),
        (400, #"{"error":"server_error"}"#), (400, #"{"error":"slow_down"}"#), (599, ""),
    ])
    func troubleOfTheServerIsTemporary(_ status: Int, _ body: String) {
        let fields: HTTPFields = [HTTPField("retry-after", "17")]
        guard case .unavailable(let it) = TokenResponseTests.error(body, status: status, fields: fields) else {
            Issue.record("not unavailable")
            return
        }
        #expect(it.status == status)
        #expect(it.retryAfter == .seconds(17))
        #expect(it.reason.contains("\(status)"))
    }

    @Test(arguments: [
        (200, "", "empty", true), (204, " \r\n", "empty", true), (200, #"{"access_token":"#, "not valid JSON", true),
        (200, "access_token=t&token_type=bearer", "not valid JSON", true), (200, "[]", "not an object", false),
        (200, "<html>", "web page", false), (302, "", "redirect", false), (304, "", "redirect", false),
        (100, "", "status 100", false), (700, "", "status 700", false),
    ])
    func whatIsNoAnswerIsAViolation(_ status: Int, _ body: String, _ reason: String, _ isTransient: Bool) {
        guard case .protocolViolation(let violation) = TokenResponseTests.error(body, status: status) else {
            Issue.record("not a violation")
            return
        }
        #expect(violation.reason.contains(reason), "\(violation.reason)")
        #expect(violation.isTransient == isTransient)
        #expect(!violation.hint.isEmpty)
    }

    @Test func aServerCannotWriteToTheTerminalOrFloodIt() throws {
        let body =
            #"{"error":"e\u001b[31m","error_description":"a\r\nb\u202Ec\u0007 \#(String(repeating: "x", count: 5_000))"}"#
        let refusal = try #require(Self.refusal(body, status: 400))
        #expect(refusal.code == "e [31m")
        let detail = try #require(refusal.detail)
        #expect(detail.hasPrefix("a b c xxx") && detail.hasSuffix("x…"))
        #expect(detail.count == 301)
    }

    @Test(arguments: ["s3cret!", "s3cret%21", #"s3cret\u0021"#, "czNjcmV0IQ=="])
    func anEchoedSecretIsMasked(_ echo: String) {
        let redactor = Redactor()
        redactor.register(Secret("s3cret!"))
        let long = String(repeating: "y", count: 290)
        for text in ["bad secret \(echo) given", "\(long) \(echo)"] {
            let body = #"{"error":"\#(echo)","error_description":"\#(text)"}"#
            let error = #expect(throws: TokenError.self) {
                try TokenResponseTests.parse(body, status: 401, redactor: redactor)
            }
            let shown = error.map { "\($0) \(String(reflecting: $0))" } ?? ""
            #expect(!shown.contains("s3cre") && !shown.contains("czNj"), "\(shown)")
            #expect(shown.contains(Secret.mask))
        }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":", "\"", "\\", "9", "<"])
    func aHostileBodyIsRefused(_ piece: String) {
        let flood = String(repeating: piece, count: (TokenResponse.bodyLimit >> 3) / piece.utf8.count)
        #expect(TokenResponseTests.error(flood) != nil)
        #expect(TokenResponseTests.error(flood, status: 400) != nil)
        let jwt = "e30." + TestToken.base64URL(Array(flood.utf8)) + ".s"
        #expect(throws: Never.self) { try TokenResponseTests.parse(TestToken.body(jwt)) }
    }

    /// Whatever arrives, reading it ends in a token or an error with a hint.
    @Test func noBodyBreaksTheReader() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let whole = TestToken.body(TestToken.jwt(#"{"exp":1700000100,"scope":["a"]}"#), #","expires_in":"60""#)
        var tokens = 0
        for _ in 0..<3_000 {
            var bytes = Array(whole.utf8.prefix(Int.random(in: 0...(2 * whole.utf8.count), using: &random)))
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let status = [200, 200, 200, 201, 400, 401, 500, 302].randomElement(using: &random) ?? 200
            do throws(TokenError) {
                guard let asked = RequestedScopes(scopes("a")) else { return }
                let token = try TokenResponse.parse(
                    HTTPResponseHead(status: status),
                    body: bytes,
                    scopes: asked,
                    times: TokenResponseTests.times,
                    redactor: Redactor()
                )
                tokens += 1
                #expect(token.renewAt ?? .zero <= token.expiresAt ?? .zero, "seed \(seed)")
            } catch {
                #expect(!error.hint.isEmpty && !error.message.isEmpty, "seed \(seed)")
            }
        }
        #expect(tokens > 100, "seed \(seed)")
    }
}
