import Glibc
import JSONBytes
import JobExecution
import JobSpec

/// What a manifest says at a glance.
struct ManifestSummary: Sendable {
    /// The greatest manifest that is read.
    private static let limit = 64 << 20

    let state: RunState
    /// By RFC 3339.
    let started: String
    /// Likewise.
    let finished: String
    let environment: String
    let duration: Duration
    /// Of all steps.
    let records: Int
    let calls: Int
    /// Steps that called something or left records.
    let activeSteps: Set<StepID>
    /// Whether a step failed, so that a resume has something to do.
    let hasFailedSteps: Bool
    /// What ended the run, then why other steps failed.
    let failures: [String]

    /// Whether a resume has something to do. A run that was only partly done has gone through; what it left out stays left
    /// out.
    ///
    /// - Parameter unknown: its calls of unknown outcome, which its journal knows.
    func isResumable(_ unknown: [UnknownCall] = []) -> Bool {
        switch state {
        case .done: false
        case .partial: hasFailedSteps || !unknown.isEmpty
        case .failed, .stopped: true
        }
    }

    /// Reads the manifest of a run's folder; nothing where there is none, or one that can't be understood.
    ///
    /// - Throws: `io` where it can't be read.
    init?(in folder: Folder) throws(SinkError) {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try folder.readFile(Manifest.fileName, limit: Self.limit)
        } catch {
            if error.number == ENOENT { return nil }
            throw error.failure(.io, "read \"\(folder.path(of: Manifest.fileName))\"")
        }
        guard let json = try? JSONParser.parse(bytes),
            let state = json["state"]?.text.flatMap({ RunState(rawValue: $0) }),
            let started = json["started"]?.text, let finished = json["finished"]?.text,
            let environment = json["environment"]?.text, let milliseconds = json.count("duration_ms"),
            let steps = json["steps"]?.elements
        else { return nil }
        self.state = state
        self.started = started
        self.finished = finished
        self.environment = environment
        duration = .milliseconds(milliseconds)
        records = steps.reduce(0) { $0 + ($1.count("records") ?? 0) }
        calls = steps.reduce(0) { $0 + ($1.count("calls") ?? 0) }
        activeSteps = Set(
            steps.lazy.filter { ($0.count("calls") ?? 0) + ($0.count("records") ?? 0) > 0 }.compactMap { $0.step() }
        )
        let failed = steps.filter { $0["state"]?.text == "failed" }
        hasFailedSteps = !failed.isEmpty
        let failure = json["failure"]
        let ended = failure.flatMap { Self.sentence($0["message"], of: $0["step"]) }
        let others = failed.filter { $0["step"] != failure?["step"] }
        failures = ([ended] + others.map { Self.sentence($0["reason"], of: $0["step"]) }).compactMap { $0 }
    }

    private static func sentence(_ message: JSONValue?, of step: JSONValue?) -> String? {
        guard let message = message?.text else { return nil }
        return step?.text.map { "step `\($0)`: \(message)" } ?? message
    }
}
