import JSONBytes
import JobSpec
import Synchronization

/// Takes one answer while it arrives: records go through the splitter to the output, other bodies are kept, bounded.
final class PageReceiver: HTTPResponseReceiver {
    /// How the body of a success is read.
    enum Mode: Sendable {
        /// `$.a.b[*]`: element by element, nothing is kept.
        case stream([String])
        /// Any other selector, or none: the answer is read whole.
        case whole
        /// The answer to a write: kept as it is, valid JSON or not.
        case keep
        /// HEAD: there is no body.
        case none
    }

    private enum Body {
        case waiting
        case splitting(RecordSplitter)
        case collecting([UInt8])
        /// The beginning of an answer that is no success, for the error message.
        case refused(Refusal)
    }

    /// As much of a refusal's body as is kept.
    struct Refusal: Sendable {
        /// The bytes, from the first one on.
        var bytes: [UInt8] = []
        /// Whether there were more.
        var isCut = false
    }

    private struct State {
        var head: HTTPResponseHead?
        var body = Body.waiting
    }

    /// The most that is kept of an answer that is read whole.
    static let wholeLimit = JSONLimits.standard.maxBytes
    private static let refusalLimit = 16 << 10

    private let mode: Mode
    private let isSuccess: @Sendable (Int) -> Bool
    private let output: PageOutput
    private let state = Mutex(State())

    init(mode: Mode, isSuccess: @escaping @Sendable (Int) -> Bool, output: PageOutput) {
        self.mode = mode
        self.isSuccess = isSuccess
        self.output = output
    }

    func receive(head: HTTPResponseHead) throws {
        state.withLock { state in
            state.head = head
            state.body =
                if !isSuccess(head.status) {
                    .refused(Refusal())
                } else if case .stream(let path) = mode, !Self.hasNoContent(head.status) {
                    .splitting(RecordSplitter(path: path))
                } else {
                    .collecting([])
                }
        }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws -> BodyDemand {
        try state.withLock { state in
            switch state.body {
            case .waiting: return .more
            case .splitting(var splitter):
                // The splitter is moved out, so that feeding it does not copy what it carries.
                state.body = .waiting
                defer { state.body = .splitting(splitter) }
                return try output.produce { try splitter.feed(bytes, into: &$0) }
            case .collecting(var collected):
                state.body = .waiting
                collected.append(contentsOf: bytes)
                // Nothing of an answer that is too large is kept.
                guard collected.count <= Self.wholeLimit else { throw PageError.tooLarge(limit: Self.wholeLimit) }
                state.body = .collecting(collected)
                return .more
            case .refused(var kept):
                guard !kept.isCut else { return .more }
                let room = Self.refusalLimit - kept.bytes.count
                kept.bytes += bytes.prefix(room)
                kept.isCut = bytes.count > room
                state.body = .refused(kept)
                return .more
            }
        }
    }

    func ready() async throws { try await output.flushInTurn() }

    var head: HTTPResponseHead? { state.withLock { $0.head } }

    /// The beginning of a refusal's body.
    var refusal: Refusal {
        state.withLock { state in if case .refused(let kept) = state.body { kept } else { Refusal() } }
    }

    /// The body of a success that was read whole.
    var kept: [UInt8] {
        state.withLock { state in if case .collecting(let bytes) = state.body { bytes } else { [] } }
    }

    /// The end of a success: checks that the body is whole, and says what it was.
    ///
    /// - Parameter selector: what selects the records of an answer that was read whole; nothing makes it one record.
    func finish(selector: JSONPath?) throws -> PageContent {
        try state.withLock { state in
            switch state.body {
            case .splitting(var splitter):
                let summary = try splitter.finish()
                guard summary.found || summary.selectedType == "null" else {
                    throw PageError.notAnArray(selector: selector?.source ?? "$", found: summary.selectedType)
                }
                return PageContent(
                    records: summary.recordCount,
                    document: try JSONParser.parse(summary.envelope)
                )
            case .collecting(let bytes):
                return try whole(
                    bytes,
                    selector,
                    hasNoContent: state.head.map { Self.hasNoContent($0.status) } ?? false
                )
            case .waiting, .refused: return PageContent(records: 0, document: nil)
            }
        }
    }

    /// Whether a status says that there is no content (RFC 9110 sections 15.3.5 and 15.3.6).
    private static func hasNoContent(_ status: Int) -> Bool { status == 204 || status == 205 }

    private func whole(_ bytes: [UInt8], _ selector: JSONPath?, hasNoContent: Bool) throws -> PageContent {
        if case .none = mode { return PageContent(records: 0, document: nil) }
        if case .keep = mode { return PageContent(records: 1, document: try? JSONParser.parse(bytes)) }
        if bytes.isEmpty {
            // 204 and 205 promise that there is nothing to select from.
            guard selector != nil, !hasNoContent else { return PageContent(records: 0, document: nil) }
            throw PageError.emptyBody
        }
        let document = try JSONParser.parse(bytes)
        let records = try selector?.values(in: document) ?? [document]
        _ = try output.produce { lines in
            for record in records {
                record.write(into: &lines)
                lines.append(UInt8(ascii: "\n"))
            }
        }
        output.identify(by: bytes)
        return PageContent(records: records.count, document: document)
    }
}

/// What an answer brought.
struct PageContent: Sendable {
    let records: Int
    let document: JSONValue?
}

/// Why a success is not what the step needs.
enum PageError: Error, Hashable {
    case tooLarge(limit: Int)
    case notAnArray(selector: String, found: String?)
    case emptyBody

    var message: String {
        switch self {
        case .tooLarge(let limit): "the answer is larger than \(limit >> 20) MiB, the most that is read whole"
        case .notAnArray(let selector, let found):
            found.map { "`\(selector)` selects from \($0), not from an array" }
                ?? "the answer has nothing at `\(selector)`"
        case .emptyBody: "the answer has no body to select records from"
        }
    }

    var help: String {
        switch self {
        case .tooLarge: "use a `data_selector` of the form `$.a.b[*]`: it streams answers of any size"
        case .notAnArray, .emptyBody: "compare `data_selector` with a real answer of the API"
        }
    }
}
