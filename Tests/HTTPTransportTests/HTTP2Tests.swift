import Foundation
import HTTPTransport
import JobExecution
import Testing

extension TransportTests {
    /// HTTP/2 against nginx: the same promises as over HTTP/1.1.
    @Suite(.enabled(if: Nginx.path != nil, "nginx is not installed")) struct HTTP2Tests {
        private static let echo = #"location / { return 200 "$server_protocol $request_method $http_user_agent"; }"#

        private func offering(_ isOffered: Bool = true) throws -> TransportConfiguration {
            var configuration = TransportConfiguration()
            configuration.additionalTrustRoots = try TestCertificates.shared.get().authority
            configuration.isHTTP2Enabled = isOffered
            configuration.maximumConnectionsPerHost = 2
            return configuration
        }

        @Test(arguments: [(true, "HTTP/2.0"), (false, "HTTP/1.1")])
        func isSpokenWhereBothOfferIt(isOffered: Bool, version: String) async throws {
            try await Nginx.run(Self.echo) { nginx in
                try await withTransport(offering(isOffered)) { transport in
                    for method in ["GET", "POST", "DELETE"] {
                        let body = method == "POST" ? Array(repeating: UInt8(ascii: "a"), count: 300_000) : nil
                        let answer = try await transport.fetch(nginx.url(), method: method, body: body)
                        #expect(answer.text == "\(version) \(method) runner")
                    }
                }
            }
        }

        @Test func aServerWithoutItIsServedTheOldWay() async throws {
            let certificates = try TestCertificates.shared.get()
            let ok = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            try await ScriptedServer.run(tls: certificates.context("good"), ok) { server in
                try await withTransport(offering()) { transport in
                    for _ in 0..<3 {
                        let answer = try await transport.fetch(server.url(scheme: "https", host: "localhost"))
                        #expect(answer.text == "hi")
                    }
                }
                #expect(server.log.connections == 1)
            }
        }

        @Test(arguments: ["other", "address", "common", "expired"])
        func certificatesAreChecked(name: String) async throws {
            try await Nginx.run(certificate: name, Self.echo) { nginx in
                try await withTransport(offering()) { transport in
                    for _ in 0..<3 {
                        #expect(Kind(await transport.failure(nginx.url(), method: "POST")) == .untrusted)
                    }
                }
            }
        }

        /// Bodies larger than any window, two at a time, one of them read with pauses.
        @Test(arguments: [false, true])
        func largeBodiesArriveWhole(isCompressed: Bool) async throws {
            let line = (0..<1000).map { #"{"id":\#($0)}"# }.joined(separator: ",")
            let body = Data(Array(repeating: line, count: 2_500).joined(separator: "\n").utf8)
            try await Nginx.run("default_type text/html; gzip on;", files: ["large": body]) { nginx in
                try await withTransport(offering()) { transport in
                    let fields: HTTPFields = isCompressed ? [] : [HTTPField("Accept-Encoding", "identity")]
                    try await withThrowingTaskGroup { group in
                        for demand in [BodyDemand.more, .pause] {
                            group.addTask {
                                let collector = Collector(onPart: { $0.isMultiple(of: 8) ? demand : .more })
                                try await transport.fetch(nginx.url("/large"), fields: fields, into: collector)
                                #expect(collector.body == Array(body))
                                #expect(collector.partsWhilePaused == 0)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }

        @Test func aServerThatTakesOneAtATime() async throws {
            try await Nginx.run("http2_max_concurrent_streams 1;" + Self.echo) { nginx in
                try await withTransport(offering()) { transport in
                    let kinds = await Self.kinds(of: 50, transport, nginx)
                    #expect(kinds == Array(repeating: .none, count: 50))
                }
            }
        }

        /// The server ends each connection after some requests, in the middle of others. To the client, those that the
        /// server did not begin look like those that it did, and it calls some of both cancelled, which nobody asked for.
        @Test func aServerThatEndsConnections() async throws {
            try await Nginx.run("keepalive_requests 7;" + Self.echo) { nginx in
                try await withTransport(offering()) { transport in
                    let kinds = await Self.kinds(of: 200, transport, nginx)
                    #expect(kinds.allSatisfy { [.none, .lost, .notSent].contains($0) }, "\(kinds)")
                    #expect(kinds.count { $0 == .none } >= 100, "\(kinds)")
                }
            }
        }

        /// How so many requests end, 8 at a time.
        private static func kinds(
            of requests: Int,
            _ transport: AsyncHTTPClientTransport,
            _ nginx: Nginx
        ) async -> [Kind] {
            await withTaskGroup(of: Kind.self) { group in
                var kinds: [Kind] = []
                for number in 0..<requests {
                    if number >= 8, let kind = await group.next() { kinds.append(kind) }
                    group.addTask { Kind(await transport.failure(nginx.url())) }
                }
                return await group.reduce(into: kinds) { $0.append($1) }
            }
        }

        /// Streams share a connection: the end of one by this side must not end another.
        @Test func oneExchangeEndsWithoutTheOthers() async throws {
            let body = Data(repeating: UInt8(ascii: "a"), count: 20_000_000)
            try await Nginx.run("", files: ["large": body]) { nginx in
                try await withTransport(offering()) { transport in
                    try await transport.fetch(nginx.url("/large"), method: "HEAD")
                    try await withThrowingTaskGroup { group in
                        for number in 0..<6 {
                            group.addTask {
                                guard number.isMultiple(of: 2) else {
                                    let answer = try await transport.fetch(nginx.url("/large"))
                                    #expect(answer.body.count == body.count)
                                    return
                                }
                                let stop = Collector.Stop(text: "enough")
                                let collector = Collector(onPart: { if $0 > number { throw stop } else { .more } })
                                let error = await transport.failure(nginx.url("/large"), into: collector)
                                #expect(Kind(error) == .receiver)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
    }
}
