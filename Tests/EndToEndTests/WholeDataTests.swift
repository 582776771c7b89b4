import Foundation
import Testing

/// 100,000 loans come out as the sandbox sent them, whatever the concurrency and whatever goes wrong on the way.
@Suite(.serialized) struct WholeDataTests {
    private static let count = 100_000
    private static let seed = 7

    /// What any client gets: each element of `loans` cut out of the raw text of the answers, one a line.
    private static let plainClient = #"""
        import json, sys, urllib.parse, urllib.request
        token_url, base, audience, client, secret = sys.argv[1:6]
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "read:loans", "audience": audience,
                                       "client_id": client, "client_secret": secret}).encode()
        granted = json.load(urllib.request.urlopen(token_url, form))
        decode = json.JSONDecoder().raw_decode
        offset, total, ids = 0, 1, []
        with open("plain.ndjson", "w", encoding="utf-8", newline="\n") as out:
            while offset < total:
                url = f"{base}/v3/partner/{granted['partnerId']}/loans?offset={offset}&limit=3000"
                request = urllib.request.Request(url, headers={"Authorization": "Bearer " + granted["access_token"]})
                text = urllib.request.urlopen(request).read().decode("utf-8")
                total = json.loads(text)["total"]
                at = text.index('"loans":') + len('"loans":')
                assert text[at] == "["
                at += 1
                while text[at] != "]":
                    loan, end = decode(text, at)
                    ids.append(loan["id"] if "id" in loan else loan["loan_id"])
                    out.write(text[at:end] + "\n")
                    at = end + 1 if text[end] == "," else end
                    offset += 1
        assert len(ids) == len(set(ids)) == total, (len(ids), len(set(ids)), total)
        print(total)
        """#

    @Test(.timeLimit(.minutes(4))) func `every record once, in order, byte for byte`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--loans", "\(Self.count)", "--seed", "\(Self.seed)")
        let known = sandbox.announcement
        try folder.write(Self.plainClient, to: "client.py")
        let arguments = [known.tokenURL, known.baseURL, known.audience, known.clientID, known.clientSecret]
        let plain = try await command("python3", ["client.py"] + arguments, in: folder, within: .seconds(120))
        #expect(plain.text == "\(Self.count)\n", "\(plain.stderr)")
        try await sandbox.stop()

        for (environment, concurrency) in [("calm", 1), ("calm", 8), ("faulty", 1), ("faulty", 8)] {
            try folder.write(Self.job(environment: environment, concurrency: concurrency), to: "big.yaml")
            let run = try await runner("big.yaml", in: folder, within: .seconds(120))
            #expect(run.status == 0, "\(environment) at \(concurrency): \(run.stderr)")
            // Bounded whatever the data: the whole file is about 120 MB.
            #expect(run.peakMemory < 150_000, "\(environment) at \(concurrency): \(run.peakMemory) KiB")
            let results = try RunResults(job: "big", in: folder)
            let step = try #require(try results.manifest().steps.first)
            #expect(step.records == Self.count)
            if environment == "faulty" {
                #expect(step.attempts > step.pages, "no fault has struck")
                #expect(try #require(results.manifest().tokens.first).fetches > 1, "no token has run out")
            }
            let comparison = try await command(
                "cmp",
                ["plain.ndjson", "\(results.path)/loans.ndjson"],
                in: folder
            )
            #expect(comparison.status == 0, "\(environment) at \(concurrency): \(comparison.text)")
            try await results.expectWhole()
            try FileManager.default.removeItem(atPath: folder("results"))
        }
    }

    private static func job(environment: String, concurrency: Int) -> String {
        // Slow enough for several token lives, at any concurrency.
        let latency = 12 * concurrency
        return """
            name: big
            environment: \(environment)
            environments:
              calm:
                extends: sandbox
                sandbox: { loans: \(count), seed: \(seed) }
              faulty:
                extends: sandbox
                sandbox: { loans: \(count), seed: \(seed), faults: "mixed:5%;retry-after=0", token_ttl: 2s, latency: \(latency)ms }
                retry: { initial_backoff: 10ms, max_backoff: 100ms }
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
