import HTTPTransport
import Secrets
import Testing

/// Which proxy a URL gets, from the environment's variables alone.
@Suite struct ProxySettingsTests {
    private func host(_ url: String, _ environment: [String: String]) throws -> String? {
        try ProxySettings(environment: environment).endpoint(forURL: url)?.host
    }

    @Test(
        arguments: [
            (["https_proxy": "http://a:1"], "a"), (["HTTPS_PROXY": "http://a:1"], "a"),
            (["ALL_PROXY": "http://a:1"], "a"),
            (["all_proxy": "http://a:1"], "a"), (["https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"], "a"),
            (["https_proxy": "", "HTTPS_PROXY": "http://b:1"], "b"),
            (["https_proxy": "http://a:1", "all_proxy": "http://b:1"], "a"), (["http_proxy": "http://a:1"], nil),
            ([:], nil),
            (["https_proxy": "http://a:1", "no_proxy": "*"], nil),
            (["https_proxy": "http://a:1", "NO_PROXY": "*"], nil),
        ] as [([String: String], String?)]
    )
    func variables(environment: [String: String], expected: String?) throws {
        #expect(try host("https://api.example.org/", environment) == expected)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "127.3.2.1", "[::1]"])
    func loopbackIgnoresTheEnvironment(name: String) throws {
        let environment = ["https_proxy": "http://a:1", "http_proxy": "http://a:1"]
        #expect(try host("https://\(name):8080/", environment) == nil)
        #expect(try host("http://\(name):8080/", environment) == nil)
    }

    @Test(arguments: [
        ("example.org", "https://example.org/", true), ("example.org", "https://api.example.org/", true),
        ("example.org", "https://badexample.org/", false), (".example.org", "https://api.example.org/", true),
        (".example.org", "https://example.org/", true), ("*.example.org", "https://api.example.org/", true),
        ("EXAMPLE.org", "https://Api.Example.ORG/", true), ("example.org.", "https://example.org/", true),
        ("example.org", "https://example.org./", true), ("a, example.org ,b", "https://example.org/", true),
        ("a example.org", "https://example.org/", true), ("example.org:443", "https://example.org/", true),
        ("example.org:8443", "https://example.org/", false), ("example.org:8443", "https://example.org:8443/", true),
        ("example.org:x", "https://example.org/", false), ("org", "https://example.org/", true),
        ("10.0.0.1", "https://10.0.0.1/", true), ("10.0.0.1", "https://10.0.0.10/", false),
        ("10.0.0.1:443", "https://10.0.0.1/", true), ("10.0.0.1:444", "https://10.0.0.1/", false),
        ("10.0.0.0/8", "https://10.255.1.1/", true), ("10.0.0.0/8", "https://11.0.0.1/", false),
        ("10.0.0.0/9", "https://10.128.0.1/", false), ("10.0.0.0/33", "https://10.0.0.1/", false),
        ("0.0.0.0/0", "https://8.8.8.8/", true), ("0.0.0.0/0", "https://example.org/", false),
        ("fe80::/10", "https://[fe80::1]/", true), ("2001:db8::1", "https://[2001:DB8:0::1]/", true),
        ("[2001:db8::1]", "https://[2001:db8::1]/", true), ("[2001:db8::1]:444", "https://[2001:db8::1]/", false),
        ("0.1", "https://10.0.0.1/", false), ("", "https://example.org/", false), (",,", "https://example.org/", false),
    ])
    func noProxy(list: String, url: String, isStraight: Bool) throws {
        let environment = ["https_proxy": "http://proxy:1", "no_proxy": list]
        #expect(try host(url, environment) == (isStraight ? nil : "proxy"), "\(list) for \(url)")
    }

    @Test(
        arguments: [
            ("http://proxy:3128", .http, "proxy", 3128, nil, nil), ("http://proxy", .http, "proxy", 80, nil, nil),
            ("proxy:3128/", .http, "proxy", 3128, nil, nil), ("HTTP://Proxy:1", .http, "proxy", 1, nil, nil),
            ("socks5://proxy", .socks5, "proxy", 1080, nil, nil), ("socks5h://[::1]:9", .socks5, "::1", 9, nil, nil),
            ("http://[::1]", .http, "::1", 80, nil, nil), ("http://u:p@proxy:1", .http, "proxy", 1, "u", "p"),
            ("http://u@proxy:1", .http, "proxy", 1, "u", ""),
            ("http://u:p%3A%40%2F:x@proxy:1", .http, "proxy", 1, "u", "p:@/:x"),
            ("http://u:p@ss@proxy:1", .http, "proxy", 1, "u", "p@ss"),
        ] as [(String, ProxyEndpoint.Kind, String, Int, String?, String?)]
    )
    func endpoints(
        url: String,
        kind: ProxyEndpoint.Kind,
        host: String,
        port: Int,
        user: String?,
        password: String?
    ) throws {
        let endpoint = try ProxyEndpoint(url: url, source: "test")
        #expect(endpoint.kind == kind)
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
        #expect(endpoint.credentials?.user == user)
        #expect(endpoint.credentials?.password.reveal() == password)
    }

    @Test(arguments: [
        "https://proxy:1", "ftp://proxy", "http://", "http://proxy:0", "http://proxy:99999", "http://proxy:x",
        "http://proxy/path", "http://proxy?x", "http://u:hunter2%zz@proxy", "http://u:hunter2@",
        "socks5://u:hunter2@proxy",
        "socks4://proxy", "http://u:hunter2%FF@proxy", "pro xy:1", "http://u:hunter2@proxy:1/x",
    ])
    func unusableEndpoints(url: String) {
        let error = #expect(throws: TransportConfigurationError.self) {
            try ProxySettings(environment: ["HTTPS_PROXY": url])
        }
        #expect(error?.description.contains("HTTPS_PROXY") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func passwordsAreSecrets() throws {
        let settings = try ProxySettings(environment: [
            "https_proxy": "http://u:hunter2hunter2@a", "http_proxy": "http://u:other-password@b",
        ])
        #expect(Set(settings.secrets) == [Secret("hunter2hunter2"), Secret("other-password")])
        #expect(!"\(settings)".contains("hunter2"))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
