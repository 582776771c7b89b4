package import JobExecution
import JobSpec
package import Secrets

extension RunFolder {
    /// Writes down, durably, what a person found out about a write of unknown outcome. The next resume goes by it.
    ///
    /// - Parameters:
    ///   - path: the run's folder, also through a link.
    ///   - key: the call's key, or `STEP#CALL` where several calls have the same.
    ///   - isDone: whether it took effect.
    ///   - redactor: goes over texts in the journal.
    /// - Returns: how many calls of unknown outcome are left.
    /// - Throws: `input` where there is no such run, or no call of that key whose outcome is unknown; `locked` while a
    ///   run of the job lives; `io` where the journal can't be read or written.
    @discardableResult
    package static func resolve(
        path: String,
        key: String,
        done isDone: Bool,
        redactor: Redactor = Redactor(),
        calls: SystemCalls = .system,
        wall: WallClock = .system
    ) async throws(SinkError) -> Int {
        let queue = DiskQueue(label: "results of \(path)")
        return try await queue.run { () throws(SinkError) in
            let place = try RunPlace(path: path, calls: calls)
            let lock = try JobLock(in: place.jobFolder, run: place.run)
            defer { lock.clear() }
            let folder = try place.open()
            let file = try JournalFile(in: folder, isReadOnly: false)
            let (replay, extent) = try file.replay()
            let call = try unknownCall(key, replay, place.run)
            let journal = try continued(file, extent, folder, queue, wall, redactor)
            try journal.append(.callResolved(call.step, call.intent, isDone: isDone))
            try journal.syncNow()
            return replay.unknownCalls.count - 1
        }
    }

    private static func unknownCall(
        _ key: String,
        _ replay: JournalReplay,
        _ run: RunID
    ) throws(SinkError) -> UnknownCall {
        let unknown = replay.unknownCalls
        let byKey = unknown.filter { $0.key == key }
        let found = byKey.isEmpty ? unknown.filter { $0.place == key } : byKey
        if found.count == 1 { return found[0] }
        let listed = (found.isEmpty ? unknown : found).prefix(20).map { "`\(found.isEmpty ? $0.key : $0.place)`" }
        let more = max(found.count, found.isEmpty ? unknown.count : 0) - listed.count
        let list = listed.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        if found.isEmpty {
            throw SinkError(
                .input,
                "the run \(run) has no call `\(key)` of unknown outcome",
                help: unknown.isEmpty ? "it has no call of unknown outcome at all" : "of unknown outcome are: \(list)"
            )
        }
        throw SinkError(.input, "several calls of the run \(run) have the key `\(key)`", help: "name one of: \(list)")
    }
}
