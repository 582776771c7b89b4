import Foundation
import JSONBytes
import JobExecution
import Testing

/// Holds the reader to another one that knows nothing of it: Python's `csv` module.
@Suite struct PythonAgreementTests {
    private static let python = "/usr/bin/env"

    private static var hasPython: Bool {
        (try? run("import csv", [])) != nil
    }

    /// Reads each file as `CSVItems` is to read it, and prints its rows as one line of JSON.
    private static let script = """
        import csv, json, sys
        for path in sys.argv[1:]:
            with open(path, encoding="utf-8-sig", newline="") as file:
                rows = [row for row in csv.reader(file, strict=True) if row]
            print(json.dumps([dict(zip(rows[0], row)) for row in rows[1:]]))
        """

    @Test(.enabled(if: hasPython, "python3 is not installed"))
    func readsWhatPythonReads() throws {
        var files: [TemporaryFile] = []
        for seed in 3_000_000..<3_000_200 as Range<UInt64> {
            var random = InputPropertyTests.Random(state: seed)
            files.append(try TemporaryFile(RandomCSV(using: &random).bytes))
        }
        let answers = try Self.run(Self.script, files.map(\.path)).split(separator: "\n")
        try #require(answers.count == files.count)
        for (index, (file, answer)) in zip(files, answers).enumerated() {
            var items = try CSVItems(path: file.path)
            var rows: [JSONValue] = []
            while let item = try items.next() { rows.append(item) }
            let expected = try JSONParser.parse(String(answer))
            #expect(JSONValue.array(rows).isEquivalent(to: expected), "seed \(3_000_000 + index)")
        }
    }

    private static func run(_ script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["python3", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: data, as: UTF8.self)
    }
}
