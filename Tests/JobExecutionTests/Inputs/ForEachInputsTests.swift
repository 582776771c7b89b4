import Diagnostics
import JSONBytes
import JobExecution
import JobSpec
import TestSupport
import Testing

/// The files that a job's `for_each` names, opened as the job says.
@Suite struct ForEachInputsTests {
    @Test func rowsAreTypedAndSplitAsTheJobSays() throws {
        let forEach = try load(
            #"{ csv: rows.csv, delimiter: ";", columns: { a: string, b: number, c: integer, d: boolean } }"#
        )
        guard case .csv(let input) = forEach else {
            Issue.record("not CSV: \(forEach)")
            return
        }
        let file = try TemporaryFile("a;b;c;d\n1;2.50;3;true\n")
        var items = try CSVItems(input, path: file.path)
        #expect(try items.next()?.jsonText == #"{"a":"1","b":2.50,"c":3,"d":true}"#)
        #expect(try items.next() == nil)
    }

    @Test func linesGiveTheMemberThatTheJobNames() throws {
        let forEach = try load("{ ndjson: rows.ndjson, field: item }")
        guard case .ndjson(let input) = forEach else {
            Issue.record("not NDJSON: \(forEach)")
            return
        }
        let file = try TemporaryFile("{\"item\":{\"amount\":25.00},\"reason\":\"x\"}\n")
        var items = try NDJSONItems(input, path: file.path)
        #expect(try items.next()?.jsonText == #"{"amount":25.00}"#)
        #expect(try items.next() == nil)
    }

    private func load(_ forEach: String) throws -> ForEach {
        let text = """
            name: bulk
            environment: sandbox
            steps:
              - id: write
                scopes: [read:loans]
                for_each: \(forEach)
                request: { method: GET, path: /v3/partner/1/loans }
            """
        let file = SourceFile(path: "job.yaml", bytes: Array(text.utf8))
        let job = try JobLoader.load(file, environments: BuiltInEnvironments.catalogue()).job
        return try #require(job.steps.first?.forEach)
    }
}
