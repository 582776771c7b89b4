/// A stack whose topmost elements become an array of exactly their number: they are moved, not copied, and no room is
/// left over, for a tree has a hundred thousand such arrays.
struct MovingStack<Element>: ~Copyable {
    private var elements: UnsafeMutablePointer<Element>
    private var capacity: Int
    /// How many elements there are.
    private(set) var count = 0

    init() {
        capacity = 64
        elements = .allocate(capacity: capacity)
    }

    deinit {
        elements.deinitialize(count: count)
        elements.deallocate()
    }

    /// Puts an element on top.
    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (elements + count).initialize(to: element)
        count += 1
    }

    /// The elements from a height on, to be looked at.
    func view<Result>(from base: Int, _ body: (UnsafeBufferPointer<Element>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: elements + min(base, count), count: max(0, count - base)))
    }

    /// Takes off the elements above a height, in the order in which they were put there.
    mutating func pop(downTo base: Int) -> [Element] {
        let base = min(base, count)
        let (first, number) = (elements + base, count - base)
        count = base
        return Array(unsafeUninitializedCapacity: number) { buffer, initialized in
            buffer.baseAddress?.moveInitialize(from: first, count: number)
            initialized = number
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: elements, count: count)
        elements.deallocate()
        elements = larger
        capacity *= 2
    }
}
