import Diagnostics
import JSONBytes
import JobPlan
import JobSpec
import TestSupport
import Testing

/// Bulk input and safe writes inside of a plan.
@Suite struct SafeWritePlanTests {
    @Test func aReconcilingReadRidesOnATokenOfItsOwn() throws {
        let plan = try Self.plan(Self.job(reconcile: Self.reconcile))
        let write = try #require(plan.steps.first)
        let reads = try #require(Scope("read:loans"))
        let writes = try #require(Scope("create:repayment"))
        let probe = try #require(write.reconcileToken)
        #expect(plan.tokens.count == 2)
        #expect(write.scopes == [writes])
        #expect(write.reconcileScopes == [reads])
        #expect(probe != write.token)
        #expect(plan.tokens.first { $0.id == probe }?.scopes == [reads])
        #expect(plan.tokens.first { $0.id == write.token }?.scopes == [writes])
        let reasons = plan.tokens.flatMap(\.reasons)
        #expect(
            reasons.map { "\($0.scope) \($0.calls)" }.sorted() == [
                "create:repayment [repayments]", "read:loans [repayments (reconcile)]",
            ]
        )
        #expect(write.reconcileAuthority == .operation("/v3/partner/{partnerId}/loans"))
    }

    @Test func oneTokenCarriesBothWhereTheJobAsksForOne() throws {
        let plan = try Self.plan("tokens: single\n" + Self.job(reconcile: Self.reconcile))
        let write = try #require(plan.steps.first)
        #expect(plan.tokens.count == 1)
        #expect(write.reconcileToken == write.token)
        #expect(write.scopes.count == 1 && write.reconcileScopes.count == 1)
    }

    @Test func withoutReconcileThereIsNothingToAskFor() throws {
        let plan = try Self.plan(Self.job())
        let write = try #require(plan.steps.first)
        #expect(write.reconcileToken == nil && write.reconcileScopes.isEmpty && write.reconcileAuthority == nil)
        #expect(plan.tokens.map(\.scopes).joined().map(\.name) == ["create:repayment"])
    }

    @Test func aReadThatAnyTokenMayMakeRidesAlong() throws {
        let request = "{ path: /v3/partner/1/config/themes, params: { q: \"${{ item.id }}\" } }"
        let reconcile = "{ request: \(request), found: '$.themes[0]' }"
        let plan = try Self.plan(Self.job(reconcile: reconcile))
        let write = try #require(plan.steps.first)
        #expect(plan.tokens.count == 1)
        #expect(write.reconcileToken == write.token && write.reconcileScopes.isEmpty)
        #expect(plan.text.contains("any valid token will do for repayments (reconcile)"))
    }

    @Test func whatTheReadNeedsIsCheckedLikeAnyCall() throws {
        let request =
            "request: { path: \"/v3/partner/1/loans\", params: { query: \"${{ item.id }}\" } }, found: '$.loans[*]'"
        #expect(
            Self.codes(Self.job(reconcile: "{ \(request), scopes: [read:loan] }")) == [
                "unknown-scope", "scope-not-declared", "scope-not-needed",
            ]
        )
        #expect(
            Self.codes(Self.job(reconcile: "{ \(request), scopes: [create:repayment] }")) == [
                "scope-not-declared", "scope-not-needed",
            ]
        )
        #expect(
            Self.codes(Self.job(reconcile: "{ \(request.replacing("/loans", with: "/lones")) }")) == ["scopes-unknown"]
        )
        let unlisted = "{ \(request.replacing("/loans", with: "/lones")), scopes: [read:loans] }"
        #expect(Self.codes(Self.job(reconcile: unlisted)) == ["unlisted-operation"])
    }

    @Test func thePlanShowsWhatIsSentAndHowItIsSettled() throws {
        let more = """
                batch_size: 250
                on_error: skip
                max_failures: 2.5%
                idempotency_key: { value: "${{ batch[0].id }}", header: X-Request-Id }
            """
        let plan = try Self.plan(Self.job(item: "batch", more: more))
        let step = try #require(try plan.json["plan"]?["steps"]?[0])
        #expect(step["for_each"] == ["csv": "repayments.csv", "columns": ["amount": "number"], "delimiter": ","])
        #expect(step["batch_size"] == 250)
        #expect(step["max_failures"] == "2.5%")
        #expect(step["idempotency_key"] == ["value": "${{ batch[0].id }}", "header": "X-Request-Id"])
        #expect(step["reconcile"] == nil)
        #expect(plan.text.contains("for each row of repayments.csv · in batches of 250"))
        #expect(plan.text.contains("idempotency key ${{ batch[0].id }} in X-Request-Id · at most 2.5% left out"))

        let reconciled = try Self.plan(Self.job(reconcile: Self.reconcile))
        let probe = try #require(try reconciled.json["plan"]?["steps"]?[0]?["reconcile"])
        #expect(probe["scopes"] == ["read:loans"])
        #expect(probe["request"]?["method"] == "GET")
        #expect(probe["found"] == "$.loans[*]")
        #expect(reconciled.text.contains("reconciled by GET /v3/partner/${{ token.partnerId }}/loans with t"))
    }

    /// What refers to a variable alone is shown as what it comes to; what is known in the run only, as it was written.
    @Test func thePlanShowsTheValuesOfVariables() throws {
        let vars = "vars: { file: rows, where: inbox }\n"
        let steps = """
            steps:
              - id: a
                for_each: { csv: "${{ vars.where }}/${{ vars.file }}.csv" }
                scopes: [write:loans]
                request: { method: POST, path: "/${{ vars.where }}", json: { a: 1 } }
              - id: b
                for_each: { ndjson: "${{ env.HOME }}/${{ vars.file }}" }
                scopes: [write:loans]
                request: { method: POST, path: "/${{ item.id }}/${{ vars.where }}", json: { a: 1 } }

            """
        let text = try PlannedJob(vars + steps).plan().text
        for shown in [
            "for each row of inbox/rows.csv", "POST /inbox\n", "for each line of ${{ env.HOME }}/${{ vars.file }}",
            "POST /${{ item.id }}/${{ vars.where }}\n",
        ] {
            #expect(text.contains(shown), "\(shown) in \(text)")
        }
    }

    @Test func everyPartOfItChangesTheHash() throws {
        let base = Self.job(reconcile: Self.reconcile)
        let texts = [
            base, Self.job(), base.replacing("$.loans[*]", with: "$.loans[0]"),
            base.replacing("repayments.csv", with: "other.csv"), base.replacing("number", with: "integer"),
            base.replacing("columns:", with: "delimiter: ';', columns:"),
            Self.job(more: "    idempotency_key: auto"),
            Self.job(more: "    idempotency_key: ${{ item.id }}"),
            Self.job(more: "    idempotency_key: { header: X-Request-Id }"),
            Self.job(more: "    on_error: skip"), Self.job(more: "    on_error: skip\n    max_failures: 5"),
            Self.job(more: "    on_error: skip\n    max_failures: 5%"),
            Self.job(item: "batch", more: "    batch_size: 2"), Self.job(item: "batch", more: "    batch_size: 3"),
        ]
        let hashes = try texts.map { try Self.plan($0).hash }
        #expect(Set(hashes).count == texts.count)
        #expect(try texts.map { try Self.plan($0).hash } == hashes)
    }

    @Test func recordsOfAStepThatDoesNotRunAreNotThere() throws {
        let text = """
            name: a
            environment: sandbox
            steps:
              - { id: loans, request: { path: /v3/partner/1/loans }, data_selector: "$.loans[*]" }
              - id: notes
                for_each: { step: loans }
                request: { method: POST, path: /v3/partner/1/journals, json: ["${{ item.id }}"] }
            """
        let job = try Self.load(text)
        #expect(try Planner.plan(job).plan.steps.count == 2)
        for selection in [StepSelection(only: ["notes"]), StepSelection(from: "notes")] {
            do throws(DiagnosticError) {
                _ = try Planner.plan(job, selection: selection)
                Issue.record("planned")
            } catch {
                #expect(error.diagnostics.map(\.code) == ["records-of-skipped-step"])
            }
        }
    }

    @Test func theCataloguesPagesAreNoPagesOfAWrite() throws {
        let text = """
            name: a
            environment: paged
            environments:
              paged:
                extends: sandbox
                operations:
                  - method: POST
                    path: /search
                    scopes: [read:loans]
                    paginator: { type: cursor, cursor_path: $.next }
            steps:
              - id: search
                request: { method: POST, path: /search, json: {} }

            """
        #expect(Self.codes(text) == ["pages-of-a-write"])
        #expect(Self.codes(text + "    paginator: single_page\n") == [])
        #expect(Self.codes(text + "    idempotency_key: auto\n") == ["pages-of-a-write"])
        #expect(Self.codes(text + "    idempotency_key: auto\n    paginator: single_page\n") == [])
    }

    /// What a retry and a resume go by (RFC 9110 section 9.2.2).
    @Test(arguments: HTTPMethod.allCases) func whatMayBeSentTwice(method: HTTPMethod) throws {
        let steps = "steps:\n  - { id: a, scopes: [write:loans], request: { method: \(method.rawValue), path: /x } }\n"
        let isIdempotent = [HTTPMethod.get, .head, .put, .delete].contains(method)
        #expect(try PlannedJob(steps).plan().steps.map(\.isRepeatable) == [isIdempotent])
        guard !method.isSafe else { return }
        let keyed = steps.replacing(" }\n", with: ", idempotency_key: auto }\n")
        #expect(try PlannedJob(keyed).plan().steps.map(\.isRepeatable) == [true])
    }

    private static let reconcile =
        "{ request: { path: \"/v3/partner/${{ token.partnerId }}/loans\", params: { query: \"${{ item.id }}\" } }, found: '$.loans[*]' }"

    private static func job(item: String = "item", reconcile: String? = nil, more: String = "") -> String {
        """
        name: a
        environment: sandbox
        steps:
          - id: repayments
            for_each: { csv: repayments.csv, columns: { amount: number } }
            request:
              method: POST
              path: /v3/partner/${{ token.partnerId }}/repayments
              json: { repayments: "${{ \(item) }}" }
            \(reconcile.map { "reconcile: \($0)" } ?? "")
        \(more)
        """
    }

    private static func load(_ text: String) throws(DiagnosticError) -> Job {
        try JobLoader.load(
            SourceFile(path: "job.yaml", bytes: Array(text.utf8)),
            environments: BuiltInEnvironments.catalogue()
        ).job
    }

    private static func plan(_ text: String) throws(DiagnosticError) -> Plan { try Planner.plan(load(text)).plan }

    private static func codes(_ text: String) -> [String] {
        do throws(DiagnosticError) {
            return try Planner.plan(load(text)).warnings.map(\.code)
        } catch {
            return error.diagnostics.map(\.code)
        }
    }
}
