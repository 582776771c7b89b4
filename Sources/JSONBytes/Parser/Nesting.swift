/// The open arrays and objects, one bit each: set for an object.
struct Nesting {
    /// How many are open.
    private(set) var depth = 0
    /// The innermost 64 of them or fewer, the innermost one in the lowest bit; all of them while `depth` is at most 64.
    private(set) var top: UInt64 = 0
    private var below: [UInt64] = []

    /// Whether the innermost one is an object.
    @inline(__always)
    var isInObject: Bool { depth > 0 && top & 1 != 0 }

    @inline(__always)
    mutating func push(isObject: Bool) {
        if depth & 63 == 0, depth > 0 { below.append(top) }
        top = top << 1 | (isObject ? 1 : 0)
        depth += 1
    }

    @inline(__always)
    mutating func pop() {
        depth -= 1
        top >>= 1
        if depth & 63 == 0, let word = below.popLast() { top = word }
    }

    /// Replaces all of it, with at most 64 open.
    @inline(__always)
    mutating func replace(top: UInt64, depth: Int) {
        self.top = top
        self.depth = depth
    }
}
