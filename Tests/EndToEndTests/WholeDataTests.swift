import Foundation
import Testing

/// 100,000 loans come out as the sandbox sent them, whatever the concurrency and whatever goes wrong on the way.
@Suite(.paced) struct WholeDataTests {
    private static let count = 100_000
    private static let seed = 7

    /// What any client gets: each element of `loans` cut out of the raw text of the answers, one a line; of all loans,
    /// then of each status that is named.
    private static let plainClient = #"""
        import json, sys, urllib.parse, urllib.request
        token_url, base, audience, client, secret, *statuses = sys.argv[1:]
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "read:loans", "audience": audience,
                                       "client_id": client, "client_secret": secret}).encode()
        granted = json.load(urllib.request.urlopen(token_url, form))
        decode = json.JSONDecoder().raw_decode
        def pull(status, out):
            offset, total, ids = 0, 1, []
            while offset < total:
                query = urllib.parse.urlencode({"status": status, "offset": offset, "limit": 3000})
                url = f"{base}/v3/partner/{granted['partnerId']}/loans?{query}"
                request = urllib.request.Request(url, headers={"Authorization": "Bearer " + granted["access_token"]})
                text = urllib.request.urlopen(request).read().decode("utf-8")
                total = json.loads(text)["total"]
                at = text.index('"loans":[') + len('"loans":[')
                while text[at] != "]":
                    loan, end = decode(text, at)
                    ids.append(loan["id"] if "id" in loan else loan["loan_id"])
                    out.write(text[at:end] + "\n")
                    at = end + 1 if text[end] == "," else end
                    offset += 1
            assert len(ids) == len(set(ids)) == total, (len(ids), len(set(ids)), total)
            return total
        def save(name, statuses):
            with open(name, "w", encoding="utf-8", newline="\n") as out:
                return sum(pull(status, out) for status in statuses)
        print(save("plain.ndjson", [""]), save("statuses.ndjson", statuses))
        """#

    /// Writes `plain.ndjson` and `statuses.ndjson` with a client that knows nothing of the command.
    private static func plainFiles(in folder: TemporaryFolder) async throws {
        let sandbox = try await SandboxProcess("--loans", "\(count)", "--seed", "\(seed)")
        let known = sandbox.announcement
        try folder.write(plainClient, to: "client.py")
        let arguments = [known.tokenURL, known.baseURL, known.audience, known.clientID, known.clientSecret]
        let plain = try await command(
            "python3",
            ["client.py"] + arguments + ["payingBack", "defaulted"],
            in: folder,
            within: .seconds(120)
        )
        #expect(plain.text == "\(count) \(count * 45 / 100)\n", "\(plain.stderr)")
        try await sandbox.stop()
    }

    @Test func `every record once, in order, byte for byte`() async throws {
        let folder = try TemporaryFolder()
        try await Self.plainFiles(in: folder)
        for (environment, concurrency) in [("calm", 1), ("calm", 8), ("faulty", 1), ("faulty", 8)] {
            try folder.write(Self.job(environment: environment, concurrency: concurrency), to: "big.yaml")
            let run = try await runner("big.yaml", in: folder, within: .seconds(120))
            let name = "\(environment) at \(concurrency)"
            try await expectWhole(run, "big", same: "plain.ndjson", isFaulty: environment == "faulty", folder, name)
        }
        try folder.write("environments:\n" + Self.environments(latency: 30), to: "big.yaml")
        for environment in ["calm", "faulty"] {
            let run = try await command(
                Repository.runner,
                ["\(Repository.root)/jobs/nightly.yaml", "--environments", "big.yaml", "--environment", environment],
                in: folder,
                within: .seconds(120)
            )
            let name = "nightly, \(environment)"
            try await expectWhole(
                run,
                "nightly",
                same: "statuses.ndjson",
                isFaulty: environment == "faulty",
                folder,
                name
            )
        }
    }

    /// Expects a run that got everything, and removes its results.
    private func expectWhole(
        _ run: FinishedProcess,
        _ job: String,
        same plain: String,
        isFaulty: Bool,
        _ folder: TemporaryFolder,
        _ name: String
    ) async throws {
        #expect(run.status == 0, "\(name): \(run.stderr)")
        // Bounded whatever the data, which is 120 MB.
        #expect(run.peakMemory < 150_000, "\(name): \(run.peakMemory) KiB")
        let results = try RunResults(job: job, in: folder)
        let step = try #require(try results.manifest().steps.first)
        let fetches = try #require(try results.manifest().tokens.first).fetches
        if isFaulty {
            #expect(step.attempts > step.pages, "\(name): no fault has struck")
            #expect(fetches > 1, "\(name): no token has run out")
        } else {
            #expect(step.attempts == step.pages, "\(name)")
            #expect(fetches == 1, "\(name)")
        }
        let comparison = try await command("cmp", [plain, "\(results.path)/loans.ndjson"], in: folder)
        #expect(comparison.status == 0, "\(name): \(comparison.text) \(comparison.stderr)")
        try await results.expectWhole()
        try FileManager.default.removeItem(atPath: folder("results"))
    }

    /// Two environments, one of which fails often and lets tokens die young.
    private static func environments(latency: Int) -> String {
        let faults = "faults: \"mixed:5%;retry-after=0\", token_ttl: 2s, latency: \(latency)ms"
        return """
              calm:
                extends: sandbox
                sandbox: { loans: \(count), seed: \(seed) }
              faulty:
                extends: sandbox
                sandbox: { loans: \(count), seed: \(seed), \(faults) }
                retry: { initial_backoff: 10ms, max_backoff: 100ms }
            """
    }

    /// - Parameter concurrency: the more calls at a time, the slower each, so that several tokens die in any case.
    private static func job(environment: String, concurrency: Int) -> String {
        """
        name: big
        environment: \(environment)
        environments:
        \(environments(latency: 8 * concurrency))
        steps:
          - id: loans
            concurrency: \(concurrency)
            scopes: [read:loans]
            request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
            paginator: { type: offset, limit: 300, total_path: $.total, stop_on_short_page: false }
            data_selector: $.loans[*]
        """
    }
}
