import Testing

/// Lets only a few tests run at the same time, whatever the suite: each has processes of its own, and time limits mean
/// nothing on a machine that is busy with all tests at once.
struct Paced: SuiteTrait, TestTrait, TestScoping {
    private static let slots = Slots(3)

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Self.slots.withSlot(function)
    }
}

extension Trait where Self == Paced {
    /// At most three of the tests that have this trait run at the same time.
    static var paced: Self { Self() }
}

/// A number of places, each taken by one task at a time.
actor Slots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Waits for a place, runs `body`, and gives the place back.
    nonisolated func withSlot(_ body: @Sendable () async throws -> Void) async throws {
        await take()
        do {
            try await body()
        } catch {
            await giveBack()
            throw error
        }
        await giveBack()
    }

    private func take() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    private func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
