import Diagnostics
import JSONBytes
import JobExecution
import JobSpec
import TestSupport
import Testing

@Suite struct RequestResolverTests {
    /// Resolves a request as a job file writes it.
    static func resolve(
        _ request: String,
        item: String = "null",
        page: PageRequest = .plain,
        base: String = "https://api.example.org/v1/"
    ) throws -> HTTPRequest {
        let text = """
            name: test
            vars: { list: [a, 2, true, null], nothing: null }
            steps:
              - id: a
                scopes: []
                for_each: [1]
                request: \(request)
            """
        let file = SourceFile(path: "test.yaml", bytes: Array(text.utf8))
        let job: Job
        do throws(DiagnosticError) {
            job = try JobLoader.load(file, environments: EnvironmentCatalogue([])).job
        } catch {
            throw TestRun.BadJob(text: DiagnosticRenderer(color: false).render(error.diagnostics))
        }
        let outside = TemplateContext.Outside(
            environmentVariable: { _ in nil },
            secret: { (name) throws(SecretLookupError) in throw SecretLookupError(message: name, help: "") }
        )
        var context = TemplateContext(outside: outside, asOf: "")
        context.item = try JSONParser.parse(Array(item.utf8))
        for variable in job.vars { context.vars[variable.name] = variable.value.literal }
        return try RequestResolver(base: #require(WebURL(base)))
            .request(job.steps[0].request, evaluator: TemplateEvaluator(context), page: page)
    }

    static func url(_ request: String, item: String = "null", page: PageRequest = .plain) throws -> String {
        String(try resolve(request, item: item, page: page).url.dropFirst("https://api.example.org/v1".count))
    }

    // MARK: Paths

    @Test(arguments: [
        (#""a""#, "/x/a"), (#""a b""#, "/x/a%20b"), (#""a/../b""#, "/x/a%2F..%2Fb"),
        (#""a?b=c#d""#, "/x/a%3Fb%3Dc%23d"),
        (#""%2e%2e""#, "/x/%252e%252e"), (#""é""#, "/x/%C3%A9"), ("17", "/x/17"), ("1.50", "/x/1.50"),
        ("true", "/x/true"),
        (#""\r\nHost: evil""#, "/x/%0D%0AHost%3A%20evil"), (#""...""#, "/x/..."), (#""\u0000""#, "/x/%00"),
    ])
    func aValueStaysWithinItsSegment(item: String, path: String) throws {
        #expect(try Self.url(#"{ method: GET, path: "/x/${{ item }}" }"#, item: item) == path)
    }

    @Test(arguments: [#""..""#, #"".""#, #""""#, "null", "[]", "{}"])
    func aValueThatIsNoSegmentIsRefused(item: String) {
        #expect(throws: Diagnostic.self) { try Self.url(#"{ method: GET, path: "/x/${{ item }}" }"#, item: item) }
    }

    @Test(arguments: [("/x/.${{ item }}", #"".""#), ("/x/%2e${{ item }}", #"".""#), ("/x/%2E${{ item }}", #"".""#)])
    func partsDoNotAddUpToAClimb(path: String, item: String) {
        #expect(throws: Diagnostic.self) { try Self.url("{ method: GET, path: \"\(path)\" }", item: item) }
    }

    @Test func theBaseMayHaveAPath() throws {
        for base in ["https://api.example.org/v1", "https://api.example.org/v1/"] {
            #expect(try Self.resolve("{ method: GET, path: /x }", base: base).url == "https://api.example.org/v1/x")
        }
        #expect(try Self.resolve("{ method: GET, path: / }", base: "https://a").url == "https://a/")
    }

    /// Whatever a URL is made of, a job's body and header fields go to the API of its environment.
    @Test(arguments: [
        "https://api.example.org.evil.example/", "https://api.example.org:8443/", "http://api.example.org/",
    ])
    func aRequestBeginsAtTheOriginOfTheBase(url: String) throws {
        let page = PageRequest.url(try #require(WebURL(url)))
        let error = #expect(throws: Diagnostic.self) { try Self.url("{ method: GET, path: /x }", page: page) }
        #expect(error?.code == "foreign-origin")
        #expect(error?.span?.text == "/x")
    }

    // MARK: Parameters

    @Test func parametersAreListedEncodedAndLeftOut() throws {
        let request =
            #"{ method: GET, path: /x, params: { "a b": "c&d=e", list: "${{ vars.list }}", n: 1.50, no: "${{ vars.nothing }}", t: "" } }"#
        #expect(try Self.url(request) == "/x?a%20b=c%26d%3De&list=a&list=2&list=true&n=1.50&t=")
    }

    @Test func thePaginatorAddsItsOwn() throws {
        let page = PageRequest.params([.init("limit", "10"), .init("cursor", "a+b/c==")])
        #expect(
            try Self.url("{ method: GET, path: /x, params: { s: t } }", page: page)
                == "/x?s=t&limit=10&cursor=a%2Bb%2Fc%3D%3D"
        )
        #expect(try Self.url("{ method: GET, path: /x }", page: page) == "/x?limit=10&cursor=a%2Bb%2Fc%3D%3D")
        let link = PageRequest.url(try #require(WebURL("https://api.example.org/v1/y?z")))
        #expect(try Self.url("{ method: GET, path: /x, params: { s: t } }", page: link) == "/y?z")
    }

    @Test(arguments: [#"{"a":1}"#, "[[1]]", #"[{"a":1}]"#]) func aParameterIsNoTree(item: String) throws {
        let error = #expect(throws: Diagnostic.self) {
            try Self.url(#"{ method: GET, path: /x, params: { a: "${{ item }}" } }"#, item: item)
        }
        #expect(error?.code == "wrong-type")
        #expect(error?.span?.text == #""${{ item }}""#)
    }

    // MARK: Header fields

    @Test(arguments: [#""a\r\nX: y""#, #""a\nb""#, #""\u0000""#, #""\u007f""#, #""a\rb""#, #"["ok","a\r\nb"]"#])
    func aHeaderValueCantBreakOut(item: String) {
        #expect(throws: Diagnostic.self) {
            try Self.resolve(#"{ method: GET, path: /x, headers: { X-A: "${{ item }}" } }"#, item: item)
        }
    }

    @Test func headerFieldsReplaceDefaultsAndMayRepeat() throws {
        let request =
            #"{ method: GET, path: /x, headers: { accept: text/csv, X-L: "${{ vars.list }}", X-N: "${{ vars.nothing }}" } }"#
        let fields = try Self.resolve(request).fields
        #expect(fields.values(of: "Accept") == ["text/csv"])
        #expect(fields.values(of: "x-l") == ["a", "2", "true"])
        #expect(fields["X-N"] == nil)
    }

    // MARK: Bodies

    @Test func numbersKeepTheirText() throws {
        let request = #"{ method: POST, path: /x, json: { a: 480.00, b: "${{ item }}", c: "n ${{ item }}" } }"#
        let resolved = try Self.resolve(request, item: "12345678901234567890.10")
        #expect(resolved.bodyText == #"{"a":480.00,"b":12345678901234567890.10,"c":"n 12345678901234567890.10"}"#)
        #expect(resolved.fields["Content-Type"] == "application/json")
    }

    @Test func formsAreEncoded() throws {
        let resolved = try Self.resolve(#"{ method: POST, path: /x, form: { a: "b c&d", l: "${{ vars.list }}" } }"#)
        #expect(resolved.bodyText == "a=b%20c%26d&l=a&l=2&l=true")
        #expect(resolved.fields["Content-Type"] == "application/x-www-form-urlencoded")
    }

    @Test func aTextIsSentAsItIs() throws {
        let request = #"{ method: POST, path: /x, body: "é ${{ item }}", headers: { Content-Type: text/csv } }"#
        let resolved = try Self.resolve(request, item: "1.0")
        #expect(resolved.bodyText == "é 1.0")
        #expect(resolved.fields.values(of: "content-type") == ["text/csv"])
        #expect(try Self.resolve("{ method: GET, path: /x }").body == nil)
    }
}
