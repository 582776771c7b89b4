import JobExecution
import JobSpec
import Testing

@Suite struct OffsetWalkTests {
    @Test func theFirstPageComesAloneAndTheOthersTogether() {
        var walk = Pages.offset(limit: 300)
        #expect(walk.launch()?.text == "limit=300&offset=0")
        #expect(walk.launch() == nil)
        #expect(walk.land(Pages.facts(300, #"{"total":1000}"#)) == .more)
        #expect(walk.total == 1000)
        #expect(
            (1...4).map { _ in walk.launch()?.text } == [
                "limit=300&offset=300", "limit=300&offset=600", "limit=300&offset=900", nil,
            ]
        )
        #expect(walk.land(Pages.facts(300, #"{"total":1000}"#)) == .more)
        #expect(walk.land(Pages.facts(300, #"{"total":1000}"#)) == .more)
        #expect(walk.land(Pages.facts(100, #"{"total":1000}"#)) == .end)
        #expect(walk.launch() == nil)
    }

    @Test func aClampedLimitIsNoticedAndFollowed() {
        var walk = Pages.offset(limit: 300)
        _ = walk.launch()
        #expect(
            walk.land(Pages.facts(100, #"{"total":250}"#))
                == .relaunch(reason: "the server sends 100 records a page although 300 were asked for")
        )
        #expect(walk.launch()?.text == "limit=300&offset=100")
        #expect(walk.launch()?.text == "limit=300&offset=200")
        #expect(walk.launch() == nil)
        #expect(walk.land(Pages.facts(100, #"{"total":250}"#)) == .more)
        #expect(walk.land(Pages.facts(50, #"{"total":250}"#)) == .end)
    }

    @Test func aServerThatIgnoresTheLimitIsFollowedToo() {
        var walk = Pages.offset(limit: 10)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(1000, #"{"total":1000}"#)) == .end)
    }

    @Test func withoutATotalAShortPageEndsTheWalk() {
        var walk = Pages.offset(limit: 10, total: nil)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10)) == .more)
        #expect(walk.launch()?.text == "limit=10&offset=10")
        #expect(walk.launch() == nil)
        #expect(walk.land(Pages.facts(9)) == .end)
    }

    @Test func withoutATotalOnlyAnEmptyPageEndsTheWalkWhereLimitsAreClamped() {
        var walk = Pages.offset(limit: 10, total: nil, stopOnShortPage: false)
        for expected in ["limit=10&offset=0", "limit=10&offset=4", "limit=10&offset=8"] {
            #expect(walk.launch()?.text == expected)
            if case .fail = walk.land(Pages.facts(4)) { Issue.record("failed") }
        }
        #expect(walk.launch()?.text == "limit=10&offset=12")
        #expect(walk.land(Pages.facts(0)) == .end)
        #expect(walk.launch() == nil)
    }

    /// A short page is worth a word once it turns out that it was not the last one.
    @Test(
        arguments: [
            ([10, 10, 3, 0], [nil, nil, nil]), ([3, 0], [nil]), ([10, 0], [nil]), ([4, 4, 4, 0], [nil, 4, nil]),
            ([4, 4, 2, 0], [nil, 4, nil]), ([4, 2, 1, 0], [nil, 4, 2]), ([10, 12, 0], [nil, 12]),
        ] as [([Int], [Int?])]
    )
    func withoutATotalTheLastPageMayBeShort(pages: [Int], said: [Int?]) {
        var walk = Pages.offset(limit: 10, total: nil, stopOnShortPage: false)
        var offset = 0
        for (records, said) in zip(pages, said) {
            #expect(walk.launch()?.text == "limit=10&offset=\(offset)")
            let notice = said.map { "the server sends \($0) records a page although 10 were asked for" }
            #expect(walk.land(Pages.facts(records)) == (notice.map { .relaunch(reason: $0) } ?? .more))
            offset += records
        }
        #expect(walk.launch()?.text == "limit=10&offset=\(offset)")
        #expect(walk.land(Pages.facts(0)) == .end)
    }

    @Test func anEmptyPageBeforeTheTotalIsAnError() {
        var walk = Pages.offset(limit: 10)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":30}"#)) == .more)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(0, #"{"total":30}"#)) == .fail(.emptyPageBeforeTotal(received: 10, total: 30)))
    }

    @Test func anEmptyPageAtTheEndOfShrunkDataIsNot() {
        var walk = Pages.offset(limit: 10)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":11}"#)) == .more)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(0, #"{"total":10}"#)) == .end)
    }

    @Test(arguments: [
        #"{}"#, #"{"total":-1}"#, #"{"total":1.5}"#, #"{"total":"many"}"#, #"{"total":[]}"#, #"{"total":null}"#,
        #"{"total":99999999999999999999}"#,
    ])
    func aTotalThatIsNoneIsAnError(document: String) {
        var walk = Pages.offset(limit: 10)
        _ = walk.launch()
        guard case .fail(.badValue(path: "$.total", expected: "a count", _)) = walk.land(Pages.facts(10, document))
        else {
            return #expect(Bool(false), "accepted")
        }
        #expect(walk.launch() == nil)
    }

    @Test func aTotalMayBeText() {
        var walk = Pages.offset(limit: 10)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":"30"}"#)) == .more)
    }

    @Test func aRepeatedPageIsAnError() {
        var walk = Pages.offset(limit: 10)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":30}"#, fingerprint: 7)) == .more)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":30}"#, fingerprint: 7)) == .fail(.repeatedPage(number: 2)))
        #expect(walk.launch() == nil)
    }

    @Test(arguments: [10, 4]) func maxPagesEndsTheWalkWithAnErrorClampedOrNot(records: Int) {
        var walk = Pages.offset(limit: 10, maxPages: 2)
        _ = walk.launch()
        if case .fail = walk.land(Pages.facts(records, #"{"total":100}"#)) { Issue.record("too early") }
        _ = walk.launch()
        #expect(walk.launch() == nil)
        let last = records == 10 ? 10 : 3
        #expect(walk.land(Pages.facts(last, #"{"total":100}"#)) == .fail(.tooManyPages(2)))
        #expect(walk.launch() == nil)
    }

    @Test func asManyPagesAsAllowedAreFine() {
        var walk = Pages.offset(limit: 10, maxPages: 2)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":20}"#)) == .more)
        _ = walk.launch()
        #expect(walk.land(Pages.facts(10, #"{"total":20}"#)) == .end)
    }

    @Test func theLargestNumbersDoNotTrap() {
        var walk = Pages.offset(limit: 1_000_000, initial: .max - 5, total: nil)
        for _ in 0..<3 {
            _ = walk.launch()
            _ = walk.land(Pages.facts(1_000_000))
        }
        var numbered = Pages.numbered(initial: .max)
        for _ in 0..<3 {
            _ = numbered.launch()
            _ = numbered.land(Pages.facts(1))
        }
        var total = Pages.offset(limit: 10)
        _ = total.launch()
        #expect(total.land(Pages.facts(10, #"{"total":9223372036854775807}"#)) == .more)
        #expect(total.launch()?.text == "limit=10&offset=10")
    }

    @Test func aWalkMayBeginInTheMiddle() {
        var walk = Pages.offset(limit: 10, initial: 25)
        #expect(walk.launch()?.text == "limit=10&offset=25")
        #expect(walk.land(Pages.facts(10, #"{"total":40}"#)) == .more)
        #expect(walk.launch()?.text == "limit=10&offset=35")
        #expect(walk.launch() == nil)
        #expect(walk.land(Pages.facts(5, #"{"total":40}"#)) == .end)
    }
}
