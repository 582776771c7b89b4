import JSONBytes
import JobExecution
import JobSpec
import Secrets
import Testing

@Suite struct TokenResponseTests {
    /// Asked at 100 s, received at 101 s on the run's clock; 2023-11-14T22:13:20Z.
    static let wall: Int64 = 1_700_000_000
    static let times = TokenResponse.Times(
        requestedAt: .seconds(100),
        receivedAt: .seconds(101),
        receivedWall: .seconds(wall)
    )

    static func parse(
        _ body: String,
        status: Int = 200,
        fields: HTTPFields = [],
        redactor: Redactor = Redactor()
    ) throws(TokenError) -> AccessToken {
        guard let asked = RequestedScopes(scopes("read:loans", "create:repayment")) else { throw .cancelled }
        return try TokenResponse.parse(
            HTTPResponseHead(status: status, fields: fields),
            body: Array(body.utf8),
            scopes: asked,
            times: times,
            redactor: redactor
        )
    }

    static func error(_ body: String, status: Int = 200, fields: HTTPFields = []) -> TokenError? {
        do throws(TokenError) {
            _ = try parse(body, status: status, fields: fields)
            return nil
        } catch {
            return error
        }
    }

    @Test func theAnswerOfKiva() throws {
        let jwt = TestToken.jwt(
            #"{"aud":["https://partner-api.k1.kiva.org"],"scope":["create:loan_draft","read:loans"],"exp":1700043199,"#
                + #""iss":"https://auth.k1.kiva.org/","partnerId":"1","client_id":"c","jti":"j"}"#
        )
        let token = try Self.parse(
            #"{"access_token":"\#(jwt)","token_type":"bearer","expires_in":43199,"#
                + #""scope":"create:loan_draft read:loans","iss":"https://auth.k1.kiva.org/","partnerId":"1"}"#
        )
        #expect(token.value == Secret(jwt))
        #expect(token.granted == scopes("create:loan_draft", "read:loans"))
        #expect(token.grantSource == .response)
        #expect(token.expiresAt == .seconds(100 + 43_199))
        #expect(token.renewAt == .seconds(100 + 43_199 - 60))
        #expect(token.member("partnerId")?.text == "1")
        #expect(token.member("client_id")?.text == "c")
        #expect(token.member("access_token") == nil)
        #expect(token.member("nothing") == nil)
        #expect(token.authorization == HTTPField("Authorization", "Bearer \(jwt)"))
    }

    // MARK: Lifetime

