import Synchronization

/// The buffers that lines travel in, from the splitter to the file; those that have been written are used again, so that
/// not every page grows a new one.
package final class LineBuffers: Sendable {
    /// How many are kept, and how large one may be to be kept.
    static let keptBuffers = 12
    static let keptCapacity = 1 << 20

    private let spare = Mutex<[[UInt8]]>([])

    package init() {}

    /// An empty buffer.
    package func take() -> [UInt8] {
        guard var buffer = spare.withLock({ $0.popLast() }) else { return [] }
        // Only now: who gave it may have held it a moment longer, and emptying what another one holds makes a new one.
        buffer.removeAll(keepingCapacity: true)
        return buffer
    }

    /// Takes a buffer that is not needed any more, whatever is in it.
    package func give(_ buffer: [UInt8]) {
        guard buffer.capacity > 0, buffer.capacity <= Self.keptCapacity else { return }
        spare.withLock { spare in
            if spare.count < Self.keptBuffers { spare.append(buffer) }
        }
    }
}
