import Diagnostics
import JSONBytes
import JobSpec

/// What one call takes from its step's input.
struct CallItems: Sendable {
    /// The position of the call in its step, from 0.
    let call: Int
    /// The positions of its items in the input.
    let range: Range<Int>
    /// Nothing for a step without `for_each`.
    let values: [JSONValue]
    /// Whether the step groups items: then templates know `batch`, else `item`.
    let isBatch: Bool

    /// Puts the items where templates find them.
    func enter(_ context: inout TemplateContext) {
        context.item = isBatch ? nil : values.first
        context.batch = isBatch ? .array(values) : nil
    }
}

/// Pulls a step's items in order and groups them into calls; nothing is read ahead of what calls need.
struct ItemFeed: Sendable {
    private enum Source: Sendable {
        /// A step without `for_each` makes one call.
        case single
        case list([JSONValue])
        case file(FileItems)
    }

    private let source: Source
    private let batchSize: Int?
    private var nextCall = 0
    private var nextItem = 0
    /// How many items have been handed out or passed over.
    var passedItems: Int { nextItem }
    /// How many items there are, where that is known beforehand.
    let total: Int?

    init(_ input: StepInput, batchSize: Int?) throws(InputError) {
        self.batchSize = batchSize
        switch input {
        case .single:
            source = .single
            total = nil
        case .list(let items):
            source = .list(items)
            total = items.count
        case .csv(let input, let path):
            source = .file(FileItems(csv: try CSVItems(input, path: path)))
            total = nil
        case .ndjson(let input, let path):
            source = .file(FileItems(ndjson: try NDJSONItems(input, path: path)))
            total = nil
        case .records(let path):
            source = .file(FileItems(ndjson: try NDJSONItems(path: path)))
            total = nil
        }
    }

    /// The items of the next call; nothing at the end of the input.
    mutating func next() throws(InputError) -> CallItems? {
        let first = nextItem
        var values: [JSONValue] = []
        while values.count < batchSize ?? 1, let item = try nextValue() { values.append(item) }
        let isLoneCall = if case .single = source, nextCall == 0 { true } else { false }
        guard !values.isEmpty || isLoneCall else { return nil }
        defer { nextCall += 1 }
        return CallItems(
            call: nextCall,
            range: first..<first + values.count,
            values: values,
            isBatch: batchSize != nil
        )
    }

    /// The same, with a failure of the step that can't read its input.
    mutating func next(of step: StepID) throws(RunFailure) -> CallItems? {
        do throws(InputError) { return try next() } catch { throw RunFailure(error, step: step) }
    }

    /// Passes over the items of calls that a run did before it was interrupted.
    mutating func skip(calls: Int) throws(InputError) {
        while nextCall < calls, try next() != nil {}
    }

    private mutating func nextValue() throws(InputError) -> JSONValue? {
        let value: JSONValue? =
            switch source {
            case .single: nil
            case .list(let items): nextItem < items.count ? items[nextItem] : nil
            case .file(let items): try items.next()
            }
        if value != nil { nextItem += 1 }
        return value
    }
}
