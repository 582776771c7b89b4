import Benchmark
import Diagnostics
import YAMLReader

/// A job file of 200 steps, read to a tree; its index of lines is made once, as `SourceFile` comes before the reader.
func benchmarkYAMLReader() {
    Benchmark("YAMLReader, job of 200 steps") { benchmark in
        let file = SourceFile(path: "nightly.yaml", bytes: Array(Jobs.nightly(steps: 200).utf8))
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try YAMLReader.read(file)) }
        benchmark.stopMeasurement()
    }
}
