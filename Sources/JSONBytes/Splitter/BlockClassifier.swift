internal import CByteScan

/// Classifies the blocks of a chunk, some at a time and no more than will be asked for, as far as one can know.
///
/// The first ones come one by one, then twice as many each time: where blocks are refused again and again, little work
/// is wasted.
struct BlockClassifier: ~Copyable {
    /// The most blocks at a time: their classes and bytes lie in the nearest cache together.
    private static let most = 32
    private let bytes: UnsafeRawBufferPointer
    private let classes: UnsafeMutablePointer<byte_scan_classes>
    /// Where the next blocks begin.
    private var position: Int
    private var used = 0
    private var known = 0
    private var wanted = 1
    private var carry: byte_scan_carry

    init(_ bytes: UnsafeRawBufferPointer, from position: Int, after carry: BlockCarry) {
        self.carry = byte_scan_carry(escaped: carry.characters.escaped, in_string: carry.inString)
        self.bytes = bytes
        self.position = position
        classes = .allocate(capacity: Self.most)
    }

    deinit { classes.deallocate() }

    /// The classes of the next 64 bytes; `nil` where there are fewer.
    @inline(__always)
    mutating func next() -> byte_scan_classes? {
        if used == known, !classifyMore() { return nil }
        defer { used += 1 }
        return classes[used]
    }

    private mutating func classifyMore() -> Bool {
        known = min(wanted, (bytes.count - position) / 64)
        guard known > 0, let base = bytes.baseAddress else { return false }
        byte_scan_classify((base + position).assumingMemoryBound(to: UInt8.self), known, &carry, classes)
        position += 64 * known
        wanted = min(2 * wanted, Self.most)
        used = 0
        return true
    }
}
