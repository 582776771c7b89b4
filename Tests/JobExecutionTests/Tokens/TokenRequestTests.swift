import Foundation
import JobExecution
import JobSpec
import Secrets
import Testing

@Suite struct TokenRequestTests {
    static func build(
        _ authentication: ClientAuth = .post,
        id: String = "client",
        secret: String = "s3cret",
        audience: String? = "https://api.example.org",
        scopes names: Set<Scope> = scopes("read:loans")
    ) throws -> (request: HTTPRequest, body: String) {
        let credentials = ClientCredentials(
            tokenURL: "https://auth.example.org/oauth/token",
            audience: audience,
            clientID: Secret(id),
            clientSecret: Secret(secret),
            authentication: authentication
        )
        let request = TokenRequest.build(credentials, scopes: try #require(RequestedScopes(names)))
        return (request, String(decoding: request.body ?? [], as: UTF8.self))
    }

    /// The user and password that a server finds in Basic credentials.
    static func basic(_ request: HTTPRequest) throws -> String {
        let value = try #require(request.fields["Authorization"])
        #expect(value.hasPrefix("Basic "))
        return String(decoding: try #require(Data(base64Encoded: String(value.dropFirst(6)))), as: UTF8.self)
    }

    @Test func postPutsTheCredentialsIntoTheForm() throws {
        let (request, body) = try Self.build(scopes: scopes("read:loans", "create:repayment"))
        #expect(request.method == "POST")
        #expect(request.url == "https://auth.example.org/oauth/token")
        #expect(request.fields["accept"] == "application/json")
        #expect(request.fields["content-type"] == "application/x-www-form-urlencoded")
        #expect(request.fields["authorization"] == nil)
        #expect(
            body == "grant_type=client_credentials&scope=create%3Arepayment%20read%3Aloans"
                + "&audience=https%3A%2F%2Fapi.example.org&client_id=client&client_secret=s3cret"
        )
    }

    @Test func anAudienceIsLeftOutWhereThereIsNone() throws {
        let (_, body) = try Self.build(audience: nil)
        #expect(!body.contains("audience"))
    }

    @Test func formValuesAreEncodedByteByByte() throws {
        let (_, body) = try Self.build(id: "a&b=c+d e", secret: "%é€😀\u{0}\n~-._")
        #expect(body.contains("&client_id=a%26b%3Dc%2Bd%20e&"))
        #expect(body.hasSuffix("&client_secret=%25%C3%A9%E2%82%AC%F0%9F%98%80%00%0A~-._"))
    }

    @Test func basicEncodesBeforeBase64() throws {
        let (request, body) = try Self.build(.basic, id: "my client:1", secret: "pässword/+ ")
        #expect(try Self.basic(request) == "my%20client%3A1:p%C3%A4ssword%2F%2B%20")
        #expect(!body.contains("client_id") && !body.contains("client_secret"))
    }

    @Test func rawBasicDoesNot() throws {
        let (request, _) = try Self.build(.basicRaw, id: "my client", secret: "pä:ss/+ ")
        #expect(try Self.basic(request) == "my client:pä:ss/+ ")
    }

    @Test(arguments: ClientAuth.allCases)
    func theURLHoldsNoCredentials(_ authentication: ClientAuth) throws {
        let (request, _) = try Self.build(authentication)
        #expect(request.url == "https://auth.example.org/oauth/token")
        #expect(!"\(request.fields)".contains("s3cret"))
    }

    @Test(arguments: [
        ("https://a.example/t", "https://a.example/t"), ("https://u:p@a.example:8/t?k=v#f", "https://a.example:8/t"),
        ("https://u:p@x@a.example", "https://a.example"), ("https://a.example/t@u", "https://a.example/t@u"),
        ("https://a.example?x=https://u:p@b", "https://a.example"), ("nonsense", "nonsense"), ("", ""),
    ])
    func messagesShowTheURLWithoutSecrets(_ url: String, _ shown: String) {
        let credentials = ClientCredentials(
            tokenURL: url,
            audience: nil,
            clientID: Secret(""),
            clientSecret: Secret("")
        )
        #expect(credentials.displayURL == shown)
    }

    @Test func thereIsNoRequestWithoutScopes() {
        #expect(RequestedScopes([]) == nil)
    }

    @Test func scopesAreSortedSoThatTheSameRequestIsTheSameBytes() {
        let names = scopes("b", "a:z", "a", "B", "c")
        #expect(RequestedScopes(names)?.parameter == "B a a:z b c")
    }

    /// Base64 of every length and many contents, against Foundation's.
    @Test func basicAgreesWithFoundation() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for length in 0..<200 {
            let letters = (0..<length).map { _ in Character(Unicode.Scalar(UInt8.random(in: 1...127, using: &random))) }
            let (request, _) = try Self.build(.basicRaw, id: "", secret: String(letters))
            #expect(try Self.basic(request) == ":" + String(letters), "seed \(seed)")
        }
    }
}
