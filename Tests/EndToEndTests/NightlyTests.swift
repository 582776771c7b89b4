import Foundation
import Testing

/// The jobs that are shipped, run as the README says.
@Suite(.paced) struct NightlyTests {
    @Test func `the nightly job leaves its records, a journal and a manifest`() async throws {
        let folder = try TemporaryFolder()
        let run = try await runner("\(Repository.root)/jobs/nightly.yaml", in: folder)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stdout.isEmpty)
        #expect(run.stderr.contains("done: 519 records"), "\(run.stderr)")
        let results = try RunResults(job: "nightly", in: folder)
        #expect(
            try results.names == [
                "activities.ndjson", "journal.ndjson", "loans.ndjson", "locales.ndjson", "locations.ndjson",
                "manifest.json", "plan.json", "themes.ndjson",
            ]
        )
        let manifest = try results.manifest()
        #expect(manifest.state == "done")
        #expect(manifest.steps.map(\.records) == [450, 16, 12, 5, 36])
        #expect(manifest.tokens.map(\.granted) == [["read:loans"]])
        for step in manifest.steps {
            let name = try #require(step.file)
            #expect(try results.records(step.step).count == step.records)
            #expect(try await results.sha256(name) == step.sha256)
        }
        try await results.expectWhole()
    }
}