    @Test(arguments: [
        ("3600", 3_600_000), (#""3600""#, 3_600_000), (#"" 3600 ""#, 3_600_000), ("1.5", 1_500), ("3.6e3", 3_600_000),
        (#""0.25""#, 250),
    ])
    func readsLifetimes(_ json: String, _ milliseconds: Int) throws {
        let token = try Self.parse(TestToken.body("t", #","expires_in":\#(json)"#))
        #expect(token.expiresAt == .seconds(100) + .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "null", "true", "[]", "{}", #""""#, #""soon""#, #""nan""#, #""inf""#, #""0x10""#, #""1h""#, "0", "-1", "-1e300",
        "1e-400", #""--1""#,
    ])
    func whatIsNoLifetimeStatesNone(_ json: String) throws {
        let token = try Self.parse(TestToken.body("t", #","expires_in":\#(json)"#))
        #expect(token.expiresAt == nil)
        #expect(token.renewAt == nil)
    }

    @Test(arguments: ["1e300", "1e999", "99999999999999999999", "9223372036854775807", #""1e400""#])
    func absurdLifetimesAreCut(_ json: String) throws {
        let token = try Self.parse(TestToken.body("t", #","expires_in":\#(json)"#))
        #expect(token.expiresAt == .seconds(100) + .seconds(Int64(36_525) * 86_400))
    }

    @Test(arguments: [
        // exp, expires_in → expiry on the run's clock, in milliseconds; exp counts from the arrival at 101 s.
        (1_700_000_050.0, 3_600, 151_000), (1_700_009_999, 3_600, 3_700_000), (1_700_000_000.5, 3_600, 101_500),
        (1_699_999_990, 3_600, 91_000), (1e300, 3_600, 3_700_000),
    ])
    func theEarlierExpiryCounts(_ exp: Double, _ expiresIn: Int, _ milliseconds: Int) throws {
        let jwt = TestToken.jwt(#"{"exp":\#(exp)}"#)
        let token = try Self.parse(TestToken.body(jwt, #","expires_in":\#(expiresIn)"#))
        #expect(token.expiresAt == .milliseconds(milliseconds))
    }

    @Test func theClaimAloneIsEnough() throws {
        let token = try Self.parse(TestToken.body(TestToken.jwt(#"{"exp":1700000100}"#), ""))
        #expect(token.expiresAt == .seconds(201))
        #expect(token.renewAt == .seconds(201) - .milliseconds(10_100))
    }

    @Test(arguments: [(2, 200), (100, 10_000), (600, 60_000), (43_199, 60_000)])
    func renewalIsATenthAheadButAtMostAMinute(_ life: Int, _ aheadMilliseconds: Int) throws {
        let token = try Self.parse(TestToken.body("t", #","expires_in":\#(life)"#))
        #expect(token.renewAt == .seconds(100 + life) - .milliseconds(aheadMilliseconds))
    }

    @Test(arguments: ["1699999000", "-1e300", "0"])
    func aTokenThatArrivesExpiredPointsAtTheClock(_ exp: String) {
        let error = Self.error(TestToken.body(TestToken.jwt(#"{"exp":\#(exp)}"#)))
        guard case .protocolViolation(let violation) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(violation.hint == "check the clock of this machine: it says 2023-11-14T22:13:20Z")
    }

    // MARK: Grant

    @Test(arguments: [
        (#","scope":"a b""#, "{}", "a b", AccessToken.GrantSource.response),
        (#","scope":" b  a\t""#, "{}", "a b", .response),
        (#","scope":["a","b c"]"#, "{}", "a b c", .response),
        (#","scope":[1,"a",null]"#, "{}", "a", .response),
        (#","scope":"""#, #"{"scope":"a"}"#, "", .response),
        (#","scope":[]"#, #"{"scope":"a"}"#, "", .response),
        (#","scope":"a\u0000 b""#, "{}", "b", .response),
        (#","scope":"a""#, #"{"scope":"b"}"#, "a", .response),
        ("", #"{"scope":"a b"}"#, "a b", .jwtClaim),
        ("", #"{"scope":["a","b"]}"#, "a b", .jwtClaim),
        ("", #"{"scp":["a"]}"#, "a", .jwtClaim),
        ("", #"{"scp":"a b"}"#, "a b", .jwtClaim),
        ("", #"{"scope":7,"scp":"a"}"#, "a", .jwtClaim),
        (#","scope":null"#, #"{"scope":"b"}"#, "b", .jwtClaim),
        (#","scope":42"#, "{}", "create:repayment read:loans", .assumed),
        ("", "{}", "create:repayment read:loans", .assumed),
    ])
    func readsWhatWasGranted(
        _ member: String,
        _ claims: String,
        _ expected: String,
        _ source: AccessToken.GrantSource
    ) throws {
        let token = try Self.parse(TestToken.body(TestToken.jwt(claims), member))
        #expect(token.granted.sorted().map(\.name).joined(separator: " ") == expected)
        #expect(token.grantSource == source)
    }

    // MARK: The token itself

    @Test(arguments: ["bearer", "Bearer", "BEARER", "bEaReR"])
    func theTypeIsComparedWithoutCase(_ type: String) throws {
        let token = try Self.parse(#"{"access_token":"t","token_type":"\#(type)"}"#)
        #expect(token.value == Secret("t"))
    }

    @Test(arguments: [#"{"access_token":"t"}"#, #"{"access_token":"t","token_type":null}"#])
    func aMissingTypeIsForgiven(_ body: String) throws {
        #expect(try Self.parse(body).value == Secret("t"))
    }

    @Test(arguments: [#""DPoP""#, #""mac""#, #""""#, "1", "[]"])
    func anotherTypeIsNot(_ type: String) {
        guard case .protocolViolation(let violation) = Self.error(#"{"access_token":"t","token_type":\#(type)}"#) else {
            Issue.record("accepted")
            return
        }
        #expect(violation.hint.contains("bearer"))
    }

    @Test(arguments: [
        "{}", #"{"access_token":null}"#, #"{"access_token":""}"#, #"{"access_token":7}"#,
        #"{"access_token":"a b"}"#, #"{"access_token":"a\r\nX-Forged: 1"}"#, #"{"access_token":"\u0000"}"#,
        #"{"access_token":"é"}"#, #"{"token":"t"}"#,
    ])
    func whatCannotStandInAFieldIsNoToken(_ body: String) {
        guard case .protocolViolation(let violation) = Self.error(body) else {
            Issue.record("accepted")
            return
        }
        #expect(violation.reason.contains("access_token"))
        #expect(!violation.isTransient)
    }

    @Test(arguments: [
        "opaque", "a.b", "a.b.c", "..", "e30.e30.e30.e30.e30", "x.\(TestToken.base64URL(Array("[1]".utf8))).y",
        "x.\(TestToken.base64URL(Array("{".utf8))).y", "x.A.y", "x.!!!!.y", "x.e30===.y",
    ])
    func whatIsNoSignedJWTHasNoClaims(_ value: String) throws {
        #expect(try Self.parse(TestToken.body(value)).claims == nil)
    }

    @Test(arguments: ["e30", "e30=", "eyJhIjoiw7_Dvj8-In0", "eyJhIjoiw7_Dvj8-In0="])
    func claimsAreReadWithAndWithoutPadding(_ payload: String) throws {
        let claims = try Self.parse(TestToken.body("x.\(payload).y")).claims
        #expect(claims == (payload.hasPrefix("e30") ? .object([]) : ["a": "ÿþ?>"]))
    }

    @Test func noTokenGetsIntoTheMembers() throws {
        let body = #"{"access_token":"t","refresh_token":"r1","id_token":"i1","partnerId":"9","partnerId":"10"}"#
        let token = try Self.parse(body)
        #expect(token.members == ["partnerId": "9", "partnerId": "10"])
        #expect(token.member("refresh_token") == nil)
    }

    @Test func aNullMemberLetsTheClaimSpeak() throws {
        let token = try Self.parse(TestToken.body(TestToken.jwt(#"{"partnerId":"7"}"#), #","partnerId":null"#))
        #expect(token.member("partnerId")?.text == "7")
    }

    @Test func nothingPrintsTheToken() throws {
        let jwt = TestToken.jwt("{}")
        let token = try Self.parse(TestToken.body(jwt))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains(jwt))
    }
}
