import Benchmark
import JSONBytes

/// A filter (RFC 9535, section 2.3.5) that tests two members of each of 300 loans and takes some of them.
func benchmarkJSONPath() {
    Benchmark("JSONPath, filter over 300 loans") { benchmark in
        let page = try JSONParser.parse(Loans.compactPage)
        let path = try JSONPath("$.loans[?@.status == 'payingBack' && @.terms.loss_liability.rate < 0.05].id")
        let selected = try path.values(in: page).count
        guard selected > 0, selected < Loans.perPage else { throw UnexpectedResult() }
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try path.values(in: page)) }
        benchmark.stopMeasurement()
    }
}
