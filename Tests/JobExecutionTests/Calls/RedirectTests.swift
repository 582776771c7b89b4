import JobExecution
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedirectTests {
    struct Trip {
        let requests: [HTTPRequest]
        let failure: RunFailure?
        var shape: [String] { requests.map { "\($0.method) \($0.url.dropFirst("https://".count))" } }
    }

    /// Sends one request that is answered by a redirect, then by a success.
    static func trip(_ status: Int, to location: String?, method: String = "GET") async throws -> Trip {
        let api = ScriptedAPI { _, number in
            number == 1
                ? .response(status, location.map { [HTTPField("Location", $0)] } ?? [])
                : .response(200, [], "{}")
        }
        let body = method == "GET" ? "" : ", json: { a: 1 }"
        let run = try TestRun(
            """
            steps:
              - { id: a, scopes: [read:loans], request: { method: \(method), path: /x, headers: { X-K: v }\(body) } }
            """,
            api: api
        )
        let report = await run.execute()
        return Trip(requests: api.requests, failure: report.failure)
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func aReadIsFollowed(status: Int) async throws {
        let trip = try await Self.trip(status, to: "../y?z=1")
        #expect(trip.failure == nil)
        #expect(trip.shape == ["GET api.example.org/x", "GET api.example.org/y?z=1"])
        #expect(trip.requests.map { $0.fields["Authorization"] } == ["Bearer token-1", "Bearer token-1"])
        #expect(trip.requests[1].fields["X-K"] == "v")
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func nothingSecretCrossesAnOrigin(status: Int) async throws {
        for location in ["https://other.example.org/y", "//other.example.org/y", "https://api.example.org:8443/y"] {
            let trip = try await Self.trip(status, to: location)
            #expect(trip.failure == nil)
            #expect(trip.requests[1].fields.all.map(\.name) == ["Accept"])
        }
    }

    @Test(arguments: [307, 308]) func aWriteIsSentAgainWithinItsOrigin(status: Int) async throws {
        let trip = try await Self.trip(status, to: "/y", method: "POST")
        #expect(trip.shape == ["POST api.example.org/x", "POST api.example.org/y"])
        #expect(trip.requests[1].bodyText == #"{"a":1}"#)
    }

    @Test func afterAWriteSeeOtherIsRead() async throws {
        let trip = try await Self.trip(303, to: "/y", method: "POST")
        #expect(trip.shape == ["POST api.example.org/x", "GET api.example.org/y"])
        #expect(trip.requests[1].body == nil)
        #expect(trip.requests[1].fields["Content-Type"] == nil)
    }

    @Test(arguments: [
        (301, "/y", RunFailure.Kind.unknownOutcome), (302, "/y", .unknownOutcome),
        (307, "https://other.example.org/y", .refused), (308, "//other.example.org/y", .refused),
    ])
    func aWriteIsNotSentElsewhere(status: Int, location: String, kind: RunFailure.Kind) async throws {
        let trip = try await Self.trip(status, to: location, method: "POST")
        #expect(trip.failure?.kind == kind)
        #expect(trip.failure?.message.contains("was redirected by HTTP \(status) to https://") == true)
        #expect(trip.requests.count == 1)
    }

    @Test(arguments: [nil, "", "http://api.example.org/y", "ftp://a/b", "https://u:p@a/", "/a b", "/x\u{7F}"])
    func aTargetThatIsNoneEndsTheCall(location: String?) async throws {
        let trip = try await Self.trip(302, to: location)
        #expect(trip.failure?.kind == .protocolViolation)
        #expect(trip.requests.count == 1)
    }

    @Test func redirectsAreBound() async throws {
        let api = ScriptedAPI { _, number in .response(302, [HTTPField("Location", "/\(number)")]) }
        let run = try TestRun(
            "steps:\n  - { id: a, scopes: [read:loans], request: { method: GET, path: /x } }\n",
            api: api
        )
        let report = await run.execute()
        #expect(report.failure?.kind == .protocolViolation)
        #expect(report.failure?.message == "more than 10 redirects")
        #expect(api.requests.count == 11)
    }
}
