import JobExecution
import JobSpec
import Testing

/// A simulated server with random data, limits and clamps, walked with several pages in flight.
@Suite struct WalkPropertyTests {
    struct Server {
        var total: Int
        /// The most that the server sends at once.
        let clamp: Int
        let showsTotal: Bool

        func answer(offset: Int, limit: Int) -> (ids: [Int], document: String) {
            let end = min(offset + min(limit, clamp), total)
            return (offset < end ? Array(offset..<end) : [], showsTotal ? #"{"total":\#(total)}"# : "{}")
        }
    }

    /// Walks to the end, landing in order, and returns the ids taken in, or the problem.
    static func walk(
        _ walk: inout PageWalk,
        _ server: inout Server,
        concurrency: Int,
        change: (inout Server) -> Void = { _ in }
    ) -> Result<[Int], WalkProblem> {
        var taken: [Int] = []
        var flight: [(ids: [Int], document: String)] = []
        for _ in 0..<10_000 {
            while flight.count < concurrency, let request = walk.launch() {
                guard case .params(let params) = request else { return .failure(.query("not params")) }
                flight.append(server.answer(offset: Int(params[1].value)!, limit: Int(params[0].value)!))
            }
            guard !flight.isEmpty else { return .success(taken) }
            let page = flight.removeFirst()
            var fingerprint = UInt64(page.ids.count)
            for id in page.ids { fingerprint = fingerprint &* 31 &+ UInt64(id) }
            let verdict = walk.land(Pages.facts(page.ids.count, page.document, fingerprint: fingerprint))
            if case .fail(let problem) = verdict { return .failure(problem) }
            taken += page.ids
            if case .relaunch = verdict { flight = [] }
            if case .end = verdict { return .success(taken) }
            change(&server)
        }
        return .failure(.query("never ends"))
    }

    @Test(arguments: 0..<40) func everyRecordIsThereOnceAndInOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let total = Int.random(in: 0...200, using: &random)
            let limit = Int.random(in: 1...40, using: &random)
            let clamp = Bool.random(using: &random) ? .max : Int.random(in: 1...40, using: &random)
            var server = Server(total: total, clamp: clamp, showsTotal: Bool.random(using: &random))
            var walk = Pages.offset(
                limit: limit,
                total: server.showsTotal ? "$.total" : nil,
                stopOnShortPage: server.showsTotal && Bool.random(using: &random)
            )
            let concurrency = Int.random(in: 1...8, using: &random)
            let taken = Self.walk(&walk, &server, concurrency: concurrency)
            #expect(
                try taken.get() == Array(0..<total),
                "seed \(seed): \(total) by \(limit), clamped to \(clamp), \(concurrency) in flight"
            )
        }
    }

    /// Data that changes while it is read has no right answer, but a walk through it ends, in order and without doubles.
    @Test(arguments: 0..<40) func changingDataIsReadInOrderOrRefused(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            var server = Server(
                total: Int.random(in: 0...200, using: &random),
                clamp: Int.random(in: 1...40, using: &random),
                showsTotal: true
            )
            let growth = Int.random(in: -9...9, using: &random)
            var walk = Pages.offset(limit: Int.random(in: 1...40, using: &random))
            let concurrency = Int.random(in: 1...8, using: &random)
            let largest = server.total + 20 * 9
            let taken = Self.walk(&walk, &server, concurrency: concurrency) { server in
                server.total = min(max(server.total + growth, 0), largest)
            }
            switch taken {
            case .success(let ids): #expect(ids == Array(0..<ids.count), "seed \(seed)")
            case .failure(.emptyPageBeforeTotal): break
            case .failure(let problem): Issue.record("seed \(seed): \(problem)")
            }
        }
    }

    @Test(arguments: 0..<20) func numberedPagesWithATotalEndWithIt(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pages = Int.random(in: 0...30, using: &random)
        let first = Int.random(in: 0...1, using: &random)
        let concurrency = Int.random(in: 1...8, using: &random)
        var walk = Pages.numbered(initial: first, total: "$.pages")
        var asked: [String] = []
        var flight = 0
        var landed = 0
        walking: while true {
            while flight < concurrency, let request = walk.launch() {
                asked.append(request.text)
                flight += 1
            }
            guard flight > 0 else { break }
            flight -= 1
            landed += 1
            switch walk.land(Pages.facts(pages == 0 ? 0 : 5, #"{"pages":\#(pages)}"#)) {
            case .more: continue
            case .end: break walking
            case .relaunch, .fail: Issue.record("unexpected"); break walking
            }
        }
        let expected = (0..<max(pages, 1)).map { "page=\(first + $0)" }
        #expect(asked == expected)
        #expect(landed == expected.count)
    }
}
