import Benchmark
import JSONBytes

/// One loan, as a step reads each record that it maps or filters.
func benchmarkJSONParser() {
    Benchmark("JSONParser, one loan", configuration: .init(scalingFactor: .kilo)) { benchmark in
        var loans = Loans()
        let loan = Array(loans.next(.compact).utf8)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try JSONParser.parse(loan)) }
        benchmark.stopMeasurement()
    }
}
