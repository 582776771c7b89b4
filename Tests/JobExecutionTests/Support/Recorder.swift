import Synchronization

/// Collects what concurrent tasks note, in the order in which they note it.
final class Recorder<Element: Sendable>: Sendable {
    private let noted = Mutex<[Element]>([])

    var all: [Element] { noted.withLock { $0 } }
    var count: Int { noted.withLock { $0.count } }

    func note(_ element: Element) { noted.withLock { $0.append(element) } }
}
