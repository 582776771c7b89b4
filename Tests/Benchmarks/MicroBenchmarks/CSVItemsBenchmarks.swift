import Benchmark
import JSONBytes
import JobExecution

/// A file of repayments, opened and read to its end; some fields are quoted, and one column is a number.
func benchmarkCSVItems() {
    Benchmark("CSVItems, 10,000 rows") { benchmark in
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = try folder.write(Repayments.csv(rows: 10_000), to: "repayments.csv")
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            var items = try CSVItems(path: path, columns: ["amount": .number])
            var count = 0
            while let item = try items.next() {
                blackHole(item)
                count += 1
            }
            guard count == 10_000 else { throw UnexpectedResult() }
        }
        benchmark.stopMeasurement()
    }
}
