extension Step {
    /// The requests of the step's calls: its own, and the one that reconciles it.
    package var requests: [RequestTemplate] { [request] + (reconcile.map { [$0.request] } ?? []) }

    /// Every template string that is resolved anew for each call.
    package var callStrings: [TemplateString] {
        var strings: [TemplateString] = []
        forEachCallString { strings.append($0) }
        return strings
    }

    /// Visits every template string that is resolved anew for each call.
    func forEachCallString(_ visit: (TemplateString) -> Void) {
        request.forEachString(visit)
        reconcile?.request.forEachString(visit)
        if let key = idempotencyKey?.value { visit(key) }
    }

    /// The name under which a call finds what it is made for, where the step has `for_each`.
    package var itemRoot: String { batchSize == nil ? "item" : "batch" }

    /// Whether the step's calls differ in what they are made for: more than one item, as far as the job file tells.
    var hasManyCalls: Bool {
        switch forEach {
        case nil: false
        case .items(let items, _): batchSize.map { items.count > $0 } ?? (items.count > 1)
        default: true
        }
    }
}
