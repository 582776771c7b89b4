import Foundation
import Testing

/// 73 and 74: results can't be kept.
@Suite(.paced) struct DiskTests {
    private static let job = "\(Repository.root)/jobs/loans.yaml"

    @Test(arguments: ["a-file", "a-file/below", "absent/deep", "/proc/results", "/dev/null"])
    func `a folder that can't be made is 73`(_ output: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "a-file")
        let run = try await runner(Self.job, "--output", output, in: folder)
        #expect(run.status == 73, "\(run.stderr)")
        #expect(run.stderr.contains(output), "\(run.stderr)")
        #expect(run.stderr.contains("help:"), "\(run.stderr)")
    }

    @Test func `a full disk is 74 and leaves nothing half`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("results"), withIntermediateDirectories: false)
        // A file system of its own, of 1 MiB, in a name space of its own: the loans are 1.2 MB.
        let script = """
            mount -t tmpfs -o size=1m tmpfs results || exit 99
            "$0" "$1"; status=$?
            cp -r results kept
            mount -o remount,size=8m results && "$0" resume --last loans 2>resumed || echo failed >>resumed
            cp -r results whole
            exit $status
            """
        let run = try await command(
            "unshare",
            ["--user", "--map-root-user", "--mount", "sh", "-c", script, Repository.runner, Self.job],
            in: folder
        )
        guard run.status != 99, !run.stderr.contains("unshare failed") else {
            return withKnownIssue("no file system can be mounted here", isIntermittent: true) {
                Issue.record("skipped: \(run.stderr)")
            }
        }
        #expect(run.status == 74, "\(run.stderr)")
        for text in ["step `loans`", "loans.ndjson", "the disk is full", "free some space", "--output"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
        let results = try RunResults(job: "loans", in: folder, output: "kept")
        #expect(try !results.names.contains("loans.ndjson"))
        try await results.expectWhole()
        // With space again, the run goes on where it stopped.
        let resumed = String(decoding: try folder.read("resumed"), as: UTF8.self)
        #expect(!resumed.contains("failed"), "\(resumed)")
        let whole = try RunResults(job: "loans", in: folder, output: "whole")
        #expect(try whole.records("loans").count == 1000, "\(resumed)")
        try await whole.expectWhole()
    }

    @Test func `a limit on the size of files is 74`() async throws {
        let folder = try TemporaryFolder()
        // 400 blocks, of 512 bytes or of 1024.
        let script = "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$1\""
        let run = try await command("sh", ["-c", script, Repository.runner, Self.job], in: folder)
        #expect(run.status == 74, "\(run.stderr)")
        #expect(run.stderr.contains("step `loans`"), "\(run.stderr)")
        #expect(run.stderr.contains("ulimit -f"), "\(run.stderr)")
        #expect(run.stderr.contains("help:"), "\(run.stderr)")
        let results = try RunResults(job: "loans", in: folder)
        #expect(try !results.names.contains("loans.ndjson"))
        try await results.expectWhole()
    }

    @Test func `a stdout that is full is 74`() async throws {
        let folder = try TemporaryFolder()
        let script = "exec \"$0\" \"$1\" --stdout loans > /dev/full"
        let run = try await command("sh", ["-c", script, Repository.runner, Self.job], in: folder)
        #expect(run.status == 74, "\(run.stderr)")
        #expect(run.stderr.contains("stdout"), "\(run.stderr)")
    }

    /// Whatever a command prints: half of it must not look like all of it.
    @Test(arguments: [
        "plan \(job)", "plan \(job) --format json", "run \(job) --dry-run", "validate \(job)", "schema", "environments",
        "environments --yaml", "sandbox",
    ])
    func `a result that stdout does not take is 74`(_ arguments: String) async throws {
        let folder = try TemporaryFolder()
        for (place, meaning) in [("> /dev/full", "the disk is full"), (">&-", "Bad file descriptor")] {
            let script = "exec \"$0\" \(arguments) \(place)"
            let run = try await command("sh", ["-c", script, Repository.runner], in: folder)
            #expect(run.status == 74, "\(place): \(run.stderr)")
            #expect(run.stderr.contains("error[io]: can't write to stdout: \(meaning)"), "\(run.stderr)")
            #expect(run.stderr.contains("help:"), "\(run.stderr)")
        }
    }

    @Test(arguments: ["runs", "show --last loans", "clean --keep 0"])
    func `a list of runs that stdout does not take is 74`(_ arguments: String) async throws {
        let folder = try TemporaryFolder()
        let first = try await runner(Self.job, in: folder)
        #expect(first.status == 0, "\(first.stderr)")
        let script = "exec \"$0\" \(arguments) > /dev/full"
        let run = try await command("sh", ["-c", script, Repository.runner], in: folder)
        #expect(run.status == 74, "\(run.stderr)")
        #expect(run.stderr.contains("can't write to stdout"), "\(run.stderr)")
    }

    /// A reader that has gone has what it wanted; what the command found out is still its status.
    @Test(arguments: [("schema", 0), ("plan \(job)", 0), ("validate \(job) absent.yaml", 66)])
    func `a reader that has gone changes no status`(_ arguments: String, _ status: Int) async throws {
        let folder = try TemporaryFolder()
        // The command waits until nobody has the pipe open for reading.
        let script = """
            mkfifo gone || exit 99
            true < gone & exec 3> gone; wait
            "$0" \(arguments) >&3
            """
        let run = try await command("sh", ["-c", script, Repository.runner], in: folder)
        #expect(run.status == Int32(status), "\(run.stderr)")
        #expect(!run.stderr.contains("stdout"), "\(run.stderr)")
    }

    @Test func `what was closed is not taken for something else`() async throws {
        let folder = try TemporaryFolder()
        let script = "exec \"$0\" \(Self.job) <&- >&- 2>&-"
        let run = try await command("sh", ["-c", script, Repository.runner], in: folder)
        #expect(run.status == 0)
        try await RunResults(job: "loans", in: folder).expectWhole()
    }

    @Test func `a stdout that does not block gets everything`() async throws {
        let folder = try TemporaryFolder()
        // More than the pipe holds, so that the command meets EAGAIN before anybody reads.
        let script = """
            import fcntl, os, subprocess, sys
            ends = os.pipe()
            fcntl.fcntl(ends[0], 1031, 4096)
            os.set_blocking(ends[1], False)
            command = subprocess.Popen([sys.argv[1], "schema"], stdout=ends[1])
            os.close(ends[1])
            text = open(ends[0], "rb").read()
            sys.stdout.buffer.write(text)
            sys.exit(command.wait())
            """
        let through = try await command("python3", ["-c", script, Repository.runner], in: folder)
        #expect(through.status == 0, "\(through.stderr)")
        let whole = try await runner("schema", in: folder)
        #expect(whole.stdout.count > 8192)
        #expect(through.stdout == whole.stdout)
    }

    /// Every place where the disk can refuse, one after the other: strace lets the call fail.
    @Test(
        .enabled(if: Executable.path(of: "strace") != nil),
        arguments: [("fsync", "EIO"), ("fdatasync", "EIO"), ("renameat", "ENOSPC")]
    )
    func `every call that makes results durable may fail`(_ call: String, _ error: String) async throws {
        var failures = 0
        for number in 1... {
            let folder = try TemporaryFolder()
            let run = try await command(
                "strace",
                [
                    "-f", "-qq", "--seccomp-bpf", "-o", folder("trace"), "-e", "trace=\(call)",
                    "-e", "inject=\(call):error=\(error):when=\(number)", Repository.runner, Self.job,
                ],
                in: folder
            )
            guard String(decoding: try folder.read("trace"), as: UTF8.self).contains("INJECTED") else {
                #expect(run.status == 0, "\(run.stderr)")
                break
            }
            failures += 1
            #expect([73, 74].contains(run.status), "\(call) \(number): \(run.status) \(run.stderr)")
            #expect(run.stderr.contains("results"), "\(call) \(number): \(run.stderr)")
            #expect(run.stderr.contains("help:"), "\(call) \(number): \(run.stderr)")
            if let results = try? RunResults(job: "loans", in: folder), try results.names.contains("journal.ndjson") {
                let whole = try !results.names.contains("loans.ndjson") || results.records("loans").count == 1000
                #expect(whole, "\(call) \(number)")
            }
            guard number < 30 else { break }
        }
        #expect(failures > 0, "\(call) was never called")
    }
}
