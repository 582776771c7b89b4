import Synchronization

/// The buffers in which the calls of a window hold their records back; those of ended calls are used again, so that not
/// every page grows a new one.
final class PageBuffers: Sendable {
    /// How many are kept, and how large one may be to be kept.
    static let keptBuffers = 4
    static let keptCapacity = 1 << 20

    private let spare = Mutex<[[UInt8]]>([])

    /// An empty buffer.
    func take() -> [UInt8] { spare.withLock { $0.popLast() ?? [] } }

    /// Hands a buffer over, of which there is no other reference.
    func give(_ buffer: consuming [UInt8]) {
        guard buffer.capacity > 0, buffer.capacity <= Self.keptCapacity else { return }
        buffer.removeAll(keepingCapacity: true)
        spare.withLock { [buffer] spare in
            if spare.count < Self.keptBuffers { spare.append(buffer) }
        }
    }
}
