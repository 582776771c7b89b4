import JobExecution
import Testing

@Suite struct WebURLTests {
    /// The examples of RFC 3986, sections 5.4.1 and 5.4.2. A scheme other than http and https is refused, not followed,
    /// and fragments are dropped, as they are never sent.
    @Test(arguments: [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
        ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"), ("g?y#s", "http://a/b/c/g?y"), (";x", "http://a/b/c/;x"),
        ("g;x", "http://a/b/c/g;x"),
        ("g;x?y#s", "http://a/b/c/g;x?y"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
        ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"), ("g..", "http://a/b/c/g.."),
        ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("g;x=1/../y", "http://a/b/c/y"), ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("g#s/./x", "http://a/b/c/g"), ("http://other/x", "http://other/x"),
    ])
    func referencesResolve(reference: String, target: String) throws {
        let base = try #require(WebURL("http://a/b/c/d;p?q"))
        #expect(base.resolve(reference)?.description == target)
    }

    @Test(arguments: [
        "", "g:h", "http:g", "mailto:a@b", "javascript:alert(1)", "a b", "ä", "\t/x", "/x\r\n", "\\\\evil", "/\\evil",
    ])
    func whatIsNoReferenceIsRefused(reference: String) throws {
        #expect(try #require(WebURL("http://a/b/c/d;p?q")).resolve(reference) == nil)
    }

    @Test(arguments: [
        ("https://a", "https://a/"), ("HTTPS://A/B", "https://A/B"), ("https://a?x", "https://a/?x"),
        ("https://a#x", "https://a/"), ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("http://a:80/x#f", "http://a:80/x"),
    ])
    func urlsAreRead(text: String, description: String) {
        #expect(WebURL(text)?.description == description)
    }

    @Test(arguments: [
        "", "a", "/a", "//a", "ftp://a", "https:a", "https:/a", "https://", "https:///x", "https://u@a/",
        "https://u:p@a/",
        "https://a/ b", "https://a\n", "https://ä/", "https://a\\b/", "https://a/\u{7F}",
    ])
    func whatIsNoURLIsRefused(text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test func originsAreSchemeHostAndPort() throws {
        func origin(_ text: String) throws -> String { try #require(WebURL(text)).origin }
        #expect(try origin("https://API.example.org/x") == origin("https://api.example.org:443/y?z"))
        #expect(try origin("http://a") == origin("http://a:80/"))
        #expect(try origin("https://[::1]/") == origin("https://[::1]:443/"))
        for other in [
            "http://a/", "https://a:444/", "https://b/", "https://a.b/", "https://a.:443/", "https://a:0443/",
            "https://a:/",
        ] {
            #expect(try origin("https://a/") != origin(other))
        }
    }

    @Test func everythingButUnreservedIsEncoded() {
        #expect(PercentEncoding.component("aZ09-._~") == "aZ09-._~")
        #expect(PercentEncoding.component("a b/c?d&e=f+g%h#i") == "a%20b%2Fc%3Fd%26e%3Df%2Bg%25h%23i")
        #expect(PercentEncoding.component("é😀\u{0}") == "%C3%A9%F0%9F%98%80%00")
        #expect(PercentEncoding.path("/a b/c%20d?é;x=1@:") == "/a%20b/c%20d%3F%C3%A9;x=1@:")
    }
}
