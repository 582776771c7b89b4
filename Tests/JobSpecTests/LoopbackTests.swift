import JobSpec
import Testing

@Suite struct LoopbackTests {
    @Test(arguments: [
        "localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "127.255.255.255", "[::1]", "[::1]:8080",
        "127.0.0.1:",
    ])
    func isThisMachine(authority: String) {
        #expect(Loopback.isLoopback(authority: authority))
    }

    @Test(arguments: [
        "", "example.org", "localhost.example.org", "127.0.0.1.example.org", "128.0.0.1", "127.0.0", "127.1",
        "127.0.0.256", "0127.0.0.1", "+127.0.0.1", "127.0.0.1:80@example.org", "user@localhost", "[::1]example.org",
        "[::1", "[::2]", "[::ffff:127.0.0.1]", "localhost:80x", "127.0.0.1:80:81", "١٢٧.0.0.1",
    ])
    func isAnother(authority: String) {
        #expect(!Loopback.isLoopback(authority: authority))
    }
}
