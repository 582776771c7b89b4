import Foundation
import JobExecution
import Testing

@Suite(.timeLimit(.minutes(1))) struct ClockTests {
    @Test func theRunBeginsAtZeroWhateverTheClockSays() async throws {
        let clock = ManualClock()
        clock.advance(by: .seconds(77))
        let run = RunClock(clock)
        #expect(run.now == .zero)
        clock.advance(by: .milliseconds(1_500))
        #expect(run.now == .milliseconds(1_500))
        let sleeper = Task {
            try await run.sleep(for: .seconds(1))
            try await run.sleep(until: .seconds(4))
            return run.now
        }
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(1))
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(2))
        #expect(try await sleeper.value == .milliseconds(4_500))
    }

    @Test func aCancelledSleepEnds() async {
        let run = RunClock(ManualClock())
        let sleeper = Task { try await run.sleep(for: .seconds(1)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test func theSystemClockIsThatOfTheMachine() {
        let difference = WallClock.system.now() - .seconds(Date().timeIntervalSince1970)
        #expect((.seconds(-5)...(.seconds(5))).contains(difference))
    }
}
