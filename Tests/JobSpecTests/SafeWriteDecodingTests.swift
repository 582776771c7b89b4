import Diagnostics
import JSONBytes
import JobSpec
import TestSupport
import Testing

/// What the keys of bulk input and safe writes come to.
@Suite struct SafeWriteDecodingTests {
    private let repayments: Step
    private let again: Step
    private let close: Step

    init() throws {
        let job = try Everything.load().job
        func step(_ name: String) throws -> Step { try #require(job.steps.first { $0.id.name == name }) }
        (repayments, again, close) = (try step("repayments"), try step("again"), try step("close"))
    }

    @Test func csv() throws {
        guard case .csv(let input)? = repayments.forEach else {
            Issue.record("not csv")
            return
        }
        #expect(input.path.source == "${{ vars.folder }}/repayments-${{ date(run.as_of) }}.csv")
        #expect(input.columns.map(\.name) == ["amount", "loan_id", "count", "paid"])
        #expect(input.columns.map(\.type) == [.number, .string, .integer, .boolean])
        #expect(input.delimiter == UInt8(ascii: ";"))
        #expect(repayments.batchSize == 250)
        #expect(repayments.itemRoot == "batch")
    }

    @Test func ndjsonAndStep() throws {
        guard case .ndjson(let input)? = again.forEach, case .step(let source)? = close.forEach else {
            Issue.record("not ndjson, or not step")
            return
        }
        #expect(input.path.literal == "repayments.rejects.ndjson")
        #expect(input.field == "item")
        #expect(source.value.name == "loans")
        #expect(again.batchSize == nil && again.itemRoot == "item")
    }

    @Test func keys() throws {
        let key = try #require(repayments.idempotencyKey)
        #expect(key.value?.source == "${{ run.id }}-${{ batch[0].loan_id }}")
        #expect(key.header == "X-Request-Id")
        let auto = try #require(again.idempotencyKey)
        #expect(auto.value == nil)
        #expect(auto.header == "Idempotency-Key")
        #expect(close.idempotencyKey == nil)
    }

    @Test func reconcile() throws {
        let reconcile = try #require(close.reconcile)
        #expect(reconcile.request.method == .get)
        #expect(reconcile.request.path.source == "/v3/loans/${{ item.id }}")
        #expect(reconcile.found.value.source == "$.loans[*]")
        #expect(reconcile.scopes?.requirement.summary == "read:loans")
        #expect(close.requests.count == 2)
        #expect(close.callStrings.map(\.source).filter { $0 == "/v3/loans/${{ item.id }}" }.count == 2)
        #expect(repayments.callStrings.contains { $0.source == "${{ run.id }}-${{ batch[0].loan_id }}" })
    }

    @Test(arguments: [
        ("0", MaxFailures.count(0)), ("10", .count(10)), ("0x10", .count(16)), ("5%", .percentage(5)),
        ("2.5%", .percentage(2.5)), ("0%", .percentage(0)), ("100%", .percentage(100)), ("\"7%\"", .percentage(7)),
    ])
    func failures(text: String, expected: MaxFailures) throws {
        let step = try Self.step("for_each: [a], on_error: skip, max_failures: \(text)")
        #expect(step.maxFailures == expected)
    }

    @Test(arguments: [
        "-1", "101%", "\"%\"", "5 %", "1e2%", ".5%", "5.%.", "inf%", "+5%", "0.5", "99999999999999999999", "\"10\"",
        "５%",
    ])
    func refusesFailures(text: String) {
        #expect(Self.codes("for_each: [a], on_error: skip, max_failures: \(text)") == ["bad-max-failures"])
    }

    @Test(arguments: [("\"\\t\"", 0x09), ("\";\"", 0x3B), ("\"|\"", 0x7C), ("\" \"", 0x20), ("\":\"", 0x3A)])
    func delimiters(text: String, byte: UInt8) throws {
        guard case .csv(let input)? = try Self.step("for_each: { csv: a.csv, delimiter: \(text) }").forEach else {
            Issue.record("not csv")
            return
        }
        #expect(input.delimiter == byte)
        #expect(input.columns.isEmpty)
    }

    @Test func aCommaIsTheDelimiterWhereNoneIsNamed() throws {
        guard case .csv(let input)? = try Self.step("for_each: { csv: a.csv }").forEach else {
            Issue.record("not csv")
            return
        }
        #expect(input.delimiter == UInt8(ascii: ","))
    }

    @Test(arguments: [
        ("for_each: [a, b]", true), ("for_each: [a]", false), ("for_each: { csv: a.csv }", true),
        ("for_each: [a, b], batch_size: 2", false), ("for_each: [a, b, c], batch_size: 2", true),
    ])
    func oneKeyIsEnoughForOneCall(items: String, isRefused: Bool) {
        let root = items.contains("batch_size") ? "batch[0]" : "item"
        let codes = Self.codes("\(items), idempotency_key: \"${{ run.id }}\"", root: root, method: "POST")
        #expect(codes == (isRefused ? ["same-idempotency-key"] : []))
    }

    @Test func theRunsIdIsThereOnceThereIsARun() throws {
        let request = try Self.step("for_each: [a]", root: "run.id").request
        let nothing = TemplateContext.Outside(
            environmentVariable: { _ in nil },
            secret: { (_) throws(SecretLookupError) in throw SecretLookupError(message: "none", help: "") }
        )
        let running = TemplateContext(outside: nothing, asOf: "2026-01-31T00:00:00Z", runID: "r-17")
        #expect(try TemplateEvaluator(running).text(request.path) == "/v3/r-17")
        let planning = TemplateContext(outside: nothing, asOf: "2026-01-31T00:00:00Z")
        do throws(Diagnostic) {
            let text = try TemplateEvaluator(planning).text(request.path)
            Issue.record("resolved to \(text)")
        } catch {
            #expect(error.code == "missing-value")
        }
    }

    @Test func aHostileListOfColumnsEndsWithItsProblems() {
        let columns = (0..<5_000).map { "c\($0): money\($0)" }.joined(separator: ", ")
        let codes = Self.codes("for_each: { csv: a.csv, columns: { \(columns) } }")
        #expect(codes.count == 101)
        #expect(codes.last == "too-many-problems")
    }

    private static func text(_ keys: String, root: String, method: String) -> String {
        """
        name: a
        steps:
          - { id: a, request: { method: \(method), path: "/v3/${{ \(root) }}" }, \(keys) }
        """
    }

    private static func step(_ keys: String, root: String = "item") throws -> Step {
        try #require(try Everything.load(text(keys, root: root, method: "GET")).job.steps.first)
    }

    private static func codes(_ keys: String, root: String = "item", method: String = "GET") -> [String] {
        Everything.codes(text(keys, root: root, method: method))
    }
}
