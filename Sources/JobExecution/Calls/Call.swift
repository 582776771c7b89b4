import JobPlan
import JobSpec

/// One call of a step: a page of an item. It is resolved and signed anew at each attempt.
struct Call: Sendable {
    /// Its place in the order of the step's calls.
    let ticket: Int
    /// The position of the item in `for_each`; 0 without one.
    let item: Int
    /// The position of the page within the item.
    let page: Int
    let request: HTTPRequest
}

/// How a call ended well.
struct CallAnswer: Sendable {
    let facts: PageFacts
    let status: Int
    let attempts: Int
}

/// How a call ended badly, and how often it was sent.
struct CallFailure: Error {
    let failure: RunFailure
    let attempts: Int
}

/// The end of a call, with the ticket that tells whose it is.
struct CallLanding: Sendable {
    let ticket: Int
    let result: Result<CallAnswer, CallFailure>
}

extension CallLanding {
    /// A call that could not even be written.
    init(unsent ticket: Int, _ failure: RunFailure) {
        self.init(ticket: ticket, result: .failure(CallFailure(failure: failure, attempts: 0)))
    }
}
