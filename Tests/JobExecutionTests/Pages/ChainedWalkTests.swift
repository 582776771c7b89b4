import JobExecution
import JobSpec
import Secrets
import Testing

@Suite struct ChainedWalkTests {
    // MARK: Numbers

    @Test func numberedPagesEndWithAnEmptyOne() {
        var walk = Pages.numbered()
        for page in 1...3 {
            #expect(walk.launch()?.text == "page=\(page)")
            #expect(walk.launch() == nil)
            #expect(walk.land(Pages.facts(5)) == .more)
        }
        #expect(walk.launch()?.text == "page=4")
        #expect(walk.land(Pages.facts(0)) == .end)
        #expect(walk.launch() == nil)
    }

    @Test func aSinglePageIsOne() {
        var walk = Pages.walk("single_page")
        #expect(walk.launch() == .plain)
        #expect(walk.launch() == nil)
        #expect(walk.land(Pages.facts(5)) == .end)
        #expect(walk.launch() == nil)
    }

    // MARK: Cursors

    @Test(arguments: [
        (#"{"next":"abc"}"#, "abc"), (#"{"next":17}"#, "17"),
        (#"{"next":12345678901234567890}"#, "12345678901234567890"),
        (#"{"next":"a/b+c="}"#, "a/b+c="), (#"{"next":0}"#, "0"),
    ])
    func cursorsAreSentAsTheyCame(document: String, cursor: String) {
        var walk = Pages.cursor()
        #expect(walk.launch() == .plain)
        #expect(walk.launch() == nil)
        #expect(walk.land(Pages.facts(1, document)) == .more)
        #expect(walk.launch()?.text == "cursor=\(cursor)")
        #expect(walk.launch() == nil)
    }

    @Test(arguments: ["{}", #"{"next":null}"#, #"{"next":""}"#, #"{"next":false}"#])
    func noCursorEndsTheWalk(document: String) {
        var walk = Pages.cursor()
        _ = walk.launch()
        #expect(walk.land(Pages.facts(1, document)) == .end)
        #expect(walk.launch() == nil)
    }

    @Test(arguments: [#"{"next":true}"#, #"{"next":{}}"#, #"{"next":["a"]}"#])
    func aCursorThatIsNoneIsAnError(document: String) {
        var walk = Pages.cursor()
        _ = walk.launch()
        guard case .fail(.badValue) = walk.land(Pages.facts(1, document)) else {
            return #expect(Bool(false), "accepted")
        }
    }

    @Test func aCircleOfAnyLengthIsNoticed() {
        for length in 1...5 {
            var walk = Pages.cursor()
            for step in 0...length {
                _ = walk.launch()
                let verdict = walk.land(Pages.facts(1, #"{"next":"c\#(step % length)"}"#))
                #expect(verdict == (step < length ? .more : .fail(.repeatedCursor("c0"))))
            }
            #expect(walk.launch() == nil)
        }
    }

    @Test func cursorsAreBoundByMaxPages() {
        var walk = Pages.cursor(maxPages: 3)
        for page in 1...3 {
            _ = walk.launch()
            #expect(
                walk.land(Pages.facts(1, #"{"next":"c\#(page)"}"#)) == (page < 3 ? .more : .fail(.tooManyPages(3)))
            )
        }
    }

    // MARK: Links

    @Test(arguments: [
        ("https://api.example.org/v1/loans?page=2", "https://api.example.org/v1/loans?page=2"),
        ("HTTPS://API.example.org:443/x", "https://API.example.org:443/x"),
        ("//api.example.org/x", "https://api.example.org/x"),
        ("/v2/loans?page=2", "https://api.example.org/v2/loans?page=2"),
        ("?page=2", "https://api.example.org/v1/loans?page=2"),
        ("loans?page=2#top", "https://api.example.org/v1/loans?page=2"),
        ("../v2/./loans", "https://api.example.org/v2/loans"),
    ])
    func linksAreResolved(link: String, url: String) {
        var body = Pages.jsonLink()
        _ = body.launch()
        #expect(body.land(Pages.facts(1, #"{"next":"\#(link)"}"#)) == .more)
        #expect(body.launch()?.text == url)
        var field = Pages.headerLink()
        _ = field.launch()
        let fields: HTTPFields = [HTTPField("link", "<\(link)>; rel=\"next\"")]
        #expect(field.land(Pages.facts(1, fields: fields)) == .more)
        #expect(field.launch()?.text == url)
    }

    @Test(arguments: [
        "https://evil.example.org/v1/loans", "http://api.example.org/v1/loans", "https://api.example.org:8443/x",
        "//evil.example.org/x", "https://api.example.org.evil.org/x",
    ])
    func linksNeverLeaveTheOrigin(link: String) {
        var walk = Pages.jsonLink()
        _ = walk.launch()
        guard case .fail(.foreignOrigin) = walk.land(Pages.facts(1, #"{"next":"\#(link)"}"#)) else {
            return #expect(Bool(false), "followed \(link)")
        }
        #expect(walk.launch() == nil)
    }

    @Test(arguments: [
        "ftp://api.example.org/x", "javascript:alert(1)", "https://user@api.example.org/x", "https://", "/a b", "/ä",
        "/x\\r\\nHost: evil", "\\\\\\\\evil.example.org/x", "/x\\u0000",
    ])
    func linksThatAreNoneAreErrors(link: String) {
        var walk = Pages.jsonLink()
        _ = walk.launch()
        guard case .fail(.badLink) = walk.land(Pages.facts(1, #"{"next":"\#(link)"}"#)) else {
            return #expect(Bool(false), "followed \(link)")
        }
    }

    @Test func aLinkIsResolvedAgainstWhereThePageCameFrom() {
        var walk = Pages.jsonLink()
        _ = walk.launch()
        let moved = WebURL("https://api.example.org/new/place/loans")!
        #expect(walk.land(Pages.facts(1, #"{"next":"more"}"#, url: moved)) == .more)
        #expect(walk.launch()?.text == "https://api.example.org/new/place/more")
    }

    @Test func aRedirectElsewhereDoesNotWidenTheOrigin() {
        var walk = Pages.jsonLink()
        _ = walk.launch()
        let elsewhere = WebURL("https://cdn.example.org/loans")!
        #expect(
            walk.land(Pages.facts(1, #"{"next":"/more"}"#, url: elsewhere))
                == .fail(.foreignOrigin("https://cdn.example.org/more"))
        )
    }

    @Test func everyProblemSaysWhatToDo() {
        let problems: [WalkProblem] = [
            .repeatedPage(number: 2), .repeatedCursor("c"), .tooManyPages(3), .foreignOrigin("u"), .badLink("l"),
            .badValue(path: "$", expected: "a", found: "b"), .emptyPageBeforeTotal(received: 1, total: 2), .query("q"),
        ]
        for problem in problems {
            let message = problem.message(Redactor())
            #expect(!message.isEmpty && !message.hasSuffix("."))
            #expect(!problem.help.isEmpty)
        }
        #expect(WalkProblem.repeatedCursor(String(repeating: "c", count: 9_999)).message(Redactor()).count < 200)
    }

    @Test func aSecretAcrossACutIsMasked() {
        let redactor = Redactor()
        redactor.register(Secret("s3cret-token-0123456789"))
        for lead in 0..<220 {
            let text = String(repeating: "c", count: lead) + "s3cret-token-0123456789"
            for problem in [WalkProblem.repeatedCursor(text), .foreignOrigin(text), .badLink(text)] {
                #expect(!problem.message(redactor).contains("s3"), "\(lead)")
            }
        }
    }
}
