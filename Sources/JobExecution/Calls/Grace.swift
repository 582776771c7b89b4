/// Lets what must not be cut short go on for a while after the run was stopped.
enum Grace {
    /// Runs `operation`. A cancellation reaches it once the grace time is over.
    static func period<Value: Sendable>(
        _ services: RunServices,
        _ operation: @escaping @Sendable () async -> Value
    ) async -> Value {
        let task = Task(operation: operation)
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            Task {
                try? await services.clock.sleep(for: services.graceTime)
                task.cancel()
            }
        }
    }
}
