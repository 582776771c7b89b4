import Crypto
import Foundation
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import Testing

/// Random appends, commits, rollbacks and marks against an array of bytes.
@Suite struct NDJSONFilePropertyTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func agreesWithTheModel(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        var random = SplitMix64(seed: seed)
        var committed: [UInt8] = []
        var pending: [UInt8] = []
        var records = 0
        var pendingRecords = 0
        var marks: [RecordMark] = []
        var pages = 0
        for _ in 0..<400 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9:
                // Now and then more than the buffer holds.
                let long = Int.random(in: 0..<60, using: &random) == 0
                let count = Int.random(in: long ? 500_000...2_500_000 : 0...3_000, using: &random)
                let line = [UInt8](repeating: UInt8.random(in: 0x61...0x7A, using: &random), count: count) + [0x0A]
                try file.append(line)
                pending += line
                pendingRecords += 1
            case 9..<13:
                try await file.commit(PageCommit(item: 0, page: pages, records: pendingRecords))
                committed += pending
                records += pendingRecords
                (pending, pendingRecords) = ([], 0)
                pages += 1
            case 13..<16:
                try file.rollback()
                (pending, pendingRecords) = ([], 0)
            case 16..<18:
                let mark = file.mark()
                #expect(mark == RecordMark(bytes: committed.count, records: records), "seed \(seed)")
                marks.append(mark)
            default:
                guard let mark = marks.suffix(8).randomElement(using: &random) else { continue }
                try file.rollback(to: mark)
                committed = Array(committed[..<mark.bytes])
                records = mark.records
                (pending, pendingRecords) = ([], 0)
                marks.removeAll { $0.bytes > mark.bytes }
            }
        }
        let published = try await file.publish()
        let bytes = try readBytes(run.path + "/loans.ndjson")
        #expect(bytes == committed, "seed \(seed)")
        #expect(published.bytes == committed.count, "seed \(seed)")
        #expect(published.records == records, "seed \(seed)")
        #expect(published.sha256 == HexText.lowercase(SHA256.hash(data: bytes)), "seed \(seed)")
        #expect(try await file.publish() == published)
        try checkJournal(of: run, bytes: bytes, seed: seed)
    }

    /// Two marks at the same length and count, with different records before them.
    @Test func marksAreNotTakenForEachOther() async throws {
        let folder = try TemporaryFolder()
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        let start = file.mark()
        for text in ["[1]\n", "[2]\n"] {
            try file.rollback(to: start)
            try file.append(text)
            try await file.commit(PageCommit(item: 0, page: 0, records: 1))
            _ = file.mark()
        }
        try file.append("[3]\n")
        try await file.commit(PageCommit(item: 0, page: 1, records: 1))
        try file.rollback(to: RecordMark(bytes: 4, records: 1))
        #expect(try await file.publish().sha256 == HexText.lowercase(SHA256.hash(data: Array("[2]\n".utf8))))
    }

    /// Of the pages in the journal, those that no later line has dropped must match the file's beginning.
    private func checkJournal(of run: RunFolder, bytes: [UInt8], seed: UInt64) throws {
        var reached: [(bytes: Int, sha256: String)] = []
        for entry in try journal(of: run) {
            guard let length = entry.json["file_bytes"]?.intValue else { continue }
            if entry.event == "records_dropped" { reached.removeAll { $0.bytes > length } }
            if entry.event == "page_committed" {
                reached.append((length, try #require(entry.json["file_sha256"]?.text)))
            }
        }
        #expect(!reached.isEmpty, "seed \(seed)")
        for (length, sha256) in reached {
            #expect(HexText.lowercase(SHA256.hash(data: bytes[..<length])) == sha256, "seed \(seed)")
        }
    }
}
