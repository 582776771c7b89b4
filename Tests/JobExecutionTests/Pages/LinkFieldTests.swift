import JobExecution
import Testing

/// `Link` (RFC 8288), read through the paginator that follows it.
@Suite struct LinkFieldTests {
    static func next(_ values: [String], relation: String = "next") -> String? {
        var walk = Pages.headerLink(relation)
        _ = walk.launch()
        let fields = HTTPFields(values.map { HTTPField("Link", $0) })
        guard case .more = walk.land(Pages.facts(1, fields: fields)) else { return nil }
        return walk.launch().map { String($0.text.dropFirst("https://api.example.org".count)) }
    }

    @Test(arguments: [
        #"</p2>; rel="next""#, #"</p2>; rel=next"#, #"</p2>;rel=next"#, #"</p2> ; rel = "next""#, #"</p2>; REL=NEXT"#,
        #"</p2>; title="a, b; <c>"; rel=next"#, #"</p2>; title="a \"quoted\" one"; rel="next""#,
        #"</p2>; rel="prev next last""#, #"</p1>; rel=prev, </p2>; rel=next"#, #"</p1>; rel="prev", </p2>; rel="next""#,
        #",, </p2>; rel=next"#, #"</p1>;rel=prev,</p2>;rel=next,</p9>;rel=last"#, #"</p2>; rel=next; rel=prev"#,
        #"</p2>; rel*=UTF-8''x; rel=next"#, #"</p2>; crossorigin; rel=next"#, #"garbage, </p2>; rel=next"#,
        #"</p1>; rel=prev garbage, </p2>; rel=next"#, #"a="b, <c>", </p2>; rel=next"#,
        #"</elsewhere>; rel=next; anchor="/other", </p2>; rel=next"#, "\t</p2>;\trel=next",
    ])
    func theNextPageIsFound(value: String) {
        #expect(Self.next([value]) == "/p2")
        #expect(Self.next([#"</p1>; rel="prev""#, value]) == "/p2")
    }

    @Test(arguments: [
        "", "</p2>", "</p2>; rel=prev", #"</p2>; rel="nexts""#, #"</p2>; rel="""#, "</p2; rel=next", "/p2; rel=next",
        #"</p2>; title="rel=next""#, #"</p2>; rel=prev; rel=next"#, #"</p2>; rel=next; anchor="/other""#, "<", ";", ",",
        #"""#, #"</p2>; x="unclosed, </p3>; rel=next"#,
    ])
    func nothingElseIs(value: String) {
        #expect(Self.next([value]) == nil)
    }

    /// The examples of RFC 8288, section 3.5.
    @Test func theExamplesOfTheRFC() {
        let chapter = #"<http://example.com/TheBook/chapter2>; rel="previous"; title="previous chapter""#
        #expect(Self.next([chapter]) == nil)
        let copyright = #"</>; rel="http://example.net/foo""#
        #expect(Self.next([copyright], relation: "http://example.net/foo") == "/")
        let terms = ##"</terms>; rel="copyright"; anchor="#foo""##
        #expect(Self.next([terms], relation: "copyright") == nil)
        let titles =
            #"</TheBook/chapter2>; rel="previous"; title*=UTF-8'de'letztes%20Kapitel, </TheBook/chapter4>; rel="next"; title*=UTF-8'de'n%c3%a4chstes%20Kapitel"#
        #expect(Self.next([titles]) == "/TheBook/chapter4")
        #expect(Self.next([titles], relation: "previous") == "/TheBook/chapter2")
        let two = #"<http://example.org/>; rel="start http://example.net/relation/other""#
        #expect(Self.next([two]) == nil)
    }

    @Test func hostileFieldsTakeNoLongTime() {
        for text in ["<", "<a>;", "<a>; x=\"", ",", "\"", "a,", "<a>; rel=prev,"] {
            #expect(Self.next([String(repeating: text, count: 20_000)]) == nil)
        }
    }
}
