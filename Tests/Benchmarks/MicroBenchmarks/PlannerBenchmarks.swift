import Benchmark
import Diagnostics
import JobPlan
import JobSpec
import TestSupport

/// The smallest set of scopes for 500 steps, each of which can do with one of three alternatives.
func benchmarkPlanner() {
    Benchmark("Planner, 40 scopes, 500 requirements") { benchmark in
        let text = Jobs.scopes(40, requirements: 500, alternatives: 3)
        let file = SourceFile(path: "scopes.yaml", bytes: Array(text.utf8))
        let job = try JobLoader.load(file, environments: BuiltInEnvironments.catalogue()).job
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            guard try Planner.plan(job).plan.isProvedSmallest else { throw UnexpectedResult() }
        }
        benchmark.stopMeasurement()
    }
}
