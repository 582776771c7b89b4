import Foundation
import Glibc
import JobExecution
import JobResults
import Synchronization

/// A value behind a lock.
final class Locked<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    var value: Value { storage.withLock { $0 } }

    @discardableResult
    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        storage.withLock { value in
            var copy = value
            let result = body(&copy)
            value = copy
            return result
        }
    }
}

/// The system's calls up to the k-th, with which the process dies or the disk gives up: no later call does anything.
final class CrashingDisk: Sendable {
    /// What becomes of the k-th call itself.
    enum Manner: CaseIterable, Sendable { case notDone, done, half }

    private struct State {
        var count = 0
        /// How much of each file is known to be on the disk, by its number.
        var synced: [ino_t: Int] = [:]
    }

    private let state: Locked<State>
    let position: Int
    let manner: Manner
    let error: Int32

    /// - Parameter earlier: the disk as an earlier process had it, with all that had reached it.
    init(at position: Int, _ manner: Manner, error: Int32 = EIO, after earlier: CrashingDisk? = nil) {
        state = Locked(State(synced: earlier?.synced ?? [:]))
        self.position = position
        self.manner = manner
        self.error = error
    }

    var hasCrashed: Bool { state.value.count > position }
    var synced: [ino_t: Int] { state.value.synced }

    private enum Fate { case goes, dies, isDead }

    private func fate() -> Fate {
        let index = state.change { state in
            state.count += 1
            return state.count - 1
        }
        return index < position ? .goes : index == position ? .dies : .isDead
    }

    private func perform(_ call: () -> Int, half: () -> Void = {}) -> Int {
        switch fate() {
        case .goes: return call()
        case .dies where manner == .done: _ = call()
        case .dies where manner == .half: half()
        case .dies, .isDead: break
        }
        errno = error
        return -1
    }

    private func noteSync(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        let (number, size) = (status.st_ino, Int(status.st_size))
        state.change { $0.synced[number] = size }
    }

    /// A real sync costs milliseconds and shows nothing here: what it reached is written down instead.
    var calls: SystemCalls {
        var calls = SystemCalls.system
        let base = SystemCalls.system
        calls.write = { descriptor, bytes in
            self.perform(
                { base.write(descriptor, bytes) },
                half: { _ = base.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)])) }
            )
        }
        calls.truncate = { descriptor, length in Int32(self.perform { Int(base.truncate(descriptor, length)) }) }
        calls.rename = { folder, old, new in Int32(self.perform { Int(base.rename(folder, old, new)) }) }
        calls.sync = { descriptor in
            Int32(
                self.perform {
                    self.noteSync(descriptor)
                    return 0
                }
            )
        }
        calls.syncData = calls.sync
        return calls
    }

    /// Takes the ends of files that were not on the disk: cut off, or left as zeros.
    func losePower(in folder: String, random: inout SplitMix64) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.contains(".ndjson") {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            let size = Int(status.st_size)
            let safe = min(synced[status.st_ino] ?? 0, size)
            let length = Int.random(in: safe...size, using: &random)
            guard truncate(path, length) == 0 else { continue }
            if Bool.random(using: &random) { truncate(path, size) }
        }
    }
}
