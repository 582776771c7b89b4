import Benchmark
import JSONBytes

/// A page of 300 loans, cut into lines as it comes from the network: 64 KiB at a time.
func benchmarkRecordSplitter() {
    for layout in Layout.allCases {
        Benchmark("RecordSplitter, page of 300 loans, \(layout)") { benchmark in
            let page = layout == .pretty ? Loans.prettyPage : Loans.compactPage
            var lines: [UInt8] = []
            lines.reserveCapacity(page.count)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                lines.removeAll(keepingCapacity: true)
                try split(page, into: &lines)
                blackHole(lines.count)
            }
            benchmark.stopMeasurement()
        }
    }
}

private func split(_ page: [UInt8], into lines: inout [UInt8]) throws {
    var splitter = RecordSplitter(path: ["loans"])
    try page.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            let chunk = bytes[start..<min(start + 65_536, bytes.count)]
            try splitter.feed(UnsafeRawBufferPointer(rebasing: chunk), into: &lines)
        }
    }
    guard try splitter.finish().recordCount == Loans.perPage else { throw UnexpectedResult() }
}
