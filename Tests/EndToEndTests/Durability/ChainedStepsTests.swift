import Foundation
import Testing

/// A step that goes through the records of the one before it.
@Suite(.paced) struct ChainedStepsTests {
    /// Pulls the loans that are paid back, then reports a repayment for each.
    private static let job = DurableJob(
        name: "chained",
        testDescription: "chained",
        steps: """
            - id: loans
              scopes: [read:loans]
              request:
                path: /v3/partner/${{ token.partnerId }}/loans
                params: { status: payingBack }
              paginator: { type: offset, limit: 100, total_path: $.total }
              data_selector: $.loans[*]
            - id: repayments
              scopes: [create:repayment]
              for_each: { step: loans }
              concurrency: 4
              idempotency_key: auto
              request:
                method: POST
                path: /v3/partner/${{ token.partnerId }}/repayments
                json: { repayments: [{ loan_id: "${{ item.kiva_id }}", amount: 25.00, client_id: "184729" }] }
            """,
        sandboxOptions: ["--loans", "1000"]
    )

    @Test(.enabled(if: Executable.path(of: "strace") != nil), arguments: [0, 1, 2, 3, 4, 5])
    func `every record once, whatever happens`(_ seed: Int) async throws {
        let run = try await InterruptedRun(Self.job)
        var random = SplitMix(seed: seed)
        let deaths = (0..<min(seed, 3)).map { _ in Death.atCall("write", .random(in: 10...300, using: &random)) }
        let story = try await run.finish(deaths)
        let results = try #require(run.results)
        let records = try results.records("loans")
        #expect(records.count == 400)
        let ledger = try await Ledger.atRest(run.sandbox)
        #expect(ledger.repeated == [], "\(story.text)")
        #expect(ledger.loans.count == records.count, "\(story.text)")
        try await results.expectWhole()
    }
}
