import HTTPTransport
import Testing

/// Which names of a certificate prove which host.
@Suite struct ServerIdentityTests {
    @Test(arguments: [
        ("api.example.org", "api.example.org"), ("API.example.ORG", "api.EXAMPLE.org"),
        ("api.example.org.", "api.example.org"), ("api.example.org", "api.example.org."),
        ("api.example.org", "*.example.org"), ("localhost", "localhost"), ("xn--bcher-kva.example", "*.example"),
    ])
    func namesThatProve(host: String, name: String) {
        #expect(ServerIdentity(host: host).isProved(dnsName: name.utf8))
    }

    @Test(arguments: [
        ("api.example.org", "example.org"), ("example.org", "api.example.org"), ("example.org", "*.example.org"),
        ("a.b.example.org", "*.example.org"), ("api.example.org", "a*.example.org"), ("api.example.org", "*"),
        ("api.example.org", "*.*.org"), ("api.example.org", "api.*.org"), ("api.example.org", "*api.example.org"),
        ("api.example.org", "**.example.org"), ("api.example.org", ""), ("api.example.org", "."),
        ("localhost", "*"), ("localhost", "*."), ("localhost", "*.localhost"),
        ("api.example.org", "api.example.org\0"), ("api.example.org", "api.example.org\0.evil.test"),
        ("api.example.org", "api.example.org.evil.test"), ("api.example.org", " api.example.org"),
        // Bytes 0x40 and 0x60, 0x5B and 0x7B are no letters.
        ("a@b.example", "a`b.example"),
        // Names don't prove addresses, not even by their spelling.
        ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "*.0.0.1"), ("::1", "::1"),
    ])
    func namesThatDoNot(host: String, name: String) {
        #expect(!ServerIdentity(host: host).isProved(dnsName: name.utf8))
    }

    @Test func addresses() {
        let loopback: [UInt8] = [127, 0, 0, 1]
        let six: [UInt8] = Array(repeating: 0, count: 15) + [1]
        #expect(ServerIdentity(host: "127.0.0.1").isProved(ipAddress: loopback))
        #expect(ServerIdentity(host: "::1").isProved(ipAddress: six))
        #expect(ServerIdentity(host: "0:0::0:1").isProved(ipAddress: six))
        for (host, bytes) in [
            ("localhost", loopback), ("127.0.0.2", loopback), ("127.1", loopback), ("::ffff:127.0.0.1", loopback),
            ("::1", loopback), ("127.0.0.1", six), ("localhost", six), ("127.0.0.1", []), ("127.0.0.1", loopback + [0]),
            ("localhost", []),
        ] {
            #expect(!ServerIdentity(host: host).isProved(ipAddress: bytes), "\(host)")
        }
    }
}
