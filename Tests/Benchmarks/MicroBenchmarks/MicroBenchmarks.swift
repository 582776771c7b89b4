import Benchmark

/// What the plug-in looks for. One file beside this one for each subject.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        // Instructions come only where the kernel lets a process count them. CPU time comes in ticks of 10 ms, longer than
        // what most subjects take: it would read as zero.
        metrics: [.wallClock, .throughput, .instructions],
        warmupIterations: 3,
        maxDuration: .seconds(3),
        maxIterations: 1_000
    )
    benchmarkRecordSplitter()
    benchmarkJSONParser()
    benchmarkJSONPath()
    benchmarkYAMLReader()
    benchmarkPlanner()
    benchmarkCSVItems()
    benchmarkJournal()
}
