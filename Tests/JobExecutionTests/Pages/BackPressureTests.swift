import JobExecution
import Testing

/// Pages ahead of their turn hold back a bounded number of bytes, and wait.
@Suite(.timeLimit(.minutes(1))) struct BackPressureTests {
    /// A transport that counts how much a page ahead of its turn takes before it asks for a pause.
    final class Greedy: HTTPTransport {
        let taken = Recorder<Int>()
        let first = Gate()
        /// Bytes in one record.
        static let record = 4_096

        func send(
            _ request: HTTPRequest,
            timeout: Duration?,
            receiver: any HTTPResponseReceiver
        ) async throws(TransportError) {
            if request.url.contains("oauth") {
                try await ScriptedTransport([.response(200, [], TestToken.body())])
                    .send(request, timeout: timeout, receiver: receiver)
                return
            }
            let offset = Int(request.query("offset")!)!
            let record = #"{"id":\#(offset),"pad":""# + String(repeating: "x", count: Self.record) + #""}"#
            let body = #"{"total":300,"loans":["# + Array(repeating: record, count: 100).joined(separator: ",") + "]}"
            do {
                try receiver.receive(head: HTTPResponseHead(status: 200))
                var sent = 0
                var hasPaused = false
                var bytes = Array(body.utf8)[...]
                while !bytes.isEmpty {
                    if offset == 100, sent == 64 << 10 {
                        // The page whose turn it is stops half-way until the others had their chance.
                        await first.opened()
                    }
                    let piece = Array(bytes.prefix(1_024))
                    bytes = bytes.dropFirst(1_024)
                    sent += piece.count
                    guard case .pause = try piece.withUnsafeBytes({ try receiver.receive($0) }) else { continue }
                    if !hasPaused {
                        taken.note(sent)
                        first.open()
                    }
                    hasPaused = true
                    try await receiver.ready()
                }
            } catch {
                throw .receiver(error)
            }
        }
    }

    @Test func aPageAheadOfItsTurnPausesAtItsShareOfTheWindow() async throws {
        let transport = Greedy()
        var run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                concurrency: 2
                request: { method: GET, path: /loans }
                paginator: { type: offset, limit: 100, total_path: $.total }
                data_selector: $.loans[*]
            """,
            api: transport
        )
        run.windowBytes = 300 << 10
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(report.steps[0].records == 300)
        #expect(transport.taken.all.count == 1)
        // 256 KiB is the least that a call may hold; what is structure does not count.
        let held = try #require(transport.taken.all.first)
        #expect(held > 256 << 10 && held < (256 << 10) + 4_096)
        let ids = run.lines().map { $0.prefix { $0 != "," } }
        #expect(ids == (0..<300).map { #"{"id":\#($0 / 100 * 100)"#[...] })
    }

    /// The digest that tells pages apart does not depend on how they were cut.
    @Test(arguments: [1, 2, 3, 7, 8, 9, 15, 16, 17, 64, 1_000], [1, 8])
    func aRepeatedPageIsKnownHoweverItIsCut(chunk: Int, concurrency: Int) async throws {
        let body = Array(page(100..<110, total: 30).utf8)
        let api = ScriptedAPI { _, number in .response(200, [], body, chunk: number == 1 ? .max : chunk) }
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                concurrency: \(concurrency)
                request: { method: GET, path: /loans }
                paginator: { type: offset, limit: 10, total_path: $.total }
                data_selector: $.loans[*]
            """,
            api: api
        )
        let report = await run.execute()
        #expect(report.failure?.kind == .protocolViolation)
        #expect(report.failure?.message == "page 2 repeats the page before it, record by record")
        #expect(run.lines() == records(100..<110))
    }

    /// Two pages may select the same values and still be two pages.
    @Test func equalSelectionsOfDifferentPagesAreNoRepetition() async throws {
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                request: { method: GET, path: /loans }
                paginator: { type: offset, limit: 1, total_path: $.total }
                data_selector: $.total
            """,
            api: ScriptedAPI { request, _ in
                let offset = Int(request.query("offset")!)!
                return .response(200, [], page(offset...offset, total: 3))
            }
        )
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(run.lines() == ["3", "3", "3"])
    }
}
