package import Diagnostics
package import JSONBytes

/// One step: a call, perhaps repeated over items and pages, whose selected records become one NDJSON file.
///
/// An object without anything that changes: a job of 10,000 steps passes them through a dozen checks and the planner,
/// and a copy of so many members costs more than what is done with it.
package final class Step: Sendable {
    package let id: StepID
    package let idSpan: SourceSpan
    /// For people; the id where absent.
    package let name: String?
    /// The step is left out when this is false.
    package let condition: TemplateString?
    /// What the job file declares; `nil` leaves it to the environment's catalogue of operations.
    package let scopes: DeclaredScopes?
    package let forEach: ForEach?
    /// How many items one call takes together, as `batch`; `nil` gives each call one `item`.
    package let batchSize: Int?
    /// Calls in flight at once; the order of the results does not depend on it.
    package let concurrency: Int
    /// Bounds the whole step, waits and retries included.
    package let timeout: Duration?
    package let request: RequestTemplate
    /// `nil` leaves it to the catalogue's operation, else ``Paginator/singlePage``.
    package let paginator: Paginator?
    /// Which values of the answer are records; `nil` leaves it to the catalogue's operation, else the whole answer.
    package let dataSelector: Located<JSONPath>?
    /// `nil` leaves it to the environment, else ``RetryPolicy``'s defaults.
    package let retry: RetryPolicy?
    package let rateLimit: RateLimit?
    package let successCriteria: [SuccessCriterion]
    package let onError: OnError
    /// With `on_error: skip`: how many items may be left out before the step fails after all.
    package let maxFailures: MaxFailures?
    /// Makes a write safe to repeat: the server takes a second call of the same key for the first one.
    package let idempotencyKey: IdempotencyKey?
    /// Asks whether a write of unknown outcome took effect.
    package let reconcile: Reconcile?
    /// Values of the last answer that later steps may use as `steps.ID.output.NAME`.
    package let outputs: [StepOutput]

    init(
        id: StepID,
        idSpan: SourceSpan,
        name: String?,
        condition: TemplateString?,
        scopes: DeclaredScopes?,
        forEach: ForEach?,
        batchSize: Int?,
        concurrency: Int,
        timeout: Duration?,
        request: RequestTemplate,
        paginator: Paginator?,
        dataSelector: Located<JSONPath>?,
        retry: RetryPolicy?,
        rateLimit: RateLimit?,
        successCriteria: [SuccessCriterion],
        onError: OnError,
        maxFailures: MaxFailures?,
        idempotencyKey: IdempotencyKey?,
        reconcile: Reconcile?,
        outputs: [StepOutput]
    ) {
        self.id = id
        self.idSpan = idSpan
        self.name = name
        self.condition = condition
        self.scopes = scopes
        self.forEach = forEach
        self.batchSize = batchSize
        self.concurrency = concurrency
        self.timeout = timeout
        self.request = request
        self.paginator = paginator
        self.dataSelector = dataSelector
        self.retry = retry
        self.rateLimit = rateLimit
        self.successCriteria = successCriteria
        self.onError = onError
        self.maxFailures = maxFailures
        self.idempotencyKey = idempotencyKey
        self.reconcile = reconcile
        self.outputs = outputs
    }

    /// What people call the step.
    package var title: String { name ?? id.name }
}

/// The `scopes` of a step: the requirement, and where each scope is written.
package struct DeclaredScopes: Sendable {
    package let requirement: ScopeRequirement
    package let span: SourceSpan
    package let places: [Located<Scope>]
}

/// What happens to the run when a step fails.
package enum OnError: String, Sendable, CaseIterable {
    /// The run ends.
    case fail
    /// The item that failed is left out, the step goes on; the run ends with status 1.
    case skip
    /// The step ends, the next one runs; the run ends with status 1.
    case `continue`
}

/// A named value of a step's last answer.
package struct StepOutput: Sendable {
    package let name: String
    package let nameSpan: SourceSpan
    package let path: JSONPath
}

/// At most `requests` calls in every `interval`.
package struct RateLimit: Hashable, Sendable {
    package let requests: Int
    package let interval: Duration

    package init(requests: Int, interval: Duration) {
        self.requests = requests
        self.interval = interval
    }
}

/// What must hold for an answer to count as success, beyond a 2xx status. All criteria must hold.
package enum SuccessCriterion: Sendable {
    /// The status is one of these; replaces the rule that it is 2xx.
    case status(Set<Int>)
    /// The path selects at least one value of the answer.
    case jsonPath(Located<JSONPath>)
}

extension Step {
    /// The step as the read that asks whether one of its writes took effect: what `found` selects are its records.
    package func probe(_ reconcile: Reconcile) -> Step {
        Step(
            id: id,
            idSpan: idSpan,
            name: name,
            condition: nil,
            scopes: reconcile.scopes,
            forEach: nil,
            batchSize: batchSize,
            concurrency: 1,
            timeout: timeout,
            request: reconcile.request,
            paginator: .singlePage,
            dataSelector: reconcile.found,
            retry: retry,
            rateLimit: rateLimit,
            successCriteria: [],
            onError: .fail,
            maxFailures: nil,
            idempotencyKey: nil,
            reconcile: nil,
            outputs: []
        )
    }

    /// The same step with the job's defaults filled in.
    func with(retry: RetryPolicy?, rateLimit: RateLimit?) -> Step {
        Step(
            id: id,
            idSpan: idSpan,
            name: name,
            condition: condition,
            scopes: scopes,
            forEach: forEach,
            batchSize: batchSize,
            concurrency: concurrency,
            timeout: timeout,
            request: request,
            paginator: paginator,
            dataSelector: dataSelector,
            retry: retry,
            rateLimit: rateLimit,
            successCriteria: successCriteria,
            onError: onError,
            maxFailures: maxFailures,
            idempotencyKey: idempotencyKey,
            reconcile: reconcile,
            outputs: outputs
        )
    }
}
