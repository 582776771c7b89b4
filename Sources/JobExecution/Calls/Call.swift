import JSONBytes
import JobPlan
import JobSpec

/// One call of a step: a page of an item, or a write. It is signed anew at each attempt.
struct Call: Sendable {
    /// Its place in the order of the calls under way.
    let ticket: Int
    let items: CallItems
    /// The position of the page within the item.
    let page: Int
    let request: HTTPRequest
    /// What a write is called in the journal: its idempotency key, else `STEP#CALL`.
    let key: String

    var summary: String { "\(request.method) \(request.url)" }

    var intent: CallIntent { CallIntent(call: items.call, key: key, items: items.range) }
}

/// How a call ended well.
struct CallAnswer: Sendable {
    var facts: PageFacts
    let attempts: Int
    let status: Int
    /// The records of a read that are not in the file yet: they go there when it is the call's turn.
    var output: PageOutput?
    /// The answer to a write, as it came.
    var body: [UInt8] = []
    /// The step's outputs as of a write's answer, which are worked out before it is settled.
    var outputs: [String: JSONValue]?
    /// Why the server refused the write, where the step goes on without its items.
    var refusal: String?
}

extension CallAnswer {
    /// The same answer with the number of lines that it leaves.
    func with(records: Int) -> CallAnswer {
        var answer = self
        answer.facts = PageFacts(
            records: records,
            document: facts.document,
            fields: facts.fields,
            url: facts.url,
            fingerprint: facts.fingerprint
        )
        return answer
    }
}

/// How a call ended badly, and how often it was sent.
struct CallFailure: Error {
    let failure: RunFailure
    let attempts: Int
    /// Whether any attempt may have taken effect.
    let isEffectOpen: Bool
    /// Whether a redirect said of one that it had, or may have said so.
    var isEffectReported = false
    /// The beginning of the last answer, if one came.
    var body: [UInt8] = []

    /// Whether a redirect that was not followed is the last answer.
    var isRedirect: Bool { failure.status.map(Redirect.isRedirect) ?? false }
}

/// The end of a call, with the ticket that tells whose it is.
struct CallLanding: Sendable {
    let ticket: Int
    let result: Result<CallAnswer, CallFailure>
}

/// What a call under way tells.
enum CallNews: Sendable {
    case landed(CallLanding)
    /// A write was answered and its outcome is noted: it is no longer in flight. What is left is to wait for the disk and
    /// for its turn.
    case answered(ticket: Int, rest: @Sendable () async -> CallLanding)
}

extension CallLanding {
    /// A call that could not even be written.
    init(unsent ticket: Int, _ failure: RunFailure) {
        self.init(
            ticket: ticket,
            result: .failure(CallFailure(failure: failure, attempts: 0, isEffectOpen: false))
        )
    }
}
