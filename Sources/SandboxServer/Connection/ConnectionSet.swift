import NIOCore
import Synchronization

/// The connections that are open, so that they can be asked to end.
final class ConnectionSet: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Adds a connection until it closes. One that comes after ``close(within:on:)`` is closed at once.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isLate = state.withLock { state in
            state.channels[id] = channel
            return state.isClosed
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.channels[id] = nil }
        }
        if isLate {
            channel.close(promise: nil)
        }
    }

    /// Lets every connection finish the answer that it is at, closes those that need longer, and waits for all.
    func close(within time: TimeAmount, on eventLoop: any EventLoop) async {
        let channels = state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ConnectionShutdown())
        }
        let limit = eventLoop.scheduleTask(in: time) {
            for channel in channels {
                channel.close(promise: nil)
            }
        }
        for channel in channels {
            // A connection that ended with an error has ended.
            _ = try? await channel.closeFuture.get()
        }
        limit.cancel()
    }
}
