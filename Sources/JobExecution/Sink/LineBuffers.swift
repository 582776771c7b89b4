import Synchronization

/// The buffers that lines travel in, from the splitter to the file; those that have been written are used again, so that
/// not every page grows a new one.
package final class LineBuffers: Sendable {
    /// How many are kept, and how large one may be to be kept.
    static let keptBuffers = 6
    static let keptCapacity = 1 << 20

    private let spare = Mutex<[[UInt8]]>([])

    package init() {}

    /// An empty buffer.
    package func take() -> [UInt8] { spare.withLock { $0.popLast() ?? [] } }

    /// Hands a buffer over, of which there is no other reference.
    package func give(_ buffer: consuming [UInt8]) {
        guard buffer.capacity > 0, buffer.capacity <= Self.keptCapacity else { return }
        buffer.removeAll(keepingCapacity: true)
        spare.withLock { [buffer] spare in
            if spare.count < Self.keptBuffers { spare.append(buffer) }
        }
    }
}
